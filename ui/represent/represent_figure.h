#pragma once

#include "core/experiment/evaluate.h"
#include "core/fit/representation.h"
#include "core/table/number_table.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <vector>

namespace factorscope {

/// The whole search for the target that the settings name. Errors: as of represent().
Result<Representation> findRepresentation(const BothEvaluated& both, const ViewSettings& settings,
                                          const ComputeContext& context);

/// Target, best stack and difference, the two 3×3, and the errors over C_mid, as one picture.
Figure representFigure(const BothEvaluated& both, const Representation& found,
                       const ViewSettings& settings, const Theme& theme);

/// The same as numbers: "errors" has a row for each C_mid, "kernel" one for each tap of the kernel
/// that is shown, "pairs" one for each tap of the two 3×3. All count from 0 but C_mid.
std::vector<NumberTable> representNumbers(const Representation& found,
                                          const ViewSettings& settings);

} // namespace factorscope
