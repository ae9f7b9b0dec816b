#include "ui/cost/cost_words.h"

#include "core/experiment/prepare.h"
#include "ui/text/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

struct CostWords {
    Q_DECLARE_TR_FUNCTIONS(CostWords)
};

constexpr double kSame = 0.0005; // 0.05 %

Result<Cost> costOfOne(const Experiment& experiment, BranchKind kind)
{
    ASSIGN_OR_RETURN(const Extent size, inputSize(experiment));
    ASSIGN_OR_RETURN(const CostReport report, costOf(branchSpec(experiment, kind), size));
    return report.total;
}

ChannelEnds endsOf(const Experiment& experiment, BranchKind kind)
{
    const BranchOptions options = branchOptions(experiment, kind);
    return {options.inChannels, options.outChannels};
}

bool hasSameEnds(const Experiment& experiment)
{
    const ChannelEnds original = endsOf(experiment, BranchKind::Original);
    return original.in == experiment.inChannels && original.out == experiment.outChannels;
}

/// A shortcut's own convolution costs the same in both branches only when their ends are the same.
bool hasParity(const Experiment& experiment)
{
    return experiment.factorised == BranchKind::Decomposed
        && (experiment.residual != ResidualKind::Conv1x1 || hasSameEnds(experiment));
}

} // namespace

Result<BothCosts> costsOfBoth(const Experiment& experiment)
{
    ASSIGN_OR_RETURN(const Cost original, costOfOne(experiment, BranchKind::Original));
    ASSIGN_OR_RETURN(const Cost factorised, costOfOne(experiment, experiment.factorised));
    return BothCosts{original, factorised};
}

bool isDearer(double ratio)
{
    return ratio - 1.0 >= kSame;
}

QString savingInWords(double ratio)
{
    if (std::abs(ratio - 1.0) < kSame)
        return CostWords::tr("costs as much as the 5×5");
    const double percent = std::abs(ratio - 1.0) * 100.0;
    if (isDearer(ratio))
        return CostWords::tr("costs %1 % more than the 5×5").arg(fixed(percent, percent < 0.95));
    constexpr double kMost = 99.9; // nothing costs 100 % less
    const bool needsDecimal = percent < 0.95 || percent >= 99.5;
    return CostWords::tr("costs %1 % less than the 5×5")
        .arg(fixed(std::min(percent, kMost), needsDecimal));
}

std::vector<MidMark> midMarks(const Experiment& experiment)
{
    const auto in = static_cast<double>(experiment.inChannels);
    const auto out = static_cast<double>(experiment.outChannels);
    std::vector<MidMark> marks{
        {in, CostWords::tr("C_in"), MidMarkKind::In},
        {std::sqrt(in * out), CostWords::tr("√(C_in·C_out)"), MidMarkKind::GeometricMean},
        {out, CostWords::tr("C_out"), MidMarkKind::Out}};
    if (hasParity(experiment)) {
        const double parity = parityMidChannels(endsOf(experiment, BranchKind::Original),
                                                endsOf(experiment, experiment.factorised));
        marks.push_back({parity, CostWords::tr("parity"), MidMarkKind::Parity});
    }
    return marks;
}

QString claimInWords(const Experiment& experiment)
{
    if (experiment.factorised != BranchKind::Decomposed)
        return CostWords::tr("−28 % is of two 3×3 at equal channels");
    const bool hasEqualChannels = experiment.inChannels == experiment.midChannels
        && experiment.midChannels == experiment.outChannels && hasSameEnds(experiment);
    if (!hasEqualChannels)
        return CostWords::tr("weights: −28 % needs equal channels");
    if (experiment.residual == ResidualKind::Conv1x1)
        return CostWords::tr("−28 % is without the 1×1 shortcut");
    return {};
}

} // namespace factorscope
