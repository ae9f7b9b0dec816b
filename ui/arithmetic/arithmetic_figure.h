#pragma once

#include "core/table/number_table.h"
#include "ui/arithmetic/arithmetic_sums.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"

#include <vector>

namespace factorscope {

/// The sums of an output value as the settings ask. Errors: InvalidArgument, where the tap that
/// they open does not exist or has no sum; Cancelled.
Result<ArithmeticSums> sumsForFigure(const std::shared_ptr<const BothEvaluated>& both,
                                     const ViewSettings& settings, const ComputeContext& context);

/// The products of both branches and of the opened tap, as one picture.
Figure productsFigure(const std::shared_ptr<const ArithmeticSums>& sums,
                      const ViewSettings& settings, const Theme& theme);
/// How often both branches multiply for an output, with and without reuse.
Figure multiplicationsFigure(const Experiment& experiment, const ViewSettings& settings,
                             const Theme& theme);

/// "products" has every product in the order in which it is added, and the bias: of the original,
/// of the branch beside it and of its opened tap; "sums" what becomes of them. Channels, rows and
/// columns count from 0.
std::vector<NumberTable> productNumbers(const ArithmeticSums& sums);
/// "tiles" has the multiplications per output over the side of a tile, "outputs" those of each
/// output of the chosen tile, "counts" those that all follows from.
std::vector<NumberTable> multiplicationNumbers(const Experiment& experiment,
                                               const ViewSettings& settings);

} // namespace factorscope
