#include "ui/maps/feature_maps_figure.h"

#include "ui/figure/figure_page.h"
#include "ui/maps/map_pane.h"
#include "ui/maps/pane_grid.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QPainter>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Maps {
    Q_DECLARE_TR_FUNCTIONS(Maps)
};

constexpr QSizeF kSize(1120.0, 800.0);
constexpr double kPixelsPerPoint = 2.0; ///< of the maps within: enough for print

struct DrawnPane {
    MapPane pane;
    PaneToRender request;
};

} // namespace

Figure featureMapsFigure(const BothEvaluated& both, const ViewSettings& settings,
                         const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const FigurePage page(kSize, Maps::tr("Feature maps"), both.experiment);
    const auto places
        = paneGrid(static_cast<int>(kStages.size()), both.stages[Stage::Original].size(),
                   page.area(), 4.0 * kGrid, 18.0 * kGrid);
    std::vector<DrawnPane> panes;
    for (const Stage stage : kStages) {
        const MapPane pane = mapPane(both, settings, stage, places[static_cast<std::size_t>(stage)],
                                     page.font(), theme);
        panes.push_back({pane, renderingOf(pane, both, settings, kPixelsPerPoint, theme)});
    }
    const ExperimentFields fields = fieldsOf(both.experiment);
    return {page.title(), kSize, [page, panes, settings, fields, theme](QPainter& painter) {
                page.paint(painter, theme);
                for (const DrawnPane& drawn : panes)
                    paintPane(painter, drawn.pane, rendered(drawn.request), settings, fields,
                              theme);
            }};
}

} // namespace factorscope
