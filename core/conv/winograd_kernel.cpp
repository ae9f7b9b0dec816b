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
// Where an image lies in blocks of channels (MapLayout::Blocks), nothing is turned: its pixels are
// vectors already.
//
// So an output is the same bits however tiles are put into blocks.
#include "core/conv/winograd_kernel.h"

#include "core/conv/kernel_vectors.h"
#include "core/conv/winograd_product.h"
#include "core/conv/winograd_vectors.h"

namespace factorscope {
namespace {

template <typename T>
void transformInputs(const WinogradBlock& b, const WinogradScratch& at)
{
    const Extent tiles = b.tiles.size();
    const StripSource source{.image = b.input,
                             .layout = b.inputLayout,
                             .channels = b.inChannels,
                             .size = b.inSize,
                             .rows = b.inRows,
                             .left = b.tiles.left * T::kOutputs - b.padding.width,
                             .columns = tiles.width * T::kOutputs + T::kInputs - T::kOutputs,
                             .stripColumns = at.stripColumns};
    float* strip = b.scratch + at.stripBegin;
    const std::int64_t tileStride = inBlocks(b.inChannels) * kChannelBlock;
    for (std::int64_t row = 0; row < tiles.height; ++row) {
        float* first = b.scratch + at.slotFloats + row * tiles.width * tileStride;
        for (std::int64_t channel = 0; channel < b.inChannels; channel += kLanes) {
            transformStrip<InputLines<T>>(
                source, (b.tiles.top + row) * T::kOutputs - b.padding.height, channel, strip);
            transformRows<InputLines<T>>(source, strip, T::kOutputs,
                                         {.first = first + channel,
                                          .slotFloats = at.slotFloats,
                                          .tileStride = tileStride,
                                          .tiles = tiles.width});
        }
    }
}

/// Only where a vector is a cache line: the next one is of another channel.
bool writesPastCaches(const WinogradBlock& b)
{
    return kLanes == kChannelBlock && isWrittenPastCaches(b);
}

/// What the next block reads and has not been read for this one, then what this one will write; of
/// planar maps, whose rows are many and short. Maps in blocks lie one line behind the other, which
/// processors foresee.
template <typename T>
LinesAhead linesAhead(const WinogradBlock& b)
{
    const std::int64_t bottom = b.tiles.bottom * T::kOutputs;
    const std::int64_t left = b.tiles.left * T::kOutputs;
    const std::int64_t right = b.tiles.right * T::kOutputs;
    constexpr std::int64_t kOverlap = T::kInputs - T::kOutputs;
    const std::int64_t top = b.tiles.top * T::kOutputs;
    const bool isAsked = b.outputLayout == MapLayout::Planar && !writesPastCaches(b);
    const std::int64_t next = right + kOverlap - b.padding.width;
    const Rows input{.image = b.input,
                     .size = {b.inRows.count(), b.inSize.width},
                     .channels = b.hasNext && b.inputLayout == MapLayout::Planar ? b.inChannels : 0,
                     .top = top - b.padding.height - b.inRows.begin,
                     .bottom = bottom + kOverlap - b.padding.height - b.inRows.begin,
                     .left = next,
                     .right = next + right - left};
    const Rows output{.image = b.output,
                      .size = {b.outRows.count(), b.outSize.width},
                      .channels = isAsked ? b.outChannels : 0,
                      .top = top - b.outRows.begin,
                      .bottom = bottom - b.outRows.begin,
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
        weights += b.weightBlocks * b.inChannels * kChannelBlock;
    }
}

/// Aᵀ over columns and rows of one tile's products, L channels: M rows of M outputs go to
/// store(row, column, V). What is not finite shows in the outputs of the corners, which are
/// returned, added up: row and column 0 take in every finite point, the last ones infinity.
template <typename T, typename Store>
FACTORSCOPE_INLINE V transformTile(const float* products, std::int64_t slotFloats, V bias,
                                   const Store& store)
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
            store(row, i, hn::Add(y[i], bias));
    }
    return corners;
}

