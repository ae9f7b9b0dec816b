#include "ui/represent/represent_picture.h"

#include "ui/text/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Represent {
    Q_DECLARE_TR_FUNCTIONS(Represent)
};

constexpr double kRounding = 1e-6; ///< what float weights leave of an exact fit

/// The kernel of a bank that is shown.
struct Shown {
    std::int64_t out;
    std::int64_t in;
};

Shown shownOf(const Representation& found, const ViewSettings& settings)
{
    return {std::clamp<std::int64_t>(settings.outChannel, 0, found.outChannels() - 1),
            std::clamp<std::int64_t>(settings.inChannel, 0, found.inChannels() - 1)};
}

QString targetWords(const Representation& found, const Shown& shown)
{
    if (found.isOneKernel())
        return Represent::tr("one kernel 5×5");
    return Represent::tr("input channel %1 → output channel %2")
        .arg(shown.in + 1)
        .arg(shown.out + 1);
}

KernelPicture pictureOf(const Kernel5x5& kernel)
{
    KernelPicture picture;
    picture.rows = 5;
    picture.columns = 5;
    picture.values.assign(kernel.begin(), kernel.end());
    return picture;
}

/// Kernels [at · step, …) of weights, `channel` of the other axis.
std::vector<KernelGrid::Tile> tilesOf(const Tensor& weights, std::int64_t channel, bool isFirst)
{
    const std::int64_t mids = weights.shape()[isFirst ? 0 : 1];
    std::vector<KernelGrid::Tile> tiles;
    constexpr std::int64_t kMostTiles = 256;
    for (std::int64_t mid = 0; mid < std::min(mids, kMostTiles); ++mid) {
        const std::int64_t row = isFirst ? mid : channel;
        const std::int64_t column = isFirst ? channel : mid;
        const float* taps = weights.data() + (row * weights.shape()[1] + column) * 9;
        tiles.push_back(
            {Represent::tr("mid channel %1").arg(mid + 1), std::vector<double>(taps, taps + 9)});
    }
    return tiles;
}

QString startsInWords(const Representation& found, const RepresentationPoint& point)
{
    if (found.isEstimate)
        return Represent::tr(
            "An estimate from the kernel's own singular vectors, before any random "
            "start.");
    const BankFit& fit = point.fit;
    if (fit.relativeError <= kRounding)
        return Represent::tr("Found after %1 starts (seed %2); nothing is left to be found.")
            .arg(grouped(fit.starts),
                 grouped(static_cast<std::int64_t>(found.question.options.seed)));
    if (fit.reached == fit.starts)
        return Represent::tr("All %1 starts (seed %2) reach this within 1 %.")
            .arg(grouped(fit.starts),
                 grouped(static_cast<std::int64_t>(found.question.options.seed)));
    const double share = 100.0 * fit.reached / std::max(1, fit.starts);
    return Represent::tr("%1 of %2 starts (%3 %) reach this within 1 %; the others end in poorer "
                         "local minima. Seed %4. There may be better ones still.")
        .arg(grouped(fit.reached), grouped(fit.starts), significant(share, 2),
             grouped(static_cast<std::int64_t>(found.question.options.seed)));
}

QString freedomInWords(const Representation& found, int mid)
{
    const std::int64_t in = found.inChannels();
    const std::int64_t out = found.outChannels();
    return Represent::tr(
               "Free numbers: %1 at most of the %2 of the target. By that count C_mid = %3 "
               "can be enough and fewer cannot for most targets; C_mid = %4 is enough for "
               "every one.")
        .arg(grouped(stackFreedom(in, mid, out)), grouped(25 * in * out),
             grouped(leastMidChannelsByFreedom(in, out)), grouped(4 * std::min(in, out)));
}

} // namespace

QString errorText(double relativeError)
{
    if (!std::isfinite(relativeError))
        return Represent::tr("all of a target of zeros");
    if (relativeError <= kRounding)
        return QStringLiteral("0 %");
    return significant(100.0 * relativeError, 3) + QStringLiteral(" %");
}

