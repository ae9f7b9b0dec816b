#pragma once

#include "core/bench/workload.h"
#include "core/conv/conv_engine.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace factorscope {

/// One way to compute a branch, to be timed beside others. It borrows the context it was made with.
struct Candidate {
    std::shared_ptr<const BenchBranch> branch;
    std::string algorithm; ///< "winograd", "auto", "onednn"
    std::string variant; ///< "F(4x4,5x5)"; of auto what each convolution chose; or empty
    std::int64_t scratchBytes = 0; ///< of the layer that needs most, for all threads

    /// The whole branch: (1,C,H,W).
    std::function<Result<SharedTensor>()> output;
    /// The milliseconds that it takes, warm.
    std::function<Result<double>()> time;

    std::string text() const; ///< "winograd F(4x4,5x5) on original of article"
};

/// Our own: "auto" and every engine but the reference that takes all convolutions of the branch. Or
/// those that are named, by "auto", an engine's name or its label: none when all of them decline.
std::vector<Candidate> ownCandidates(const std::shared_ptr<const BenchBranch>& branch,
                                     std::span<const std::string> algorithms,
                                     const ComputeContext& context);

/// The most that a run of them takes beside input and weights, before anything is taken.
std::int64_t ownPeakBytes(const Workload& workload, BranchKind kind,
                          std::span<const std::string> algorithms, int threads);

/// Whether an algorithm can be asked for: "auto", the name of an engine or its label.
bool isBenchAlgorithm(std::string_view algorithm);

} // namespace factorscope
