#pragma once

#include "core/experiment/evaluate.h"
#include "core/table/number_table.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <vector>

namespace factorscope {

/// The weights of all layers as one picture: the kernels about the chosen ones.
Figure weightsFigure(const BothEvaluated& both, const ViewSettings& settings, const Theme& theme);

/// The same as numbers: "weights" has a row for each tap of the kernels shown, "biases" one for
/// each bias. Channels, rows and columns count from 0.
std::vector<NumberTable> weightsNumbers(const BothEvaluated& both, const ViewSettings& settings);

} // namespace factorscope
