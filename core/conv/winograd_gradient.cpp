#include "core/conv/winograd_gradient.h"

#include "core/conv/ceil_div.h"
#include "core/conv/kernel_dispatch.h"
#include "core/conv/winograd_gradient_kernel.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace factorscope {

FACTORSCOPE_DISPATCH_KERNEL(addWinogradGradient, const WinogradGradientBlock&)

namespace {

constexpr std::int64_t kChannelsAtOnce = 64; // so that the sums stay in the second-level cache
constexpr std::int64_t kSlotFloats = std::int64_t{96} << 10; // 384 kB of inputs and gradients
constexpr std::int64_t kItems = 32; // enough for several threads

std::int64_t positions(const ConvProblem& p)
{
    const std::int64_t inputs = kGradientTile + p.kernel.height - 1;
    return inputs * inputs;
}

Extent tilesOf(const ConvProblem& p)
{
    const Extent out = p.outSize();
    return {ceilDiv(out.height, kGradientTile), ceilDiv(out.width, kGradientTile)};
}

/// Channels of the first of several blocks as equal as they come, whole vectors.
std::int64_t blockOf(std::int64_t channels)
{
    return std::min(
        channels, inBlocks(ceilDiv(channels, ceilDiv(channels, kChannelsAtOnce))) * kChannelBlock);
}

} // namespace

bool WinogradGradient::takes(const ConvProblem& p)
{
    constexpr Extent kOne{1, 1};
    return (p.kernel == Extent{3, 3} || p.kernel == Extent{5, 5}) && p.stride == kOne
        && p.dilation == kOne && p.groups == 1;
}

bool WinogradGradient::pays(const ConvProblem& p)
{
    // In multiply-accumulate operations of a tile, the transforms as measured with AVX-512.
    const auto in = static_cast<double>(p.inChannels);
    const auto out = static_cast<double>(inBlocks(p.outChannels) * kChannelBlock);
    const double transform = p.kernel.height == 3 ? 400.0 : 700.0; // cycles for 16 channels
    const auto blocks = static_cast<double>(inBlocks(p.inChannels) + inBlocks(p.outChannels));
    const double ours = static_cast<double>(positions(p)) * in * out + 32.0 * transform * blocks;
    const double products = 1.25 * kGradientTile * kGradientTile
        * static_cast<double>(p.kernel.height * p.kernel.width) * in
        * static_cast<double>(p.outChannels);
    return ours < products;
}

WinogradGradient::WinogradGradient(const ConvProblem& problem)
    : m_problem(problem), m_tiles(tilesOf(problem))
{
    EXPECTS(takes(problem));
    m_inBlocks = ceilDiv(problem.inChannels, blockOf(problem.inChannels));
    m_outBlocks = ceilDiv(problem.outChannels, blockOf(problem.outChannels));
    const std::int64_t floatsOfTile = positions(problem)
        * (inBlocks(blockOf(problem.inChannels)) + inBlocks(blockOf(problem.outChannels)))
        * kChannelBlock;
    const std::int64_t fitting = std::clamp<std::int64_t>(kSlotFloats / floatsOfTile, 4, 64);
    if (m_tiles.width <= fitting)
        m_block = {std::min(fitting / m_tiles.width, m_tiles.height), m_tiles.width};
    else
        m_block = {1, ceilDiv(m_tiles.width, ceilDiv(m_tiles.width, fitting))};
    m_blocks = problem.batch * ceilDiv(m_tiles.height, m_block.height)
        * ceilDiv(m_tiles.width, m_block.width);
    m_segments = std::min(m_blocks, ceilDiv(kItems, pairs()));
}

WinogradGradient::Item WinogradGradient::item(std::int64_t index) const
{
    const std::int64_t pair = index / m_segments;
    const std::int64_t segment = index % m_segments;
    const std::int64_t ins = blockOf(m_problem.inChannels);
    const std::int64_t outs = blockOf(m_problem.outChannels);
    Item item{.firstIn = pair / m_outBlocks * ins,
              .ins = ins,
              .firstOut = pair % m_outBlocks * outs,
              .outs = outs,
              .beginBlock = m_blocks * segment / m_segments,
              .endBlock = m_blocks * (segment + 1) / m_segments};
    item.ins = std::min(ins, m_problem.inChannels - item.firstIn);
    item.outs = std::min(outs, m_problem.outChannels - item.firstOut);
    return item;
}

std::int64_t WinogradGradient::scratchFloats() const
{
    return WinogradGradientScratch::of(m_problem.kernel.height, m_block,
                                       blockOf(m_problem.inChannels),
                                       blockOf(m_problem.outChannels))
        .floats;
}

