#pragma once

#include "core/experiment/field_analysis.h"
#include "ui/view/view_state.h"

#include <memory>

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

} // namespace factorscope
