#pragma once

#include "core/experiment/field_analysis.h"
#include "core/experiment/fields.h"
#include "ui/view/view_state.h"

#include <memory>
#include <optional>

namespace factorscope {

/// The effective fields of both branches, and what they belong to: shown and exported alike.
struct FieldFindings {
    Experiment experiment;
    Extent image;
    std::int64_t channels = 1; ///< of the output
    BothFields fields;

    const FieldQuestion& question() const { return fields.question; }
    bool isSilent() const
    {
        return fields.original.field.isSilent() && fields.factorised.field.isSilent();
    }
};

/// What the view asks: of the pixel under the cursor, or the middle one, unless averaged.
FieldQuestion fieldQuestion(const BothEvaluated& both, const ViewSettings& settings);

/// The curve over depth is the same for any number of blocks.
FieldQuestion depthQuestion(FieldQuestion question);

/// Computes them on any thread. Errors: as of effectiveFields().
Result<FieldFindings> fieldFindings(DeepBranches& branches, const FieldQuestion& question,
                                    const ComputeContext& context);

/// What the page of the effective fields shows.
struct EffectiveFindings {
    FieldFindings fields;
    DepthCurve depth; ///< without points where there is none: see whyNoDepth
    std::optional<Error> whyNoDepth; ///< such as too little memory for the deepest branch
};
/// Both, as the settings ask, on any thread. Errors: as of effectiveFields().
Result<EffectiveFindings> effectiveFindings(const std::shared_ptr<const BothEvaluated>& both,
                                            const ViewSettings& settings,
                                            const ComputeContext& context);

/// What the outputs see of the input with so many blocks behind each other.
ExperimentFields deepFields(const Experiment& experiment, std::int64_t blocks);

} // namespace factorscope
