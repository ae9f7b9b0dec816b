#pragma once

#include "core/table/number_table.h"
#include "ui/cost/cost_data.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/cost_look.h"

#include <vector>

namespace factorscope {

// The pages of the costs as figures and numbers, beside that of the curves. What is asked about can
// be counted; the look is one that was checked.

Figure modulesFigure(const CostQuestion& question, const CostLook& look, const Theme& theme);
/// "alpha": every published branch at its own C_mid; "alpha-by-rule": at the chosen rule, and the
/// experiment.
std::vector<NumberTable> modulesNumbers(const CostQuestion& question, const CostLook& look);

Figure formulasFigure(const CostQuestion& question, const Theme& theme);
std::vector<NumberTable> formulasNumbers(const CostQuestion& question);

Figure conventionsFigure(const CostQuestion& question, const CostLook& look, const Theme& theme);
/// "counts"; the difference of the two rules for each branch; "matches" of a number.
std::vector<NumberTable> conventionsNumbers(const CostQuestion& question, const CostLook& look);

Figure networkFigure(const CostQuestion& question, const CostLook& look, const Theme& theme);
std::vector<NumberTable> networkNumbers(const CostLook& look);

} // namespace factorscope
