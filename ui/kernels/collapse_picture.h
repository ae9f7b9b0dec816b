#pragma once

#include "ui/chart/line_plot.h"
#include "ui/kernels/collapse_findings.h"
#include "ui/kernels/kernel_picture.h"
#include "ui/maps/map_pane.h"

#include <array>

namespace factorscope {

/// The collapsed kernel of the chosen pair of channels, the original's, and their difference, on
/// one scale.
std::array<KernelPicture, 3> collapseKernels(const CollapseFindings& findings,
                                             const ViewSettings& settings, const Theme& theme);

/// What the stack makes at a slope, what its collapsed kernel makes, and their difference with a
/// frame about what lies within the ring.
struct CollapsePane {
    MapPane pane;
    PaneToRender request;
};
struct PanePlaces {
    std::array<QRectF, 3> rects;
    QFont font;
    double devicePixelRatio = 1.0;
};
std::array<CollapsePane, 3> collapsePanes(const CollapseAtSlope& at, const ViewSettings& settings,
                                          const PanePlaces& places, const Theme& theme);

/// The errors over the slope, with a mark at this one.
LinePlot collapsePlot(const CollapseAtSlope& at, const Theme& theme);

/// "Slope 0.35: inside up to 8.1 % apart …": paragraphs.
QStringList collapseInWords(const CollapseAtSlope& at);

} // namespace factorscope
