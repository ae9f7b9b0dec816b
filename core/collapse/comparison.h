#pragma once

#include "core/collapse/collapse.h"

#include <optional>
#include <string_view>

namespace factorscope {

/// A linear stack beside the one convolution that it equals, on an input.
struct CollapseComparison {
    SharedTensor stack; ///< what the branch makes, activations between left out (N,C,H,W)
    SharedTensor collapsed; ///< what the one convolution makes
    Ring ring; ///< of this input: where they differ
    std::int64_t interiorPixels = 0; ///< of one output map
    std::int64_t ringPixels = 0;
    double largest = 0.0; ///< max|stack|
    double maxInteriorError = 0.0; ///< max|stack − collapsed| / largest; 0 where there is no pixel
    double maxRingError = 0.0;
};

/// Runs both, the trailing activations too. `collapsed` must be of `spec`, `weights` must fit.
/// Errors: Shape, InvalidArgument (no such algorithm), Memory, Cancelled.
Result<CollapseComparison> compared(const BranchSpec& spec, const TensorMap& weights,
                                    const Collapsed& collapsed, const SharedTensor& input,
                                    std::string_view algorithm, const ComputeContext& context);

/// |stack − collapsed| of each pixel of the first image, the largest of all channels or that of
/// one: (1,1,H,W), in the units of the output.
Tensor errorMap(const CollapseComparison& comparison, std::optional<std::int64_t> channel = {});

} // namespace factorscope
