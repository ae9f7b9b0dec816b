#include "ui/receptive/field_findings.h"

#include "ui/receptive/close_up.h"

#include <algorithm>
#include <utility>

namespace factorscope {

FieldQuestion fieldQuestion(const BothEvaluated& both, const ViewSettings& settings)
{
    const StageMaps& output = both.stages[Stage::Factorised];
    FieldQuestion question;
    question.isAveraged = settings.field.isAveraged;
    question.blocks = std::clamp<std::int64_t>(settings.field.blocks, 1, kMostDeepBlocks);
    if (!question.isAveraged)
        question.position = positionOf(settings, output.size());
    if (!settings.field.isOfAllChannels)
        question.channel = std::clamp<std::int64_t>(settings.outChannel, 0, output.channels() - 1);
    return question;
}

FieldQuestion depthQuestion(FieldQuestion question)
{
    question.blocks = 1;
    return question;
}

Result<FieldFindings> fieldFindings(DeepBranches& branches, const FieldQuestion& question,
                                    const ComputeContext& context)
{
    ASSIGN_OR_RETURN(BothFields fields, effectiveFields(branches, question, context));
    const BothEvaluated& both = branches.both();
    const Shape& in = both.original.input->shape();
    return FieldFindings{both.experiment,
                         {in[2], in[3]},
                         both.stages[Stage::Factorised].channels(),
                         std::move(fields)};
}

Result<EffectiveFindings> effectiveFindings(const std::shared_ptr<const BothEvaluated>& both,
                                            const ViewSettings& settings,
                                            const ComputeContext& context)
{
    DeepBranches branches(both);
    const FieldQuestion question = fieldQuestion(*both, settings);
    EffectiveFindings findings;
    ComputeContext quiet = context; // the curve takes by far the longest
    quiet.progress = nullptr;
    ASSIGN_OR_RETURN(findings.fields, fieldFindings(branches, question, quiet));
    auto depth
        = effectiveFieldsOverDepth(branches, depthQuestion(question), kMostDeepBlocks, context);
    if (depth)
        findings.depth = *std::move(depth);
    else if (depth.error().code == ErrorCode::Cancelled)
        return depth.error();
    else
        findings.whyNoDepth = depth.error();
    return findings;
}

ExperimentFields deepFields(const Experiment& experiment, std::int64_t blocks)
{
    ExperimentFields fields = fieldsOf(experiment);
    fields.original = theoreticalField(deepSpec(experiment, BranchKind::Original, blocks));
    fields.factorised = theoreticalField(deepSpec(experiment, experiment.factorised, blocks));
    return fields;
}

} // namespace factorscope
