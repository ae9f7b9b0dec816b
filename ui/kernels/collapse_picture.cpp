#include "ui/kernels/collapse_picture.h"

#include "ui/text/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <utility>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Collapse {
    Q_DECLARE_TR_FUNCTIONS(Collapse)
};

/// The kernel of a pair of channels, the last ones where there are not as many.
KernelPicture kernelOf(const AffineMap& map, std::int64_t out, std::int64_t in)
{
    out = std::min(out, map.outChannels - 1);
    in = std::min(in, map.inChannels - 1);
    KernelPicture picture;
    picture.rows = static_cast<int>(map.kernel.height);
    picture.columns = static_cast<int>(map.kernel.width);
    picture.caption = Collapse::tr("input %1 → output %2").arg(in + 1).arg(out + 1);
    const auto from = map.weights.begin()
        + static_cast<std::ptrdiff_t>((out * map.inChannels + in) * map.kernelElements());
    picture.values.assign(from, from + static_cast<std::ptrdiff_t>(map.kernelElements()));
    picture.note
        = Collapse::tr("bias %1").arg(significant(map.bias[static_cast<std::size_t>(out)], 3));
    return picture;
}

KernelPicture differenceOf(const KernelPicture& collapsed, const KernelPicture& original)
{
    KernelPicture picture;
    picture.heading = Collapse::tr("difference");
    if (collapsed.rows != original.rows || collapsed.columns != original.columns
        || collapsed.caption != original.caption) {
        picture.caption = Collapse::tr("of another size or pair");
        return picture;
    }
    picture.rows = collapsed.rows;
    picture.columns = collapsed.columns;
    picture.caption = Collapse::tr("collapsed − original");
    for (std::size_t i = 0; i < collapsed.values.size(); ++i)
        picture.values.push_back(collapsed.values[i] - original.values[i]);
    picture.note = Collapse::tr("at most %1").arg(significant(largestMagnitude(picture.values), 2));
    return picture;
}

constexpr double kRounding = 1e-5; ///< a share below it comes from it; a percentage says nothing

QString slopeText(double slope)
{
    return fixed(slope, 2);
}

QString shareText(double share)
{
    return share > 0.0 && share < kRounding ? significant(share, 2)
                                            : significant(100.0 * share, 2) + QStringLiteral(" %");
}

/// A pane of one map that stands for the output channel.
CollapsePane paneOf(const BothEvaluated& seen, Stage stage, std::int64_t channel,
                    ViewSettings settings, const PanePlaces& places, const QRectF& rect,
                    const Theme& theme)
{
    settings.isAlone = true;
    settings.outChannel = 0;
    CollapsePane made;
    made.pane = mapPane(seen, settings, stage, rect, places.font, theme);
    made.request = renderingOf(made.pane, seen, settings, places.devicePixelRatio, theme);
    made.pane.warning.clear();
    made.pane.chosen = channel;
    made.pane.tiles = TileLayout::alone(made.pane.map, made.pane.mapArea, channel);
    return made;
}

QString ringText(const Ring& ring)
{
    return ring.widest() == 1 ? Collapse::tr("1 pixel")
                              : Collapse::tr("%1 pixels").arg(ring.widest());
}

/// What lies within the ring; nothing without one.
std::optional<PixelBox> insideOf(const Ring& ring, Extent map)
{
    const PixelBox box{ring.top, ring.left, map.height - 1 - ring.bottom,
                       map.width - 1 - ring.right};
    if (ring.isEmpty() || box.y1 < box.y0 || box.x1 < box.x0)
        return {};
    return box;
}

QString lineWords(const Experiment& experiment)
{
    return Collapse::tr(
               "Before the last ReLU the error is a straight line: a leaky ReLU of slope s is s "
               "times no activation and 1 − s times ReLU, so the output is that mix of two fixed "
               "maps, and the error grows as 1 − s.")
        + (experiment.between == Between::None ? QStringLiteral(" ")
                   + Collapse::tr("The experiment has no activation between: its slope is 1.")
                                               : QString());
}

} // namespace

std::array<KernelPicture, 3> collapseKernels(const CollapseFindings& findings,
                                             const ViewSettings& settings, const Theme& theme)
{
    KernelPicture collapsed
        = kernelOf(findings.factorised.map, settings.outChannel, settings.inChannel);
    KernelPicture original
        = kernelOf(findings.original.map, settings.outChannel, settings.inChannel);
    const Experiment& experiment = findings.both->experiment;
    collapsed.heading = Collapse::tr("%1 as %2")
                            .arg(shortStageTitle(Stage::Factorised, experiment),
                                 sizeInWords(collapsed.rows, collapsed.columns));
    collapsed.colour = theme.factorised;
    original.heading = stageTitle(Stage::Original, experiment);
    original.colour = theme.original;
    KernelPicture difference = differenceOf(collapsed, original);
    const double limit
        = std::max({largestMagnitude(collapsed.values), largestMagnitude(original.values),
                    largestMagnitude(difference.values)});
    for (KernelPicture* picture : {&collapsed, &original, &difference})
        picture->limit = limit;
    return {collapsed, original, difference};
}

