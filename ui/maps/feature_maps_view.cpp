#include "ui/maps/feature_maps_view.h"

#include "ui/maps/map_pane_widget.h"
#include "ui/maps/maps_tool_row.h"
#include "ui/maps/pane_grid.h"
#include "ui/text/text.h"

#include <QEvent>
#include <QVBoxLayout>

namespace factorscope {
namespace {

constexpr int kGap = 4 * kGrid;
constexpr double kPaneBorder = 18.0 * kGrid; ///< heading and scale of a pane, about

std::size_t indexOf(Stage stage)
{
    return static_cast<std::size_t>(stage);
}

/// While the branches flicker, each output is shown in the other's place.
Stage shownIn(Stage place, bool isFlickering)
{
    if (isFlickering && place == Stage::Original)
        return Stage::Factorised;
    if (isFlickering && place == Stage::Factorised)
        return Stage::Original;
    return place;
}

} // namespace

FeatureMapsView::FeatureMapsView(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_tools(new MapsToolRow(view, this))
{
    setAccessibleName(tr("Feature maps"));
    for ([[maybe_unused]] const Stage stage : kStages)
        m_widgets.push_back(new MapPaneWidget(view, this));
    connect(&m_view, &ViewState::changed, this, &FeatureMapsView::redraw);
}

FeatureMapsView::~FeatureMapsView() = default;

void FeatureMapsView::show(const std::shared_ptr<const BothEvaluated>& both)
{
    const bool isOtherSize
        = !m_both || m_both->stages[Stage::Original].size() != both->stages[Stage::Original].size();
    m_both = both;
    if (isOtherSize)
        arrange();
    redraw();
}

/// Gives each pane its place.
void FeatureMapsView::arrange()
{
    const int toolHeight = m_tools->sizeHint().height();
    const QRect inside = contentsRect();
    m_tools->setGeometry(inside.left(), inside.top(), inside.width(), toolHeight);
    const QRectF area = QRectF(inside).adjusted(0.0, toolHeight + 3.0 * kGrid, 0.0, 0.0);
    const Extent map = m_both ? m_both->stages[Stage::Original].size() : Extent{1, 1};
    const auto places = paneGrid(static_cast<int>(m_widgets.size()), map, area, kGap, kPaneBorder);
    for (std::size_t i = 0; i < m_widgets.size(); ++i)
        m_widgets[i]->setGeometry(places[i].toRect());
}

/// Asks for the pictures that are seen; nothing while the view is hidden. Words and pictures change
/// together.
void FeatureMapsView::redraw()
{
    if (!m_both || !isVisible())
        return;
    const ViewSettings& settings = m_view.settings();
    std::vector<MapPane> panes;
    std::vector<PaneToRender> requests;
    for (const Stage place : kStages) {
        const QRectF rect(QPointF(0.0, 0.0), m_widgets[indexOf(place)]->size());
        panes.push_back(mapPane(*m_both, settings, shownIn(place, settings.isFlickering), rect,
                                font(), themeOf(*this)));
        requests.push_back(
            renderingOf(panes.back(), *m_both, settings, devicePixelRatioF(), themeOf(*this)));
    }
    const ExperimentFields fields = fieldsOf(m_both->experiment);
    m_renderer.request(std::move(requests), [this, panes, fields](const auto& images) {
        for (std::size_t i = 0; i < panes.size(); ++i)
            m_widgets[i]->setPane(panes[i], images[i], fields);
        if (!m_renderer.isBusy())
            emit drawn();
    });
}

void FeatureMapsView::resizeEvent(QResizeEvent*)
{
    arrange();
    redraw();
}

void FeatureMapsView::showEvent(QShowEvent*)
{
    redraw();
}

void FeatureMapsView::hideEvent(QHideEvent*)
{
    m_renderer.forget();
}

void FeatureMapsView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        redraw();
}

} // namespace factorscope
