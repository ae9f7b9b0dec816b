// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
//
// The gradient of a kernel with R taps is itself a sum of small convolutions: of each tile of four
// output gradients g and the R + 3 inputs d that they meet, with g in the place of the kernel,
//
//   ∂L/∂w[k] = Σ over tiles Σ_j g[j]·d[k + j],  k = 0 … R − 1
//
// So F(R,4) makes it out of N = R + 3 products, and since Aᵀ is linear it is applied once, to the
// sum over all tiles. A block goes through three steps, the lanes are channels:
//
//   1. Bᵀ of the inputs, (position, tile, C), and G of the gradients, (position, tile, OC).
//   2. For each position the sums (C,OC) += inputsᵀ·gradients: up to 6 input channels × 4 vectors
//   of
//      output channels stay in registers over the tiles. In float, tile by tile.
//   3. After the last block Aᵀ goes over columns and rows of the N·N sums.
#include "core/conv/winograd_gradient_kernel.h"

#include "core/conv/winograd_product.h"
#include "core/conv/winograd_vectors.h"

namespace factorscope {
namespace {

template <typename T>
void transformImage(const StripSource& source, std::int64_t top, std::int64_t topStep,
                    std::int64_t tileRows, float* strip, TileSlots to)
{
    for (std::int64_t row = 0; row < tileRows; ++row) {
        for (std::int64_t channel = 0; channel < source.channels; channel += kLanes) {
            TileSlots slots = to;
            slots.first += channel;
            transformStrip<T>(source, top + row * topStep, channel, strip);
            transformRows<T>(source, strip, topStep, slots);
        }
        to.first += to.tiles * to.tileStride;
    }
}

template <typename T>
void transformInputs(const WinogradGradientBlock& b, const WinogradGradientScratch& at)
{
    const Extent tiles = b.tiles.size();
    const StripSource source{.image = b.input,
                             .channels = b.inChannels,
                             .size = b.inSize,
                             .rows = {0, b.inSize.height},
                             .left = b.tiles.left * kGradientTile - b.padding.width,
                             .columns = tiles.width * kGradientTile + T::kOutputs - 1,
                             .stripColumns = at.stripColumns};
    transformImage<InputLines<T>>(source, b.tiles.top * kGradientTile - b.padding.height,
                                  kGradientTile, tiles.height, b.scratch + at.stripBegin,
                                  {.first = b.scratch,
                                   .slotFloats = at.inputSlot,
                                   .tileStride = inBlocks(b.inChannels) * kChannelBlock,
                                   .tiles = tiles.width});
}

template <typename T>
void transformGradients(const WinogradGradientBlock& b, const WinogradGradientScratch& at)
{
    const Extent tiles = b.tiles.size();
    const StripSource source{.image = b.gradient,
                             .channels = b.outChannels,
                             .size = b.outSize,
                             .rows = {0, b.outSize.height},
                             .left = b.tiles.left * kGradientTile,
                             .columns = tiles.width * kGradientTile,
                             .stripColumns = at.stripColumns};
    transformImage<TapLines<T>>(source, b.tiles.top * kGradientTile, kGradientTile, tiles.height,
                                b.scratch + at.stripBegin,
                                {.first = b.scratch + at.gradientBegin,
                                 .slotFloats = at.gradientSlot,
                                 .tileStride = inBlocks(b.outChannels) * kChannelBlock,
                                 .tiles = tiles.width});
}

/// One position's products of some input channels with a panel of output channels.
struct Sums {
    const float* inputs = nullptr; ///< (tiles, C)
    std::int64_t inputStride = 0;
    const float* gradients = nullptr; ///< (tiles, OC)
    std::int64_t gradientStride = 0; ///< of the sums, too
    std::int64_t tiles = 0;
    float* sums = nullptr; ///< (C, OC)
    bool isFirst = false;
};

/// kChannels × kVectors sums, each in a register.
template <int kChannels, int kVectors>
void addTiles(const Sums& p)
{
    V sums[kChannels][kVectors];
    FACTORSCOPE_UNROLL
    for (int c = 0; c < kChannels; ++c) {
        FACTORSCOPE_UNROLL
        for (int v = 0; v < kVectors; ++v)
            sums[c][v] = p.isFirst ? hn::Zero(kTag)
                                   : hn::Load(kTag, p.sums + c * p.gradientStride + v * kLanes);
    }
    const float* inputs = p.inputs;
    const float* gradients = p.gradients;
    for (std::int64_t tile = 0; tile < p.tiles; ++tile) {
        V g[kVectors];
        FACTORSCOPE_UNROLL
        for (int v = 0; v < kVectors; ++v)
            g[v] = hn::Load(kTag, gradients + v * kLanes);
        FACTORSCOPE_UNROLL
        for (int c = 0; c < kChannels; ++c) {
            const V d = hn::Set(kTag, inputs[c]);
            FACTORSCOPE_UNROLL
            for (int v = 0; v < kVectors; ++v)
                sums[c][v] = hn::MulAdd(d, g[v], sums[c][v]);
        }
        inputs += p.inputStride;
        gradients += p.gradientStride;
    }
    FACTORSCOPE_UNROLL
    for (int c = 0; c < kChannels; ++c) {
        FACTORSCOPE_UNROLL
        for (int v = 0; v < kVectors; ++v)
            hn::Store(sums[c][v], kTag, p.sums + c * p.gradientStride + v * kLanes);
    }
}

using AddTiles = void (*)(const Sums&);
using AddTilesByChannels = std::array<AddTiles, kMostTiles>; ///< from 1 on

template <int kVectors, std::size_t... kChannels>
constexpr AddTilesByChannels byChannels(std::index_sequence<kChannels...>)
{
    return {addTiles<static_cast<int>(kChannels) + 1, kVectors>...};
}

template <std::size_t... kVectors>
constexpr std::array<AddTilesByChannels, sizeof...(kVectors)>
byVectors(std::index_sequence<kVectors...>)
{
    return {byChannels<static_cast<int>(kVectors) + 1>(
        std::make_index_sequence<mostTiles(static_cast<int>(kVectors) + 1)>())...};
}

/// By vectors and input channels, both from 1 on.
constexpr auto kAddTiles = byVectors(std::make_index_sequence<kPanelVectors>());

/// All input channels with one panel of so many vectors.
void addPanel(Sums p, std::int64_t channels, std::int64_t vectors)
{
    const std::int64_t atOnce = mostTiles(static_cast<int>(vectors));
    for (std::int64_t channel = 0; channel < channels; channel += atOnce) {
        const std::int64_t count = std::min(atOnce, channels - channel);
        kAddTiles[static_cast<std::size_t>(vectors - 1)][static_cast<std::size_t>(count - 1)](p);
        p.inputs += count;
        p.sums += count * p.gradientStride;
    }
}

template <typename T>
void addProducts(const WinogradGradientBlock& b, const WinogradGradientScratch& at)
{
    const std::int64_t vectors = inBlocks(b.outChannels) * kVectorsOfBlock;
    for (std::int64_t position = 0; position < T::kInputs * T::kInputs; ++position) {
        for (std::int64_t first = 0; first < vectors; first += kPanelVectors) {
            const std::int64_t lane = first * kLanes;
            addPanel({.inputs = b.scratch + position * at.inputSlot,
                      .inputStride = inBlocks(b.inChannels) * kChannelBlock,
                      .gradients = b.scratch + at.gradientBegin + position * at.gradientSlot + lane,
                      .gradientStride = inBlocks(b.outChannels) * kChannelBlock,
                      .tiles = b.tiles.size().height * b.tiles.size().width,
                      .sums = b.scratch + at.sumsBegin + position * at.sumsSlot + lane,
                      .isFirst = b.isFirst},
                     b.inChannels, std::min<std::int64_t>(kPanelVectors, vectors - first));
        }
    }
}

/// Aᵀ over columns and rows of L sums: R·R numbers that lie `stride` floats apart.
template <typename T>
FACTORSCOPE_INLINE void transformSums(const float* sums, std::int64_t slotFloats, float* to,
                                      std::int64_t stride)
{
    V rows[T::kOutputs][T::kInputs];
    FACTORSCOPE_UNROLL
    for (int column = 0; column < T::kInputs; ++column) {
        V t[T::kInputs];
        V y[T::kOutputs];
        FACTORSCOPE_UNROLL
        for (int i = 0; i < T::kInputs; ++i)
            t[i] = hn::Load(kTag, sums + (i * T::kInputs + column) * slotFloats);
        transformOutput<T>(t, y);
        FACTORSCOPE_UNROLL
        for (int i = 0; i < T::kOutputs; ++i)
            rows[i][column] = y[i];
    }
    FACTORSCOPE_UNROLL
    for (int row = 0; row < T::kOutputs; ++row) {
        V y[T::kOutputs];
        transformOutput<T>(rows[row], y);
        FACTORSCOPE_UNROLL
        for (int i = 0; i < T::kOutputs; ++i)
            hn::StoreU(y[i], kTag, to + (row * T::kOutputs + i) * stride);
    }
}

template <typename T>
void compute(const WinogradGradientBlock& b)
{
    const auto at
        = WinogradGradientScratch::of(T::kOutputs, b.mostTiles, b.inChannels, b.outChannels);
    transformInputs<T>(b, at);
    transformGradients<T>(b, at);
    addProducts<T>(b, at);
    if (!b.isLast)
        return;
    const std::int64_t pairs = b.inChannels * inBlocks(b.outChannels) * kChannelBlock;
    for (std::int64_t pair = 0; pair < pairs; pair += kLanes)
        transformSums<T>(b.scratch + at.sumsBegin + pair, at.sumsSlot, b.kernels + pair, pairs);
}

} // namespace

void FACTORSCOPE_KERNEL(const WinogradGradientBlock& block)
{
    if (block.taps == 3)
        compute<WinogradTransform<3, 4>>(block);
    else
        compute<WinogradTransform<5, 4>>(block);
}

} // namespace factorscope
