#include "core/conv/ceil_div.h"
#include "core/conv/conv_engine.h"
#include "core/conv/engines.h"
#include "core/conv/kernel_dispatch.h"
#include "core/conv/winograd_common.h"
#include "core/conv/winograd_kernel.h"
#include "core/conv/winograd_transform.h"
#include "core/conv/winograd_work.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>

namespace factorscope {

FACTORSCOPE_DISPATCH_KERNEL(computeWinogradBlock, const WinogradBlock&)

namespace {

constexpr std::int64_t kMaxScratchFloats = std::int64_t{2} << 20; // 8 MB a thread
// A block takes some milliseconds with as many, and only then looks whether it is to stop.
constexpr std::int64_t kMaxChannelPairs = std::int64_t{1} << 19;

template <typename T>
TileBlocks tileBlocksOf(const ConvProblem& p)
{
    return TileBlocks::of(p, T::kOutputs, T::kInputs);
}

template <typename T>
Extent pixelsOf(Extent tiles)
{
    return {tiles.height * T::kOutputs, tiles.width * T::kOutputs};
}

/// Cycles that the transforms of a tile and 16 channels take, as measured with AVX-512.
struct TransformCycles {
    double ofInput;
    double ofOutput;
};
constexpr TransformCycles transformCycles(WinogradTransform<2, 5>)
{
    return {250.0, 130.0};
}
constexpr TransformCycles transformCycles(WinogradTransform<4, 3>)
{
    return {390.0, 275.0};
}
constexpr TransformCycles transformCycles(WinogradTransform<4, 5>)
{
    return {650.0, 380.0};
}
constexpr TransformCycles transformCycles(WinogradTransform<6, 3>)
{
    return {900.0, 660.0};
}

constexpr double kMacsOfCycle = 32.0;

/// About how many cycles a tile takes, as measured with AVX-512.
template <typename T>
double cyclesOfTile(const ConvProblem& p, const TileBlocks& b)
{
    constexpr double kCall = 25.0; // of the products' kernel
    constexpr double kWeights = 1.5; // a cache line
    const auto [ofInput, ofOutput] = transformCycles(T());
    const auto in = static_cast<double>(inBlocks(p.inChannels));
    const auto out = static_cast<double>(inBlocks(p.outChannels));
    const auto channels = static_cast<double>(p.inChannels);
    const auto tiles = static_cast<double>(b.size.height * b.size.width);
    const double tilesOfCall = std::min(tiles, out < 4.0 ? 8.0 : 6.0);
    const double calls = std::ceil(out / 4.0) / tilesOfCall;
    const double product = channels * out / 2.0 + kCall * calls + kWeights * channels * out / tiles;
    return ofInput * in + ofOutput * out + 1.08 * T::kInputs * T::kInputs * product;
}

/// Sixteen kernels at a time: the channels of one block of OC.
using Lanes = std::array<double, kChannelBlock>;

/// G g Gᵀ of 16 kernels g (OC,C,R,R), in double precision, rounded once. Position p goes to
/// to[p·positionStride].
template <typename T>
void transformKernels(const float* g, std::int64_t outChannels, std::int64_t outStride, float* to,
                      std::int64_t positionStride)
{
    constexpr auto kG = T::kernelMatrix();
    constexpr auto N = static_cast<std::size_t>(T::kInputs);
    constexpr auto R = static_cast<std::size_t>(T::kTaps);
    std::array<std::array<Lanes, R>, N> half{}; // G g
    for (std::size_t y = 0; y < R; ++y) {
        for (std::size_t x = 0; x < R; ++x) {
            Lanes taps{};
            for (std::int64_t lane = 0; lane < outChannels; ++lane)
                taps[static_cast<std::size_t>(lane)]
                    = g[lane * outStride + static_cast<std::int64_t>(y * R + x)];
            for (std::size_t i = 0; i < N; ++i) {
                for (std::size_t lane = 0; lane < kChannelBlock; ++lane)
                    half[i][x][lane] += kG[i][y] * taps[lane];
            }
        }
    }
    for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t j = 0; j < N; ++j, to += positionStride) {
            Lanes sum{};
            for (std::size_t x = 0; x < R; ++x) {
                for (std::size_t lane = 0; lane < kChannelBlock; ++lane)
                    sum[lane] += half[i][x][lane] * kG[j][x];
            }
            for (std::size_t lane = 0; lane < kChannelBlock; ++lane)
                to[lane] = static_cast<float>(sum[lane]);
        }
    }
}

