#pragma once

#include "core/conv/instruction_set.h"

#include <cstddef>
#include <cstdint>

namespace factorscope {

/// Pixels are averaged by so many at once, or by a part of it: what they need has room for a whole
/// multiple.
inline constexpr std::ptrdiff_t kPixelsAtOnce = 16;

/// Neighbouring rows of a map to be averaged: pixel i is the mean of the columns from first[i] on,
/// counts[i] ≥ 1 of them, over all rows. Sums are in float: of the rows from the first on, then of
/// the columns.
struct RowsToAverage {
    const float* rows;
    std::ptrdiff_t stride; ///< from one row to the next
    std::ptrdiff_t rowCount; ///< ≥ 1
    std::ptrdiff_t columnCount;
    float* sums; ///< scratch, one for each column
    const std::int32_t* first;
    const std::int32_t* counts;
    std::int32_t mostCount; ///< the greatest of them
    std::ptrdiff_t pixels; ///< a multiple of kPixelsAtOnce
    float* means; ///< written
};

/// Built once for each instruction set; all give the same bits.
void averageRows(const RowsToAverage& job, InstructionSet set);

} // namespace factorscope
