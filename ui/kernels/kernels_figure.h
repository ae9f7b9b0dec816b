#pragma once

#include "core/experiment/evaluate.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

namespace factorscope {

/// The chosen page of the kernels.
Figure kernelsFigure(const BothEvaluated& both, const ViewSettings& settings, const Theme& theme);

} // namespace factorscope
