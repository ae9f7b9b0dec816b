#pragma once

#include "core/experiment/evaluate.h"
#include "core/table/number_table.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <vector>

namespace factorscope {

/// The module of the settings, or that of the experiment, with each branch.
Figure moduleFigure(const Experiment& experiment, const ViewSettings& settings, const Theme& theme);

/// "branches": what each branch has of the module, in both forms, and the sums. "steps": every
/// step.
std::vector<NumberTable> moduleNumbers(const Experiment& experiment, const ViewSettings& settings);

} // namespace factorscope
