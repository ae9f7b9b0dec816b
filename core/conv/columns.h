#pragma once

#include "core/conv/conv_problem.h"
#include "core/conv/output_region.h"

#include <cstdint>

namespace factorscope {

/// What each tap of a kernel sees over a region, one row of the result for each tap:
/// columns (channels·KH·KW, pixels of the region). `input` holds so many maps; padding is zero.
void gatherColumns(const ConvProblem& problem, const float* input, std::int64_t channels,
                   const OutputRegion& region, float* columns);

} // namespace factorscope
