#pragma once

#include "core/branch/pointwise.h"

namespace factorscope {

// The layers of pointwise.h backwards. `gradient` has the shape of `in`, comes as that of the
// output and goes as that of the input. False when stopped.

/// Passes where in > 0 (or is not a number), times `slope` elsewhere.
bool leakyReluGradient(const Tensor& in, float slope, Tensor& gradient,
                       const ComputeContext& context);

/// Through (x − mean)/√(variance + eps)·scale + shift; `isOfBatch`: the moments are those of `in`,
/// and the gradient goes through them, too. Gives those of scale and shift (C) as well.
bool normalizeGradient(const Tensor& in, const std::vector<ChannelMoments>& moments, double eps,
                       bool isOfBatch, const Tensor& scale, Tensor& gradient, Tensor& ofScale,
                       Tensor& ofShift, const ComputeContext& context);

} // namespace factorscope
