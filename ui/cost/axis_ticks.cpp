#include "ui/cost/axis_ticks.h"

#include "core/result/expects.h"
#include "ui/text/text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace factorscope {
namespace {

/// The smallest nice step of which `wanted` reach `most`.
double niceStep(double most, int wanted, AxisUnit unit)
{
    const double least = most / wanted;
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    double step = 10.0 * power;
    for (const double factor : {5.0, 2.0, 1.0}) {
        if (factor * power >= least * (1.0 - 1e-9))
            step = factor * power;
    }
    return unit == AxisUnit::Count ? step : std::max(step, 1.0);
}

QStringList labelsOf(const AxisTicks& ticks, AxisUnit unit)
{
    constexpr std::array<const char*, 5> kPrefixes{"", "k", "M", "G", "T"};
    std::size_t prefix = 0;
    double scale = 1.0;
    // 12,000 stays as it is on an axis of counts that are few and whole.
    const double limit = unit == AxisUnit::WholeCount ? 1e5 : 1e3;
    while (ticks.top() / scale >= limit && prefix + 1 < kPrefixes.size()) {
        scale *= 1000.0;
        ++prefix;
    }
    const double step = ticks.step / scale;
    const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    const QString name = QLatin1String(kPrefixes[prefix])
        + (unit == AxisUnit::Bytes ? QStringLiteral("B") : QString());
    QStringList labels;
    for (const double value : ticks.values) {
        const bool isBare = value == 0.0 || name.isEmpty();
        labels += fixed(value / scale, value == 0.0 ? 0 : decimals)
            + (isBare ? QString() : QStringLiteral(" ") + name);
    }
    return labels;
}

AxisTicks ticks(double step, double count, AxisUnit unit)
{
    AxisTicks ticks{.step = step, .values = {}, .labels = {}};
    for (int i = 0; i <= static_cast<int>(count); ++i)
        ticks.values.push_back(i * step);
    ticks.labels = labelsOf(ticks, unit);
    return ticks;
}

} // namespace

AxisTicks ticksCovering(double most, int wanted, AxisUnit unit)
{
    EXPECTS(most > 0.0 && wanted >= 2);
    const double step = niceStep(most, wanted, unit);
    return ticks(step, std::ceil(most / step - 1e-9), unit);
}

AxisTicks ticksWithin(double most, int wanted, AxisUnit unit)
{
    EXPECTS(most > 0.0 && wanted >= 2);
    const double step = niceStep(most, wanted, unit);
    return ticks(step, std::floor(most / step + 1e-9), unit);
}

} // namespace factorscope
