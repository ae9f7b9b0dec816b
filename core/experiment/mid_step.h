#pragma once

#include "core/branch/executor.h"
#include "core/experiment/experiment.h"
#include "core/result/result.h"

#include <memory>
#include <span>
#include <vector>

namespace factorscope {

/// What the layers up to the second convolution make of one input: map by map, in a bank of nested
/// mid channels, each computed when it is first asked for. One thread fills it, others may look at
/// the maps that are there meanwhile: these never change.
class MidMaps {
public:
    /// Room for a bank of mid channels after layers like these.
    MidMaps(std::span<const LayerRun> layers, std::int64_t bank, TensorPool* pool);

    std::int64_t filled() const { return m_filled; } ///< mid channels
    /// The first maps after one layer, (1,channels,H,W).
    SharedTensor after(std::size_t layer, std::int64_t channels) const;
    /// Takes in the maps that are not there yet from what the layers make of the mid channels from
    /// `first` on.
    void append(std::span<const LayerRun> layers, std::int64_t first);

private:
    std::vector<std::shared_ptr<Tensor>> m_layers; ///< (1,bank,H,W)
    std::int64_t m_filled = 0;
};

/// The factorised branch after a small move of its mid channels.
struct MidStep {
    BranchRun run; ///< with all activations
    std::shared_ptr<MidMaps> mids;
};

/// What a move by a few mid channels makes of an earlier run of a factorised branch, at the cost of
/// these channels alone. With nested weights every mid map stays as it is, and the second
/// convolution's sums gain or lose the terms of the maps that came or went:
///
///   sums(k') = sums(k) ± Σ over the channels between of W2[:,c] ∗ mid_c
///
/// Rounding errors add up from step to step: a preview, until the whole branch is run again.
/// `before` and `after` are the branch at both numbers of mid channels, `bank` the weights of all.
struct MidMove {
    const BranchSpec& before;
    const BranchSpec& after;
    const TensorMap& bank;
    const BranchRun& run; ///< of `before`, under Capture::Activations
    std::shared_ptr<MidMaps> mids; ///< of an earlier step; null at first
};

/// Whether a move can be computed so: two convolutions of all channels one after the other, not in
/// a residual, no statistics taken of the batch, one image, and few channels between.
bool isSmallMove(const BranchSpec& before, const BranchSpec& after, const Shape& input);

/// Errors: Cancelled, those of the layers.
Result<MidStep> midStep(const MidMove& move, const SharedTensor& input,
                        const ComputeContext& context);

/// Bytes that a move takes beside what is there.
std::int64_t midStepBytes(const MidMove& move);

} // namespace factorscope
