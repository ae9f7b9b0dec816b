#pragma once

#include "core/branch/branch_spec.h"
#include "core/receptive/pixel_box.h"

#include <cstdint>

namespace factorscope {

/// How many multiplications one output position takes: of one input, mid and output channel (25,
/// 90, 18 of the 5×5 and two 3×3), or of all of them. Steps are of one pixel.
struct Multiplications {
    std::int64_t direct = 0; ///< the original
    std::int64_t first = 0; ///< one position of the mid maps
    std::int64_t second = 0; ///< one output position from mid maps that are there
    Extent window{1, 1}; ///< mid positions that an output position takes in

    std::int64_t mids() const { return window.height * window.width; }
    /// With so many of its mid positions computed before.
    std::int64_t withKnown(std::int64_t known) const { return (mids() - known) * first + second; }
    std::int64_t withoutReuse() const { return withKnown(0); }
    std::int64_t withReuse() const { return first + second; }
    /// On average, when a tile of so many outputs on each side keeps its mid positions and shares
    /// none with others.
    double inTile(std::int64_t side) const;
    /// The mid positions behind a tile, and so the multiplications of the whole.
    std::int64_t midsOfTile(std::int64_t side) const;
    bool operator==(const Multiplications&) const = default;
};

enum class Channels {
    One, ///< of each kind
    All,
};

/// Of branches on whose layers a position costs the same everywhere; what the shortcuts of
/// residuals take is left out. `first` and `second` are the halves of the factorised branch.
Multiplications multiplications(const BranchSpec& original, const BranchSpec& first,
                                const BranchSpec& second, Channels channels);

/// The smallest tile that takes no more than the original; 0 where none of up to `most` does.
std::int64_t tileAtPar(const Multiplications& counts, std::int64_t most);

/// How many mid positions of an output are known when the outputs of a tile are computed row by
/// row. `output` is counted from the tile's corner.
std::int64_t knownMids(const Multiplications& counts, const Position& output, std::int64_t side);

/// Whether a mid position, counted from that of the first output's corner, is computed before
/// `output` is.
bool isKnownMid(const Multiplications& counts, const Position& mid, const Position& output,
                std::int64_t side);

} // namespace factorscope
