#pragma once

#include "core/conv/instruction_set.h"
#include "core/tensor/shape.h"

#include <cstdint>

namespace factorscope {

/// The outputs of a tile of one row: four make a vector's transposition (kernel_vectors.h) all that
/// tiles and pixels differ by.
inline constexpr std::int64_t kRowOutputs = 4;

/// A rectangle of output pixels of one image, and what is needed to compute it by minimal filtering
/// along rows alone, F(1×4,R×R).
///
///   input (C,H,W), output (OC,OH,OW), bias (OC) or null
///   weights (OC, R rows, C, R + 3 positions), transformed
struct WinogradRows {
    std::int64_t taps = 5; ///< R, 3 or 5
    const float* input = nullptr;
    std::int64_t inChannels = 0;
    Extent inSize;
    Extent padding;
    const float* weights = nullptr;
    const float* bias = nullptr;
    const float* negativeSlope = nullptr; ///< null: no activation
    float* output = nullptr;
    std::int64_t outChannels = 0;
    Extent outSize;
    std::int64_t top = 0; ///< of the rectangle, half-open
    std::int64_t bottom = 0;
    std::int64_t left = 0;
    std::int64_t right = 0;
    float* scratch = nullptr; ///< winogradRowsScratch(), 64-byte aligned
    bool* hasNonFinite = nullptr; ///< set when a sum is not finite: the output is then of no use
};

/// Floats for a rectangle of so many pixels: the transformed input, and a row of it as it lies.
std::int64_t winogradRowsScratch(std::int64_t taps, std::int64_t inChannels, Extent pixels);

/// Computes a rectangle, built once for each instruction set.
void computeWinogradRows(const WinogradRows& rows, InstructionSet set);

} // namespace factorscope
