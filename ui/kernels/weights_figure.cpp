#include "ui/kernels/weights_figure.h"

#include "ui/figure/figure_page.h"
#include "ui/kernels/weight_panels.h"

#include <QCoreApplication>
#include <QPainter>

#include <utility>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Kernels {
    Q_DECLARE_TR_FUNCTIONS(Kernels)
};

constexpr int kMostAcross = 4;
constexpr double kGap = 6.0 * kGrid;
constexpr QSizeF kPanel(256.0, 400.0);
constexpr double kHead = 22.0 * kGrid; ///< of the sheet with its margins, at the most

struct PanelGrid {
    int across = 1;
    int rows = 1;
};

PanelGrid panelGrid(std::size_t panels)
{
    const int count = static_cast<int>(panels);
    const int rows = (count + kMostAcross - 1) / kMostAcross;
    return {(count + rows - 1) / rows, rows};
}

QSizeF sheetOf(const PanelGrid& grid)
{
    return {grid.across * (kPanel.width() + kGap) + kGap,
            grid.rows * (kPanel.height() + kGap) + kHead};
}

void paintPanel(QPainter& painter, const QRectF& rect, const WeightPanel& panel, const Theme& theme,
                const Colormap& colours)
{
    const double half = rect.height() / 2.0;
    paintKernelGrid(painter, QRectF(rect.topLeft(), QSizeF(rect.width(), half)), panel.grid, theme,
                    &colours);
    paintKernelPicture(painter,
                       QRectF(rect.left(), rect.top() + half + kGrid, rect.width(), half - kGrid),
                       panel.chosen, theme, &colours);
}

} // namespace

Figure weightsFigure(const BothEvaluated& both, const ViewSettings& settings,
                     const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const std::vector<WeightPanel> panels = weightPanels(both, settings, theme);
    const PanelGrid grid = panelGrid(panels.size());
    const QSizeF size = sheetOf(grid);
    const FigurePage page(size, Kernels::tr("Weights"), both.experiment);
    const Colormap* colours = &settings.divergingOn(theme.isDark);
    return {page.title(), size, [page, panels, grid, colours, theme](QPainter& painter) {
                page.paint(painter, theme);
                const QRectF area = page.area();
                const double width = (area.width() - (grid.across - 1) * kGap) / grid.across;
                const double height = (area.height() - (grid.rows - 1) * kGap) / grid.rows;
                for (int i = 0; i < static_cast<int>(panels.size()); ++i) {
                    const QPointF at(area.left() + i % grid.across * (width + kGap),
                                     area.top() + i / grid.across * (height + kGap));
                    paintPanel(painter, QRectF(at, QSizeF(width, height)),
                               panels[static_cast<std::size_t>(i)], theme, *colours);
                }
            }};
}

std::vector<NumberTable> weightsNumbers(const BothEvaluated& both, const ViewSettings& settings)
{
    NumberTable weights{
        .name = "weights",
        .columns = {"branch", "layer", "output_channel", "input_channel", "y", "x", "weight"},
        .rows = {}};
    NumberTable biases{
        .name = "biases", .columns = {"branch", "layer", "output_channel", "bias"}, .rows = {}};
    for (const WeightPanel& panel : weightPanels(both, settings, lightTheme())) {
        const std::string& branch
            = panel.isOriginal ? both.original.spec.name : both.factorised.spec.name;
        const auto columns = static_cast<std::size_t>(panel.grid.columns);
        for (std::size_t tile = 0; tile < panel.grid.tiles.size(); ++tile) {
            const std::int64_t taken = panel.first + static_cast<std::int64_t>(tile);
            const std::int64_t made = panel.isDepthwise ? taken : panel.made;
            const std::vector<double>& values = panel.grid.tiles[tile].values;
            for (std::size_t i = 0; i < values.size(); ++i)
                weights.rows.push_back(
                    {branch, panel.layer, made, taken, i / columns, i % columns, values[i]});
        }
        if (panel.bias)
            biases.rows.push_back({branch, panel.layer, panel.made, *panel.bias});
    }
    return {std::move(weights), std::move(biases)};
}

} // namespace factorscope
