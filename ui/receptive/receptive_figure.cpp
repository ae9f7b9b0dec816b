#include "ui/receptive/receptive_figure.h"

#include "ui/figure/figure_page.h"
#include "ui/maps/map_pane.h"
#include "ui/maps/pane_grid.h"
#include "ui/receptive/close_up.h"
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

struct DrawnPane {
    MapPane pane;
    PaneToRender request;
};

} // namespace

Figure receptiveFigure(const BothEvaluated& both, const ViewSettings& wanted,
                       const Theme& wantedTheme)
{
    const Theme theme = onPaper(wantedTheme);
    const FigurePage page(kSize, Receptive::tr("Receptive field"), both.experiment);
    ViewSettings settings = wanted;
    settings.cursor = positionOf(wanted, both.stages[Stage::Factorised].size());
    const QRectF area = page.area().adjusted(0.0, 0.0, 0.0, -6.0 * kGrid);
    constexpr double kGap = 4.0 * kGrid;
    const double width = (area.width() - 2.0 * kGap) / 3.0;
    const double height = (area.height() - kGap) / 2.0;
    const auto place = [area, width, height](std::size_t column, int row) {
        return QRectF(area.left() + static_cast<double>(column) * (width + kGap),
                      area.top() + row * (height + kGap), width, height);
    };
    std::vector<DrawnPane> panes;
    for (const Stage stage : ReceptiveView::stages(both, settings)) {
        const ViewSettings own = ReceptiveView::settingsOf(stage, both, settings);
        const MapPane pane = mapPane(both, own, stage, place(panes.size(), 0), page.font(), theme);
        panes.push_back({pane, renderingOf(pane, both, own, kPixelsPerPoint, theme)});
    }
    const std::vector<CloseUp> close = closeUps(both, settings, *settings.cursor, theme);
    const QString words = fieldInWords(both, *settings.cursor);
    const ExperimentFields fields = fieldsOf(both.experiment);
    const QRectF line(area.left(), area.bottom() + kGrid, area.width(), 6.0 * kGrid);
    return {page.title(), kSize,
            [page, panes, close, words, settings, fields, theme, place, line](QPainter& painter) {
                page.paint(painter, theme);
                for (const DrawnPane& drawn : panes)
                    paintPane(painter, drawn.pane, rendered(drawn.request), settings, fields,
                              theme);
                for (std::size_t i = 0; i < close.size(); ++i)
                    paintCloseUp(painter, place(i, 1), close[i], theme);
                painter.setPen(theme.text);
                painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, words);
            }};
}

} // namespace factorscope
