#pragma once

#include "core/conv/conv_engine.h"
#include "core/receptive/receptive_field.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace factorscope {

/// Which outputs of a stack share a linear piece. A ReLU between passes a mid value or not, so the
/// mid values that an output sees, each on or off, decide which linear map of the input the output
/// is. One such pattern, one kernel; where all are the same pattern the stack is one 5×5.
struct LinearPieces {
    Extent size; ///< of the output
    std::vector<std::int32_t>
        pieces; ///< of each output, row by row: 0 is the most frequent pattern
    std::vector<std::int64_t> counts; ///< outputs of each pattern, never rising
    std::vector<Position> examples; ///< the first output of each pattern
    std::vector<std::int64_t> active; ///< mid values of each pattern that are on
    std::int64_t taps = 0; ///< mid values that an output sees: window times channels

    std::int64_t pieceAt(const Position& position) const
    {
        return pieces[static_cast<std::size_t>(position.y * size.width + position.x)];
    }
};

/// From the mid maps (N,M,H,W) before the activation, of the first image, seen through `field` by
/// an output of `size`. Only one mid channel, or all. On is > 0; padding is off. Two outputs have
/// the same piece when their patterns are the same bit for bit, up to a hash of 64 bits. Errors:
/// Memory, Cancelled.
Result<LinearPieces> linearPieces(const Tensor& mid, const TheoreticalField& field, Extent size,
                                  std::optional<std::int64_t> channel,
                                  const ComputeContext& context);

} // namespace factorscope
