#pragma once

#include "core/conv/conv_engine.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

namespace factorscope {

/// What kernels and their approximation make of the same input.
struct PictureResidual {
    SharedTensor target; ///< (N,C_out,H,W)
    SharedTensor approximation;
    double relativeError = 0.0; ///< ‖target − approximation‖ / ‖target‖ over all maps
};

/// Both as one convolution (C_out,C_in,5,5) with zero padding 2, without bias, on the input
/// (N,C_in,H,W). An error without a target is infinite. Errors: Shape, Memory, Cancelled.
Result<PictureResidual> residualOnPicture(const Tensor& kernels, const Tensor& approximation,
                                          const SharedTensor& input, const ComputeContext& context);

} // namespace factorscope