/// A strip of outputs (row, column, L) to L channels of the image, as far as it reaches.
template <typename T>
void scatterStrip(const WinogradBlock& b, const WinogradScratch& at, std::int64_t tileRow,
                  std::int64_t channel, const float* strip)
{
    const bool isPastCaches = writesPastCaches(b);
    const auto [height, width] = b.outSize;
    const std::int64_t top = tileRow * T::kOutputs;
    const std::int64_t left = b.tiles.left * T::kOutputs;
    const std::int64_t rows = std::min<std::int64_t>(T::kOutputs, height - top);
    const std::int64_t columns = std::min(b.tiles.size().width * T::kOutputs, width - left);
    const std::int64_t channels = std::min(kLanes, b.outChannels - channel);
    const std::int64_t plane = b.outRows.count() * width;
    for (std::int64_t row = 0; row < rows; ++row) {
        const float* from = strip + row * at.stripColumns * kLanes;
        float* to = b.output + channel * plane + (top + row - b.outRows.begin) * width + left;
        for (std::int64_t column = 0; column < columns; column += kLanes) {
            V v[kLanes];
            FACTORSCOPE_UNROLL
            for (std::int64_t x = 0; x < kLanes; ++x)
                v[x] = activated(hn::Load(kTag, from + (column + x) * kLanes), b.negativeSlope);
            transpose(v);
            if (channels == kLanes && column + kLanes <= columns) {
                FACTORSCOPE_UNROLL
                for (std::int64_t c = 0; c < kLanes; ++c)
                    store(v[c], to + c * plane + column, isPastCaches);
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

/// One row of tiles, L channels from `channel` on, to a planar image. Returns the corners' sum.
template <typename T>
V transformToPlanes(const WinogradBlock& b, const WinogradScratch& at, std::int64_t row,
                    std::int64_t channel, V bias)
{
    const std::int64_t tileStride = inBlocks(b.outChannels) * kChannelBlock;
    const std::int64_t stripStride = at.stripColumns * kLanes;
    const float* products = b.scratch + row * b.tiles.size().width * tileStride + channel;
    float* strip = b.scratch + at.stripBegin;
    float* to = strip;
    V corners = hn::Zero(kTag);
    for (std::int64_t tile = b.tiles.left; tile < b.tiles.right; ++tile) {
        const V sum = transformTile<T>(products, at.slotFloats, bias,
                                       [&](int y, int x, V v) FACTORSCOPE_ALWAYS {
                                           hn::Store(v, kTag, to + y * stripStride + x * kLanes);
                                       });
        corners = hn::Add(corners, sum);
        products += tileStride;
        to += T::kOutputs * kLanes;
    }
    scatterStrip<T>(b, at, b.tiles.top + row, channel, strip);
    return corners;
}

/// The same to an image in blocks, whose pixels are written as they come.
template <typename T>
V transformToBlocks(const WinogradBlock& b, const WinogradScratch& at, std::int64_t row,
                    std::int64_t channel, V bias)
{
    const auto [height, width] = b.outSize;
    const std::int64_t tileStride = inBlocks(b.outChannels) * kChannelBlock;
    const std::int64_t rowStride = width * kChannelBlock;
    const std::int64_t top = (b.tiles.top + row) * T::kOutputs;
    const std::int64_t rows = std::min<std::int64_t>(T::kOutputs, height - top);
    const float* products = b.scratch + row * b.tiles.size().width * tileStride + channel;
    float* block = b.output
        + (channel / kChannelBlock * b.outRows.count() + top - b.outRows.begin) * rowStride
        + channel % kChannelBlock;
    V corners = hn::Zero(kTag);
    for (std::int64_t tile = b.tiles.left; tile < b.tiles.right; ++tile) {
        const std::int64_t left = tile * T::kOutputs;
        const std::int64_t columns = std::min<std::int64_t>(T::kOutputs, width - left);
        const bool isWhole = rows == T::kOutputs && columns == T::kOutputs;
        float* const place = block + left * kChannelBlock;
        float* const to = isWhole ? place : b.scratch + at.stripBegin;
        const std::int64_t toStride = isWhole ? rowStride : T::kOutputs * kChannelBlock;
        const V sum = transformTile<T>(products, at.slotFloats, bias,
                                       [&](int y, int x, V v) FACTORSCOPE_ALWAYS {
                                           hn::Store(activated(v, b.negativeSlope), kTag,
                                                     to + y * toStride + x * kChannelBlock);
                                       });
        for (std::int64_t y = 0; !isWhole && y < rows; ++y) {
            for (std::int64_t x = 0; x < columns; ++x)
                hn::Store(hn::Load(kTag, to + y * toStride + x * kChannelBlock), kTag,
                          place + y * rowStride + x * kChannelBlock);
        }
        corners = hn::Add(corners, sum);
        products += tileStride;
    }
    return corners;
}

template <typename T>
void transformOutputs(const WinogradBlock& b, const WinogradScratch& at)
{
    V corners = hn::Zero(kTag);
    for (std::int64_t row = 0; row < b.tiles.size().height; ++row) {
        for (std::int64_t channel = 0; channel < b.outChannels; channel += kLanes) {
            const V bias = b.bias ? loadWithin(b.bias, channel, b.outChannels) : hn::Zero(kTag);
            const V sum = b.outputLayout == MapLayout::Planar
                ? transformToPlanes<T>(b, at, row, channel, bias)
                : transformToBlocks<T>(b, at, row, channel, bias);
            corners = hn::Add(corners, sum);
        }
    }
    finishStores(writesPastCaches(b));
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
