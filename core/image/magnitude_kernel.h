#pragma once

#include "core/conv/instruction_set.h"

#include <cstddef>
#include <cstdint>

namespace factorscope {

/// Magnitudes of floats as their bits without the sign, which are in the same order.
inline constexpr std::int32_t kMagnitudeBits = 0x7fffffff;
inline constexpr std::int32_t kInfinityBits = 0x7f800000;

/// What is written beyond what is kept may be as much.
inline constexpr std::ptrdiff_t kMagnitudesBeyond = 16;

struct MagnitudesToKeep {
    const float* values;
    std::ptrdiff_t count;
    std::int32_t above; ///< magnitudes that are more than this are kept, if they are finite
    std::int32_t* kept; ///< room for count + kMagnitudesBeyond
    std::ptrdiff_t* keptCount; ///< written
};

/// Copies the magnitudes above a bound, in their order. Built once for each instruction set.
void keepAbove(const MagnitudesToKeep& job, InstructionSet set);

} // namespace factorscope
