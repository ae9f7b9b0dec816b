#pragma once

#include "core/branch/branch_spec.h"
#include "core/experiment/experiment.h"
#include "core/experiment/prepare.h"
#include "core/result/result.h"

#include <cstdint>

namespace factorscope {

/// Blocks of one branch behind each other, C_in → C_out → … → C_out.
struct DeepBranch {
    BranchSpec spec;
    SharedWeights weights;
};

/// Its layers, for `blocks` ≥ 1.
BranchSpec deepSpec(const Experiment& experiment, BranchKind kind, std::int64_t blocks);

/// `blocks` ≥ 1 of the experiment's branch; the first with the weights `first`. Those behind it
/// have C_in = C_out and weights of their own: block b (from 1) those of seed + b − 1, or the
/// hand-made kernels again. Those from a file are repeated. Errors: Shape, when a branch from a
/// file has not as many channels at its ends; as of weightsOf().
Result<DeepBranch> deepBranch(const Experiment& experiment, BranchKind kind, std::int64_t blocks,
                              const SharedWeights& first, std::int64_t memoryLimitBytes);

} // namespace factorscope
