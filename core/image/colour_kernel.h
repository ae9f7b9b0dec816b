#pragma once

#include "core/conv/instruction_set.h"

#include <cstddef>
#include <cstdint>

namespace factorscope {

/// Values to be turned into pixels: each takes the colour of its step of the way from `low` to
/// `low` + `range`, or that of the nearest end.
struct ValuesToColour {
    const float* values;
    std::ptrdiff_t count;
    double low;
    double range; ///< > 0, finite
    const std::uint32_t* colours; ///< kColormapSize of them
    std::uint32_t notANumber;
    std::uint32_t* pixels; ///< written
};

/// Built once for each instruction set; all give the same pixels.
void colourValues(const ValuesToColour& job, InstructionSet set);

} // namespace factorscope
