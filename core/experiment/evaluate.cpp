#include "core/experiment/evaluate.h"

#include "core/branch/layer_traits.h"
#include "core/experiment/prepare.h"
#include "core/tensor/memory.h"
#include "core/timing/timing.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace factorscope {
namespace {

/// What a branch takes at its fullest, with its input where that is still to be made. Errors:
/// Shape, InvalidArgument.
Result<std::int64_t> bytesNeeded(const BranchSpec& spec, const Experiment& experiment,
                                 Capture capture, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(const Extent size, inputSize(experiment));
    const Shape input = experiment.inputTensor ? experiment.inputTensor->shape()
                                               : Shape{1, spec.inChannels, size.height, size.width};
    RETURN_IF_ERROR(layerShapes(spec, input));
    const std::int64_t made
        = experiment.inputTensor ? 0 : input.elements() * std::int64_t{sizeof(float)};
    return made + peakBytes(spec, input, experiment.algorithm, capture, context.team.size());
}

/// In the batch of the input.
std::int64_t imagesOf(const Experiment& experiment)
{
    return experiment.inputTensor ? experiment.inputTensor->shape()[0] : 1;
}

Result<void> requireRoom(std::int64_t bytes, const ComputeContext& context)
{
    return requireMemory(bytes, context.memoryLimitBytes,
                         QT_TRANSLATE_NOOP("core", "the size or the channels"));
}

Result<BranchEvaluation> evaluated(BranchSpec spec, SharedWeights weights, SharedTensor input,
                                   const Experiment& experiment, Capture capture,
                                   const ComputeContext& context)
{
    BranchEvaluation evaluation;
    evaluation.spec = std::move(spec);
    evaluation.weights = std::move(weights);
    evaluation.input = std::move(input);
    const Shape& shape = evaluation.input->shape();
    ASSIGN_OR_RETURN(evaluation.cost, costOf(evaluation.spec, {shape[2], shape[3]}));
    ASSIGN_OR_RETURN(evaluation.run,
                     runBranch(evaluation.spec, *evaluation.weights, evaluation.input,
                               experiment.algorithm, capture, context));
    evaluation.inWeights = countNonFinite(*evaluation.weights);
    evaluation.inOutput = countNonFinite(*evaluation.run.output);
    return evaluation;
}

Result<BranchEvaluation> drawnAndEvaluated(const Experiment& experiment, BranchSpec spec,
                                           Result<SharedWeights> weights, TorchGenerator& generator,
                                           Capture capture, const ComputeContext& context)
{
    if (!weights)
        return weights.error();
    RETURN_IF_ERROR(requireWeights(spec, **weights));
    ASSIGN_OR_RETURN(
        SharedTensor input,
        inputOf(experiment, spec.inChannels, generator, context.memoryLimitBytes, context.stop));
    return evaluated(std::move(spec), *std::move(weights), std::move(input), experiment, capture,
                     context);
}

/// One branch of two with what it is run on.
struct Prepared {
    BranchSpec spec;
    SharedWeights bank;
    SharedWeights weights;
    SharedTensor input;
};

/// From a bank, or null, and on an input that is taken where it has the branch's channels.
Result<Prepared> prepared(const Experiment& experiment, BranchKind kind, SharedWeights bank,
                          SharedTensor input, const ComputeContext& context)
{
    Prepared branch{branchSpec(experiment, kind), std::move(bank), {}, std::move(input)};
    if (!branch.bank) {
        TorchGenerator forWeights(experiment.seed);
        ASSIGN_OR_RETURN(branch.bank,
                         bankOf(experiment, kind, forWeights, context.memoryLimitBytes));
    }
    ASSIGN_OR_RETURN(branch.weights, weightsOf(experiment, kind, branch.bank));
    RETURN_IF_ERROR(requireWeights(branch.spec, *branch.weights));
    if (branch.input && branch.input->shape()[1] == branch.spec.inChannels)
        return branch;
    TorchGenerator forInput(experiment.seed);
    ASSIGN_OR_RETURN(branch.input,
                     inputOf(experiment, branch.spec.inChannels, forInput, context.memoryLimitBytes,
                             context.stop));
    return branch;
}

Result<BranchEvaluation> oneOfBoth(const Experiment& experiment, BranchKind kind,
                                   SharedWeights bank, SharedTensor input,
                                   const ComputeContext& context)
{
    ASSIGN_OR_RETURN(Prepared branch,
                     prepared(experiment, kind, std::move(bank), std::move(input), context));
    ASSIGN_OR_RETURN(BranchEvaluation evaluation,
                     evaluated(std::move(branch.spec), std::move(branch.weights),
                               std::move(branch.input), experiment, Capture::Activations, context));
    evaluation.bank = std::move(branch.bank);
    return evaluation;
}

/// What both branches take together, since the results of both stay.
Result<void> requireRoomForBoth(const Experiment& experiment, bool hasOriginal,
                                const ComputeContext& context)
{
    std::int64_t bytes = 0;
    for (const BranchKind kind : {BranchKind::Original, experiment.factorised}) {
        const BranchSpec spec = branchSpec(experiment, kind);
        ASSIGN_OR_RETURN(const std::int64_t needed,
                         bytesNeeded(spec, experiment, Capture::Activations, context));
        ASSIGN_OR_RETURN(const Extent size, inputSize(experiment));
        const std::int64_t difference = imagesOf(experiment)
            * channelsAfter(spec.layers, spec.inChannels) * size.height * size.width
            * std::int64_t{sizeof(float)};
        if (kind != BranchKind::Original)
            bytes += needed + difference;
        else if (!hasOriginal)
            bytes += needed;
    }
    return requireRoom(bytes, context);
}

/// Tells who watches how much there is to do.
Result<void> announceWork(const Experiment& experiment, bool hasOriginal,
                          const ComputeContext& context)
{
    if (!context.progress)
        return {};
    ASSIGN_OR_RETURN(const Extent size, inputSize(experiment));
    ASSIGN_OR_RETURN(const CostReport factorised,
                     costOf(branchSpec(experiment, experiment.factorised), size));
    ASSIGN_OR_RETURN(const CostReport original,
                     costOf(branchSpec(experiment, BranchKind::Original), size));
    const std::int64_t each
        = factorised.total.macs + (hasOriginal ? std::int64_t{0} : original.total.macs);
    context.progress->total = each * imagesOf(experiment);
    return {};
}

/// After so many moves the whole is computed again, before rounding errors have added up to more
/// than a few units in the sixth digit.
constexpr int kMostMoves = 96;

/// The factorised branch by a small move from an earlier answer; nothing where that does not apply.
Result<std::optional<BranchEvaluation>> factorisedMoved(const Experiment& experiment,
                                                        const BothEvaluated& earlier,
                                                        std::shared_ptr<MidMaps>& mids,
                                                        const ComputeContext& context)
{
    const BranchEvaluation& before = earlier.factorised;
    const bool isFinite = before.inWeights == NonFinite{} && before.inOutput == NonFinite{};
    BranchEvaluation after;
    after.spec = branchSpec(experiment, experiment.factorised);
    if (!haveSameBank(experiment, earlier.experiment) || !isFinite || earlier.moves == kMostMoves
        || !isSmallMove(before.spec, after.spec, before.input->shape()))
        return std::optional<BranchEvaluation>();
    const MidMove move{before.spec, after.spec, *before.bank, before.run, earlier.mids};
    if (midStepBytes(move) > context.memoryLimitBytes)
        return std::optional<BranchEvaluation>();
    const auto start = Clock::now();
    ASSIGN_OR_RETURN(MidStep step, midStep(move, before.input, context));
    mids = std::move(step.mids);
    after.run = std::move(step.run);
    after.run.milliseconds = millisecondsSince(start);
    after.bank = before.bank;
    after.input = before.input;
    ASSIGN_OR_RETURN(after.weights, weightsOf(experiment, experiment.factorised, after.bank));
    const Shape& shape = after.input->shape();
    ASSIGN_OR_RETURN(after.cost, costOf(after.spec, {shape[2], shape[3]}));
    return std::optional<BranchEvaluation>(std::move(after));
}

Result<BranchEvaluation> factorisedWhole(const Experiment& experiment, const BothEvaluated* earlier,
                                         const SharedTensor& inputOfOriginal,
                                         const ComputeContext& context)
{
    const bool hasSameBank = earlier && haveSameBank(experiment, earlier->experiment);
    const bool sharesInput = earlier && haveSameOriginal(experiment, earlier->experiment)
        && earlier->factorised.input->shape()[1] == experiment.inChannels;
    return oneOfBoth(experiment, experiment.factorised,
                     hasSameBank ? earlier->factorised.bank : nullptr,
                     sharesInput ? earlier->factorised.input : inputOfOriginal, context);
}

Result<BothEvaluated> bothEvaluated(const Experiment& experiment, bool mayPreview,
                                    const BothEvaluated* earlier, const ComputeContext& context)
{
    const bool hasOriginal = earlier && haveSameOriginal(experiment, earlier->experiment);
    RETURN_IF_ERROR(requireRoomForBoth(experiment, hasOriginal, context));
    RETURN_IF_ERROR(announceWork(experiment, hasOriginal, context));
    BothEvaluated both;
    both.experiment = experiment;
    both.isOriginalEarlier = hasOriginal;
    if (hasOriginal) {
        both.original = earlier->original;
    } else {
        ASSIGN_OR_RETURN(both.original,
                         oneOfBoth(experiment, BranchKind::Original, nullptr, nullptr, context));
    }
    if (earlier && haveSameBank(experiment, earlier->experiment))
        both.mids = earlier->mids;
    if (mayPreview && hasOriginal) {
        ASSIGN_OR_RETURN(auto moved, factorisedMoved(experiment, *earlier, both.mids, context));
        if (moved) {
            both.factorised = *std::move(moved);
            both.moves = earlier->moves + 1;
        }
    }
    if (!both.isPreview()) {
        ASSIGN_OR_RETURN(both.factorised,
                         factorisedWhole(experiment, earlier, both.original.input, context));
    }
    ASSIGN_OR_RETURN(both.stages,
                     stagesOf(experiment, both.original, both.factorised,
                              earlier ? &earlier->stages : nullptr, context));
    return both;
}

/// In turn, so that what disturbs the machine disturbs both; the first turn warms up.
Result<BothTimed> bothTimed(const Experiment& experiment, const ComputeContext& context)
{
    constexpr int kRuns = 5;
    RETURN_IF_ERROR(requireRoomForBoth(experiment, false, context));
    ASSIGN_OR_RETURN(const Prepared original,
                     prepared(experiment, BranchKind::Original, nullptr, nullptr, context));
    ASSIGN_OR_RETURN(const Prepared factorised,
                     prepared(experiment, experiment.factorised, nullptr, original.input, context));
    std::array<std::vector<double>, 2> times;
    for (int run = 0; run <= kRuns; ++run) {
        for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
            const Prepared& branch = i == 0 ? original : factorised;
            ASSIGN_OR_RETURN(const BranchRun ran,
                             runBranch(branch.spec, *branch.weights, branch.input,
                                       experiment.algorithm, Capture::Output, context));
            if (run > 0)
                times[i].push_back(ran.milliseconds);
        }
    }
    return BothTimed{experiment, median(times[0]), median(times[1]), kRuns};
}

} // namespace

