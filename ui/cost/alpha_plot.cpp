#include "ui/cost/alpha_plot.h"

#include "ui/cost/network_text.h"
#include "ui/text/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Alpha {
    Q_DECLARE_TR_FUNCTIONS(Alpha)
};

constexpr double kSamePlace = 1e-9;
constexpr AxisRange kLeastAlpha{0.8, 5.0};
constexpr double kLeastRatio = 2.1; // that the axis reaches to
constexpr double kMostRatio = 4.0; // what is above stands at the upper edge
constexpr double kRoom = 1.15;

AlphaFamily familyOf(const Preset& preset)
{
    if (preset.id.starts_with("googlenet"))
        return AlphaFamily::GoogLeNet;
    if (preset.id.starts_with("inception-v2"))
        return AlphaFamily::InceptionV2;
    return preset.id.starts_with("inception") ? AlphaFamily::InceptionV3 : AlphaFamily::Article;
}

AlphaBranch branchOf(const AlphaPoint& point, MidRule rule)
{
    const Preset& preset = *point.preset;
    AlphaBranch branch{.preset = &preset,
                       .family = familyOf(preset),
                       .midChannels = midChannelsBy(rule, {preset.inChannels, preset.outChannels}),
                       .alpha = point.alpha,
                       .parity = point.parity};
    if (rule == MidRule::Parity) // of the 5×5 beside it, whose ends may be others
        branch.midChannels
            = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(point.parity)));
    branch.ratio = static_cast<double>(branch.midChannels) / point.parity;
    return branch;
}

/// "3a" of GoogLeNet, "v2 3a" of others.
QString shortName(const AlphaBranch& branch)
{
    const QString id
        = QString::fromUtf8(branch.preset->id.data(), qsizetype(branch.preset->id.size()));
    const QString last = id.mid(id.lastIndexOf(u'-') + 1);
    switch (branch.family) {
    case AlphaFamily::Article:
        return Alpha::tr("article");
    case AlphaFamily::GoogLeNet:
        return last;
    case AlphaFamily::InceptionV2:
        return QStringLiteral("v2 ") + last;
    case AlphaFamily::InceptionV3:
        return QStringLiteral("v3 ") + last.toUpper();
    }
    return last;
}

/// "v2 3a, 3b": the name of the network once.
QString labelOf(const AlphaPlot& plot, const AlphaMark& mark)
{
    QString text;
    for (const std::size_t index : mark.branches) {
        QString name = shortName(plot.branches[index]);
        if (!text.isEmpty())
            name = name.mid(name.lastIndexOf(u' ') + 1);
        text += (text.isEmpty() ? QString() : QStringLiteral(", ")) + name;
    }
    return text;
}

void group(AlphaPlot& plot)
{
    for (std::size_t i = 0; i < plot.branches.size(); ++i) {
        const AlphaBranch& branch = plot.branches[i];
        const auto same = std::ranges::find_if(plot.marks, [&](const AlphaMark& mark) {
            const AlphaBranch& first = plot.branches[mark.branches.front()];
            return first.family == branch.family
                && std::abs(first.alpha - branch.alpha) < kSamePlace
                && std::abs(first.ratio - branch.ratio) < kSamePlace;
        });
        if (same == plot.marks.end())
            plot.marks.push_back({{i}, {}});
        else
            same->branches.push_back(i);
    }
    for (AlphaMark& mark : plot.marks)
        mark.label = labelOf(plot, mark);
}

void addOwn(AlphaPlot& plot, const CostQuestion& question)
{
    const Result<CostComparison> costs = compareCosts(question.experiment, question.size);
    if (!costs)
        return;
    const double alpha
        = static_cast<double>(costs->outChannels) / static_cast<double>(costs->inChannels);
    const double ratio = costs->pair(CostMeasure::Weights).ratio();
    plot.own = QPointF(alpha, ratio);
    plot.ownWords = Alpha::tr("this experiment, %1: %2 → %3 → %4, α = %5, %6 of the 5×5’s weights "
                              "(%7)")
                        .arg(branchTitle(costs->factorisedKind))
                        .arg(costs->inChannels)
                        .arg(costs->midChannels)
                        .arg(costs->outChannels)
                        .arg(significant(alpha, 3), fixed(ratio, 3), signedPercent(ratio - 1.0, 1));
}

} // namespace

AlphaPlot alphaPlot(MidRule rule, const std::optional<CostQuestion>& question)
{
    AlphaPlot plot{.rule = rule,
                   .branches = {},
                   .marks = {},
                   .own = {},
                   .alpha = kLeastAlpha,
                   .ratio = {0.0, kLeastRatio},
                   .ownWords = {}};
    for (const AlphaPoint& point : alphaPoints())
        plot.branches.push_back(branchOf(point, rule));
    std::ranges::stable_sort(plot.branches, {}, &AlphaBranch::alpha);
    group(plot);
    if (question)
        addOwn(plot, *question);
    if (plot.own) {
        plot.alpha.low = std::min(plot.alpha.low, plot.own->x() / kRoom);
        plot.alpha.high = std::max(plot.alpha.high, plot.own->x() * kRoom);
        plot.ratio.high = std::clamp(plot.own->y() * kRoom, plot.ratio.high, kMostRatio);
    }
    return plot;
}

QString branchInWords(const AlphaBranch& branch)
{
    const Preset& preset = *branch.preset;
    QString text = Alpha::tr("%1: %2 → %3 → %4, α = %5, %6 of the 5×5’s weights (%7); parity at "
                             "C_mid %8")
                       .arg(QString::fromUtf8(preset.label.data(), qsizetype(preset.label.size())))
                       .arg(preset.inChannels)
                       .arg(branch.midChannels)
                       .arg(preset.outChannels)
                       .arg(significant(branch.alpha, 3), fixed(branch.ratio, 3),
                            signedPercent(branch.ratio - 1.0, 1), fixed(branch.parity, 2));
    if (preset.originalInChannels > 0)
        text += Alpha::tr("; the 5×5 beside it is %1 → %2")
                    .arg(preset.originalInChannels)
                    .arg(preset.originalOutChannels);
    return text;
}

QString alphaInWords(const AlphaPlot& plot)
{
    QStringList lines;
    if (!plot.ownWords.isEmpty())
        lines << plot.ownWords;
    for (const AlphaBranch& branch : plot.branches)
        lines << branchInWords(branch);
    return lines.join(u'\n');
}

QString ruleCurveTitle(MidRule rule)
{
    return rule == MidRule::Parity ? Alpha::tr("parity, as the 5×5")
                                   : Alpha::tr("C_mid = %1").arg(midRuleTitle(rule));
}

} // namespace factorscope
