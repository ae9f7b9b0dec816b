#include "ui/cost/curve_plot.h"

#include "ui/text/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Curve {
    Q_DECLARE_TR_FUNCTIONS(Curve)
};

QString milliseconds(double value)
{
    return Curve::tr("%1 ms").arg(significant(value, 3));
}

/// What every curve over C_mid has.
LinePlot frame(const CostComparison& costs, CurveQuantity quantity, const Theme& theme)
{
    LinePlot plot;
    plot.title = Curve::tr("%1 over C_mid").arg(quantityTitle(quantity));
    plot.xTitle = Curve::tr("C_mid, mid channels");
    plot.xRange = AxisRange{0.0, static_cast<double>(costs.mostMidChannels())};
    plot.pickRange = AxisRange{1.0, static_cast<double>(costs.mostMidChannels())};
    plot.isWholeX = true;
    plot.keyStep = 1.0;
    const CostMeasure measure = countOf(quantity).value_or(CostMeasure::Macs);
    for (const CurveMark& mark : curveMarks(costs, measure))
        plot.marks.push_back({mark.value, mark.text, mark.isParity ? theme.warning : QColor()});
    return plot;
}

LineSeries level(const QString& name, double height, const CostComparison& costs,
                 const Theme& theme)
{
    return {.name = name,
            .colour = theme.original,
            .points = {{0.0, height}, {static_cast<double>(costs.mostMidChannels()), height}}};
}

PlotRegion dearer(double from, const Theme& theme, CurveQuantity quantity)
{
    const bool isTime = quantity == CurveQuantity::Time;
    return {from, theme.warning,
            isTime ? Curve::tr("slower than the 5×5") : Curve::tr("dearer than the 5×5"),
            isTime ? Curve::tr("slower than\nthe 5×5") : Curve::tr("dearer than\nthe 5×5")};
}

/// On the line through what was measured.
double timeAt(const MidTiming& timing, std::int64_t midChannels)
{
    const auto next
        = std::ranges::lower_bound(timing.times, midChannels, {}, &MidTime::midChannels);
    if (next == timing.times.end())
        return timing.times.back().milliseconds;
    if (next == timing.times.begin() || next->midChannels == midChannels)
        return next->milliseconds;
    const MidTime& before = *std::prev(next);
    const double share = static_cast<double>(midChannels - before.midChannels)
        / static_cast<double>(next->midChannels - before.midChannels);
    return before.milliseconds + share * (next->milliseconds - before.milliseconds);
}

bool isMeasured(const MidTiming& timing, std::int64_t midChannels)
{
    return std::ranges::find(timing.times, midChannels, &MidTime::midChannels)
        != timing.times.end();
}

QString timeInWords(const MidTiming& timing)
{
    QStringList parts;
    for (const MidTime& time : timing.times)
        parts << Curve::tr("C_mid %1: %2")
                     .arg(grouped(time.midChannels), milliseconds(time.milliseconds));
    return Curve::tr("the 5×5: %1; %2")
        .arg(milliseconds(timing.originalMs), parts.join(QStringLiteral("; ")));
}

} // namespace

std::optional<CostMeasure> countOf(CurveQuantity quantity)
{
    switch (quantity) {
    case CurveQuantity::Weights:
        return CostMeasure::Weights;
    case CurveQuantity::Params:
        return CostMeasure::Params;
    case CurveQuantity::Macs:
        return CostMeasure::Macs;
    case CurveQuantity::ActivationMemory:
        return CostMeasure::ActivationMemory;
    case CurveQuantity::Time:
        return {};
    }
    return {};
}

QString quantityTitle(CurveQuantity quantity)
{
    const auto measure = countOf(quantity);
    return measure ? measureTitle(*measure) : Curve::tr("time");
}

QString shortQuantityTitle(CurveQuantity quantity)
{
    const auto measure = countOf(quantity);
    return measure ? shortMeasureTitle(*measure) : Curve::tr("time");
}

