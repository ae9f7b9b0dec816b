#pragma once

#include "core/collapse/collapse.h"

#include <optional>
#include <string_view>
#include <vector>

namespace factorscope {

/// A stack whose one activation between has any slope s from 0 (ReLU) to 1 (none), beside the one
/// convolution that it equals at 1. Before the trailing activations its output is s·linear +
/// (1−s)·rectified, since a leaky ReLU is s·m + (1−s)·max(m, 0): two runs hold the output at every
/// slope.
struct SlopeStudy {
    SharedTensor linear; ///< (N,C,H,W), slope 1
    SharedTensor rectified; ///< slope 0
    SharedTensor collapsed; ///< the one convolution
    std::vector<Layer> trailing; ///< activations after all of them
    Ring ring; ///< where linear and collapsed differ on this input
};

/// `collapsed` must be of `spec`, `weights` must fit. Errors: Unsupported (not exactly one
/// activation between), Shape, InvalidArgument (no such algorithm), Memory, Cancelled.
Result<SlopeStudy> studySlopes(const BranchSpec& spec, const TensorMap& weights,
                               const Collapsed& collapsed, const SharedTensor& input,
                               std::string_view algorithm, const ComputeContext& context);

/// How far the one convolution is from the stack. NaN where a value is.
struct SlopeErrors {
    double slope = 1.0;
    double largest = 0.0; ///< |linear| before the trailing activations, which all are a share of
    double interiorBefore = 0.0; ///< before the trailing activations: straight over the slope
    double interior = 0.0; ///< after them
    double ring = 0.0;
    /// After them: root of Σ(stack − collapsed)² / Σ stack² inside, or of all where all is ring.
    double relative = 0.0;
    bool operator==(const SlopeErrors&) const = default;
};
/// In one output map of the first image.
SlopeErrors slopeErrors(const SlopeStudy& study, std::int64_t channel, double slope);
/// In all maps of all images. Error: Cancelled.
Result<SlopeErrors> slopeErrors(const SlopeStudy& study, double slope,
                                const ComputeContext& context);
/// At `steps` + 1 slopes from 0 to 1; of one map of the first image, or of all. Error: Cancelled.
Result<std::vector<SlopeErrors>> slopeCurve(const SlopeStudy& study,
                                            std::optional<std::int64_t> channel, int steps,
                                            const ComputeContext& context);

/// One output map of the first image, after the trailing activations: (1,1,H,W).
struct SlopeMaps {
    SharedTensor stack;
    SharedTensor collapsed;
    SharedTensor difference; ///< stack − collapsed
};
SlopeMaps slopeMaps(const SlopeStudy& study, std::int64_t channel, double slope);

} // namespace factorscope
