#pragma once

#include "core/experiment/evaluate.h"
#include "ui/figure/figure.h"
#include "ui/maps/map_knowledge.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

namespace factorscope {

/// What the view finds out of an answer: ranks, matches, and of maps that are alone the histograms,
/// of all values. Errors: Cancelled.
Result<MapKnowledge> mapFindings(const BothEvaluated& both, const ViewSettings& settings,
                                 const ComputeContext& context);

/// All stages of both branches as one picture, drawn as the window draws them.
Figure featureMapsFigure(const BothEvaluated& both, const MapKnowledge& known,
                         const ViewSettings& settings, const Theme& theme);

} // namespace factorscope