Result<BranchEvaluation> evaluateBranch(const Experiment& experiment, BranchKind kind,
                                        Capture capture, const ComputeContext& context)
{
    RETURN_IF_ERROR(validate(experiment));
    BranchSpec spec = branchSpec(experiment, kind);
    ASSIGN_OR_RETURN(const std::int64_t bytes, bytesNeeded(spec, experiment, capture, context));
    RETURN_IF_ERROR(requireRoom(bytes, context));
    TorchGenerator generator(experiment.seed);
    return drawnAndEvaluated(experiment, std::move(spec),
                             weightsOf(experiment, kind, generator, context.memoryLimitBytes),
                             generator, capture, context);
}

Result<BranchEvaluation> evaluateBranch(const Experiment& experiment, const BranchSpec& spec,
                                        Capture capture, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(const std::int64_t bytes, bytesNeeded(spec, experiment, capture, context));
    RETURN_IF_ERROR(requireRoom(bytes, context));
    TorchGenerator generator(experiment.seed);
    return drawnAndEvaluated(experiment, spec,
                             weightsOf(experiment, spec, generator, context.memoryLimitBytes),
                             generator, capture, context);
}

Result<std::shared_ptr<const Answer>> answer(const Experiment& experiment, const Query& query,
                                             const ComputeContext& context,
                                             const std::shared_ptr<const Answer>& earlier)
{
    RETURN_IF_ERROR(validate(experiment));
    using Answered = Result<std::shared_ptr<const Answer>>;
    return std::visit(Visitor{[&](const EvaluateBoth& both) -> Answered {
                                  const auto* before = std::get_if<BothEvaluated>(earlier.get());
                                  ASSIGN_OR_RETURN(
                                      BothEvaluated evaluation,
                                      bothEvaluated(experiment, both.mayPreview, before, context));
                                  return std::make_shared<const Answer>(std::move(evaluation));
                              },
                              [&](const TimeBoth&) -> Answered {
                                  ASSIGN_OR_RETURN(BothTimed both, bothTimed(experiment, context));
                                  return std::make_shared<const Answer>(std::move(both));
                              }},
                      query);
}

} // namespace factorscope
