#include "ui/maps/feature_maps_figure.h"

#include "ui/figure/figure_page.h"
#include "ui/maps/map_panes.h"
#include "ui/maps/pane_places.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QPainter>

#include <utility>
#include <vector>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Maps {
    Q_DECLARE_TR_FUNCTIONS(Maps)
};

constexpr QSizeF kSize(1120.0, 800.0);
constexpr double kPixelsPerPoint = 2.0; ///< of the maps within: enough for print

struct DrawnPane {
    StagePane panes;
    PaneToRender request;
    PaneToRender right; ///< of the other half
};

void paint(QPainter& painter, const DrawnPane& drawn, const ViewSettings& settings,
           const ExperimentFields& fields, const Theme& theme)
{
    const MapPane& pane = drawn.panes.pane;
    if (drawn.panes.right)
        paintSplit(painter, {pane, *drawn.panes.right, settings.maps.splitAt},
                   rendered(drawn.request), rendered(drawn.right), settings, fields, theme);
    else
        paintPane(painter, pane, rendered(drawn.request), settings, fields, theme);
}

} // namespace

Result<MapKnowledge> mapFindings(const BothEvaluated& both, const ViewSettings& settings,
                                 const ComputeContext& context)
{
    ASSIGN_OR_RETURN(MapAnalysis analysis, mapAnalysis(both.stages, nullptr, context));
    MapKnowledge known;
    known.analysis = std::make_shared<const MapAnalysis>(std::move(analysis));
    known.histograms = counted(mapsToCount(both, settings), CountedValues::All, context);
    if (context.stop.stop_requested())
        return cancelled();
    return known;
}

Figure featureMapsFigure(const BothEvaluated& both, const MapKnowledge& known,
                         const ViewSettings& wanted, const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const ViewSettings settings = paneSettings(wanted);
    const FigurePage page(kSize, Maps::tr("Feature maps"), both.experiment);
    const auto places = panePlaces(settings, both.stages[Stage::Original].size(), page.area());
    std::vector<DrawnPane> panes;
    for (const auto& one : stagePanes(both, settings, places, page.font(), theme, known)) {
        if (!one)
            continue;
        DrawnPane drawn{*one, renderingOf(one->pane, both, settings, kPixelsPerPoint, theme), {}};
        if (one->right)
            drawn.right = renderingOf(*one->right, both, settings, kPixelsPerPoint, theme);
        panes.push_back(std::move(drawn));
    }
    const ExperimentFields fields = fieldsOf(both.experiment);
    return {page.title(), kSize, [page, panes, settings, fields, theme](QPainter& painter) {
                page.paint(painter, theme);
                for (const DrawnPane& drawn : panes)
                    paint(painter, drawn, settings, fields, theme);
            }};
}

} // namespace factorscope
