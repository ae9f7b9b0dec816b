#include "core/experiment/field_analysis.h"

#include "core/branch/layer_traits.h"

#include <algorithm>

namespace factorscope {
namespace {

/// Equal weights without a ReLU: the gradient goes with the number of paths. Far from any border.
Result<FieldSpread> uniformSpread(const BranchSpec& spec, const TheoreticalField& theory)
{
    const Extent image{3 * theory.size.height + theory.padding.height,
                       3 * theory.size.width + theory.padding.width};
    ASSIGN_OR_RETURN(const Extent output, outputSize(spec, image));
    const Position middle{output.height / 2, output.width / 2};
    ASSIGN_OR_RETURN(const PathCounts paths, pathCounts(spec, image, middle.y, middle.x));
    const PixelBox box = fieldBox(theory, middle.y, middle.x);
    EffectiveField field{theory.size, {}, 1, 0};
    for (std::int64_t y = box.y0; y <= box.y1; ++y)
        for (std::int64_t x = box.x0; x <= box.x1; ++x)
            field.values.push_back(paths.at(y, x));
    return spreadOf(field);
}

Result<BranchField> fieldOf(DeepBranches& branches, BranchKind kind, const FieldQuestion& question,
                            const ComputeContext& context)
{
    ASSIGN_OR_RETURN(const DeepBranches::Deep* deep,
                     branches.get(kind, question.blocks, context.memoryLimitBytes));
    const BranchSpec& spec = deep->branch.spec;
    const SharedTensor& input = branches.evaluation(kind).input;
    const Extent image{input->shape()[2], input->shape()[3]};
    ASSIGN_OR_RETURN(const Extent output, outputSize(spec, image));
    std::vector<Position> positions{
        {std::clamp<std::int64_t>(question.position.y, 0, output.height - 1),
         std::clamp<std::int64_t>(question.position.x, 0, output.width - 1)}};
    if (question.isAveraged)
        positions = spreadPositions(deep->theory, image, output, kAveragedPositions);
    std::optional<std::int64_t> channel = question.channel;
    if (channel)
        channel = std::clamp<std::int64_t>(*channel, 0,
                                           channelsAfter(spec.layers, spec.inChannels) - 1);
    BranchField result;
    ASSIGN_OR_RETURN(
        result.field,
        effectiveField(spec, *deep->branch.weights, input, positions, channel, context));
    result.spread = spreadOf(result.field);
    result.uniform = deep->uniform;
    result.theory = deep->theory;
    return result;
}

DepthPoint::Branch summary(const BranchField& field)
{
    return {field.spread, field.uniform, field.theory.size, field.field.isSilent()};
}

} // namespace

const BranchEvaluation& DeepBranches::evaluation(BranchKind kind) const
{
    return kind == BranchKind::Original ? m_both->original : m_both->factorised;
}

Result<const DeepBranches::Deep*> DeepBranches::get(BranchKind kind, std::int64_t blocks,
                                                    std::int64_t memoryLimitBytes)
{
    const auto found = m_deep.find({kind, blocks});
    if (found != m_deep.end())
        return &found->second;
    Weights& deepest = m_deepest[kind];
    if (blocks > deepest.blocks) {
        ASSIGN_OR_RETURN(const DeepBranch made,
                         deepBranch(m_both->experiment, kind, blocks, evaluation(kind).weights,
                                    memoryLimitBytes));
        deepest = {blocks, made.weights};
        for (auto& [key, shallower] : m_deep) { // the same numbers; one copy is enough
            if (key.first == kind)
                shallower.branch.weights = made.weights;
        }
    }
    Deep deep{{deepSpec(m_both->experiment, kind, blocks), deepest.tensors}, {}, {}};
    deep.theory = theoreticalField(deep.branch.spec);
    ASSIGN_OR_RETURN(deep.uniform, uniformSpread(deep.branch.spec, deep.theory));
    return &m_deep.emplace(std::pair(kind, blocks), std::move(deep)).first->second;
}

Result<BothFields> effectiveFields(DeepBranches& branches, const FieldQuestion& question,
                                   const ComputeContext& context)
{
    if (question.isAveraged && context.progress)
        context.progress->total = 2 * kAveragedPositions; // about
    BothFields both{question, {}, {}};
    ASSIGN_OR_RETURN(both.original, fieldOf(branches, BranchKind::Original, question, context));
    ASSIGN_OR_RETURN(both.factorised,
                     fieldOf(branches, branches.both().experiment.factorised, question, context));
    return both;
}

Result<DepthCurve> effectiveFieldsOverDepth(DeepBranches& branches, const FieldQuestion& question,
                                            std::int64_t mostBlocks, const ComputeContext& context)
{
    ComputeContext quiet = context;
    quiet.progress = nullptr;
    if (context.progress)
        context.progress->total = mostBlocks * mostBlocks; // the work grows with the blocks
    for (const BranchKind kind : {BranchKind::Original, branches.both().experiment.factorised}) {
        // The deepest first: its weights serve all others.
        RETURN_IF_ERROR(branches.get(kind, mostBlocks, context.memoryLimitBytes));
    }
    DepthCurve curve{question, {}};
    curve.question.blocks = 1;
    for (std::int64_t blocks = 1; blocks <= mostBlocks; ++blocks) {
        FieldQuestion deep = question;
        deep.blocks = blocks;
        ASSIGN_OR_RETURN(const BothFields fields, effectiveFields(branches, deep, quiet));
        curve.points.push_back({blocks, summary(fields.original), summary(fields.factorised)});
        context.advance(2 * blocks - 1);
    }
    return curve;
}

} // namespace factorscope
