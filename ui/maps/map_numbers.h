#pragma once

#include "core/experiment/evaluate.h"
#include "core/table/number_table.h"
#include "ui/view/view_state.h"

#include <vector>

namespace factorscope {

/// What the window says of the feature maps in numbers: "maps" has a row for each map of each
/// stage, or for the chosen one of each where one is shown alone; "values", where there is a
/// cursor, the value of each of them there. Maps count from 0.
std::vector<NumberTable> mapNumbers(const BothEvaluated& both, const ViewSettings& settings);

} // namespace factorscope
