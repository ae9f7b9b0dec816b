#pragma once

#include "core/branch/branch_spec.h"
#include "core/collapse/affine_map.h"
#include "core/collapse/border.h"
#include "core/conv/conv_engine.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <memory>
#include <vector>

namespace factorscope {

/// The one convolution that a linear stack equals, but for a ring at the border.
struct Collapsed {
    AffineMap map; ///< in double precision
    std::shared_ptr<const TensorMap> tensors; ///< of spec(): branch.0.weight and branch.0.bias
    std::vector<Layer> trailing; ///< the activations that ended the branch; they stay
    std::vector<LayerPath> leftOut; ///< activations between, taken for linear
    Ring ring; ///< where both differ, on an image of any size

    const Tensor& weights() const; ///< (C_out,C_in,kh,kw)
    const Tensor& bias() const; ///< (C_out)
    BranchSpec spec() const; ///< the convolution and the trailing activations
};

/// What becomes of an activation between.
enum class BetweenLayers {
    LeaveOut,
    Refuse, ///< Unsupported, with its layer
};

/// Composes the layers in double precision: convolutions of any kernel, stride, dilation and
/// groups, BatchNorm by its running statistics, residuals. `weights` must fit, see
/// requireWeights(). Errors: Unsupported (BatchNorm in training mode, a residual about a stride),
/// Shape, InvalidArgument (a kernel that is not finite), Memory, Cancelled.
Result<Collapsed> collapse(const BranchSpec& spec, const TensorMap& weights, BetweenLayers between,
                           const ComputeContext& context);

} // namespace factorscope
