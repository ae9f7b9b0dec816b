#include "ui/receptive/field_pictures.h"

#include "ui/text/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Receptive {
    Q_DECLARE_TR_FUNCTIONS(Receptive)
};

constexpr int kBorder = 1; // cells about a theoretical field, so that its frame is seen

KernelPicture pictureOf(const BranchField& branch, const QString& name, const QColor& colour,
                        double limit)
{
    const EffectiveField& field = branch.field;
    KernelPicture picture;
    picture.heading
        = QStringLiteral("%1: %2×%3").arg(name).arg(field.size.height).arg(field.size.width);
    picture.caption = field.isSilent()
        ? Receptive::tr("silent: nothing moves it")
        : Receptive::tr("σ %1 × %2 px")
              .arg(fixed(branch.spread.sigmaY, 3), fixed(branch.spread.sigmaX, 3));
    picture.colour = colour;
    picture.rows = static_cast<int>(field.size.height) + 2 * kBorder;
    picture.columns = static_cast<int>(field.size.width) + 2 * kBorder;
    for (int y = 0; y < picture.rows; ++y)
        for (int x = 0; x < picture.columns; ++x)
            picture.values.push_back(field.at(y - kBorder, x - kBorder));
    picture.limit = limit;
    picture.isSigned = false;
    picture.marked = PixelBox{kBorder, kBorder, kBorder + field.size.height - 1,
                              kBorder + field.size.width - 1};
    picture.note = Receptive::tr("equal weights: σ %1").arg(fixed(meanSigma(branch.uniform), 3));
    return picture;
}

LineSeries massLine(const QString& name, const QColor& colour, const FieldSpread& spread)
{
    LineSeries line{.name = name, .colour = colour, .points = {}};
    for (std::size_t r = 0; r < spread.mass.size(); ++r)
        line.points.emplace_back(static_cast<double>(r), 100.0 * spread.mass[r]);
    return line;
}

/// The same colour, as a reference beside what is measured.
LineSeries asReference(LineSeries line)
{
    line.name = Receptive::tr("%1, equal weights").arg(line.name);
    line.isNamed = false;
    line.isDashed = true;
    line.hasPoints = false;
    return line;
}

/// One value of each depth.
template <typename Value>
LineSeries depthLine(const QString& name, const QColor& colour, const DepthCurve& curve,
                     const Value& value)
{
    LineSeries line{.name = name, .colour = colour, .hasPoints = true, .points = {}};
    for (const DepthPoint& point : curve.points)
        line.points.emplace_back(static_cast<double>(point.blocks), value(point));
    return line;
}

double sigmaOrGap(const DepthPoint::Branch& branch)
{
    return branch.isSilent ? std::numeric_limits<double>::quiet_NaN() : meanSigma(branch.spread);
}

QString silentOutputs(const QString& branch, const EffectiveField& field)
{
    if (field.silentOutputs == 0 || field.isSilent())
        return {};
    return QStringLiteral(" ")
        + Receptive::tr("In the %1 branch ReLU silences %2 of %3 outputs.")
              .arg(branch, grouped(field.silentOutputs), grouped(field.outputs));
}

/// Where one colour scale leaves one of the fields hardly seen.
QString faintInWords(const FieldFindings& findings)
{
    constexpr double kFaint = 0.1; // of the scale: the darkest colours
    const double original = largestMagnitude(findings.fields.original.field.values);
    const double factorised = largestMagnitude(findings.fields.factorised.field.values);
    const auto [less, more] = std::minmax(original, factorised);
    if (!(less < kFaint * more))
        return {};
    const Stage faint = original < factorised ? Stage::Original : Stage::Factorised;
    return QStringLiteral(" ")
        + Receptive::tr("On one scale the %1 field is faint: it reaches %2 % of the other. Give "
                        "each branch its own scale to see it.")
              .arg(shortStageTitle(faint, findings.experiment),
                   significant(100.0 * less / more, 2));
}

QString silenceInWords(const FieldFindings& findings, const QString& factorised)
{
    const bool isBoth = findings.isSilent();
    const QString original = shortStageTitle(Stage::Original, findings.experiment);
    const QString who = findings.fields.original.field.isSilent() ? original : factorised;
    const QString what = isBoth
        ? Receptive::tr(
            "Both branches are silent here: ReLU lets nothing pass, no input pixel moves them.")
        : Receptive::tr(
              "The %1 branch is silent here: ReLU lets nothing pass, no input pixel moves it.")
              .arg(who);
    QStringList proposals;
    if (findings.question().channel)
        proposals << Receptive::tr("all channels");
    if (!findings.question().isAveraged)
        proposals << Receptive::tr("the average") << Receptive::tr("another pixel");
    if (proposals.isEmpty())
        proposals << Receptive::tr("other weights");
    return what + QStringLiteral(" ")
        + Receptive::tr("Try %1.").arg(proposals.join(Receptive::tr(", or ")));
}

} // namespace

std::array<KernelPicture, 2> fieldPictures(const FieldFindings& findings,
                                           const FieldSettings& settings, const Theme& theme)
{
    const BothFields& fields = findings.fields;
    const double original = largestMagnitude(fields.original.field.values);
    const double factorised = largestMagnitude(fields.factorised.field.values);
    const double both = std::max(original, factorised);
    const Experiment& experiment = findings.experiment;
    return {pictureOf(fields.original, shortStageTitle(Stage::Original, experiment), theme.original,
                      settings.hasOwnScales ? original : both),
            pictureOf(fields.factorised, shortStageTitle(Stage::Factorised, experiment),
                      theme.factorised, settings.hasOwnScales ? factorised : both)};
}

