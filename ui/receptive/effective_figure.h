#pragma once

#include "core/table/number_table.h"
#include "ui/figure/figure.h"
#include "ui/receptive/field_findings.h"
#include "ui/theme/theme.h"

#include <vector>

namespace factorscope {

/// The effective fields of both branches as one picture: where they were looked at, both maps,
/// their mass over the radius, and how they spread with depth.
Figure effectiveFigure(const BothEvaluated& both, const EffectiveFindings& findings,
                       const ViewSettings& settings, const Theme& theme);

/// The same as numbers: "branches" has a row for each, "field-original" and "field-decomposed" (as
/// the branch is called) one for each pixel, counted from the output's own, "mass" the shares
/// inside each radius, "depth" σ over the number of blocks. Channels count from 0.
std::vector<NumberTable> effectiveNumbers(const BothEvaluated& both,
                                          const EffectiveFindings& findings);

} // namespace factorscope
