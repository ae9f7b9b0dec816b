#pragma once

#include "core/experiment/mid_timing.h"
#include "ui/chart/line_plot.h"
#include "ui/cost/cost_data.h"
#include "ui/theme/theme.h"
#include "ui/view/cost_look.h"

namespace factorscope {

/// What of the counts a quantity is; nothing for the time, which is measured.
std::optional<CostMeasure> countOf(CurveQuantity quantity);
QString quantityTitle(CurveQuantity quantity); ///< "activation memory", "time"
QString shortQuantityTitle(CurveQuantity quantity); ///< "memory"

/// The factorised branch over C_mid against the level of the 5×5, with the marks of the slider and
/// the point where the experiment stands; tinted where the stack is the dearer one.
LinePlot curvePlot(const CostComparison& costs, CostMeasure measure, const Theme& theme);

/// The same of measured times; empty where there is no timing. Between measured C_mid the point
/// stands on the line.
LinePlot timePlot(const CostComparison& costs, const MidTiming* timing, const Theme& theme);

/// The C_mid beyond which every measured stack is slower than the 5×5; 0 where all are, nothing
/// where the last one is not.
std::optional<double> slowerFrom(const MidTiming& timing);

/// By the look; its timing counts only where it is of this experiment.
LinePlot curvePlot(const CostComparison& costs, const CostLook& look, const Experiment& experiment,
                   const Theme& theme);

} // namespace factorscope
