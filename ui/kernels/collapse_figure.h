#pragma once

#include "core/table/number_table.h"
#include "ui/figure/figure.h"
#include "ui/kernels/collapse_findings.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <vector>

namespace factorscope {

/// The one kernel that the stack is without its activation, what both make of the picture, and how
/// they part over the slope, as one picture.
Figure collapseFigure(const CollapseAtSlope& at, const ViewSettings& settings, const Theme& theme);

/// The same as numbers: "kernel" has a row for each tap, "biases" one for each of both, "errors"
/// what the words and the mark of the curve say, "curve" the errors over all slopes, "ring" its
/// widths. Rows and columns count from 0.
std::vector<NumberTable> collapseNumbers(const CollapseAtSlope& at, const ViewSettings& settings);

} // namespace factorscope
