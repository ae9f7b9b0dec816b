#include "ui/receptive/effective_figure.h"

#include "ui/chart/line_chart.h"
#include "ui/figure/figure_page.h"
#include "ui/figure/recording.h"
#include "ui/maps/map_pane.h"
#include "ui/receptive/close_up.h"
#include "ui/receptive/field_pictures.h"
#include "ui/receptive/receptive_view.h"

#include <QCoreApplication>
#include <QPainter>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Receptive {
    Q_DECLARE_TR_FUNCTIONS(Receptive)
};

constexpr QSizeF kSize(1120.0, 840.0);
constexpr double kPixelsPerPoint = 2.0;
constexpr double kGap = 6.0 * kGrid;
constexpr double kWords = 14.0 * kGrid; ///< height, below all
constexpr double kCharts = 0.38; ///< their share of the rest

/// Three pictures above two charts above the words.
struct Places {
    QRectF area;

    double chartHeight() const { return kCharts * (area.height() - kWords - 2.0 * kGap); }
    double pictureHeight() const { return area.height() - kWords - 2.0 * kGap - chartHeight(); }
    QRectF picture(int column) const
    {
        const double width = (area.width() - 2.0 * kGap) / 3.0;
        return {area.left() + column * (width + kGap), area.top(), width, pictureHeight()};
    }
    QRectF chart(int column) const
    {
        const double width = (area.width() - kGap) / 2.0;
        return {area.left() + column * (width + kGap), area.top() + pictureHeight() + kGap, width,
                chartHeight()};
    }
    QRectF words() const { return {area.left(), area.bottom() - kWords, area.width(), kWords}; }
};

LinePlot depthPlotOf(const EffectiveFindings& findings, const Theme& theme)
{
    if (findings.whyNoDepth)
        return noDepthPlot(*findings.whyNoDepth);
    return depthPlot(findings.depth, findings.fields.experiment, findings.fields.question().blocks,
                     theme);
}

std::function<void(QPainter&)> recordedCharts(const EffectiveFindings& findings,
                                              const FigurePage& page, const Theme& theme)
{
    const Places places{page.area()};
    return recorded([&](QPainter& painter) {
        painter.setFont(page.font());
        paintLineChart(painter, places.chart(0), massPlot(findings.fields, theme), theme);
        paintLineChart(painter, places.chart(1), depthPlotOf(findings, theme), theme);
    });
}

Json orNull(const std::optional<std::int64_t>& value)
{
    return value ? Json(*value) : Json();
}

NumberTable branchTable(const FieldFindings& findings, const std::string& factorised)
{
    const FieldQuestion& of = findings.question();
    NumberTable table{.name = "branches",
                      .columns = {"branch", "blocks", "output_y", "output_x", "output_channel",
                                  "height", "width", "outputs", "silent_outputs", "silent",
                                  "sigma_y", "sigma_x", "uniform_sigma_y", "uniform_sigma_x"},
                      .rows = {}};
    const auto add = [&](const std::string& name, const BranchField& branch) {
        const EffectiveField& field = branch.field;
        table.rows.push_back({name, of.blocks, of.isAveraged ? Json() : Json(of.position.y),
                              of.isAveraged ? Json() : Json(of.position.x), orNull(of.channel),
                              field.size.height, field.size.width, field.outputs,
                              field.silentOutputs, field.isSilent(), branch.spread.sigmaY,
                              branch.spread.sigmaX, branch.uniform.sigmaY, branch.uniform.sigmaX});
    };
    add("original", findings.fields.original);
    add(factorised, findings.fields.factorised);
    return table;
}

NumberTable fieldTable(const std::string& branch, const EffectiveField& field)
{
    NumberTable table{.name = "field-" + branch, .columns = {"dy", "dx", "gradient"}, .rows = {}};
    for (std::int64_t y = 0; y < field.size.height; ++y) {
        for (std::int64_t x = 0; x < field.size.width; ++x)
            table.rows.push_back(
                {y - field.size.height / 2, x - field.size.width / 2, field.at(y, x)});
    }
    return table;
}

