#include "ui/chart/plot_axis.h"

#include "core/result/expects.h"
#include "ui/cost/axis_ticks.h"
#include "ui/text/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace factorscope {
namespace {

constexpr double kRounding = 1e-9;

/// Labels of one unit and as many decimals as tell the marks apart.
void label(std::vector<PlotAxis::Tick>& ticks, double step)
{
    double most = 0.0;
    for (const PlotAxis::Tick& tick : ticks)
        most = std::max(most, std::abs(tick.value));
    constexpr double kLeast = 1e-4;
    constexpr double kUnit = 1e5;
    constexpr std::array<const char*, 5> kUnits{"", " k", " M", " G", " T"};
    std::size_t unit = 0;
    double scale = 1.0;
    while (most / scale >= (unit == 0 ? kUnit : 1e3) && unit + 1 < kUnits.size()) {
        scale *= 1000.0;
        ++unit;
    }
    const bool isScientific = most < kLeast || most / scale >= kUnit;
    const int decimals
        = std::max(0, static_cast<int>(std::ceil(-std::log10(step / scale) - kRounding)));
    for (PlotAxis::Tick& tick : ticks) {
        if (tick.value == 0.0)
            tick.label = QStringLiteral("0");
        else if (isScientific)
            tick.label = significant(tick.value, 3);
        else
            tick.label = fixed(tick.value / scale, decimals) + QLatin1String(kUnits[unit]);
    }
}

AxisRange ofSomeLength(AxisRange range)
{
    const double room
        = std::max(std::abs(range.low), std::abs(range.high)) * 1e-6 + 1e-300; // told apart
    if (range.high - range.low > room)
        return range;
    const double half = range.low == 0.0 ? 0.5 : std::max(std::abs(range.low) / 2.0, 1e-300);
    return {range.low - half, range.high + half};
}

QString powerLabel(double value, bool isPlain)
{
    if (!isPlain)
        return significant(value, 1);
    const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(value) - kRounding)));
    return fixed(value, decimals);
}

/// From 0 on, where the segment enters and leaves the unit square; nothing where it passes by.
std::optional<std::pair<double, double>> within(QPointF from, QPointF to)
{
    double enters = 0.0;
    double leaves = 1.0;
    const QPointF way = to - from;
    const std::array<std::array<double, 2>, 4> sides{{{-way.x(), from.x()},
                                                      {way.x(), 1.0 - from.x()},
                                                      {-way.y(), from.y()},
                                                      {way.y(), 1.0 - from.y()}}};
    for (const auto& [speed, room] : sides) {
        if (speed == 0.0 && room < 0.0)
            return {};
        if (speed < 0.0)
            enters = std::max(enters, room / speed);
        else if (speed > 0.0)
            leaves = std::min(leaves, room / speed);
    }
    if (enters > leaves)
        return {};
    return std::pair(enters, leaves);
}

bool isFinite(QPointF point)
{
    return std::isfinite(point.x()) && std::isfinite(point.y());
}

bool isInside(QPointF point)
{
    return point.x() >= 0.0 && point.x() <= 1.0 && point.y() >= 0.0 && point.y() <= 1.0;
}

} // namespace

double PlotAxis::share(double value) const
{
    if (isLog)
        return std::log(value / range.low) / std::log(range.high / range.low);
    return (value - range.low) / (range.high - range.low);
}

double PlotAxis::valueAt(double share) const
{
    if (isLog)
        return range.low * std::pow(range.high / range.low, share);
    return range.low + share * (range.high - range.low);
}

PlotAxis linearAxis(AxisRange range, AxisEnds ends, int wanted, bool isWhole)
{
    PlotAxis axis{.range = ofSomeLength(range), .isLog = false, .ticks = {}};
    const double length = axis.range.high - axis.range.low;
    const double step
        = ticksWithin(length, std::max(wanted, 2), isWhole ? AxisUnit::WholeCount : AxisUnit::Count)
              .step;
    double first = std::ceil(axis.range.low / step - kRounding);
    double last = std::floor(axis.range.high / step + kRounding);
    if (ends == AxisEnds::AtTicks) {
        first = std::floor(axis.range.low / step + kRounding);
        last = std::ceil(axis.range.high / step - kRounding);
        axis.range = {first * step, last * step};
    }
    for (double i = first; i <= last; ++i)
        axis.ticks.push_back({i == 0.0 ? 0.0 : i * step, {}});
    label(axis.ticks, step);
    return axis;
}

PlotAxis logAxis(AxisRange range, int wanted)
{
    EXPECTS(range.low > 0.0 && range.high >= range.low);
    const double low = std::floor(std::log10(range.low) + kRounding);
    const double high = std::max(low + 1.0, std::ceil(std::log10(range.high) - kRounding));
    PlotAxis axis{.range = {std::pow(10.0, low), std::pow(10.0, high)}, .isLog = true, .ticks = {}};
    const double stride = std::ceil((high - low) / std::max(wanted, 2));
    const bool isPlain = low >= -4.0 && high <= 4.0;
    const bool isSplit = 3.0 * (high - low) <= wanted;
    for (double power = low; power <= high; power += stride) {
        const double value = std::pow(10.0, power);
        axis.ticks.push_back({value, powerLabel(value, isPlain)});
        for (const double factor : {2.0, 5.0}) {
            if (isSplit && power < high)
                axis.ticks.push_back({factor * value, powerLabel(factor * value, isPlain)});
        }
    }
    return axis;
}

std::vector<std::vector<QPointF>> clippedToUnit(std::span<const QPointF> points)
{
    std::vector<std::vector<QPointF>> parts;
    bool goesOn = false; // the last part ends where the next segment begins
    for (std::size_t i = 0; i < points.size(); ++i) {
        const QPointF to = points[i];
        if (!isFinite(to)) {
            goesOn = false;
            continue;
        }
        if (i == 0 || !isFinite(points[i - 1])) {
            goesOn = isInside(to);
            if (goesOn)
                parts.push_back({to});
            continue;
        }
        const QPointF from = points[i - 1];
        const auto reach = within(from, to);
        if (reach) {
            if (!goesOn)
                parts.push_back({from + (to - from) * reach->first});
            parts.back().push_back(reach->second == 1.0 ? to : from + (to - from) * reach->second);
        }
        goesOn = isInside(to);
    }
    return parts;
}

std::vector<double> spreadOut(std::span<const double> wanted, double height, double top,
                              double bottom)
{
    std::vector<double> places;
    double least = top;
    for (const double place : wanted) {
        places.push_back(std::max(place, least));
        least = places.back() + height;
    }
    double most = bottom - height;
    for (std::size_t i = places.size(); i-- > 0;) {
        places[i] = std::min(places[i], most);
        most = places[i] - height;
    }
    if (!places.empty() && places.front() < top) {
        for (std::size_t i = 0; i < places.size(); ++i)
            places[i] = top + static_cast<double>(i) * height;
    }
    return places;
}

} // namespace factorscope
