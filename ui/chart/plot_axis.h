#pragma once

#include <QPointF>
#include <QRectF>
#include <QString>

#include <span>
#include <vector>

namespace factorscope {

/// From where to where an axis reaches.
struct AxisRange {
    double low = 0.0;
    double high = 1.0;
    bool operator==(const AxisRange&) const = default;
};

/// A linear or logarithmic axis and its marks.
struct PlotAxis {
    struct Tick {
        double value;
        QString label;
    };
    AxisRange range; ///< low < high; logarithmic ones are above 0
    bool isLog = false;
    std::vector<Tick> ticks; ///< within the range, ascending

    /// 0 at the low end, 1 at the high one; beyond for values outside. Not finite for what a
    /// logarithm does not take.
    double share(double value) const;
    double valueAt(double share) const;
};

enum class AxisEnds {
    AtData, ///< exactly as given
    AtTicks, ///< moved outwards to the next mark
};
/// Marks at 1, 2 or 5 times a power of ten, about `wanted` of them. A range of no length is made
/// one. Whole numbers are never split.
PlotAxis linearAxis(AxisRange range, AxisEnds ends, int wanted, bool isWhole);
/// Marks at powers of ten, which the ends move out to; between them at 2 and 5 where there is room.
PlotAxis logAxis(AxisRange range, int wanted);

/// The parts of a line that lie within the unit square, each a line of its own; a point that is not
/// finite interrupts it. A part may be a single point.
std::vector<std::vector<QPointF>> clippedToUnit(std::span<const QPointF> points);

/// Heights for labels of one height so that none lies on another, each as near as may be to where
/// it belongs; `wanted` ascends. They stay within, or begin at `top` where there is no room.
std::vector<double> spreadOut(std::span<const double> wanted, double height, double top,
                              double bottom);

} // namespace factorscope
