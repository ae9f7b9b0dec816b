#pragma once

#include "core/conv/conv_engine.h"
#include "core/conv/conv_problem.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <string_view>

namespace factorscope {

// The gradients of a convolution y = w∗x + b of `problem`, from g = ∂L/∂y (N,OC,OH,OW), for any
// stride, padding, dilation and groups. Any thread; the same bits for any number of threads.
// `algorithm`: as of chooseEngine(); where one does not take the problem that a gradient is,
// "auto" does. Errors: InvalidArgument (no such algorithm), Cancelled.

/// ∂L/∂x (N,C,H,W): itself a convolution, of g with zeros put between its values for the stride, by
/// the kernels turned by 180° with input and output channels exchanged. What is made of the weights
/// stays with them.
Result<Tensor> inputGradient(std::string_view algorithm, const ConvProblem& problem,
                             const Tensor& outputGradient, const Tensor& weights,
                             const ComputeContext& context);

/// ∂L/∂w (OC,C/groups,KH,KW): ∂L/∂w[o,c,ky,kx] = Σ g[o,y,x] · x[c, y·s − p + ky·d, …] over all
/// images and output pixels. By Winograd's filtering where that takes the problem and pays, else as
/// matrix products (columns of the input, see gatherColumns(), by g), with sums that are added up
/// in double precision at last; "reference" computes it by the definition.
Result<Tensor> weightGradient(std::string_view algorithm, const ConvProblem& problem,
                              const Tensor& input, const Tensor& outputGradient,
                              const ComputeContext& context);

/// ∂L/∂b (OC): the sum of g over images and pixels, in double precision.
Result<Tensor> biasGradient(const Tensor& outputGradient, const ComputeContext& context);

/// The kernels (OC,C/groups,KH,KW) as the gradient of the input takes them: turned by 180°, within
/// each group from output to input channels, (C,OC/groups,KH,KW).
Tensor turnedKernels(const Tensor& weights, std::int64_t groups);

} // namespace factorscope
