#include "core/experiment/field_analysis.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

Result<BranchField> fieldOf(DeepBranches& branches, BranchKind kind, const FieldQuestion& question,
                            const ComputeContext& context)
{
    const BothEvaluated& both = branches.both();
    const BranchEvaluation& evaluation
        = kind == BranchKind::Original ? both.original : both.factorised;
    ASSIGN_OR_RETURN(const DeepBranch* branch,
                     branches.get(kind, question.blocks, context.memoryLimitBytes));
    const Shape& in = evaluation.input->shape();
    const Extent image{in[2], in[3]};
    ASSIGN_OR_RETURN(const Extent output, outputSize(branch->spec, image));
    std::vector<Position> positions{
        {std::clamp<std::int64_t>(question.position.y, 0, output.height - 1),
         std::clamp<std::int64_t>(question.position.x, 0, output.width - 1)}};
    if (question.isAveraged)
        positions
            = spreadPositions(theoreticalField(branch->spec), image, output, kAveragedPositions);
    BranchField result;
    ASSIGN_OR_RETURN(result.field,
                     effectiveField(branch->spec, *branch->weights, evaluation.input, positions,
                                    question.channel, context));
    result.spread = spreadOf(result.field);
    return result;
}

/// σ downwards when all weights of a kernel are equal: the variances of the layers add up.
double uniformSigmaOf(const std::vector<Layer>& layers)
{
    double variance = 0.0;
    for (const Layer& layer : layers) {
        if (const auto* conv = std::get_if<Conv2d>(&layer.type))
            variance += std::pow(uniformSigma(1, conv->kernel.height), 2);
        if (const auto* residual = std::get_if<Residual>(&layer.type))
            variance += std::pow(uniformSigmaOf(residual->body), 2);
    }
    return std::sqrt(variance);
}

} // namespace

Result<const DeepBranch*> DeepBranches::get(BranchKind kind, std::int64_t blocks,
                                            std::int64_t memoryLimitBytes)
{
    const auto found = m_deep.find({kind, blocks});
    if (found != m_deep.end())
        return &found->second;
    const BranchEvaluation& evaluation
        = kind == BranchKind::Original ? m_both->original : m_both->factorised;
    ASSIGN_OR_RETURN(
        DeepBranch deep,
        deepBranch(m_both->experiment, kind, blocks, evaluation.weights, memoryLimitBytes));
    return &m_deep.emplace(std::pair(kind, blocks), std::move(deep)).first->second;
}

Result<BothFields> effectiveFields(DeepBranches& branches, const FieldQuestion& question,
                                   const ComputeContext& context)
{
    BothFields both{question, {}, {}};
    ASSIGN_OR_RETURN(both.original, fieldOf(branches, BranchKind::Original, question, context));
    ASSIGN_OR_RETURN(both.factorised,
                     fieldOf(branches, branches.both().experiment.factorised, question, context));
    return both;
}

Result<std::vector<DepthPoint>> effectiveFieldsOverDepth(DeepBranches& branches,
                                                         const FieldQuestion& question,
                                                         std::int64_t mostBlocks,
                                                         const ComputeContext& context)
{
    const Experiment& experiment = branches.both().experiment;
    ComputeContext quiet = context;
    quiet.progress = nullptr;
    if (context.progress)
        context.progress->total = mostBlocks * mostBlocks; // the work grows with the blocks
    std::vector<DepthPoint> points;
    for (std::int64_t blocks = 1; blocks <= mostBlocks; ++blocks) {
        FieldQuestion deep = question;
        deep.blocks = blocks;
        ASSIGN_OR_RETURN(const BothFields fields, effectiveFields(branches, deep, quiet));
        const auto uniform = [&](BranchKind kind) {
            return uniformSigmaOf(deepSpec(experiment, kind, blocks).layers);
        };
        points.push_back({blocks, fields.original.spread, fields.factorised.spread,
                          uniform(BranchKind::Original), uniform(experiment.factorised)});
        context.advance(2 * blocks - 1);
    }
    return points;
}

} // namespace factorscope
