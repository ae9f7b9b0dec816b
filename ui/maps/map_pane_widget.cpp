#include "ui/maps/map_pane_widget.h"

#include "ui/text/text.h"

#include <QMouseEvent>
#include <QPainter>
#include <QStyleHints>
#include <QWheelEvent>

#include <QGuiApplication>

#include <cmath>

namespace factorscope {

MapPaneWidget::MapPaneWidget(ViewState& view, QWidget* parent) : QWidget(parent), m_view(view)
{
    setAccessibleName(tr("Map")); // until it shows one
    setMouseTracking(true);
    setFocusPolicy(Qt::ClickFocus);
    connect(&m_view, &ViewState::cursorChanged, this, qOverload<>(&QWidget::update));
}

void MapPaneWidget::setPane(const MapPane& pane, const QImage& maps, const ExperimentFields& fields)
{
    m_pane = pane;
    m_maps = maps;
    m_fields = fields;
    setAccessibleName(pane.heading);
    setAccessibleDescription(
        pane.caption + (pane.warning.isEmpty() ? QString() : QStringLiteral(", ") + pane.warning));
    setCursor(pane.tiles.count() > 0 ? Qt::CrossCursor : Qt::ArrowCursor);
    update();
}

void MapPaneWidget::setRestingCursor(const std::optional<Position>& position)
{
    m_restingCursor = position;
    update();
}

void MapPaneWidget::resizeEvent(QResizeEvent*)
{
    emit resized();
}

void MapPaneWidget::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setFont(font());
    ViewSettings settings = m_view.settings();
    if (!settings.cursor)
        settings.cursor = m_restingCursor;
    paintPane(painter, m_pane, m_maps, settings, m_fields, themeOf(*this));
}

void MapPaneWidget::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF at = event->position();
    if (event->buttons().testFlag(Qt::LeftButton)) {
        const QPointF delta = at - m_pressedAt;
        const int slack = QGuiApplication::styleHints()->startDragDistance();
        m_isDragging = m_isDragging || delta.manhattanLength() >= slack;
        if (!m_isDragging || m_pane.tiles.count() == 0)
            return;
        ViewSettings settings = m_view.settings();
        settings.viewport = panned(settings.viewport, delta, m_pane.map, m_pane.tiles.tileSize());
        m_pressedAt = at;
        m_view.set(settings);
        return;
    }
    const auto hit = hitTest(m_pane, m_view.settings().viewport, at);
    m_view.hover(hit ? std::optional(hit->position) : std::nullopt);
}

void MapPaneWidget::mousePressEvent(QMouseEvent* event)
{
    m_pressedAt = event->position();
    m_isDragging = false;
}

void MapPaneWidget::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_isDragging || event->button() != Qt::LeftButton)
        return;
    const auto hit = hitTest(m_pane, m_view.settings().viewport, event->position());
    if (!hit)
        return;
    if (hit->channel == m_pane.chosen || m_view.settings().isAlone || m_pane.isColour)
        m_view.pin(hit->position);
    else
        choose(hit->channel);
}

void MapPaneWidget::mouseDoubleClickEvent(QMouseEvent* event)
{
    const auto hit = hitTest(m_pane, m_view.settings().viewport, event->position());
    if (!hit)
        return;
    ViewSettings settings = m_view.settings();
    settings.setChannel(m_pane.stage, hit->channel);
    settings.isAlone = !settings.isAlone;
    settings.isPinned = false;
    m_isDragging = true; // the release that follows is no click
    m_view.set(settings);
}

void MapPaneWidget::choose(std::int64_t channel)
{
    ViewSettings settings = m_view.settings();
    settings.setChannel(m_pane.stage, channel);
    m_view.set(settings);
}

void MapPaneWidget::wheelEvent(QWheelEvent* event)
{
    const auto channel = m_pane.tiles.channelAt(event->position());
    if (!channel) {
        event->ignore();
        return;
    }
    constexpr double kDeltaForDouble = 480.0; // four notches
    const double factor = std::exp2(event->angleDelta().y() / kDeltaForDouble);
    const QPointF inTile = event->position() - m_pane.tiles.tile(*channel).topLeft();
    ViewSettings settings = m_view.settings();
    settings.viewport
        = zoomedAt(settings.viewport, factor, inTile, m_pane.map, m_pane.tiles.tileSize());
    m_view.set(settings);
    event->accept();
}

void MapPaneWidget::leaveEvent(QEvent*)
{
    m_view.hover({});
}

} // namespace factorscope
