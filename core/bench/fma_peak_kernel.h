#pragma once

#include "core/conv/instruction_set.h"

#include <cstdint>

namespace factorscope {

/// Multiply-adds on vectors that never leave their registers.
struct FmaWork {
    std::int64_t repetitions = 0;
    std::int64_t flops = 0; ///< told by the kernel: a multiplication and an addition are two
    float result = 0.0F; ///< told by the kernel, so that the compiler cannot drop the work
};

/// As fast as one thread can, built once for each instruction set; a multiplication and an addition
/// where there is no fused one.
void multiplyAdd(FmaWork& work, InstructionSet set);

} // namespace factorscope