/// Winograd's minimal filtering: M×M outputs of an R×R kernel by (M + R − 1)² multiplications for
/// each pair of channels, see winograd_transform.h. Rounding errors are larger than those of a
/// plain sum. Sums in float, in the order of the input channels.
template <typename T, WinogradVariant kVariant>
class WinogradEngine final : public ConvEngine {
public:
    explicit WinogradEngine(std::string_view variant) : m_variant(variant) {}

    std::string_view name() const override { return "winograd"; }
    std::string_view variant() const override { return m_variant; }

    std::optional<Error> declines(const ConvProblem& p) const override
    {
        if (auto reason = declinedByWinograd(p, {T::kTaps, T::kTaps}))
            return reason;
        if (scratchFloats(p) > kMaxScratchFloats || p.inChannels * p.outChannels > kMaxChannelPairs)
            return tooManyForWinograd(p);
        return {};
    }

    double estimatedCost(const ConvProblem& p) const override
    {
        const TileBlocks b = tileBlocksOf<T>(p);
        const std::int64_t tiles = p.batch * b.tiles.height * b.tiles.width;
        const double idle = WorkItems(p, b).idleFactor();
        return kMacsOfCycle * idle * static_cast<double>(tiles) * cyclesOfTile<T>(p, b);
    }

    std::int64_t multiplications(const ConvProblem& p) const override
    {
        const Extent out = p.outSize();
        const std::int64_t tiles
            = p.batch * ceilDiv(out.height, T::kOutputs) * ceilDiv(out.width, T::kOutputs);
        return tiles * T::kInputs * T::kInputs * p.inChannels * p.outChannels;
    }

    std::int64_t preparedFloats(const ConvProblem& p) const override
    {
        return T::kInputs * T::kInputs * inBlocks(p.outChannels) * p.inChannels * kChannelBlock;
    }

    bool prepare(const ConvProblem& p, const float* weights, float* prepared,
                 const ComputeContext& context) const override
    {
        constexpr std::int64_t kAtOnce = 8; // input channels
        const std::int64_t pieces = ceilDiv(p.inChannels, kAtOnce);
        const std::int64_t blocks = inBlocks(p.outChannels);
        const std::int64_t outStride = p.patchElements();
        const auto piece = [&](std::int64_t item, int) {
            const std::int64_t block = item / pieces;
            const std::int64_t first = item % pieces * kAtOnce;
            const std::int64_t channels
                = std::min(kChannelBlock, p.outChannels - block * kChannelBlock);
            for (std::int64_t c = first; c < std::min(first + kAtOnce, p.inChannels); ++c)
                transformKernels<T>(
                    weights + block * kChannelBlock * outStride + c * T::kTaps * T::kTaps, channels,
                    outStride, prepared + (block * p.inChannels + c) * kChannelBlock,
                    blocks * p.inChannels * kChannelBlock);
        };
        return context.team.forEach(blocks * pieces, piece, context.stop);
    }

    std::int64_t scratchFloats(const ConvProblem& p) const override
    {
        const TileBlocks b = tileBlocksOf<T>(p);
        return std::max(WinogradScratch::of(T::kOutputs, T::kInputs, b.size,
                                            std::max(p.inChannels, p.outChannels))
                            .floats,
                        DirectRegions::scratchFloats(p, pixelsOf<T>(b.size)));
    }

    bool takesBlocks() const override { return true; }

