#pragma once

#include "core/tensor/shape.h"

#include <cstdint>

namespace factorscope {

/// One image of a convolution by minimal filtering, for the kernels.
///
///   input (C,H,W), output (OC,OH,OW), bias (OC) or null
struct WinogradLayer {
    const float* input = nullptr;
    std::int64_t inChannels = 0;
    Extent inSize;
    Extent padding;
    const float* weights = nullptr; ///< transformed
    const float* bias = nullptr;
    const float* negativeSlope = nullptr; ///< null: no activation
    float* output = nullptr;
    std::int64_t outChannels = 0;
    Extent outSize;
    float* scratch = nullptr; ///< 64-byte aligned
    bool* hasNonFinite = nullptr; ///< set when a sum is not finite: the output is then of no use
};

} // namespace factorscope
