#include "core/conv/winograd_work.h"

#include "core/conv/ceil_div.h"

#include <algorithm>
#include <numeric>

namespace factorscope {
namespace {

constexpr std::int64_t kSlotFloats = std::int64_t{96} << 10; // 384 kB: in the second-level cache
constexpr std::int64_t kStripFloats = std::int64_t{12} << 10; // 48 kB: in the first-level cache

} // namespace

TileBlocks TileBlocks::of(const ConvProblem& p, std::int64_t outputs, std::int64_t inputs)
{
    constexpr std::int64_t kLine = 16; // floats
    constexpr std::int64_t kRunsWanted = 32; // for several threads
    constexpr std::int64_t kBlocksWanted = 6;
    constexpr std::int64_t kLeastTiles = 8;
    const Extent out = p.outSize();
    const Extent tiles{ceilDiv(out.height, outputs), ceilDiv(out.width, outputs)};
    const std::int64_t floatsOfTile
        = inputs * inputs * inBlocks(std::max(p.inChannels, p.outChannels)) * kChannelBlock;
    const std::int64_t fitting = std::clamp(kSlotFloats / floatsOfTile, kLeastTiles,
                                            kStripFloats / (inputs * outputs * kChannelBlock));
    // Small images in pieces enough for several threads, but not so small that the weights, which
    // each block reads, cost more than the products.
    const std::int64_t wanted = std::clamp<std::int64_t>(
        ceilDiv(tiles.height * tiles.width, kBlocksWanted), kLeastTiles, fitting);
    TileBlocks b;
    b.tiles = tiles;
    if (tiles.width <= wanted) {
        b.size = {wanted / tiles.width, tiles.width};
    } else {
        // Blocks begin where cache lines do.
        const std::int64_t step = kLine / std::gcd(kLine, outputs);
        const std::int64_t width = ceilDiv(tiles.width, ceilDiv(tiles.width, wanted));
        b.size = {1, width < step ? width : ceilDiv(width, step) * step};
    }
    b.rows = ceilDiv(tiles.height, b.size.height);
    const std::int64_t columns = ceilDiv(tiles.width, b.size.width);
    const std::int64_t runs = std::clamp<std::int64_t>(kRunsWanted / b.rows, 1, columns);
    b.runTiles = ceilDiv(columns, runs) * b.size.width;
    b.runs = ceilDiv(tiles.width, b.runTiles);
    return b;
}

WorkItems::WorkItems(const ConvProblem& p, const TileBlocks& blocks)
    : m_blocks(blocks), m_outChannels(p.outChannels), m_runs(p.batch * blocks.rows * blocks.runs)
{
    constexpr std::int64_t kFew = 16;
    if (m_runs % 2 == 1 && m_runs < kFew && m_outChannels > kChannelBlock)
        m_halved = m_runs / 2;
}

WorkItem WorkItems::at(std::int64_t number) const
{
    const std::int64_t run = m_halved >= 0 && number > m_halved ? number - 1 : number;
    const std::int64_t ofImage = m_blocks.rows * m_blocks.runs;
    const std::int64_t top = run % ofImage / m_blocks.runs * m_blocks.size.height;
    const std::int64_t left = run % m_blocks.runs * m_blocks.runTiles;
    WorkItem item{.image = run / ofImage,
                  .tiles = {.top = top,
                            .bottom = std::min(top + m_blocks.size.height, m_blocks.tiles.height),
                            .left = left,
                            .right = std::min(left + m_blocks.runTiles, m_blocks.tiles.width)},
                  .channels = {0, m_outChannels}};
    const std::int64_t half = inBlocks(m_outChannels) / 2 * kChannelBlock;
    if (number == m_halved)
        item.channels.end = half;
    else if (run == m_halved)
        item.channels.begin = half;
    return item;
}

double WorkItems::idleFactor() const
{
    constexpr double kHalving = 0.3; // of a run: its input is transformed twice
    const auto runs = static_cast<double>(m_runs);
    if (m_halved >= 0)
        return 1.0 + kHalving / runs;
    return static_cast<double>(ceilDiv(m_runs, 2) * 2) / runs;
}

} // namespace factorscope