    bool run(const ConvProblem& p, const ConvData& data, std::span<float> scratch,
             const ComputeContext& context) const override
    {
        const TileBlocks b = tileBlocksOf<T>(p);
        const WorkItems items(p, b);
        const std::int64_t scratchOfThread = scratchFloats(p);
        std::atomic<std::int64_t> told{0};
        std::atomic<bool> isFinite{true};
        const auto computeItem = [&](std::int64_t number, int thread) {
            const WorkItem item = items.at(number);
            TileRectangle tiles = item.tiles;
            for (tiles.left = item.tiles.left; tiles.left < item.tiles.right;
                 tiles.left = tiles.right) {
                tiles.right = std::min(tiles.left + b.size.width, item.tiles.right);
                if (context.stop.stop_requested() || !isFinite.load(std::memory_order_relaxed))
                    return;
                const WinogradPart part = partOf(p, item, tiles, b);
                const bool hasNext = tiles.right < item.tiles.right;
                const bool isDone = computePart(
                    p, data, part, scratch.data() + thread * scratchOfThread, context,
                    [&](const WinogradLayer& layer) {
                        computeWinogradBlock({ofChannels(layer, part.channels),
                                              inBlocks(p.outChannels), kVariant, tiles, hasNext},
                                             context.instructionSet);
                    });
                if (isDone)
                    told.fetch_add(macsOf(p, part), std::memory_order_relaxed);
                else
                    isFinite.store(false, std::memory_order_relaxed);
            }
        };
        if (context.team.forEach(items.count(), computeItem, context.stop) && isFinite)
            return true;
        context.advance(-told);
        return false;
    }

    std::int64_t rowStep() const override { return T::kOutputs; }

    bool runRows(const ConvProblem& p, const ConvData& data, RowRange input, RowRange output,
                 RowRange computed, float* scratch, const ComputeContext& context) const override
    {
        const TileBlocks b = tileBlocksOf<T>(p);
        const std::int64_t bottom = ceilDiv(computed.end, T::kOutputs);
        bool hasNonFinite = false;
        WinogradLayer layer = winogradLayer(p, data, 0, scratch, hasNonFinite);
        layer.inRows = input;
        layer.outRows = output;
        TileRectangle tiles;
        for (tiles.top = computed.begin / T::kOutputs; tiles.top < bottom;
             tiles.top = tiles.bottom) {
            tiles.bottom = std::min(tiles.top + b.size.height, bottom);
            for (tiles.left = 0; tiles.left < b.tiles.width; tiles.left = tiles.right) {
                tiles.right = std::min(tiles.left + b.size.width, b.tiles.width);
                const bool hasNext = tiles.right < b.tiles.width;
                computeWinogradBlock({layer, inBlocks(p.outChannels), kVariant, tiles, hasNext},
                                     context.instructionSet);
            }
        }
        return !hasNonFinite;
    }

private:
    static WinogradPart partOf(const ConvProblem& p, const WorkItem& item,
                               const TileRectangle& tiles, const TileBlocks& b)
    {
        const Extent out = p.outSize();
        return {.image = item.image,
                .region
                = {tiles.top * T::kOutputs, std::min(tiles.bottom * T::kOutputs, out.height),
                   tiles.left * T::kOutputs, std::min(tiles.right * T::kOutputs, out.width)},
                .channels = item.channels,
                .largest = pixelsOf<T>(b.size)};
    }

    /// A layer that gives these output channels alone, which begin with a block.
    static WinogradLayer ofChannels(WinogradLayer layer, ChannelRange channels)
    {
        layer.weights += channels.begin * layer.inChannels;
        if (layer.bias)
            layer.bias += channels.begin;
        layer.output += mapFloats(layer.outputLayout, channels.begin, layer.outSize);
        layer.outChannels = channels.count();
        return layer;
    }

    std::string_view m_variant;
};

} // namespace

std::span<const ConvEngine* const> winogradEngines()
{
    static const WinogradEngine<WinogradTransform<2, 5>, WinogradVariant::F2x5> f2x5("F(2x2,5x5)");
    static const WinogradEngine<WinogradTransform<4, 5>, WinogradVariant::F4x5> f4x5("F(4x4,5x5)");
    static const WinogradEngine<WinogradTransform<4, 3>, WinogradVariant::F4x3> f4x3("F(4x4,3x3)");
    static const WinogradEngine<WinogradTransform<6, 3>, WinogradVariant::F6x3> f6x3("F(6x6,3x3)");
    static const std::array<const ConvEngine*, 4> engines{&f4x5, &f2x5, &f6x3, &f4x3};
    return engines;
}

} // namespace factorscope