/// Columns end where a field does.
NumberTable massTable(const BothFields& fields, const std::string& factorised)
{
    NumberTable table{
        .name = "mass",
        .columns = {"radius", "original", "original_uniform", factorised, factorised + "_uniform"},
        .rows = {}};
    const std::array<const std::vector<double>*, 4> columns{
        &fields.original.spread.mass, &fields.original.uniform.mass, &fields.factorised.spread.mass,
        &fields.factorised.uniform.mass};
    std::size_t radii = 0;
    for (const auto* column : columns)
        radii = std::max(radii, column->size());
    for (std::size_t r = 0; r < radii; ++r) {
        std::vector<Json> row{r};
        for (const auto* column : columns)
            row.push_back(r < column->size() ? Json((*column)[r]) : Json());
        table.rows.push_back(std::move(row));
    }
    return table;
}

NumberTable depthTable(const DepthCurve& curve, const std::string& factorised)
{
    NumberTable table{.name = "depth",
                      .columns = {"branch", "blocks", "silent", "sigma_y", "sigma_x",
                                  "uniform_sigma_y", "uniform_sigma_x", "height", "width"},
                      .rows = {}};
    const auto add = [&](const std::string& name, DepthPoint::Branch DepthPoint::*which) {
        for (const DepthPoint& point : curve.points) {
            const DepthPoint::Branch& branch = point.*which;
            table.rows.push_back({name, point.blocks, branch.isSilent, branch.spread.sigmaY,
                                  branch.spread.sigmaX, branch.uniform.sigmaY,
                                  branch.uniform.sigmaX, branch.theory.height,
                                  branch.theory.width});
        }
    };
    add("original", &DepthPoint::original);
    add(factorised, &DepthPoint::factorised);
    return table;
}

} // namespace

Figure effectiveFigure(const BothEvaluated& both, const EffectiveFindings& findings,
                       const ViewSettings& wanted, const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const FigurePage page(kSize, Receptive::tr("Effective receptive field"), both.experiment);
    const Places places{page.area()};
    ViewSettings settings = ReceptiveView::settingsOf(Stage::Input, both, wanted);
    settings.cursor = positionOf(wanted, both.stages[Stage::Factorised].size());
    if (wanted.field.isAveraged)
        settings.cursor.reset(); // it is of no pixel
    const MapPane pane
        = mapPane(both, settings, Stage::Input, places.picture(0), page.font(), theme);
    const PaneToRender request = renderingOf(pane, both, settings, kPixelsPerPoint, theme);
    const ExperimentFields fields = deepFields(both.experiment, findings.fields.question().blocks);
    const auto pictures = fieldPictures(findings.fields, settings.field, theme);
    const auto charts = recordedCharts(findings, page, theme);
    const QString words = findingsInWords(findings.fields, settings.field);
    return {
        page.title(), kSize,
        [page, places, pane, request, settings, fields, pictures, charts, words,
         theme](QPainter& painter) {
            page.paint(painter, theme);
            paintPane(painter, pane, rendered(request), settings, fields, theme);
            painter.setFont(page.font());
            paintKernelPicture(painter, places.picture(1), pictures[0], theme, settings.sequential);
            paintKernelPicture(painter, places.picture(2), pictures[1], theme, settings.sequential);
            charts(painter);
            painter.setFont(page.font());
            painter.setPen(theme.text);
            painter.drawText(places.words(), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                             words);
        }};
}

std::vector<NumberTable> effectiveNumbers(const BothEvaluated& both,
                                          const EffectiveFindings& findings)
{
    const std::string& factorised = both.factorised.spec.name;
    const BothFields& fields = findings.fields.fields;
    std::vector<NumberTable> tables{
        branchTable(findings.fields, factorised), fieldTable("original", fields.original.field),
        fieldTable(factorised, fields.factorised.field), massTable(fields, factorised)};
    if (!findings.whyNoDepth)
        tables.push_back(depthTable(findings.depth, factorised));
    return tables;
}

} // namespace factorscope
