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

#include "core/conv/kernel_vectors.h"
#include "core/conv/winograd_product.h"
#include "core/conv/winograd_transform.h"

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

/// Bᵀ of N vectors that lie `stride` floats apart; `to` may be `from`.
template <typename T>
FACTORSCOPE_INLINE void transformLine(const float* from, std::int64_t stride, float* to,
                                      std::int64_t toStride)
{
    V d[T::kInputs];
    V t[T::kInputs];
    FACTORSCOPE_UNROLL
    for (int i = 0; i < T::kInputs; ++i)
        d[i] = hn::Load(kTag, from + i * stride);
    transformInput<T>(d, t);
    FACTORSCOPE_UNROLL
    for (int i = 0; i < T::kInputs; ++i)
        hn::Store(t[i], kTag, to + i * toStride);
}

/// Bᵀ over the columns of a strip, in place.
template <typename T>
void transformColumns(const WinogradScratch& at, std::int64_t columns, float* strip)
{
    const std::int64_t rowStride = at.stripColumns * kLanes;
    for (std::int64_t x = 0; x < columns; ++x, strip += kLanes)
        transformLine<T>(strip, rowStride, strip, rowStride);
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
            transformLine<T>(from, kLanes, slot, at.slotFloats);
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

/// What the next block reads and has not been read for this one, then what this one will write.
template <typename T>
LinesAhead linesAhead(const WinogradBlock& b)
{
    const std::int64_t bottom = b.tiles.bottom * T::kOutputs;
    const std::int64_t left = b.tiles.left * T::kOutputs;
    const std::int64_t right = b.tiles.right * T::kOutputs;
    constexpr std::int64_t kOverlap = T::kInputs - T::kOutputs;
    const std::int64_t top = b.tiles.top * T::kOutputs;
    const std::int64_t next = right + kOverlap - b.padding.width;
    const Rows input{.image = b.input,
                     .size = b.inSize,
                     .channels = b.hasNext ? b.inChannels : 0,
                     .top = top - b.padding.height,
                     .bottom = bottom + kOverlap - b.padding.height,
                     .left = next,
                     .right = next + right - left};
    const Rows output{.image = b.output,
                      .size = b.outSize,
                      .channels = b.outChannels,
                      .top = top,
                      .bottom = bottom,
                      .left = left,
                      .right = right};
    return LinesAhead(input, output);
}

/// Slot p + 1 times the weights of position p, into slot p.
template <typename T>
void multiplyPositions(const WinogradBlock& b, const WinogradScratch& at)
{
    const std::int64_t blocks = inBlocks(b.outChannels);
    const std::int64_t tiles = b.tiles.size().height * b.tiles.size().width;
    const float* weights = b.weights;
    LinesAhead lines = linesAhead<T>(b);
    const std::int64_t panels = blocks * kVectorsOfBlock / kPanelVectors;
    const std::int64_t rest = blocks * kVectorsOfBlock % kPanelVectors; // vectors
    const TileGroups inPanels(tiles, kPanelVectors);
    const TileGroups inRest(tiles, rest);
    const std::int64_t looks = T::kInputs * T::kInputs * ceilDiv(b.inChannels, kChannelsAtOnce)
        * (panels * inPanels.count() + inRest.count());
    for (int position = 0; position < T::kInputs * T::kInputs; ++position) {
        float* to = b.scratch + position * at.slotFloats;
        Product p{.a = to + at.slotFloats,
                  .aStride = inBlocks(b.inChannels) * kChannelBlock,
                  .b = weights,
                  .channels = b.inChannels,
                  .c = to,
                  .cStride = blocks * kChannelBlock,
                  .lines = &lines,
                  .linesAtOnce = static_cast<int>(ceilDiv(lines.count(), looks))};
        for (std::int64_t panel = 0; panel < panels; ++panel) {
            inPanels.multiplyPanel(p);
            p.b += kPanelVectors / kVectorsOfBlock * b.inChannels * kChannelBlock;
            p.c += kPanelVectors * kLanes;
        }
        inRest.multiplyPanel(p);
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
