#pragma once

#include "core/conv/conv_problem.h"

#include <cstdint>

namespace factorscope {

/// A rectangle of output pixels: whole rows, or a piece of one.
struct OutputRegion {
    std::int64_t y0, y1, x0, x1; ///< half-open
    std::int64_t pixels() const { return (y1 - y0) * (x1 - x0); }
};

/// What each tap of a kernel sees over a region, one row of the result for each tap:
/// columns (channels·KH·KW, pixels of the region). `input` holds so many maps; padding is zero.
void gatherColumns(const ConvProblem& problem, const float* input, std::int64_t channels,
                   const OutputRegion& region, float* columns);

} // namespace factorscope
