#pragma once

#include "core/branch/executor.h"
#include "core/collapse/collapse.h"

#include <optional>
#include <string_view>
#include <vector>

namespace factorscope {

/// What a branch makes before its trailing activations, for one slope of the activation between.
struct SlopeAnchor {
    double slope = 0.0;
    SharedTensor maps; ///< (N,C,H,W)
};

/// From a run of the branch under Capture::Activations; nothing where it has no activation between
/// or more than one.
std::optional<SlopeAnchor> anchorOf(const BranchSpec& spec, const BranchRun& run);

/// How far the one convolution is from the stack at a slope of the activation between, after the
/// trailing activations, over the pixels inside the ring (all pixels where there are none).
struct SlopePoint {
    double slope = 1.0;
    double relativeError = 0.0; ///< root of Σ(stack − collapsed)² / Σ stack²
    double maxError = 0.0; ///< max|stack − collapsed| / max|stack|
};

/// A stack whose one activation between goes from linear (slope 1) over leaky to ReLU (slope 0),
/// beside the convolution that it equals at slope 1. As leaky_s(m) = s·m + (1 − s)·relu(m) and what
/// follows is affine, the output before the trailing activations is linear in s: two passes give
/// it for every slope. Values are those of the run up to a few roundings. Never changed once built;
/// any thread.
class SlopeSweep {
public:
    /// Takes the anchor of an earlier run of the same branch, weights and input where it is given,
    /// instead of computing it. Errors: Unsupported (not exactly one activation between), those of
    /// runBranch(), Memory.
    static Result<SlopeSweep> over(const BranchSpec& spec, const TensorMap& weights,
                                   const Collapsed& collapsed, const SharedTensor& input,
                                   std::optional<SlopeAnchor> anchor, std::string_view algorithm,
                                   const ComputeContext& context);

    /// One pass over the outputs. Error: Cancelled.
    Result<SlopePoint> at(double slope, const ComputeContext& context) const;
    /// At `count` ≥ 2 slopes, equally far from one another, from 1 to 0.
    Result<std::vector<SlopePoint>> curve(int count, const ComputeContext& context) const;

    /// One output map of the first image at a slope: (1,1,H,W).
    Tensor stackMap(double slope, std::int64_t channel) const;
    Tensor collapsedMap(std::int64_t channel) const;
    Tensor differenceMap(double slope, std::int64_t channel) const; ///< stack − collapsed
    /// All maps of the stack: (N,C,H,W). Error: Cancelled.
    Result<Tensor> stackMaps(double slope, const ComputeContext& context) const;

    const Shape& shape() const { return m_linear->shape(); } ///< (N,C,H,W)
    const Ring& ring() const { return m_ring; }

private:
    SlopeSweep() = default;
    void writeValues(double slope, std::int64_t first, std::int64_t count, float* to) const;
    struct Sums;
    Sums sumsOf(double slope, std::int64_t map, Ring ring) const;

    SlopeAnchor m_anchor;
    SharedTensor m_linear; ///< at slope 1
    SharedTensor m_collapsed; ///< after the trailing activations
    std::vector<float> m_trailing; ///< their slopes
    Ring m_ring;
};

} // namespace factorscope
