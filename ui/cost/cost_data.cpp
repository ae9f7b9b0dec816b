#include "ui/cost/cost_data.h"

#include "ui/text/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

struct CostData {
    Q_DECLARE_TR_FUNCTIONS(CostData)
};

std::int64_t sliderEnd(const Experiment& experiment)
{
    const std::int64_t end
        = experiment.midBank > 0 ? experiment.midBank : sliderMidChannels(experiment);
    return std::max(end, experiment.midChannels);
}

Result<std::vector<CostPoint>> curveOf(Experiment experiment, Extent size,
                                       const std::vector<MidMark>& marks)
{
    std::vector<CostPoint> curve;
    for (const std::int64_t midChannels : sampledMidChannels(sliderEnd(experiment), marks)) {
        experiment.midChannels = midChannels;
        ASSIGN_OR_RETURN(const CostReport report,
                         costOf(branchSpec(experiment, experiment.factorised), size));
        curve.push_back({midChannels, report.total});
    }
    return curve;
}

QString percent(double fraction)
{
    constexpr double kSmall = 0.001;
    return CostData::tr("%1 %").arg(fraction < kSmall ? significant(fraction * 100.0, 2)
                                                      : fixed(fraction * 100.0, 1));
}

} // namespace

std::int64_t amountOf(const Cost& cost, CostMeasure measure)
{
    switch (measure) {
    case CostMeasure::Weights:
        return cost.weights;
    case CostMeasure::Params:
        return cost.params;
    case CostMeasure::Macs:
        return cost.macs;
    case CostMeasure::ActivationMemory:
        return cost.activationBytes;
    }
    return 0;
}

QString measureTitle(CostMeasure measure)
{
    switch (measure) {
    case CostMeasure::Weights:
        return CostData::tr("weights");
    case CostMeasure::Params:
        return CostData::tr("parameters");
    case CostMeasure::Macs:
        return CostData::tr("MACs");
    case CostMeasure::ActivationMemory:
        return CostData::tr("activation memory");
    }
    return {};
}

QString shortMeasureTitle(CostMeasure measure)
{
    return measure == CostMeasure::ActivationMemory ? CostData::tr("memory")
                                                    : measureTitle(measure);
}

QString amountText(CostMeasure measure, std::int64_t amount)
{
    return measure == CostMeasure::ActivationMemory ? bytesInWords(amount) : grouped(amount);
}

QString shortAmountText(CostMeasure measure, std::int64_t amount)
{
    return measure == CostMeasure::ActivationMemory ? bytesInWords(amount)
                                                    : shortNumber(static_cast<double>(amount));
}

AxisUnit axisUnit(CostMeasure measure)
{
    return measure == CostMeasure::ActivationMemory ? AxisUnit::Bytes : AxisUnit::Count;
}

CostPair CostComparison::pair(CostMeasure measure) const
{
    return {measure, amountOf(original.total, measure), amountOf(factorised.total, measure)};
}

Result<CostComparison> compareCosts(const Experiment& experiment, Extent size)
{
    ASSIGN_OR_RETURN(CostReport original,
                     costOf(branchSpec(experiment, BranchKind::Original), size));
    ASSIGN_OR_RETURN(CostReport factorised,
                     costOf(branchSpec(experiment, experiment.factorised), size));
    std::vector<MidMark> marks = midMarks(experiment);
    std::ranges::stable_sort(marks, {}, &MidMark::value);
    ASSIGN_OR_RETURN(std::vector<CostPoint> curve, curveOf(experiment, size, marks));
    return CostComparison{.factorisedKind = experiment.factorised,
                          .inChannels = experiment.inChannels,
                          .midChannels = experiment.midChannels,
                          .outChannels = experiment.outChannels,
                          .size = size,
                          .original = std::move(original),
                          .factorised = std::move(factorised),
                          .curve = std::move(curve),
                          .marks = std::move(marks)};
}

std::vector<std::int64_t> sampledMidChannels(std::int64_t most, const std::vector<MidMark>& marks)
{
    constexpr std::int64_t kEven = 240; // the rest is for the marks
    const std::int64_t count = std::min(most, kEven);
    std::vector<std::int64_t> samples;
    for (std::int64_t i = 0; i < count; ++i)
        samples.push_back(count == 1 ? 1 : 1 + (most - 1) * i / (count - 1));
    for (const MidMark& mark : marks) {
        const std::int64_t nearest = std::llround(mark.value);
        if (nearest >= 1 && nearest <= most)
            samples.push_back(nearest);
    }
    std::ranges::sort(samples);
    const auto repeated = std::ranges::unique(samples);
    samples.erase(repeated.begin(), repeated.end());
    return samples;
}

std::optional<double> dearerFrom(const CostComparison& costs, CostMeasure measure)
{
    const CostPoint& first = costs.curve.front();
    const CostPoint& last = costs.curve.back();
    const auto allowed = static_cast<double>(amountOf(costs.original.total, measure));
    const auto least = static_cast<double>(amountOf(first.cost, measure));
    const auto most = static_cast<double>(amountOf(last.cost, measure));
    if (most <= allowed)
        return {};
    if (most == least)
        return 0.0;
    const auto steps = static_cast<double>(last.midChannels - first.midChannels);
    const double crossing
        = static_cast<double>(first.midChannels) + (allowed - least) / (most - least) * steps;
    return std::max(0.0, crossing);
}

