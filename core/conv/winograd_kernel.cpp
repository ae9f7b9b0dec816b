// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
//
// A block of T tiles goes through three steps; L is the number of lanes of a vector, and everywhere
// but in the image itself the lanes are channels:
//
//   1. L channels of the image (C,H,W) are turned channels-last into a strip (N rows, columns, L),
//      zeros where the padding is. Bᵀ goes over its columns, then over the N rows of each tile, and
//      the N·N results lie in the slots of as many positions, (position, tile, channel).
//   2. For each position a matrix product (T,C)·(C,OC): all that is left of the convolution. The
//      sums of 6 tiles × 4 vectors of output channels stay in registers over all C: one
//      multiply-add each, in float, from the first input channel to the last.
//   3. Aᵀ goes over columns and rows of the N·N products, bias and activation are applied, and the
//      M×M outputs are turned back to (OC,OH,OW).
//
// So an output is the same bits however tiles are put into blocks.
#include "core/conv/winograd_kernel.h"
#include "core/conv/winograd_transform.h"

#include <hwy/highway.h>

#include <type_traits>
#include <utility>

namespace factorscope {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

#define FACTORSCOPE_ALWAYS __attribute__((always_inline))
#define FACTORSCOPE_INLINE inline FACTORSCOPE_ALWAYS
// Arrays of vectors stay in registers only where every loop over them is unrolled.
#define FACTORSCOPE_UNROLL _Pragma("GCC unroll 64")

using D = hn::CappedTag<float, kChannelBlock>;
using V = hn::Vec<D>;
constexpr D kTag;
constexpr std::int64_t kLanes = static_cast<std::int64_t>(HWY_MAX_BYTES / sizeof(float));
constexpr std::int64_t kVectorsOfBlock = kChannelBlock / kLanes;

/// Transposes the 4×4 numbers in each 128-bit part of four vectors.
FACTORSCOPE_INLINE void transposeParts(V* v)
{
    const hn::Repartition<double, D> pairs;
    const V ab0 = hn::InterleaveLower(kTag, v[0], v[1]); // a0 b0 a1 b1
    const V ab2 = hn::InterleaveUpper(kTag, v[0], v[1]);
    const V cd0 = hn::InterleaveLower(kTag, v[2], v[3]);
    const V cd2 = hn::InterleaveUpper(kTag, v[2], v[3]);
    const auto lower = [&](V a, V b) {
        return hn::BitCast(
            kTag, hn::InterleaveLower(pairs, hn::BitCast(pairs, a), hn::BitCast(pairs, b)));
    };
    const auto upper = [&](V a, V b) {
        return hn::BitCast(
            kTag, hn::InterleaveUpper(pairs, hn::BitCast(pairs, a), hn::BitCast(pairs, b)));
    };
    v[0] = lower(ab0, cd0);
    v[1] = upper(ab0, cd0);
    v[2] = lower(ab2, cd2);
    v[3] = upper(ab2, cd2);
}

/// Transposes L vectors of L numbers.
FACTORSCOPE_INLINE void transpose(V (&v)[kLanes])
{
    FACTORSCOPE_UNROLL
    for (int part = 0; part < kLanes / 4; ++part)
        transposeParts(v + 4 * part);
#if HWY_MAX_BYTES >= 32
    // Now v[4p + i] has in its part q the numbers 4p…4p+3 of row 4q + i: a transposition of parts.
    FACTORSCOPE_UNROLL
    for (int i = 0; i < 4; ++i) {
#if HWY_MAX_BYTES == 32
        const V a = v[i];
        const V b = v[4 + i];
        v[i] = hn::ConcatLowerLower(kTag, b, a);
        v[4 + i] = hn::ConcatUpperUpper(kTag, b, a);
#else
        const V ab0 = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(v[4 + i]), v[i]); // a0 b0 a2 b2
        const V ab1 = hn::OddEvenBlocks(v[4 + i], hn::SwapAdjacentBlocks(v[i])); // a1 b1 a3 b3
        const V cd0 = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(v[12 + i]), v[8 + i]);
        const V cd1 = hn::OddEvenBlocks(v[12 + i], hn::SwapAdjacentBlocks(v[8 + i]));
        v[i] = hn::ConcatLowerLower(kTag, cd0, ab0);
        v[4 + i] = hn::ConcatLowerLower(kTag, cd1, ab1);
        v[8 + i] = hn::ConcatUpperUpper(kTag, cd0, ab0);
        v[12 + i] = hn::ConcatUpperUpper(kTag, cd1, ab1);
#endif
    }
