#pragma once

#include "core/bench/candidate.h"

#include <cstdint>
#include <vector>

namespace factorscope {

// oneDNN, the library that PyTorch and others compute convolutions with, as a peer. It is not
// needed to build: without it onednn_absent.cpp stands in for onednn.cpp.

/// Whether this program was built with it.
bool hasOneDnn();

/// What oneDNN has for a branch, with bias and ReLU fused: "direct" from and to its own layouts,
/// which is what a network of its own would see, and "winograd" where it has an implementation;
/// each also "with reorders" from and to NCHW. On as many threads as the context has and with its
/// instruction set; the memory comes from its pool.
std::vector<Candidate> oneDnnCandidates(const std::shared_ptr<const BenchBranch>& branch,
                                        const ComputeContext& context);

/// The most that a run of them takes beside input and weights.
std::int64_t oneDnnPeakBytes(const Workload& workload);

} // namespace factorscope
