#pragma once

#include "core/collapse/slope_study.h"
#include "core/experiment/evaluate.h"
#include "ui/view/view_state.h"

#include <memory>

namespace factorscope {

/// What the branches of an answer are without the activation between.
struct CollapseFindings {
    std::shared_ptr<const BothEvaluated> both;
    BorderPadding padding = BorderPadding::Same;
    Collapsed original;
    Collapsed factorised;
    SlopeStudy study; ///< of the factorised branch
};

/// On any thread. A branch without an activation between is given one, so that its slope can leave
/// 1. Errors: as of collapse(), withBorderPadding() and studySlopes().
Result<std::shared_ptr<const CollapseFindings>>
findCollapse(const std::shared_ptr<const BothEvaluated>& both, BorderPadding padding,
             const ComputeContext& context);

/// One output map at one slope, with the errors over all slopes.
struct CollapseAtSlope {
    std::shared_ptr<const CollapseFindings> findings;
    std::int64_t channel = 0;
    SlopeErrors errors;
    SlopeMaps maps;
    std::shared_ptr<const std::vector<SlopeErrors>> curve;
};
/// The curve is taken from `earlier` where that is of the same map. Error: Cancelled.
Result<CollapseAtSlope> collapseAtSlope(const std::shared_ptr<const CollapseFindings>& findings,
                                        std::int64_t channel, double slope,
                                        const CollapseAtSlope& earlier,
                                        const ComputeContext& context);

/// Both steps for what the settings ask. Errors: as of both.
Result<CollapseAtSlope> collapseOf(const std::shared_ptr<const BothEvaluated>& both,
                                   const ViewSettings& settings, const ComputeContext& context);

} // namespace factorscope
