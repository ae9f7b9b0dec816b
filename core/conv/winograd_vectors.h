#pragma once

// For the sources of kernels alone: Winograd's transforms, on vectors whose lanes are channels, and
// the strips of an image with the channels last that they work on.
#include "core/conv/kernel_vectors.h"
#include "core/conv/map_layout.h"
#include "core/conv/row_range.h"
#include "core/conv/winograd_transform.h"
#include "core/tensor/shape.h"

namespace factorscope {
namespace {

/// x · factor
template <double factor>
FACTORSCOPE_INLINE V scaled(V x)
{
    if constexpr (factor == 1.0)
        return x;
    else
        return hn::Mul(x, hn::Set(kTag, static_cast<float>(factor)));
}

/// sum + x · factor
template <double factor>
FACTORSCOPE_INLINE V scaledSum(V x, V sum)
{
    if constexpr (factor == 1.0)
        return hn::Add(sum, x);
    else
        return hn::MulAdd(x, hn::Set(kTag, static_cast<float>(factor)), sum);
}

/// Bᵀ d. Rows ±p are even(d) ± odd(d), see WinogradTransform::inputMatrix().
template <typename T>
FACTORSCOPE_INLINE void transformInput(const V (&d)[T::kInputs], V (&t)[T::kInputs])
{
    constexpr int kPairs = T::kPairCount;
    constexpr int kLast = T::kInputs - 1;
    t[0] = d[kLast - 1];
    t[kLast] = d[kLast];
    unrolled<kPairs>([&](auto i) FACTORSCOPE_ALWAYS {
        constexpr double factor = T::product(kPairs)[i];
        t[0] = scaledSum<factor>(d[2 * i], t[0]);
        t[kLast] = scaledSum<factor>(d[2 * i + 1], t[kLast]);
    });
    unrolled<kPairs>([&](auto pair) FACTORSCOPE_ALWAYS {
        constexpr double p = T::kPairs[pair];
        V even = d[kLast - 1];
        V odd = scaled<p>(d[kLast - 2]);
        unrolled<kPairs - 1>([&](auto i) FACTORSCOPE_ALWAYS {
            constexpr double factor = T::product(pair)[i];
            even = scaledSum<factor>(d[2 * i + 2], even);
            odd = scaledSum<p * factor>(d[2 * i + 1], odd);
        });
        t[1 + 2 * pair] = hn::Add(even, odd);
        t[2 + 2 * pair] = hn::Sub(even, odd);
    });
}

constexpr double power(double x, int n)
{
    return n == 0 ? 1.0 : x * power(x, n - 1);
}

/// Aᵀ t. Even powers of ±p take the sum of the two products, odd ones their difference.
template <typename T>
FACTORSCOPE_INLINE void transformOutput(const V (&t)[T::kInputs], V (&y)[T::kOutputs])
{
    constexpr int kPairs = T::kPairCount;
    V sums[kPairs];
    V differences[kPairs];
    unrolled<kPairs>([&](auto pair) FACTORSCOPE_ALWAYS {
        sums[pair] = hn::Add(t[1 + 2 * pair], t[2 + 2 * pair]);
        differences[pair] = hn::Sub(t[1 + 2 * pair], t[2 + 2 * pair]);
    });
    unrolled<T::kOutputs>([&](auto k) FACTORSCOPE_ALWAYS {
        const V(&parts)[kPairs] = k % 2 == 0 ? sums : differences;
        y[k] = scaled<power(T::kPairs[0], k)>(parts[0]);
        unrolled<kPairs - 1>([&](auto i) FACTORSCOPE_ALWAYS {
            y[k] = scaledSum<power(T::kPairs[i + 1], k)>(parts[i + 1], y[k]);
        });
    });
    y[0] = hn::Add(y[0], t[0]);
    y[T::kOutputs - 1] = hn::Add(y[T::kOutputs - 1], t[T::kInputs - 1]);
}

/// G g of M taps: rows ±p are even(g) ± odd(g), too.
template <typename T>
FACTORSCOPE_INLINE void transformTaps(const V (&g)[T::kTaps], V (&t)[T::kInputs])
{
    t[0] = scaled<T::kernelMatrix()[0][0]>(g[0]);
    t[T::kInputs - 1] = g[T::kTaps - 1];
    unrolled<T::kPairCount>([&](auto pair) FACTORSCOPE_ALWAYS {
        constexpr auto kRow = T::kernelMatrix()[1 + 2 * pair];
        V even = scaled<kRow[0]>(g[0]);
        V odd = scaled<kRow[1]>(g[1]);
        unrolled<T::kTaps - 2>([&](auto i) FACTORSCOPE_ALWAYS {
            constexpr double factor = T::kernelMatrix()[1 + 2 * pair][i + 2];
            V& sum = i % 2 == 0 ? even : odd;
            sum = scaledSum<factor>(g[i + 2], sum);
        });
        t[1 + 2 * pair] = hn::Add(even, odd);
        t[2 + 2 * pair] = hn::Sub(even, odd);
    });
}

/// The columns of an image that strips are made of.
struct StripSource {
    const float* image = nullptr;
    MapLayout layout = MapLayout::Planar;
    std::int64_t channels = 0;
    Extent size;
    RowRange rows; ///< that lie at `image`
    std::int64_t left = 0; ///< may lie beyond the image: zeros
    std::int64_t columns = 0;
    std::int64_t stripColumns = 0; ///< room for them, a multiple of 16
};

/// L channels of a planar image from `channel` on and so many rows from `top` on, as
/// (row, column, L).
inline void gatherStrip(const StripSource& source, std::int64_t top, int rows, std::int64_t channel,
                        float* strip)
{
    const auto [height, width] = source.size;
    const std::int64_t channels = std::min(kLanes, source.channels - channel);
    const std::int64_t plane = source.rows.count() * width;
    for (std::int64_t row = 0; row < rows; ++row) {
        float* to = strip + row * source.stripColumns * kLanes;
        const std::int64_t y = top + row;
        if (y < 0 || y >= height) {
            std::fill_n(to, source.columns * kLanes, 0.0F);
            continue;
        }
        const float* from = source.image + channel * plane + (y - source.rows.begin) * width;
        for (std::int64_t column = 0; column < source.columns; column += kLanes) {
            const std::int64_t x = source.left + column;
            V v[kLanes];
            if (channels == kLanes && x >= 0 && x + kLanes <= width) {
                FACTORSCOPE_UNROLL
                for (std::int64_t c = 0; c < kLanes; ++c)
                    v[c] = hn::LoadU(kTag, from + c * plane + x);
            } else {
                FACTORSCOPE_UNROLL
                for (std::int64_t c = 0; c < kLanes; ++c)
                    v[c] = c < channels ? loadWithin(from + c * plane, x, width) : hn::Zero(kTag);
            }
            transpose(v);
            FACTORSCOPE_UNROLL
            for (std::int64_t i = 0; i < kLanes; ++i)
                hn::Store(v[i], kTag, to + (column + i) * kLanes);
        }
    }
}

/// What a transform makes of lines of vectors.
template <typename T>
struct InputLines { ///< Bᵀ
    static constexpr int kFrom = T::kInputs;
    static constexpr int kTo = T::kInputs;
    static FACTORSCOPE_INLINE void transform(const V (&d)[kFrom], V (&t)[kTo])
    {
        transformInput<T>(d, t);
    }
};
template <typename T>
struct TapLines { ///< G
    static constexpr int kFrom = T::kTaps;
    static constexpr int kTo = T::kInputs;
    static FACTORSCOPE_INLINE void transform(const V (&g)[kFrom], V (&t)[kTo])
    {
        transformTaps<T>(g, t);
    }
};

/// One line of vectors that lie `stride` floats apart; `to` may be `from`.
template <typename Lines>
FACTORSCOPE_INLINE void transformLine(const float* from, std::int64_t stride, float* to,
                                      std::int64_t toStride)
{
    V d[Lines::kFrom];
    V t[Lines::kTo];
    FACTORSCOPE_UNROLL
    for (int i = 0; i < Lines::kFrom; ++i)
        d[i] = hn::Load(kTag, from + i * stride);
    Lines::transform(d, t);
    FACTORSCOPE_UNROLL
    for (int i = 0; i < Lines::kTo; ++i)
        hn::Store(t[i], kTag, to + i * toStride);
}

/// The columns of a strip, in place: it has kTo rows afterwards.
template <typename Lines>
void transformColumns(const StripSource& source, float* strip)
{
    const std::int64_t rowStride = source.stripColumns * kLanes;
    for (std::int64_t x = 0; x < source.columns; ++x, strip += kLanes)
        transformLine<Lines>(strip, rowStride, strip, rowStride);
}

/// The columns of a strip of an image in blocks, whose channels lie beside each other as they are:
/// L channels from `channel` on, from `top` on.
template <typename Lines>
void transformBlockColumns(const StripSource& source, std::int64_t top, std::int64_t channel,
                           float* strip)
{
    const auto [height, width] = source.size;
    const std::int64_t rowStride = width * kChannelBlock;
    const std::int64_t stripStride = source.stripColumns * kLanes;
    const float* block = source.image + channel / kChannelBlock * source.rows.count() * rowStride
        + channel % kChannelBlock;
    const bool hasRows = top >= 0 && top + Lines::kFrom <= height;
    for (std::int64_t x = source.left; x < source.left + source.columns; ++x, strip += kLanes) {
        const bool isWithin = x >= 0 && x < width;
        if (hasRows && isWithin) {
            transformLine<Lines>(block + (top - source.rows.begin) * rowStride + x * kChannelBlock,
                                 rowStride, strip, stripStride);
            continue;
        }
        for (std::int64_t i = 0; i < Lines::kFrom; ++i) { // zeros where the padding is
            const std::int64_t y = top + i;
            const V v = isWithin && y >= 0 && y < height
                ? hn::Load(kTag, block + (y - source.rows.begin) * rowStride + x * kChannelBlock)
                : hn::Zero(kTag);
            hn::Store(v, kTag, strip + i * stripStride);
        }
        transformLine<Lines>(strip, stripStride, strip, stripStride);
    }
}

/// The strip of L channels from `channel` on and of the rows from `top` on, columns transformed.
template <typename Lines>
void transformStrip(const StripSource& source, std::int64_t top, std::int64_t channel, float* strip)
{
    if (source.layout == MapLayout::Blocks)
        return transformBlockColumns<Lines>(source, top, channel, strip);
    gatherStrip(source, top, Lines::kFrom, channel, strip);
    transformColumns<Lines>(source, strip);
}

/// Where a row of tiles goes: the places of one tile in the slots of all positions.
struct TileSlots {
    float* first = nullptr; ///< of the first tile, in the slot of position 0
    std::int64_t slotFloats = 0; ///< from position to position
    std::int64_t tileStride = 0;
    std::int64_t tiles = 0;
};

/// The rows of the tiles of a strip, whose left edges lie `step` columns apart.
template <typename Lines>
void transformRows(const StripSource& source, const float* strip, std::int64_t step,
                   const TileSlots& to)
{
    for (int row = 0; row < Lines::kTo; ++row) {
        const float* from = strip + row * source.stripColumns * kLanes;
        float* slot = to.first + row * Lines::kTo * to.slotFloats;
        for (std::int64_t tile = 0; tile < to.tiles; ++tile) {
            transformLine<Lines>(from, kLanes, slot, to.slotFloats);
            from += step * kLanes;
            slot += to.tileStride;
        }
    }
}

} // namespace
} // namespace factorscope
