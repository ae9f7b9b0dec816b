#include "ui/kernels/collapse_figure.h"

#include "ui/chart/line_chart.h"
#include "ui/figure/figure_page.h"
#include "ui/figure/recording.h"
#include "ui/kernels/collapse_picture.h"

#include <QCoreApplication>
#include <QPainter>

#include <utility>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Collapse {
    Q_DECLARE_TR_FUNCTIONS(Collapse)
};

constexpr QSizeF kSize(1240.0, 800.0);
constexpr double kPixelsPerPoint = 2.0;
constexpr double kGap = 6.0 * kGrid;

/// Kernels above maps, the chart and the words at their right.
struct Places {
    QRectF area;

    QRectF at(std::size_t column, int row) const
    {
        const double width = (area.width() - 3.0 * kGap) / 4.0;
        const double height = (area.height() - kGap) / 2.0;
        return {area.left() + static_cast<double>(column) * (width + kGap),
                area.top() + row * (height + kGap), width, height};
    }
};

NumberTable errorTable(const char* name, std::span<const SlopeErrors> all)
{
    NumberTable table{.name = name,
                      .columns
                      = {"slope", "largest", "interior_before_last_activation", "interior", "ring"},
                      .rows = {}};
    for (const SlopeErrors& errors : all)
        table.rows.push_back(
            {errors.slope, errors.largest, errors.interiorBefore, errors.interior, errors.ring});
    return table;
}

/// Cells without a counterpart are empty.
NumberTable kernelTable(const std::array<KernelPicture, 3>& kernels)
{
    NumberTable table{
        .name = "kernel", .columns = {"y", "x", "collapsed", "original", "difference"}, .rows = {}};
    const KernelPicture& larger = kernels[0].rows >= kernels[1].rows ? kernels[0] : kernels[1];
    const auto cell = [](const KernelPicture& kernel, int y, int x) {
        const bool isInside = y < kernel.rows && x < kernel.columns;
        return isInside ? Json(kernel.values[static_cast<std::size_t>(y * kernel.columns + x)])
                        : Json();
    };
    for (int y = 0; y < larger.rows; ++y) {
        for (int x = 0; x < larger.columns; ++x)
            table.rows.push_back(
                {y, x, cell(kernels[0], y, x), cell(kernels[1], y, x), cell(kernels[2], y, x)});
    }
    return table;
}

} // namespace

Figure collapseFigure(const CollapseAtSlope& at, const ViewSettings& settings,
                      const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const Experiment& experiment = at.findings->both->experiment;
    const FigurePage page(kSize, Collapse::tr("Collapse"), experiment);
    const Places places{page.area()};
    const auto kernels = collapseKernels(*at.findings, settings, theme);
    const auto panes = collapsePanes(
        at, settings,
        {{places.at(0, 1), places.at(1, 1), places.at(2, 1)}, page.font(), kPixelsPerPoint}, theme);
    const auto chart = recorded([&](QPainter& painter) {
        painter.setFont(page.font());
        paintLineChart(painter, places.at(3, 0), collapsePlot(at, theme), theme);
    });
    const QString words = collapseInWords(at).join(QStringLiteral("\n\n"));
    const ExperimentFields fields = fieldsOf(experiment);
    const Colormap* colours = &settings.divergingOn(theme.isDark);
    return {page.title(), kSize,
            [page, places, kernels, panes, chart, words, settings, fields, colours,
             theme](QPainter& painter) {
                page.paint(painter, theme);
                for (std::size_t i = 0; i < kernels.size(); ++i) {
                    painter.setFont(page.font());
                    paintKernelPicture(painter, places.at(i, 0), kernels[i], theme, colours);
                    paintPane(painter, panes[i].pane, rendered(panes[i].request), settings, fields,
                              theme);
                }
                chart(painter);
                painter.setFont(page.font());
                painter.setPen(theme.text);
                painter.drawText(places.at(3, 1), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                                 words);
            }};
}

std::vector<NumberTable> collapseNumbers(const CollapseAtSlope& at, const ViewSettings& settings)
{
    const CollapseFindings& findings = *at.findings;
    const auto bias = [&settings](const AffineMap& map) {
        return map
            .bias[static_cast<std::size_t>(std::min(settings.outChannel, map.outChannels - 1))];
    };
    NumberTable biases{.name = "biases", .columns = {"collapsed", "original"}, .rows = {}};
    biases.rows.push_back({bias(findings.factorised.map), bias(findings.original.map)});
    const Ring& ring = findings.study.ring;
    NumberTable rings{.name = "ring", .columns = {"top", "left", "bottom", "right"}, .rows = {}};
    rings.rows.push_back({ring.top, ring.left, ring.bottom, ring.right});
    return {kernelTable(collapseKernels(findings, settings, lightTheme())), std::move(biases),
            errorTable("errors", {&at.errors, 1}), errorTable("curve", *at.curve),
            std::move(rings)};
}

} // namespace factorscope