#endif
}

/// The numbers x…x+L−1 of a row of `width`, zeros where it has none.
FACTORSCOPE_INLINE V loadWithin(const float* row, std::int64_t x, std::int64_t width)
{
    if (x >= 0 && x + kLanes <= width)
        return hn::LoadU(kTag, row + x);
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
    const auto count = [](std::int64_t n) {
        return static_cast<std::size_t>(std::clamp(n, std::int64_t{0}, kLanes));
    };
    const auto before = hn::FirstN(kTag, count(-x));
    const auto within = hn::FirstN(kTag, count(width - x));
    return hn::MaskedLoad(hn::AndNot(before, within), kTag, row + x);
#else
    HWY_ALIGN float numbers[kLanes] = {};
    for (std::int64_t i = std::max<std::int64_t>(0, -x); i < std::min(kLanes, width - x); ++i)
        numbers[i] = row[x + i];
    return hn::Load(kTag, numbers);
#endif
}

FACTORSCOPE_INLINE void storeFirst(V v, float* to, std::int64_t count)
{
    if (count >= kLanes)
        return hn::StoreU(v, kTag, to);
    HWY_ALIGN float numbers[kLanes];
    hn::Store(v, kTag, numbers);
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = numbers[i];
}

/// Calls body(i) for i from 0 to kCount − 1, each known to the compiler.
template <int kCount, typename Body>
FACTORSCOPE_INLINE void unrolled(const Body& body)
{
    [&]<int... I>(std::integer_sequence<int, I...>) FACTORSCOPE_ALWAYS
    {
        (body(std::integral_constant<int, I>{}), ...);
    }
    (std::make_integer_sequence<int, kCount>{});
}

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

