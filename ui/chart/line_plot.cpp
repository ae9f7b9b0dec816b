#include "ui/chart/line_plot.h"

#include "ui/text/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Chart {
    Q_DECLARE_TR_FUNCTIONS(Chart)
};

bool isFinite(const QPointF& point)
{
    return std::isfinite(point.x()) && std::isfinite(point.y());
}

std::vector<QPointF> finitePoints(const LineSeries& series)
{
    std::vector<QPointF> points;
    std::ranges::copy_if(series.points, std::back_inserter(points), isFinite);
    return points;
}

/// What axes reach to at most, so that lengths and powers of ten stay finite.
constexpr double kMostReach = 1e300;

double reached(double value)
{
    return std::clamp(value, -kMostReach, kMostReach);
}

AxisRange rangeOf(const std::vector<double>& values)
{
    const auto [low, high] = std::ranges::minmax(values);
    return {low, high};
}

/// The points that are within the wanted part of x.
std::vector<double> heights(const LinePlot& plot, const AxisRange& x)
{
    std::vector<double> values;
    for (const LineSeries& series : plot.series) {
        for (const QPointF& point : finitePoints(series)) {
            if (point.x() >= x.low && point.x() <= x.high)
                values.push_back(reached(point.y()));
        }
    }
    return values.empty() ? std::vector{0.0} : values;
}

PlotAxis logHeights(const LinePlot& plot, const std::vector<double>& values, int wanted)
{
    const double most = rangeOf(values).high;
    std::vector<double> positive;
    std::ranges::copy_if(values, std::back_inserter(positive), [](double v) { return v > 0.0; });
    constexpr double kTenth = 0.1;
    AxisRange range{kTenth, 1.0};
    if (!positive.empty())
        range = {std::ranges::min(positive), most};
    if (plot.logFloor && *plot.logFloor > 0.0)
        range.low = std::max(range.low, *plot.logFloor);
    if (positive.size() < values.size())
        range.low = plot.logFloor.value_or(range.low * kTenth);
    if (plot.yRange && plot.yRange->low > 0.0)
        range = *plot.yRange;
    range.low = std::max(range.low, 1.0 / kMostReach);
    range.high = std::max(range.high, range.low);
    return logAxis(range, wanted);
}

PlotAxis linearHeights(const LinePlot& plot, const std::vector<double>& values, int wanted)
{
    if (plot.yRange)
        return linearAxis(*plot.yRange, AxisEnds::AtData, wanted, false);
    AxisRange range = rangeOf(values);
    range.low = std::min(range.low, 0.0);
    range.high = std::max(range.high, 0.0);
    if (range.low == range.high)
        range.high = 1.0;
    return linearAxis(range, AxisEnds::AtTicks, wanted, false);
}

/// "20 k" of bytes is "20 kB"; zero has no unit.
void addUnit(PlotAxis& axis, const QString& unit)
{
    for (PlotAxis::Tick& tick : axis.ticks) {
        if (tick.value == 0.0)
            continue;
        const bool hasPrefix = tick.label.contains(u' ');
        tick.label += hasPrefix ? unit : QStringLiteral(" ") + unit;
    }
}

QString inWords(const LineSeries& series)
{
    const std::vector<QPointF> points = finitePoints(series);
    if (points.empty())
        return Chart::tr("%1: no points").arg(series.name);
    std::vector<double> values;
    for (const QPointF& point : points)
        values.push_back(point.y());
    const AxisRange range = rangeOf(values);
    if (points.size() == 1)
        return Chart::tr("%1: %2").arg(series.name, significant(range.low, 3));
    return Chart::tr("%1: %2 points, from %3 to %4, last %5")
        .arg(series.name, grouped(static_cast<std::int64_t>(points.size())),
             significant(range.low, 3), significant(range.high, 3), significant(values.back(), 3));
}

/// As a field of a comma-separated row.
QString field(QString text)
{
    if (!text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n'))
        return text;
    return u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

} // namespace

bool LinePlot::isEmpty() const
{
    return std::ranges::none_of(
        series, [](const LineSeries& one) { return std::ranges::any_of(one.points, isFinite); });
}

PlotAxes plotAxes(const LinePlot& plot, int wantedX, int wantedY)
{
    AxisRange xRange = plot.xRange.value_or(rangeOf(plotSteps(plot)));
    xRange = {reached(xRange.low), reached(xRange.high)};
    if (plot.x && !plot.xRange)
        xRange = {std::min(xRange.low, *plot.x), std::max(xRange.high, *plot.x)};
    PlotAxes axes;
    axes.x = linearAxis(xRange, AxisEnds::AtData, wantedX, plot.isWholeX);
    const std::vector<double> values = heights(plot, axes.x.range);
    axes.y = plot.isLogY ? logHeights(plot, values, wantedY) : linearHeights(plot, values, wantedY);
    if (!plot.yUnit.isEmpty())
        addUnit(axes.y, plot.yUnit);
    axes.isFloored = plot.isLogY && std::ranges::min(values) < axes.y.range.low;
    return axes;
}

std::vector<double> plotSteps(const LinePlot& plot)
{
    std::vector<double> steps;
    for (const LineSeries& series : plot.series) {
        for (const QPointF& point : finitePoints(series))
            steps.push_back(point.x());
    }
    std::ranges::sort(steps);
    const auto repeated = std::ranges::unique(steps);
    steps.erase(repeated.begin(), repeated.end());
    return steps;
}

QString linePlotInWords(const LinePlot& plot)
{
    if (plot.isEmpty())
        return plot.emptyText.isEmpty() ? Chart::tr("nothing to show yet") : plot.emptyText;
    if (!plot.inWords.isEmpty())
        return plot.inWords;
    QStringList parts;
    for (const LineSeries& series : plot.series)
        parts << inWords(series);
    if (plot.x && !plot.xMarkText.isEmpty())
        parts << Chart::tr("marked: %1").arg(plot.xMarkText);
    return parts.join(QStringLiteral("; "));
}

QString linePlotCsv(const LinePlot& plot)
{
    const auto number
        = [](double value) { return QString::number(value, 'g', QLocale::FloatingPointShortest); };
    QString text = QStringLiteral("name,x,y\n");
    for (const LineSeries& series : plot.series) {
        for (const QPointF& point : series.points)
            text
                += field(series.name) + u',' + number(point.x()) + u',' + number(point.y()) + u'\n';
    }
    return text;
}

} // namespace factorscope
