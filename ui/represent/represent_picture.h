#pragma once

#include "core/experiment/evaluate.h"
#include "core/fit/representation.h"
#include "ui/chart/line_plot.h"
#include "ui/kernels/kernel_grid.h"
#include "ui/kernels/kernel_picture.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <array>

namespace factorscope {

/// The target and what the best stack with the chosen C_mid equals, on one scale, and their
/// difference, which is often too small for that; of a bank the kernel between the chosen channels.
/// There must be a point.
std::array<KernelPicture, 3> representKernels(const Representation& found,
                                              const ViewSettings& settings, const Theme& theme);

/// The first 3×3 of each mid channel, and the second: of a bank those of the chosen input and
/// output channel.
std::array<KernelGrid, 2> representFactors(const Representation& found,
                                           const ViewSettings& settings, const Theme& theme);

/// The errors over C_mid, with the mark at the chosen one, beside what the free numbers say.
LinePlot representPlot(const Representation& found, const ViewSettings& settings,
                       const Theme& theme);

/// "C_mid = 1: 0.39 % off as a kernel …": paragraphs.
QStringList representInWords(const Representation& found, const ViewSettings& settings);

/// "0.39 %"; "0 %" for what rounding leaves.
QString errorText(double relativeError);

} // namespace factorscope