/// L channels from `channel` on and the N rows of one row of tiles, as (row, column, L).
template <typename T>
void gatherStrip(const WinogradBlock& b, const WinogradScratch& at, std::int64_t tileRow,
                 std::int64_t channel, float* strip)
{
    const auto [height, width] = b.inSize;
    const std::int64_t left = b.tiles.left * T::kOutputs - b.padding.width;
    const std::int64_t columns = b.tiles.size().width * T::kOutputs + T::kInputs - T::kOutputs;
    const std::int64_t channels = std::min(kLanes, b.inChannels - channel);
    const std::int64_t plane = height * width;
    for (std::int64_t row = 0; row < T::kInputs; ++row) {
        float* to = strip + row * at.stripColumns * kLanes;
        const std::int64_t y = tileRow * T::kOutputs - b.padding.height + row;
        if (y < 0 || y >= height) {
            std::fill_n(to, columns * kLanes, 0.0F);
            continue;
        }
        const float* from = b.input + (channel * height + y) * width;
        for (std::int64_t column = 0; column < columns; column += kLanes) {
            const std::int64_t x = left + column;
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

/// Bᵀ over the columns of a strip, in place.
template <typename T>
void transformColumns(const WinogradScratch& at, std::int64_t columns, float* strip)
{
    const std::int64_t rowStride = at.stripColumns * kLanes;
    for (std::int64_t x = 0; x < columns; ++x, strip += kLanes) {
        V d[T::kInputs];
        V t[T::kInputs];
        FACTORSCOPE_UNROLL
        for (int i = 0; i < T::kInputs; ++i)
            d[i] = hn::Load(kTag, strip + i * rowStride);
        transformInput<T>(d, t);
        FACTORSCOPE_UNROLL
        for (int i = 0; i < T::kInputs; ++i)
            hn::Store(t[i], kTag, strip + i * rowStride);
    }
}

/// Bᵀ over the rows of the tiles of a strip; `to` is the first tile's place in the first slot.
template <typename T>
void transformRows(const WinogradBlock& b, const WinogradScratch& at, std::int64_t tileStride,
                   const float* strip, float* to)
{
    for (int row = 0; row < T::kInputs; ++row) {
        const float* from = strip + row * at.stripColumns * kLanes;
        float* slot = to + row * T::kInputs * at.slotFloats;
        for (std::int64_t tile = 0; tile < b.tiles.size().width; ++tile) {
            V d[T::kInputs];
            V t[T::kInputs];
            FACTORSCOPE_UNROLL
            for (int i = 0; i < T::kInputs; ++i)
                d[i] = hn::Load(kTag, from + i * kLanes);
            transformInput<T>(d, t);
            FACTORSCOPE_UNROLL
            for (int i = 0; i < T::kInputs; ++i)
                hn::Store(t[i], kTag, slot + i * at.slotFloats);
            from += T::kOutputs * kLanes;
            slot += tileStride;
        }
    }
}

template <typename T>
void transformInputs(const WinogradBlock& b, const WinogradScratch& at)
{
    float* strip = b.scratch + at.stripBegin;
    const std::int64_t columns = b.tiles.size().width * T::kOutputs + T::kInputs - T::kOutputs;
    const std::int64_t tileStride = inBlocks(b.inChannels) * kChannelBlock;
    for (std::int64_t row = 0; row < b.tiles.size().height; ++row) {
        float* tiles = b.scratch + at.slotFloats + row * b.tiles.size().width * tileStride;
        for (std::int64_t channel = 0; channel < b.inChannels; channel += kLanes) {
            gatherStrip<T>(b, at, b.tiles.top + row, channel, strip);
            transformColumns<T>(at, columns, strip);
            transformRows<T>(b, at, tileStride, strip, tiles + channel);
        }
    }
}

constexpr std::int64_t ceilDiv(std::int64_t a, std::int64_t b)
{
    return (a + b - 1) / b;
}

/// Part of some rows of each channel of an image.
struct Rows {
    const float* image = nullptr; ///< (channels,H,W)
    Extent size;
    std::int64_t channels = 0;
    std::int64_t top = 0;
    std::int64_t bottom = 0;
    std::int64_t left = 0;
    std::int64_t right = 0;

    Rows within() const
    {
        Rows rows = *this;
        rows.top = std::max<std::int64_t>(0, top);
        rows.bottom = std::max(rows.top, std::min(bottom, size.height));
        rows.left = std::max<std::int64_t>(0, left);
        rows.right = std::max(rows.left, std::min(right, size.width));
        return rows;
    }
    std::int64_t count() const { return channels * (bottom - top); }
    const float* row(std::int64_t i) const
    {
        const std::int64_t height = bottom - top;
        return image + (i / height * size.height + top + i % height) * size.width;
    }
};

/// The cache lines of rows that will soon be read or written, asked for one at a time while the
/// products are computed: memory is slow to answer, and a burst of questions would hold these up.
class LinesAhead {
public:
    LinesAhead(const Rows& first, const Rows& second) : m_rows{first.within(), second.within()}
    {
        nextRow();
    }

    std::int64_t count() const
    {
        std::int64_t lines = 0;
        for (const Rows& rows : m_rows)
            lines += rows.count() * ceilDiv(rows.right - rows.left, kLine);
        return lines;
    }

    FACTORSCOPE_INLINE void askForNext()
    {
        if (m_at >= m_end)
            return;
        __builtin_prefetch(m_at, 0, 2); // to the second-level cache
        m_at += kLine;
        if (m_at >= m_end)
            nextRow();
    }

private:
    static constexpr std::int64_t kLine = 16; ///< floats

    void nextRow()
    {
        while (m_row == m_rows[m_part].count()) {
            if (m_part == 1)
                return;
            m_part = 1;
            m_row = 0;
        }
        const Rows& rows = m_rows[m_part];
        m_at = rows.row(m_row) + rows.left;
        m_end = rows.row(m_row) + rows.right;
        ++m_row;
    }

    Rows m_rows[2];
    int m_part = 0;
    std::int64_t m_row = 0;
    const float* m_at = nullptr;
    const float* m_end = nullptr;
};

/// What the next block reads and has not been read for this one, then what this one will write.
template <typename T>
LinesAhead linesAhead(const WinogradBlock& b)
{
    const std::int64_t bottom = b.tiles.bottom * T::kOutputs;
    const std::int64_t left = b.tiles.left * T::kOutputs;
    const std::int64_t right = b.tiles.right * T::kOutputs;
    constexpr std::int64_t kOverlap = T::kInputs - T::kOutputs;
    const Rows input{.image = b.input,
                     .size = b.inSize,
                     .channels = b.hasNext ? b.inChannels : 0,
                     .top = bottom + kOverlap - b.padding.height,
                     .bottom
                     = bottom + kOverlap - b.padding.height + b.tiles.size().height * T::kOutputs,
                     .left = left - b.padding.width,
                     .right = right + kOverlap - b.padding.width};
    const Rows output{.image = b.output,
                      .size = b.outSize,
                      .channels = b.outChannels,
                      .top = b.tiles.top * T::kOutputs,
                      .bottom = bottom,
                      .left = left,
                      .right = right};
    return LinesAhead(input, output);
}

/// One position's product of `tiles` with a panel of output channels.
struct Product {
    const float* a = nullptr; ///< (tiles, C)
    std::int64_t aStride = 0;
    const float* b = nullptr; ///< (blocks, C, 16), from the panel's first vector on
    std::int64_t channels = 0; ///< C
    float* c = nullptr; ///< (tiles, OC)
    std::int64_t cStride = 0;
    LinesAhead* lines = nullptr; ///< one is asked for each turnsForLine channels
    std::int64_t turnsForLine = 0;
};

/// kTiles × kVectors sums, each in a register.
template <int kTiles, int kVectors>
void multiply(const Product& p)
{
    V sums[kTiles][kVectors];
    FACTORSCOPE_UNROLL
    for (int t = 0; t < kTiles; ++t) {
        FACTORSCOPE_UNROLL
        for (int v = 0; v < kVectors; ++v)
            sums[t][v] = hn::Zero(kTag);
    }
    const float* b = p.b;
    const std::int64_t blockStride = p.channels * kChannelBlock;
    for (std::int64_t channel = 0; channel < p.channels;) {
        p.lines->askForNext();
        const std::int64_t end = std::min(channel + p.turnsForLine, p.channels);
        for (; channel < end; ++channel, b += kChannelBlock) {
            V weights[kVectors];
            FACTORSCOPE_UNROLL
            for (int v = 0; v < kVectors; ++v)
                weights[v] = hn::Load(
                    kTag, b + v / kVectorsOfBlock * blockStride + v % kVectorsOfBlock * kLanes);
            FACTORSCOPE_UNROLL
            for (int t = 0; t < kTiles; ++t) {
                const V input = hn::Set(kTag, p.a[t * p.aStride + channel]);
                FACTORSCOPE_UNROLL
                for (int v = 0; v < kVectors; ++v)
                    sums[t][v] = hn::MulAdd(input, weights[v], sums[t][v]);
            }
        }
    }
    FACTORSCOPE_UNROLL
    for (int t = 0; t < kTiles; ++t) {
        FACTORSCOPE_UNROLL
        for (int v = 0; v < kVectors; ++v)
            hn::Store(sums[t][v], kTag, p.c + t * p.cStride + v * kLanes);
    }
}

/// The most tiles whose sums over that many vectors fit the registers.
constexpr int mostTiles(int vectors)
{
    constexpr int kSums = HWY_MAX_BYTES == 64 ? 24 : 12;
    return std::min(kSums / vectors, 12);
}

template <int kVectors, int kTiles = mostTiles(kVectors)>
void multiplyTiles(int tiles, const Product& p)
{
    if constexpr (kTiles > 0) {
        if (tiles == kTiles)
            return multiply<kTiles, kVectors>(p);
        multiplyTiles<kVectors, kTiles - 1>(tiles, p);
    }
}

/// All tiles times one panel: in groups as equal as they come, so that none is left with few.
template <int kVectors>
void multiplyPanel(std::int64_t tiles, Product p)
{
    constexpr int kMost = mostTiles(kVectors);
    for (std::int64_t groups = (tiles + kMost - 1) / kMost; groups > 0; --groups) {
        const std::int64_t group = (tiles + groups - 1) / groups;
        multiplyTiles<kVectors>(static_cast<int>(group), p);
        p.a += group * p.aStride;
        p.c += group * p.cStride;
        tiles -= group;
    }
}

constexpr int kPanelVectors = HWY_MAX_BYTES == 64 ? 4 : static_cast<int>(kVectorsOfBlock);

/// Slot p + 1 times the weights of position p, into slot p.
template <typename T>
void multiplyPositions(const WinogradBlock& b, const WinogradScratch& at)
{
    const std::int64_t blocks = inBlocks(b.outChannels);
    const std::int64_t tiles = b.tiles.size().height * b.tiles.size().width;
    const float* weights = b.weights;
    LinesAhead lines = linesAhead<T>(b);
    const std::int64_t turns = T::kInputs * T::kInputs * b.inChannels
        * ceilDiv(tiles, mostTiles(kPanelVectors))
        * ceilDiv(blocks * kVectorsOfBlock, kPanelVectors);
    const std::int64_t turnsForLine
        = std::max<std::int64_t>(1, turns / std::max<std::int64_t>(1, lines.count()));
    for (int position = 0; position < T::kInputs * T::kInputs; ++position) {
        float* to = b.scratch + position * at.slotFloats;
        Product p{.a = to + at.slotFloats,
                  .aStride = inBlocks(b.inChannels) * kChannelBlock,
                  .b = weights,
                  .channels = b.inChannels,
                  .c = to,
                  .cStride = blocks * kChannelBlock,
                  .lines = &lines,
                  .turnsForLine = turnsForLine};
        for (std::int64_t vectors = blocks * kVectorsOfBlock; vectors > 0;) {
            const std::int64_t panel = std::min<std::int64_t>(vectors, kPanelVectors);
            if (panel == kPanelVectors)
                multiplyPanel<kPanelVectors>(tiles, p);
            else if (panel == 3)
                multiplyPanel<3>(tiles, p);
            else if (panel == 2)
                multiplyPanel<2>(tiles, p);
            else
                multiplyPanel<1>(tiles, p);
            p.b += panel / kVectorsOfBlock * b.inChannels * kChannelBlock;
            p.c += panel * kLanes;
            vectors -= panel;
        }
        weights += blocks * b.inChannels * kChannelBlock;
    }
}

/// Aᵀ over columns and rows of one tile's products, L channels: M rows of M numbers at `to`.
/// What is not finite shows in the outputs of the corners, which are returned, added up: row and
/// column 0 take in every finite point, the last ones infinity.
template <typename T>
FACTORSCOPE_INLINE V transformTile(const float* products, std::int64_t slotFloats, V bias,
                                   float* to, std::int64_t rowStride)
{
    V rows[T::kOutputs][T::kInputs];
    FACTORSCOPE_UNROLL
    for (int column = 0; column < T::kInputs; ++column) {
        V t[T::kInputs];
        V y[T::kOutputs];
        FACTORSCOPE_UNROLL
        for (int i = 0; i < T::kInputs; ++i)
            t[i] = hn::Load(kTag, products + (i * T::kInputs + column) * slotFloats);
        transformOutput<T>(t, y);
        FACTORSCOPE_UNROLL
        for (int i = 0; i < T::kOutputs; ++i)
            rows[i][column] = y[i];
    }
    V corners = hn::Zero(kTag);
    FACTORSCOPE_UNROLL
    for (int row = 0; row < T::kOutputs; ++row) {
        V y[T::kOutputs];
        transformOutput<T>(rows[row], y);
        if (row == 0 || row == T::kOutputs - 1)
            corners = hn::Add(corners, hn::Add(y[0], y[T::kOutputs - 1]));
        FACTORSCOPE_UNROLL
        for (int i = 0; i < T::kOutputs; ++i)
            hn::Store(hn::Add(y[i], bias), kTag, to + row * rowStride + i * kLanes);
    }
    return corners;
}

FACTORSCOPE_INLINE V activated(V x, const float* negativeSlope)
{
    if (!negativeSlope)
        return x;
    if (*negativeSlope == 0.0F)
        return hn::IfThenZeroElse(hn::Lt(x, hn::Zero(kTag)), x);
    return hn::IfThenElse(hn::Gt(x, hn::Zero(kTag)), x, hn::Mul(x, hn::Set(kTag, *negativeSlope)));
}

/// A strip of outputs (row, column, L) to L channels of the image, as far as it reaches.
template <typename T>
void scatterStrip(const WinogradBlock& b, const WinogradScratch& at, std::int64_t tileRow,
                  std::int64_t channel, const float* strip)
{
    const auto [height, width] = b.outSize;
    const std::int64_t top = tileRow * T::kOutputs;
    const std::int64_t left = b.tiles.left * T::kOutputs;
    const std::int64_t rows = std::min<std::int64_t>(T::kOutputs, height - top);
    const std::int64_t columns = std::min(b.tiles.size().width * T::kOutputs, width - left);
    const std::int64_t channels = std::min(kLanes, b.outChannels - channel);
    const std::int64_t plane = height * width;
    for (std::int64_t row = 0; row < rows; ++row) {
        const float* from = strip + row * at.stripColumns * kLanes;
        float* to = b.output + (channel * height + top + row) * width + left;
        for (std::int64_t column = 0; column < columns; column += kLanes) {
            V v[kLanes];
            FACTORSCOPE_UNROLL
            for (std::int64_t x = 0; x < kLanes; ++x)
                v[x] = activated(hn::Load(kTag, from + (column + x) * kLanes), b.negativeSlope);
            transpose(v);
            if (channels == kLanes && column + kLanes <= columns) {
                FACTORSCOPE_UNROLL
                for (std::int64_t c = 0; c < kLanes; ++c)
                    hn::StoreU(v[c], kTag, to + c * plane + column);
            } else {
                FACTORSCOPE_UNROLL
                for (std::int64_t c = 0; c < kLanes; ++c) {
                    if (c < channels)
                        storeFirst(v[c], to + c * plane + column, columns - column);
                }
            }
        }
    }
}

template <typename T>
void transformOutputs(const WinogradBlock& b, const WinogradScratch& at)
{
    float* strip = b.scratch + at.stripBegin;
    const std::int64_t tileStride = inBlocks(b.outChannels) * kChannelBlock;
    V corners = hn::Zero(kTag);
    for (std::int64_t row = 0; row < b.tiles.size().height; ++row) {
        const float* tiles = b.scratch + row * b.tiles.size().width * tileStride;
        for (std::int64_t channel = 0; channel < b.outChannels; channel += kLanes) {
            const V bias = b.bias ? loadWithin(b.bias, channel, b.outChannels) : hn::Zero(kTag);
            for (std::int64_t tile = 0; tile < b.tiles.size().width; ++tile)
                corners
                    = hn::Add(corners,
                              transformTile<T>(tiles + tile * tileStride + channel, at.slotFloats,
                                               bias, strip + tile * T::kOutputs * kLanes,
                                               at.stripColumns * kLanes));
            scatterStrip<T>(b, at, b.tiles.top + row, channel, strip);
        }
    }
    const V nothing = hn::Sub(corners, corners); // NaN where they are not finite
    if (!hn::AllTrue(kTag, hn::Eq(nothing, nothing)))
        *b.hasNonFinite = true;
}

template <typename T>
void compute(const WinogradBlock& b)
{
    const WinogradScratch at = WinogradScratch::of(T::kOutputs, T::kInputs, b.tiles.size(),
                                                   std::max(b.inChannels, b.outChannels));
    transformInputs<T>(b, at);
    multiplyPositions<T>(b, at);
    transformOutputs<T>(b, at);
}

} // namespace

void FACTORSCOPE_KERNEL(const WinogradBlock& block)
{
    switch (block.variant) {
    case WinogradVariant::F2x5:
        return compute<WinogradTransform<2, 5>>(block);
    case WinogradVariant::F4x3:
        return compute<WinogradTransform<4, 3>>(block);
    case WinogradVariant::F4x5:
        return compute<WinogradTransform<4, 5>>(block);
    case WinogradVariant::F6x3:
        return compute<WinogradTransform<6, 3>>(block);
    }
}

} // namespace factorscope
