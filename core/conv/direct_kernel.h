#pragma once

#include "core/conv/instruction_set.h"

#include <cstddef>
#include <cstdint>

namespace factorscope {

/// A rectangle of output pixels of some output channels, as sums over terms. The value that output
/// (y,x) multiplies with weight k of its channel is input[y·pitch + x + offsets[k]].
struct DirectSums {
    const float* input;
    const std::int32_t* offsets; ///< (terms)
    std::ptrdiff_t terms;
    std::ptrdiff_t pitch; ///< at least columns
    /// Whether all of input[(y·pitch + x)…] may be read for 15 floats past the last output, and
    /// rows may run into each other there. Else there are at least 16 columns, and nothing is read
    /// that no output needs.
    bool runsOver;
    std::ptrdiff_t rows;
    std::ptrdiff_t columns;
    const float* weights; ///< (channels, terms)
    const float* bias; ///< (channels), null for none
    std::ptrdiff_t channels;
    float* output; ///< pixel (0,0) of the first channel
    std::ptrdiff_t outputRow; ///< floats from one row to the next
    std::ptrdiff_t outputMap; ///< floats from one channel to the next
    const float* negativeSlope; ///< of the activation; null for none
    // Laid out as the output, but not it.
    const float* initial; ///< what the sums begin with; null for the bias
    float* preActivations; ///< the sums before the activation; null for nowhere
};

/// Built once for each instruction set.
void sumDirectly(const DirectSums& sums, InstructionSet set);

} // namespace factorscope
