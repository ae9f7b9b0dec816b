#pragma once

#include "core/conv/conv_problem.h"
#include "core/conv/winograd_common.h"
#include "core/conv/winograd_kernel.h"

#include <cstdint>

namespace factorscope {

/// How the tiles of an image are cut into blocks. A run is a row of blocks or a piece of one: one
/// block after the other, as memory lies.
struct TileBlocks {
    Extent tiles; ///< of the image
    Extent size; ///< of a block, in tiles; those at the right and the bottom have less
    std::int64_t rows = 1; ///< of blocks
    std::int64_t runs = 1; ///< in each row
    std::int64_t runTiles = 1; ///< width of a run

    /// For tiles of `outputs`² made of `inputs`².
    static TileBlocks of(const ConvProblem& problem, std::int64_t outputs, std::int64_t inputs);
};

/// A run of blocks of one image, or some output channels of it.
struct WorkItem {
    std::int64_t image = 0;
    TileRectangle tiles;
    ChannelRange channels;
};

/// What the threads share out: runs, as memory lies. Of a small odd number the one in the middle is
/// halved, so that two threads end together: by its output channels, for two threads should write
/// to one cache line no more than they must.
class WorkItems {
public:
    WorkItems(const ConvProblem& problem, const TileBlocks& blocks);

    std::int64_t count() const { return m_halved < 0 ? m_runs : m_runs + 1; }
    WorkItem at(std::int64_t number) const;

    /// About how much longer two threads take than if they shared everything evenly.
    double idleFactor() const;

private:
    TileBlocks m_blocks;
    std::int64_t m_outChannels;
    std::int64_t m_runs;
    std::int64_t m_halved = -1; ///< the run; none
};

} // namespace factorscope