std::int64_t WinogradGradient::itemFloats() const
{
    return m_problem.kernel.height * m_problem.kernel.width * blockOf(m_problem.inChannels)
        * inBlocks(blockOf(m_problem.outChannels)) * kChannelBlock;
}

void WinogradGradient::computeItem(const Item& item, const float* input, const float* gradient,
                                   float* scratch, float* kernels,
                                   const ComputeContext& context) const
{
    const ConvProblem& p = m_problem;
    const Extent out = p.outSize();
    const std::int64_t across = ceilDiv(m_tiles.width, m_block.width);
    const std::int64_t ofImage = across * ceilDiv(m_tiles.height, m_block.height);
    for (std::int64_t block = item.beginBlock; block < item.endBlock; ++block) {
        if (context.stop.stop_requested())
            return;
        const std::int64_t image = block / ofImage;
        const std::int64_t top = block % ofImage / across * m_block.height;
        const std::int64_t left = block % across * m_block.width;
        const TileRectangle tiles{top, std::min(top + m_block.height, m_tiles.height), left,
                                  std::min(left + m_block.width, m_tiles.width)};
        addWinogradGradient(
            {.taps = p.kernel.height,
             .input
             = input + (image * p.inChannels + item.firstIn) * p.inSize.height * p.inSize.width,
             .inChannels = item.ins,
             .inSize = p.inSize,
             .padding = p.padding,
             .gradient
             = gradient + (image * p.outChannels + item.firstOut) * out.height * out.width,
             .outChannels = item.outs,
             .outSize = out,
             .tiles = tiles,
             .mostTiles = m_block,
             .scratch = scratch,
             .isFirst = block == item.beginBlock,
             .isLast = block + 1 == item.endBlock,
             .kernels = kernels},
            context.instructionSet);
        const std::int64_t rows
            = std::min(tiles.bottom * kGradientTile, out.height) - tiles.top * kGradientTile;
        const std::int64_t columns
            = std::min(tiles.right * kGradientTile, out.width) - tiles.left * kGradientTile;
        context.advance(rows * columns * item.ins * item.outs * p.kernel.height * p.kernel.width);
    }
}

void WinogradGradient::addUp(std::int64_t pair, const float* kernels, float* weights) const
{
    const Item first = item(pair * m_segments);
    const std::int64_t taps = m_problem.kernel.height * m_problem.kernel.width;
    const std::int64_t stride = inBlocks(first.outs) * kChannelBlock;
    std::vector<double> sums(static_cast<std::size_t>(stride));
    for (std::int64_t tap = 0; tap < taps; ++tap) {
        for (std::int64_t c = 0; c < first.ins; ++c) {
            std::ranges::fill(sums, 0.0);
            const float* row = kernels + (tap * first.ins + c) * stride;
            for (std::int64_t segment = 0; segment < m_segments; ++segment, row += itemFloats())
                for (std::int64_t o = 0; o < first.outs; ++o)
                    sums[static_cast<std::size_t>(o)] += double{row[o]};
            float* to = weights + (first.firstOut * m_problem.inChannels + first.firstIn + c) * taps
                + tap;
            for (std::int64_t o = 0; o < first.outs; ++o)
                to[o * m_problem.inChannels * taps]
                    = static_cast<float>(sums[static_cast<std::size_t>(o)]);
        }
    }
}

Result<std::optional<Tensor>> WinogradGradient::compute(const Tensor& input, const Tensor& gradient,
                                                        const ComputeContext& context) const
{
    const std::int64_t items = pairs() * m_segments;
    const std::int64_t perThread = ceilDiv(scratchFloats(), kChannelBlock) * kChannelBlock;
    Tensor scratch = Tensor::uninitialized({perThread * context.team.size()}, context.pool);
    Tensor parts = Tensor::uninitialized({items * itemFloats()}, context.pool);
    float* const memory = scratch.data();
    float* const kernels = parts.data();
    const auto compute = [&](std::int64_t index, int thread) {
        computeItem(item(index), input.data(), gradient.data(), memory + thread * perThread,
                    kernels + index * itemFloats(), context);
    };
    if (!context.team.forEach(items, compute, context.stop) || context.stop.stop_requested())
        return cancelled();
    Tensor result = Tensor::uninitialized(m_problem.weightShape());
    float* const weights = result.data();
    const auto add = [&](std::int64_t pair, int) {
        addUp(pair, kernels + pair * m_segments * itemFloats(), weights);
    };
    if (!context.team.forEach(pairs(), add, context.stop))
        return cancelled();
    const bool isFinite
        = std::ranges::all_of(result.values(), [](float value) { return std::isfinite(value); });
    if (!isFinite)
        return std::optional<Tensor>();
    return std::optional<Tensor>(std::move(result));
}

} // namespace factorscope
