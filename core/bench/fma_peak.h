#pragma once

#include "core/conv/conv_engine.h"
#include "core/result/result.h"

#include <cstdint>

namespace factorscope {

/// Multiplies and adds in registers, on all threads of the context and with its instruction set:
/// what no convolution can beat that multiplies as often as its definition.
struct FmaBurst {
    double milliseconds = 0.0;
    std::int64_t flops = 0;

    double gflops() const { return static_cast<double>(flops) / milliseconds * 1e-6; }
};

/// A part of a millisecond of it. Cancelled when stopped.
Result<FmaBurst> fmaBurst(const ComputeContext& context);

} // namespace factorscope