std::array<KernelPicture, 3> representKernels(const Representation& found,
                                              const ViewSettings& settings, const Theme& theme)
{
    const RepresentationPoint& point = found.at(settings.represent.midChannels);
    const Shown shown = shownOf(found, settings);
    KernelPicture target = pictureOf(kernelAt(*found.question.kernels, shown.out, shown.in));
    KernelPicture best = pictureOf(kernelAt(*point.fit.approximation, shown.out, shown.in));
    target.heading = Represent::tr("original 5×5, the target");
    target.colour = theme.original;
    target.caption = targetWords(found, shown);
    best.heading = Represent::tr("decomposed, C_mid = %1").arg(point.midChannels());
    best.colour = theme.factorised;
    best.caption = found.isEstimate ? Represent::tr("an estimate")
                                    : Represent::tr("the best that was found");
    KernelPicture difference = target;
    for (std::size_t i = 0; i < difference.values.size(); ++i)
        difference.values[i] -= best.values[i];
    difference.heading = Represent::tr("target − decomposed");
    difference.colour = QColor();
    difference.caption = Represent::tr("on a scale of its own");
    difference.note
        = Represent::tr("at most %1").arg(significant(largestMagnitude(difference.values), 2));
    const double limit = std::max(largestMagnitude(target.values), largestMagnitude(best.values));
    target.limit = limit;
    best.limit = limit;
    return {target, best, difference};
}

std::array<KernelGrid, 2> representFactors(const Representation& found,
                                           const ViewSettings& settings, const Theme& theme)
{
    const RepresentationPoint& point = found.at(settings.represent.midChannels);
    const Shown shown = shownOf(found, settings);
    KernelGrid first;
    first.heading = Represent::tr("first 3×3");
    first.caption = found.isOneKernel() ? Represent::tr("one for each mid channel")
                                        : Represent::tr("on input channel %1").arg(shown.in + 1);
    first.tiles = tilesOf(*point.fit.first, shown.in, true);
    KernelGrid second;
    second.heading = Represent::tr("second 3×3");
    second.caption = found.isOneKernel()
        ? Represent::tr("on what the first makes; the products add up")
        : Represent::tr("for output channel %1").arg(shown.out + 1);
    second.tiles = tilesOf(*point.fit.second, shown.out, false);
    const auto chosen = static_cast<int>(settings.midChannel);
    for (KernelGrid* grid : {&first, &second}) {
        grid->colour = theme.factorised;
        if (chosen < grid->count())
            grid->chosen = chosen;
    }
    return {first, second};
}

LinePlot representPlot(const Representation& found, const ViewSettings& settings,
                       const Theme& theme)
{
    LineSeries kernel;
    kernel.name = Represent::tr("on the kernels");
    kernel.colour = theme.factorised;
    kernel.hasPoints = true;
    LineSeries picture;
    picture.name = Represent::tr("on the picture");
    picture.colour = theme.text;
    picture.hasPoints = true;
    picture.isDashed = true;
    for (const RepresentationPoint& point : found.points) {
        kernel.points.emplace_back(point.midChannels(), 100.0 * point.fit.relativeError);
        if (point.onPicture)
            picture.points.emplace_back(point.midChannels(), 100.0 * *point.onPicture);
    }
    LineSeries bound;
    bound.name = Represent::tr("by free numbers");
    bound.colour = theme.mutedText;
    bound.isDashed = true;
    for (const int mid : found.question.midChannels)
        bound.points.emplace_back(
            mid, 100.0 * errorByFreedom(found.inChannels(), mid, found.outChannels()));
    const int last = found.question.midChannels.back();
    LinePlot plot;
    plot.title = Represent::tr("Error of the best stack over C_mid");
    plot.xTitle = QStringLiteral("C_mid");
    plot.yTitle = Represent::tr("% of the target");
    plot.series = {std::move(kernel), std::move(picture), std::move(bound)};
    const int chosen = found.at(settings.represent.midChannels).midChannels();
    plot.x = chosen;
    plot.xMarkText = QStringLiteral("C_mid = %1").arg(chosen);
    plot.xRange = AxisRange{1.0, static_cast<double>(last)};
    plot.isWholeX = true;
    return plot;
}

QStringList representInWords(const Representation& found, const ViewSettings& settings)
{
    const RepresentationPoint& point = found.at(settings.represent.midChannels);
    QString residual = Represent::tr("C_mid = %1: %2 off as %3")
                           .arg(point.midChannels())
                           .arg(errorText(point.fit.relativeError),
                                found.isOneKernel() ? Represent::tr("a kernel")
                                                    : Represent::tr("a bank of kernels"));
    if (point.onPicture && found.question.channel)
        residual += Represent::tr(", %1 off on input channel %2 of the picture")
                        .arg(errorText(*point.onPicture))
                        .arg(*found.question.channel + 1);
    else if (point.onPicture)
        residual += Represent::tr(", %1 off on the picture").arg(errorText(*point.onPicture));
    return {residual + u'.', startsInWords(found, point),
            freedomInWords(found, point.midChannels())};
}

} // namespace factorscope
