#pragma once

#include "core/conv/instruction_set.h"
#include "core/conv/winograd_layer.h"

#include <cstdint>

namespace factorscope {

/// The outputs of a tile of one row: four make a vector's transposition (kernel_vectors.h) all that
/// tiles and pixels differ by.
inline constexpr std::int64_t kRowOutputs = 4;

/// A rectangle of output pixels of a layer, half-open, and what is needed to compute it by minimal
/// filtering along rows alone, F(1×4,R×R). Planar maps.
///
///   weights (OC, R rows, C, R + 3 positions); scratch of winogradRowsScratch()
struct WinogradRows : WinogradLayer {
    std::int64_t taps = 5; ///< R, 3 or 5
    std::int64_t top = 0;
    std::int64_t bottom = 0;
    std::int64_t left = 0;
    std::int64_t right = 0;
};

/// Floats for a rectangle of so many pixels: the transformed input.
std::int64_t winogradRowsScratch(std::int64_t taps, std::int64_t inChannels, Extent pixels);

/// Computes a rectangle, built once for each instruction set.
void computeWinogradRows(const WinogradRows& rows, InstructionSet set);

} // namespace factorscope
