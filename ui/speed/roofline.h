#pragma once

#include "core/race/race.h"
#include "ui/chart/plot_axis.h"
#include "ui/theme/theme.h"

#include <QPointF>
#include <QRectF>
#include <QString>

#include <optional>
#include <string>
#include <vector>

class QPainter;

namespace factorscope {

/// The points of a race under its roofs, on logarithmic axes: operations that are made for each
/// byte, and each second.
struct RooflineChart {
    struct Point {
        double intensity = 0.0; ///< FLOP/byte
        double gflops = 0.0;
        bool isOriginal = true;
        std::string algorithm;
        QString label; ///< empty where another point of the same branch stands at its place
    };
    PlotAxis x;
    PlotAxis y;
    std::vector<Roof> roofs; ///< that of the lanes first
    std::vector<Point> points;
};

/// Nothing before the roof of these lanes is measured.
std::optional<RooflineChart> rooflineChart(const Race& race, int threads);

/// The axis through what `low` and `high` are, with a margin about them, marks at powers of ten
/// and where there is room between them.
PlotAxis rooflineAxis(double low, double high);

/// With the painter's font.
void paintRoofline(QPainter& painter, const QRectF& area, const RooflineChart& chart,
                   const Theme& theme);

/// The sign of an algorithm, in the chart and beside its rows.
void paintSign(QPainter& painter, QPointF centre, const std::string& algorithm,
               const QColor& colour);

} // namespace factorscope
