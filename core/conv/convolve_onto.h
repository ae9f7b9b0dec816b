#pragma once

#include "core/conv/conv_engine.h"

namespace factorscope {

/// sums + a convolution without bias: what further input channels add to the outputs (N,OC,OH,OW).
/// `input` is laid out as the problem says. Computed by the engine `direct`. Error: Cancelled.
Result<Tensor> convolveOnto(const Tensor& sums, const ConvProblem& problem, const float* input,
                            const Tensor& weights, const ComputeContext& context);

} // namespace factorscope