LinePlot curvePlot(const CostComparison& costs, CostMeasure measure, const Theme& theme)
{
    const auto quantity = *std::ranges::find(kCurveQuantities, std::optional(measure), countOf);
    LinePlot plot = frame(costs, quantity, theme);
    const CostPair pair = costs.pair(measure);
    plot.yUnit = measure == CostMeasure::ActivationMemory ? QStringLiteral("B") : QString();
    plot.series.push_back(level(Curve::tr("5×5: %1").arg(amountText(measure, pair.original)),
                                static_cast<double>(pair.original), costs, theme));
    LineSeries curve{.name = branchTitle(costs.factorisedKind),
                     .colour = theme.factorised,
                     .points = {},
                     .isNamed = false};
    for (const CostPoint& point : costs.curve)
        curve.points.emplace_back(static_cast<double>(point.midChannels),
                                  static_cast<double>(amountOf(point.cost, measure)));
    plot.series.push_back(std::move(curve));
    if (const std::optional<double> from = dearerFrom(costs, measure))
        plot.region = dearer(*from, theme, quantity);
    plot.point = PlotPoint{
        {static_cast<double>(costs.midChannels), static_cast<double>(pair.factorised)},
        theme.factorised,
        {pointLines(costs, measure).join(QStringLiteral(", ")),
         pointLines(costs, measure).join(u'\n'), narrowPointLines(costs, measure).join(u'\n')},
        isDearer(pair.ratio()) ? theme.warning : theme.text};
    plot.inWords = curveInWords(costs, measure);
    return plot;
}

std::optional<double> slowerFrom(const MidTiming& timing)
{
    const auto isFast = [&](const MidTime& time) { return time.milliseconds <= timing.originalMs; };
    const auto last = std::find_if(timing.times.rbegin(), timing.times.rend(), isFast);
    if (last == timing.times.rbegin())
        return {};
    if (last == timing.times.rend())
        return 0.0;
    const MidTime& slow = *std::prev(last);
    const double share
        = (timing.originalMs - last->milliseconds) / (slow.milliseconds - last->milliseconds);
    return static_cast<double>(last->midChannels)
        + share * static_cast<double>(slow.midChannels - last->midChannels);
}

LinePlot timePlot(const CostComparison& costs, const MidTiming* timing, const Theme& theme)
{
    LinePlot plot = frame(costs, CurveQuantity::Time, theme);
    plot.emptyText = Curve::tr("Not measured for this experiment.\n"
                               "“Measure” runs both branches on this machine,\n"
                               "the stack with some C_mid up to %1.")
                         .arg(grouped(costs.mostMidChannels()));
    if (!timing || timing->times.empty())
        return plot;
    plot.title = Curve::tr("time over C_mid, medians of %1 runs on %2 threads")
                     .arg(timing->runs)
                     .arg(timing->threads);
    plot.yUnit = QStringLiteral("ms");
    plot.series.push_back(level(Curve::tr("5×5: %1").arg(milliseconds(timing->originalMs)),
                                timing->originalMs, costs, theme));
    LineSeries curve{.name = branchTitle(costs.factorisedKind),
                     .colour = theme.factorised,
                     .hasPoints = true,
                     .points = {},
                     .isNamed = false};
    for (const MidTime& time : timing->times)
        curve.points.emplace_back(static_cast<double>(time.midChannels), time.milliseconds);
    plot.series.push_back(std::move(curve));
    if (const std::optional<double> from = slowerFrom(*timing))
        plot.region = dearer(*from, theme, CurveQuantity::Time);
    const double here = timeAt(*timing, costs.midChannels);
    const double share = here / std::max(timing->originalMs, 1e-6); // the clock's own step
    const QString ratio = Curve::tr("%1 % of the 5×5").arg(fixed(100.0 * share, 0));
    const QString amount = isMeasured(*timing, costs.midChannels)
        ? Curve::tr("C_mid %1: %2").arg(grouped(costs.midChannels), milliseconds(here))
        : Curve::tr("C_mid %1: about %2").arg(grouped(costs.midChannels), milliseconds(here));
    plot.point = PlotPoint{{static_cast<double>(costs.midChannels), here},
                           theme.factorised,
                           {amount + QStringLiteral(", ") + ratio, amount + u'\n' + ratio},
                           here > timing->originalMs ? theme.warning : theme.text};
    plot.inWords = timeInWords(*timing);
    return plot;
}

LinePlot curvePlot(const CostComparison& costs, const CostLook& look, const Experiment& experiment,
                   const Theme& theme)
{
    if (const auto measure = countOf(look.quantity))
        return curvePlot(costs, *measure, theme);
    const bool isCurrent = look.timing && look.timing->isOf(experiment);
    return timePlot(costs, isCurrent ? look.timing.get() : nullptr, theme);
}

} // namespace factorscope
