#pragma once

#include "ui/chart/line_plot.h"
#include "ui/kernels/kernel_picture.h"
#include "ui/receptive/field_findings.h"
#include "ui/theme/theme.h"

#include <QString>

#include <array>

namespace factorscope {

/// The effective fields of the original and of the other branch, on one colour scale or on one
/// each, framed by their theoretical fields.
std::array<KernelPicture, 2> fieldPictures(const FieldFindings& findings,
                                           const FieldSettings& settings, const Theme& theme);

/// The share of the field inside |dy|, |dx| ≤ r over r.
LinePlot massPlot(const FieldFindings& findings, const Theme& theme);

/// σ over the number of blocks, which are marked at `blocks`; what equal weights would give; and
/// how far the theoretical field reaches.
LinePlot depthPlot(const DepthCurve& curve, const Experiment& experiment, std::int64_t blocks,
                   const Theme& theme);

/// The same without a curve.
LinePlot noDepthPlot(const Error& error);

/// σ of both axes in one number.
double meanSigma(const FieldSpread& spread);

/// "x 112, y 64, channel 3", "average, all channels"
QString questionInWords(const FieldQuestion& question);

/// What there is to say of both fields, what to do where there are none, and where one is hardly
/// seen on the scale of the other.
QString findingsInWords(const FieldFindings& findings, const FieldSettings& settings);

} // namespace factorscope
