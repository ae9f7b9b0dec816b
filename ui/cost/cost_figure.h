#pragma once

#include "core/experiment/evaluate.h"
#include "ui/cost/cost_data.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"

namespace factorscope {

/// The charts of the cost view under a title that says of what. To be called on the thread of the
/// window, in a QApplication; its drawing may be done on any.
Figure costFigure(const CostComparison& costs, const Theme& theme);
Figure costFigure(const BothEvaluated& both, const Theme& theme);

} // namespace factorscope
