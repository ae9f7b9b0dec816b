#pragma once

#include "core/branch/executor.h"
#include "core/cost/cost.h"
#include "core/experiment/experiment.h"
#include "core/experiment/mid_step.h"
#include "core/experiment/stages.h"
#include "core/result/result.h"
#include "core/weights/initialize.h"

#include <memory>
#include <variant>

namespace factorscope {

/// One branch, computed: what it is, what it was given, what it made, what it costs.
struct BranchEvaluation {
    BranchSpec spec;
    std::shared_ptr<const TensorMap> weights;
    std::shared_ptr<const TensorMap>
        bank; ///< whose first mid channels these are; null where unknown
    SharedTensor input; ///< (N,C,H,W)
    BranchRun run;
    CostReport cost; ///< of one image
    NonFinite inWeights;
    NonFinite inOutput;
};

/// Computes one of the experiment's branches; the input, if random, goes on from the generator
/// that drew the weights, as in PyTorch. Errors: as of the parts; Memory before anything is taken.
Result<BranchEvaluation> evaluateBranch(const Experiment& experiment, BranchKind kind,
                                        Capture capture, const ComputeContext& context);

/// The same for any branch.
Result<BranchEvaluation> evaluateBranch(const Experiment& experiment, const BranchSpec& spec,
                                        Capture capture, const ComputeContext& context);

// What the window asks. A query and its answer are values; the answer is built once, on whatever
// thread, and never changed.

/// Both branches on one input, with all activations.
struct EvaluateBoth {
    bool mayPreview = false; ///< a small move of C_mid may be computed from the earlier answer
    bool operator==(const EvaluateBoth&) const = default;
};
struct BothEvaluated {
    Experiment experiment; ///< what was asked about
    BranchEvaluation original;
    BranchEvaluation factorised;
    bool isOriginalEarlier = false; ///< the 5×5 was taken over: its time is not of this run
    int moves = 0; ///< previews one after the other since the whole was computed
    bool isPreview() const { return moves > 0; } ///< within rounding errors of what is to come
    std::shared_ptr<MidMaps> mids; ///< of the latest preview with this bank
    Stages stages;
};

/// How long both branches take, measured for a comparison: each several times in turn, warm.
struct TimeBoth {
    bool operator==(const TimeBoth&) const = default;
};
struct BothTimed {
    Experiment experiment;
    double originalMs = 0.0; ///< median
    double factorisedMs = 0.0;
    int runs = 0; ///< of each branch
};

using Query = std::variant<EvaluateBoth, TimeBoth>;
using Answer = std::variant<BothEvaluated, BothTimed>;

/// Answers a query about an experiment. A random input comes from a fresh seed, so that both
/// branches see the same. What an earlier answer has already, such as the 5×5 while only C_mid
/// changes, is taken over from it: the result is the same, unless it may be a preview. Errors:
/// InvalidArgument, Shape, Unsupported, Memory, Cancelled.
Result<std::shared_ptr<const Answer>>
answer(const Experiment& experiment, const Query& query, const ComputeContext& context,
       const std::shared_ptr<const Answer>& earlier = nullptr);

} // namespace factorscope
