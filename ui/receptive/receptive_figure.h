#pragma once

#include "core/experiment/evaluate.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

namespace factorscope {

/// What one output pixel sees, as one picture: that under the cursor, or the middle one.
Figure receptiveFigure(const BothEvaluated& both, const ViewSettings& settings, const Theme& theme);

} // namespace factorscope
