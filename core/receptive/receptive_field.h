#pragma once

#include "core/branch/branch_spec.h"
#include "core/receptive/pixel_box.h"
#include "core/result/result.h"
#include "core/tensor/shape.h"
#include "core/tensor/tensor.h"

#include <cstdint>
#include <vector>

namespace factorscope {

/// What an output position sees of the input, by geometry alone: output index u sees the input
/// from u·stride − padding over `size` pixels. r = 1 + Σ (k_l − 1)·d_l·Π s_i over earlier layers.
struct TheoreticalField {
    Extent size{1, 1};
    Extent stride{1, 1};
    Extent padding{0, 0};
    bool operator==(const TheoreticalField&) const = default;
};

/// Of a whole branch. A residual sees what its body or its shortcut sees.
TheoreticalField theoreticalField(const BranchSpec& spec);

/// The window of output (y, x), which may reach beyond the image.
PixelBox fieldBox(const TheoreticalField& field, std::int64_t y, std::int64_t x);

/// In how many ways the output (y, x) of a branch depends on each pixel of an image of `size`:
/// paths through the taps of the layers, none through padding of any layer.
struct PathCounts {
    PixelBox box; ///< the field cut to the image; empty where padding is all that is seen
    std::vector<double> counts; ///< (box.height, box.width), exact up to 2^53

    double at(std::int64_t y, std::int64_t x) const; ///< 0 outside the box
};

/// Shape error when the branch does not fit the size; InvalidArgument when it has no output (y, x).
Result<PathCounts> pathCounts(const BranchSpec& spec, Extent size, std::int64_t y, std::int64_t x);

/// The size of what the branch makes of an image of `size`.
Result<Extent> outputSize(const BranchSpec& spec, Extent size);

} // namespace factorscope
