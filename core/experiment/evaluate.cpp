#include "core/experiment/evaluate.h"

#include "core/branch/layer_traits.h"
#include "core/experiment/prepare.h"
#include "core/tensor/memory.h"

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

Result<BothEvaluated> bothEvaluated(const Experiment& experiment, const ComputeContext& context)
{
    std::int64_t bytes = 0; // the results of both stay
    for (const BranchKind kind : {BranchKind::Original, experiment.factorised}) {
        ASSIGN_OR_RETURN(
            const std::int64_t needed,
            bytesNeeded(branchSpec(experiment, kind), experiment, Capture::Activations, context));
        bytes += needed;
    }
    RETURN_IF_ERROR(requireRoom(bytes, context));
    BothEvaluated both;
    SharedTensor input;
    for (const bool isOriginal : {true, false}) {
        const BranchKind kind = isOriginal ? BranchKind::Original : experiment.factorised;
        BranchSpec spec = branchSpec(experiment, kind);
        TorchGenerator forWeights(experiment.seed);
        ASSIGN_OR_RETURN(SharedWeights weights,
                         weightsOf(experiment, kind, forWeights, context.memoryLimitBytes));
        if (!input || input->shape()[1] != spec.inChannels) {
            TorchGenerator forInput(experiment.seed);
            ASSIGN_OR_RETURN(input,
                             inputOf(experiment, spec.inChannels, forInput,
                                     context.memoryLimitBytes, context.stop));
        }
        ASSIGN_OR_RETURN((isOriginal ? both.original : both.factorised),
                         evaluated(std::move(spec), std::move(weights), input, experiment,
                                   Capture::Activations, context));
    }
    return both;
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
                                             const ComputeContext& context)
{
    RETURN_IF_ERROR(validate(experiment));
    return std::visit(Visitor{[&](const EvaluateBoth&) -> Result<std::shared_ptr<const Answer>> {
                          ASSIGN_OR_RETURN(BothEvaluated both, bothEvaluated(experiment, context));
                          return std::make_shared<const Answer>(std::move(both));
                      }},
                      query);
}

} // namespace factorscope
