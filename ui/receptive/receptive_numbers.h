#pragma once

#include "core/experiment/evaluate.h"
#include "core/table/number_table.h"
#include "ui/view/view_state.h"

#include <vector>

namespace factorscope {

/// What the figure of receptive fields shows, as numbers: "fields" has a row for each close-up, the
/// tables behind it the paths to each pixel: "paths-original", "paths-decomposed" (as the branch is
/// called), "paths-mid".
std::vector<NumberTable> receptiveNumbers(const BothEvaluated& both, const ViewSettings& settings);

} // namespace factorscope
