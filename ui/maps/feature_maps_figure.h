#pragma once

#include "core/experiment/evaluate.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

namespace factorscope {

/// All stages of both branches as one picture, drawn as the window draws them.
Figure featureMapsFigure(const BothEvaluated& both, const ViewSettings& settings,
                         const Theme& theme);

} // namespace factorscope
