#include "ui/inspector/warnings.h"

#include "ui/text/text.h"

#include <QCoreApplication>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Warnings {
    Q_DECLARE_TR_FUNCTIONS(Warnings)
};

/// "3, 7, 8 and 5 more", counted from 1.
QString listed(const std::vector<std::int64_t>& channels)
{
    constexpr std::size_t kMost = 6;
    QStringList numbers;
    for (std::size_t i = 0; i < channels.size() && i < kMost; ++i)
        numbers << QString::number(channels[i] + 1);
    const QString text = numbers.join(QStringLiteral(", "));
    if (channels.size() <= kMost)
        return text;
    return Warnings::tr("%1 and %2 more").arg(text).arg(channels.size() - kMost);
}

template <typename Predicate>
std::vector<std::int64_t> channelsThat(const StageMaps& stage, const Predicate& predicate)
{
    std::vector<std::int64_t> channels;
    for (std::size_t c = 0; c < stage.statistics.size(); ++c) {
        if (predicate(stage.statistics[c]))
            channels.push_back(static_cast<std::int64_t>(c));
    }
    return channels;
}

QString unrelated(const Experiment& experiment)
{
    const QString fact = Warnings::tr("The branches have unrelated weights: their difference says "
                                      "nothing about the decomposition.");
    if (experiment.factorised == BranchKind::Separable)
        return fact;
    return fact + u' ' + Warnings::tr("Matched kernels make it comparable.");
}

/// The matched bank has one mid channel for each output.
QStringList ofMatchedBank(const Experiment& experiment)
{
    const std::int64_t mid = experiment.midChannels;
    const std::int64_t out = experiment.outChannels;
    if (mid < out)
        return {Warnings::tr("The matched bank needs C_mid = %1: outputs from %2 on have no mid "
                             "channel left and are zero.")
                    .arg(out)
                    .arg(mid + 1)};
    if (mid > out)
        return {Warnings::tr("The matched bank needs no more than C_mid = %1: mid channels from %2 "
                             "on are spare and zero.")
                    .arg(out)
                    .arg(out + 1)};
    return {};
}

} // namespace

QStringList warningsOf(const BothEvaluated& both)
{
    QStringList warnings;
    const Experiment& experiment = both.experiment;
    if (experiment.picture) {
        for (const Error& note : experiment.picture->notes)
            warnings << sentence(note);
    }
    if (!branchesAreRelated(experiment))
        warnings << unrelated(experiment);
    if (experiment.kernels == HandMade::Matched)
        warnings << ofMatchedBank(experiment);
    for (const Stage stage : kStages) {
        const auto nonFinite
            = channelsThat(both.stages[stage], [](const auto& map) { return map.nonFinite() > 0; });
        const auto dead
            = channelsThat(both.stages[stage], [](const auto& map) { return map.isZero(); });
        const QString title = stageTitle(stage, experiment);
        if (!nonFinite.empty())
            warnings
                << Warnings::tr("NaN or infinity in %1: map %2.").arg(title, listed(nonFinite));
        if (canBeDead(stage) && !dead.empty())
            warnings
                << Warnings::tr("Dead (zero everywhere) in %1: map %2.").arg(title, listed(dead));
    }
    return warnings;
}

} // namespace factorscope