LinePlot massPlot(const FieldFindings& findings, const Theme& theme)
{
    const BothFields& fields = findings.fields;
    LinePlot plot;
    plot.title = Receptive::tr("Mass inside radius r");
    plot.xTitle = Receptive::tr("r in pixels; dashed: equal weights");
    plot.yTitle = Receptive::tr("% of the field");
    plot.isWholeX = true;
    plot.yRange = AxisRange{0.0, 100.0};
    const auto add = [&](const BranchField& branch, Stage stage, const QColor& colour) {
        constexpr std::size_t kFewPoints = 8;
        const QString name = shortStageTitle(stage, findings.experiment);
        plot.series.push_back(asReference(massLine(name, colour, branch.uniform)));
        if (branch.field.isSilent())
            return;
        plot.series.push_back(massLine(name, colour, branch.spread));
        plot.series.back().hasPoints = branch.spread.mass.size() <= kFewPoints;
    };
    add(fields.original, Stage::Original, theme.original);
    add(fields.factorised, Stage::Factorised, theme.factorised);
    return plot;
}

LinePlot depthPlot(const DepthCurve& curve, const Experiment& experiment, std::int64_t blocks,
                   const Theme& theme)
{
    LinePlot plot;
    plot.title = Receptive::tr("σ over depth: %1").arg(questionInWords(curve.question));
    plot.xTitle = Receptive::tr("blocks; dashed: equal weights, √n");
    plot.yTitle = Receptive::tr("σ in pixels");
    plot.isWholeX = true;
    plot.x = static_cast<double>(blocks);
    double most = 0.0;
    const auto add
        = [&](DepthPoint::Branch DepthPoint::*branch, Stage stage, const QColor& colour) {
              const QString name = shortStageTitle(stage, experiment);
              const auto uniform
                  = [&](const DepthPoint& point) { return meanSigma((point.*branch).uniform); };
              const auto sigma = [&](const DepthPoint& point) { return sigmaOrGap(point.*branch); };
              plot.series.push_back(asReference(depthLine(name, colour, curve, uniform)));
              plot.series.push_back(depthLine(name, colour, curve, sigma));
              for (const DepthPoint& point : curve.points)
                  most = std::max({most, uniform(point), meanSigma((point.*branch).spread)});
          };
    add(&DepthPoint::original, Stage::Original, theme.original);
    add(&DepthPoint::factorised, Stage::Factorised, theme.factorised);
    const auto reach = [](const DepthPoint& point) {
        return static_cast<double>(point.original.theory.width - 1) / 2.0;
    };
    LineSeries theory
        = depthLine(Receptive::tr("theoretical reach"), theme.mutedText, curve, reach);
    theory.hasPoints = false;
    plot.series.push_back(std::move(theory));
    // The reach grows in proportion and soon leaves the chart: that is what there is to see.
    plot.yRange = AxisRange{0.0, std::ceil(1.5 * most + 0.5)};
    return plot;
}

LinePlot noDepthPlot(const Error& error)
{
    LinePlot plot;
    plot.title = Receptive::tr("σ over depth");
    plot.emptyText = sentence(error);
    return plot;
}

double meanSigma(const FieldSpread& spread)
{
    return std::sqrt((spread.sigmaY * spread.sigmaY + spread.sigmaX * spread.sigmaX) / 2.0);
}

QString questionInWords(const FieldQuestion& question)
{
    const QString where = question.isAveraged
        ? Receptive::tr("average")
        : Receptive::tr("x %1, y %2").arg(question.position.x).arg(question.position.y);
    return where + QStringLiteral(", ")
        + (question.channel ? Receptive::tr("channel %1").arg(*question.channel + 1)
                            : Receptive::tr("all channels"));
}

QString findingsInWords(const FieldFindings& findings, const FieldSettings& settings)
{
    const BothFields& fields = findings.fields;
    const QString original = shortStageTitle(Stage::Original, findings.experiment);
    const QString factorised = shortStageTitle(Stage::Factorised, findings.experiment);
    QString words = Receptive::tr("Output %1").arg(questionInWords(findings.question()));
    if (findings.question().isAveraged) {
        const std::int64_t channels = findings.question().channel ? 1 : findings.channels;
        words = Receptive::tr("Over %1 output pixels, %2")
                    .arg(fields.original.field.outputs / std::max<std::int64_t>(channels, 1))
                    .arg(findings.question().channel
                             ? Receptive::tr("channel %1").arg(*findings.question().channel + 1)
                             : Receptive::tr("all channels"));
    }
    if (findings.question().blocks > 1)
        words += QStringLiteral(", ") + Receptive::tr("%1 blocks").arg(findings.question().blocks);
    if (fields.original.field.isSilent() || fields.factorised.field.isSilent())
        return words + QStringLiteral(". ") + silenceInWords(findings, factorised);
    const auto inner = [](const BranchField& branch) {
        const std::vector<double>& mass = branch.spread.mass;
        return fixed(100.0 * mass[std::min<std::size_t>(1, mass.size() - 1)], 1);
    };
    return words
        + Receptive::tr(": σ %1 px in the %2 branch, %3 px in the %4; inside the inner 3×3 "
                        "%5 % and %6 % of the field.")
              .arg(fixed(meanSigma(fields.original.spread), 3), original,
                   fixed(meanSigma(fields.factorised.spread), 3), factorised,
                   inner(fields.original), inner(fields.factorised))
        + silentOutputs(original, fields.original.field)
        + silentOutputs(factorised, fields.factorised.field)
        + (settings.hasOwnScales ? QString() : faintInWords(findings));
}

} // namespace factorscope
