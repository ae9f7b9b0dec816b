#pragma once

#include "core/conv/instruction_set.h"

#include <cstddef>

namespace factorscope {

/// Rows of maps to be copied into a frame of zeros: of each map `above` rows of zeros, `rows` rows
/// and `below` rows of zeros again; of each row `before` zeros, `columns` values and `after` zeros.
struct FramedRows {
    const float* from; ///< the first value
    std::ptrdiff_t fromColumn; ///< floats from one value to the next
    std::ptrdiff_t fromRow;
    std::ptrdiff_t fromMap;
    float* to; ///< the frame's rows lie one behind the other
    std::ptrdiff_t toMap;
    std::ptrdiff_t maps;
    std::ptrdiff_t above, rows, below;
    std::ptrdiff_t before, columns, after;
    std::ptrdiff_t behind; ///< zeros behind the last row
};

/// Built once for each instruction set.
void gatherRows(const FramedRows& rows, InstructionSet set);

} // namespace factorscope
