#pragma once

#include "ui/chart/plot_axis.h"

#include <QColor>
#include <QPointF>
#include <QString>

#include <optional>
#include <vector>

namespace factorscope {

/// One line of a plot.
struct LineSeries {
    QString name; ///< stands at its end
    QColor colour;
    bool isDashed = false;
    bool hasPoints = false; ///< each is marked
    std::vector<QPointF> points; ///< in ascending x; one that is not finite interrupts the line
    bool isNamed = true; ///< in the picture; a reference beside others may do without
    bool operator==(const LineSeries&) const = default;
};

/// An upright dashed line with words above it.
struct PlotMark {
    double x = 0.0;
    QString text;
    QColor colour; ///< muted where it is none
    bool operator==(const PlotMark&) const = default;
};

/// All from an x on, tinted.
struct PlotRegion {
    double from = 0.0;
    QColor colour;
    QString text;
    QString narrowText; ///< where there is less room
    bool operator==(const PlotRegion&) const = default;
};

/// Where something stands, as a large point.
struct PlotPoint {
    QPointF at;
    QColor colour;
    std::vector<QString> notes; ///< the longest first: written is the first that has room
    QColor noteColour;
    bool operator==(const PlotPoint&) const = default;
};

/// Lines over a common x.
struct LinePlot {
    QString title{};
    QString xTitle{};
    QString yTitle{};
    std::vector<LineSeries> series{};
    std::optional<double> x{}; ///< where the upright mark stands
    QString xMarkText{};
    std::optional<AxisRange> xRange{}; ///< else that of the points
    std::optional<AxisRange> yRange{}; ///< else that of the points, from 0 unless some are negative
    bool isWholeX = false; ///< x counts something
    bool isLogY = false;
    /// Of a logarithmic axis: what is not above it is drawn at it. Else a tenth of the least
    /// positive value.
    std::optional<double> logFloor{};
    QString yUnit{}; ///< "B", "ms": at the marks of a linear axis
    std::vector<PlotMark> marks{}; ///< ascending, within the range
    std::optional<PlotRegion> region{};
    std::optional<PlotPoint> point{};
    std::optional<AxisRange> pickRange{}; ///< of x that can be picked, where not all can
    double keyStep = 0.0; ///< of the arrow keys; 0: from point to point
    QString inWords{}; ///< for those that cannot see the lines; else made of the points
    QString emptyText{}; ///< said where there are no points; else "nothing to show yet"

    bool isEmpty() const; ///< no finite point at all
    bool operator==(const LinePlot&) const = default;
};

/// The axes of a plot that is not empty, with about so many marks.
struct PlotAxes {
    PlotAxis x;
    PlotAxis y;
    bool isFloored = false; ///< some values are below the logarithmic axis and drawn at its end
};
PlotAxes plotAxes(const LinePlot& plot, int wantedX, int wantedY);

/// The x of all points, ascending, each once.
std::vector<double> plotSteps(const LinePlot& plot);

/// "fit: 300 points, from 0.0123 to 2.1, last 0.0125; …": for those that cannot see the lines.
QString linePlotInWords(const LinePlot& plot);

/// Rows "name,x,y" below a heading, with all digits.
QString linePlotCsv(const LinePlot& plot);

} // namespace factorscope
