#pragma once

#include "core/branch/branch_spec.h"
#include "core/conv/conv_engine.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <string>
#include <string_view>
#include <vector>

namespace factorscope {

/// Whether the activations of the layers are kept, or only what the branch makes at its end.
enum class Capture { Output, Activations };

/// One layer as it ran.
struct LayerRun {
    SharedTensor activation; ///< (N,C,H,W); null under Capture::Output
    std::string algorithm{}; ///< of a convolution: "gemm", "winograd F(4x4,5x5)"; else empty
    double milliseconds = 0.0; ///< of what ran with a convolution before or behind it: 0
    std::vector<LayerRun> body{}; ///< of a residual
};

struct BranchRun {
    SharedTensor output;
    std::vector<LayerRun> layers;
    double milliseconds = 0.0;
};

/// Computes a branch as PyTorch does. `weights` must fit, see requireWeights(). Under
/// Capture::Output activations run with their convolution or in place, two convolutions that can as
/// one, to the same bits, and at most two tensors live beside the input. A layer that the algorithm
/// declines runs as under "auto". Errors: Shape, InvalidArgument (no such algorithm), Cancelled.
Result<BranchRun> runBranch(const BranchSpec& spec, const TensorMap& weights,
                            const SharedTensor& input, std::string_view algorithm, Capture capture,
                            const ComputeContext& context);

/// Every tensor of the branch is there in its shape and nothing else is. Shape error with the name.
Result<void> requireWeights(const BranchSpec& spec, const TensorMap& weights);

/// Bytes that runBranch() takes beside the input and the weights, at its fullest. The branch must
/// have passed layerShapes() for this input.
std::int64_t peakBytes(const BranchSpec& spec, const Shape& input, std::string_view algorithm,
                       Capture capture, int threads);

} // namespace factorscope
