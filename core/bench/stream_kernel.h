#pragma once

#include "core/conv/instruction_set.h"

#include <cstdint>

namespace factorscope {

/// a = b + factor · c over arrays of floats that begin at multiples of 64 bytes.
struct StreamWork {
    float* a = nullptr;
    const float* b = nullptr;
    const float* c = nullptr;
    float factor = 0.0F;
    std::int64_t floats = 0; ///< a multiple of 16
};

/// The triad of STREAM, with ordinary stores, as the convolutions write. Built once for each
/// instruction set.
void streamTriad(const StreamWork& work, InstructionSet set);

} // namespace factorscope
