#pragma once

#include "core/branch/branch_spec.h"
#include "core/branch/executor.h"
#include "core/conv/conv_engine.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <string_view>

namespace factorscope {

/// What a backward pass is to give. The gradient of the input alone takes about half the time.
enum class Gradients { OfInput, OfInputAndParameters };

/// The gradients of L = Σ cotangent · output.
struct BackwardRun {
    Tensor input; ///< ∂L/∂x (N,C,H,W)
    TensorMap parameters; ///< by the names of the learned tensors; empty under Gradients::OfInput
    double milliseconds = 0.0;
};

/// Goes back through a branch that runBranch() has gone through under Capture::Activations, as
/// PyTorch's autograd does: ReLU passes nothing where its input is 0 or less; BatchNorm in training
/// mode goes back through the statistics of the batch, too. `cotangent` has the shape of the
/// output. Errors: Shape (of the cotangent), InvalidArgument (no such algorithm), Cancelled.
Result<BackwardRun> runBackward(const BranchSpec& spec, const TensorMap& weights,
                                const SharedTensor& input, const BranchRun& forward,
                                const Tensor& cotangent, Gradients gradients,
                                std::string_view algorithm, const ComputeContext& context);

/// The multiply-accumulate operations that it announces: of each convolution as many as forward for
/// the gradient of its input, and as many for that of its weights.
std::int64_t backwardMacs(const BranchSpec& spec, const Shape& input, Gradients gradients);

/// Bytes that it takes at most beside the forward pass and the weights.
std::int64_t backwardBytes(const BranchSpec& spec, const Shape& input, Gradients gradients);

} // namespace factorscope
