#pragma once

#include "core/cost/count_finder.h"
#include "core/cost/formula.h"
#include "core/cost/network_cost.h"
#include "core/experiment/mid_timing.h"
#include "core/experiment/networks.h"
#include "core/table/number_table.h"

#include <span>

namespace factorscope {

// What the pages of the costs and the command `cost` say, as numbers for other programs.

/// "modules": a row for each module, then "total".
NumberTable networkTable(const NetworkCost& network);

/// "formulas": each as text and LaTeX, with its value.
NumberTable formulaTable(std::span<const Formula> formulas);

/// "counts": what every rule makes of both branches.
NumberTable countTable(std::span<const CountSubject> subjects);
/// "difference": the lines in which two rules part, then "total".
NumberTable differenceTable(const CountParts& parts, const CountRule& from, const CountRule& to);
/// "matches": which rules give a number, or are nearest to it.
NumberTable matchTable(const PrintedNumber& number, std::span<const CountSubject> subjects);

/// "alpha": every published branch.
NumberTable alphaTable(std::span<const AlphaPoint> points);

/// "times": milliseconds over C_mid, with the 5×5 beside them.
NumberTable timeTable(const MidTiming& timing);

} // namespace factorscope
