#pragma once

#include "core/experiment/evaluate.h"
#include "ui/cost/cost_data.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/cost_look.h"

namespace factorscope {

/// The page of the curves: bars and a curve under a title that says of what. To be called on the
/// thread of the window, in a QApplication; its drawing may be done on any. What is asked about can
/// be counted.
Figure costFigure(const CostQuestion& question, const CostLook& look, const Theme& theme);

/// What has been computed, as a question about its costs.
CostQuestion questionOf(const BothEvaluated& both);

} // namespace factorscope
