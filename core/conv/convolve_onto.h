#pragma once

#include "core/conv/conv_engine.h"

namespace factorscope {

/// What a convolution and the activation behind it make, each (N,OC,OH,OW).
struct ActivatedSums {
    Tensor sums;
    std::optional<Tensor> activated; ///< nothing without an activation
};

/// sums + a convolution without bias: what further input channels add to the outputs. `input` is
/// laid out as the problem says, `negativeSlope` is the activation's. Computed by the engine
/// `direct`, which reads the sums once. Error: Cancelled.
Result<ActivatedSums> convolveOnto(const Tensor& sums, const ConvProblem& problem,
                                   const float* input, const Tensor& weights,
                                   std::optional<float> negativeSlope,
                                   const ComputeContext& context);

} // namespace factorscope