std::array<CollapsePane, 3> collapsePanes(const CollapseAtSlope& at, const ViewSettings& settings,
                                          const PanePlaces& places, const Theme& theme)
{
    const auto stageOf = [](const SharedTensor& map) {
        return StageMaps{map, {statisticsOf(map->values())}};
    };
    BothEvaluated seen = *at.findings->both;
    seen.stages[Stage::Factorised] = stageOf(at.maps.stack);
    seen.stages[Stage::Original] = stageOf(at.maps.collapsed);
    seen.stages[Stage::Difference] = stageOf(at.maps.difference);
    BothEvaluated swapped = seen; // both are of the factorised branch, so that both bear its colour
    std::swap(swapped.stages[Stage::Factorised], swapped.stages[Stage::Original]);
    const auto pane = [&](const BothEvaluated& both, Stage stage, std::size_t place) {
        return paneOf(both, stage, at.channel, settings, places, places.rects[place], theme);
    };
    std::array<CollapsePane, 3> panes{pane(seen, Stage::Factorised, 0),
                                      pane(swapped, Stage::Factorised, 1),
                                      pane(seen, Stage::Difference, 2)};
    const QString branch = shortStageTitle(Stage::Factorised, at.findings->both->experiment);
    const Extent& kernel = at.findings->factorised.map.kernel;
    const QString size
        = sizeInWords(static_cast<int>(kernel.height), static_cast<int>(kernel.width));
    const QString output = Collapse::tr("output %1").arg(at.channel + 1);
    panes[0].pane.heading = branch;
    panes[0].pane.caption = Collapse::tr("slope %1, %2").arg(slopeText(at.errors.slope), output);
    panes[1].pane.heading = Collapse::tr("%1 as %2").arg(branch, size);
    panes[1].pane.caption = Collapse::tr("collapsed, %1").arg(output);
    panes[2].pane.heading = Collapse::tr("difference");
    panes[2].pane.caption
        = QStringLiteral("%1 × %2").arg(panes[2].pane.map.width).arg(panes[2].pane.map.height);
    panes[2].pane.marked = insideOf(at.findings->study.ring, panes[2].pane.map);
    return panes;
}

LinePlot collapsePlot(const CollapseAtSlope& at, const Theme& theme)
{
    LineSeries before;
    before.name = Collapse::tr("before the last ReLU");
    before.colour = theme.mutedText;
    before.isDashed = true;
    LineSeries after;
    after.name = Collapse::tr("after it");
    after.colour = theme.factorised;
    for (const SlopeErrors& errors : *at.curve) {
        before.points.emplace_back(errors.slope, 100.0 * errors.interiorBefore);
        after.points.emplace_back(errors.slope, 100.0 * errors.interior);
    }
    LinePlot plot;
    plot.title = Collapse::tr("Error of the collapsed kernel");
    plot.xTitle = Collapse::tr("slope: 0 is ReLU, 1 is linear");
    plot.yTitle = Collapse::tr("% of the largest value");
    plot.series = {before, after};
    plot.x = at.errors.slope;
    plot.xMarkText = Collapse::tr("slope %1").arg(slopeText(at.errors.slope));
    plot.xRange = AxisRange{0.0, 1.0};
    return plot;
}

QStringList collapseInWords(const CollapseAtSlope& at)
{
    const SlopeErrors& errors = at.errors;
    const Ring& ring = at.findings->study.ring;
    QString found;
    if (errors.slope == 1.0)
        found = Collapse::tr("Slope 1: the stack is one convolution. Inside both are equal up to "
                             "rounding (%1 of the largest value)")
                    .arg(shareText(errors.interior));
    else if (errors.interior < kRounding)
        found = Collapse::tr("Slope %1 changes nothing here: no mid value that this output sees is "
                             "negative. Inside both are equal up to rounding (%2 of the largest "
                             "value)")
                    .arg(slopeText(errors.slope), shareText(errors.interior));
    else
        found = Collapse::tr("Slope %1: no single convolution does it. Inside the collapsed one is "
                             "up to %2 of the largest value off")
                    .arg(slopeText(errors.slope), shareText(errors.interior));
    found += ring.isEmpty() ? Collapse::tr("; there is no ring.")
                            : Collapse::tr(", in the ring of %1 at the border up to %2.")
                                  .arg(ringText(ring), shareText(errors.ring));
    return {found, translated(explanation(at.findings->padding)),
            lineWords(at.findings->both->experiment)};
}

} // namespace factorscope