std::vector<CurveMark> curveMarks(const CostComparison& costs, CostMeasure measure)
{
    const auto most = static_cast<double>(costs.mostMidChannels());
    const bool hasParity = measure != CostMeasure::ActivationMemory;
    std::vector<CurveMark> marks;
    for (const MidMark& mark : costs.marks) {
        const bool isParity = mark.kind == MidMarkKind::Parity;
        if (mark.value > most || (isParity && !hasParity))
            continue;
        if (!marks.empty() && mark.value == marks.back().value) {
            marks.back().text += QStringLiteral(" = ") + mark.label;
            marks.back().isParity = marks.back().isParity || isParity;
        } else {
            marks.push_back({mark.value, mark.label, isParity});
        }
    }
    for (CurveMark& mark : marks) {
        const bool isWhole = mark.value == std::round(mark.value);
        mark.text += u' ' + (isWhole ? grouped(std::llround(mark.value)) : fixed(mark.value, 1));
    }
    return marks;
}

QString titleText(const CostComparison& costs)
{
    return CostData::tr("%1 → %2 → %3 · %4 × %5 pixels")
        .arg(costs.inChannels)
        .arg(costs.midChannels)
        .arg(costs.outChannels)
        .arg(costs.size.width)
        .arg(costs.size.height);
}

QString verdictText(const CostComparison& costs)
{
    return CostData::tr("%1 in MACs").arg(savingInWords(costs.pair(CostMeasure::Macs).ratio()));
}

QString assumptionText(const Experiment& experiment)
{
    const BranchOptions original = branchOptions(experiment, BranchKind::Original);
    if (experiment.factorised != BranchKind::Decomposed)
        return CostData::tr("The article’s −28 % is of two 3×3 with C_in = C_mid = C_out, not of "
                            "this branch.");
    if (original.inChannels != experiment.inChannels
        || original.outChannels != experiment.outChannels)
        return CostData::tr("The article’s −28 % assumes C_in = C_mid = C_out; here even the ends "
                            "of the branches differ.");
    const double alpha
        = static_cast<double>(experiment.outChannels) / static_cast<double>(experiment.inChannels);
    if (alpha == 1.0)
        return experiment.midChannels == experiment.outChannels
            ? CostData::tr("−28 % of weights and MACs is this case, C_in = C_mid = C_out, and no "
                           "other: with C_mid = C_out the ratio is 0.36·(1 + C_out/C_in).")
            : CostData::tr("The article’s −28 % assumes C_in = C_mid = C_out, here C_mid = %1.")
                  .arg(grouped(experiment.outChannels));
    return CostData::tr("The article’s −28 % assumes C_in = C_mid = C_out; with C_mid = C_out = %1 "
                        "the ratio is 0.36·(1 + C_out/C_in) = %2.")
        .arg(grouped(experiment.outChannels), fixed(0.36 * (1.0 + alpha), 3));
}

QStringList pointLines(const CostComparison& costs, CostMeasure measure)
{
    const CostPair pair = costs.pair(measure);
    return {CostData::tr("C_mid %1: %2")
                .arg(grouped(costs.midChannels), amountText(measure, pair.factorised)),
            CostData::tr("%1 of the 5×5").arg(percent(pair.ratio()))};
}

QStringList narrowPointLines(const CostComparison& costs, CostMeasure measure)
{
    return {CostData::tr("C_mid %1").arg(grouped(costs.midChannels)),
            percent(costs.pair(measure).ratio())};
}

QString barsInWords(const CostComparison& costs)
{
    QStringList parts;
    for (const CostMeasure measure : {CostMeasure::Weights, CostMeasure::Params, CostMeasure::Macs,
                                      CostMeasure::ActivationMemory}) {
        const CostPair pair = costs.pair(measure);
        parts += CostData::tr("%1: %2 against %3, %4")
                     .arg(measureTitle(measure), amountText(measure, pair.factorised),
                          amountText(measure, pair.original), signedPercent(pair.ratio() - 1.0, 1));
    }
    return CostData::tr("%1 against %2. %3.")
        .arg(branchTitle(costs.factorisedKind), branchTitle(BranchKind::Original),
             parts.join(QStringLiteral("; ")));
}

QString curveInWords(const CostComparison& costs, CostMeasure measure)
{
    const CostPair pair = costs.pair(measure);
    QStringList marks;
    for (const CurveMark& mark : curveMarks(costs, measure))
        marks += mark.text;
    const std::optional<double> dearer = dearerFrom(costs, measure);
    const QString verdict = !dearer ? CostData::tr("Nowhere dearer than the 5×5.")
        : *dearer < 1.0             ? CostData::tr("Dearer than the 5×5 everywhere.")
                        : CostData::tr("Dearer than the 5×5 beyond %1.").arg(fixed(*dearer, 2));
    return CostData::tr("%1 for C_mid from 1 to %2; the 5×5: %3. %4. %5 Marks: %6.")
        .arg(measureTitle(measure), grouped(costs.mostMidChannels()),
             amountText(measure, pair.original),
             pointLines(costs, measure).join(QStringLiteral(", ")), verdict,
             marks.join(QStringLiteral(", ")));
}

} // namespace factorscope
