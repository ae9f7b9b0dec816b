#include "ui/maps/map_pane_widget.h"

#include "ui/text/text.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QStyleHints>
#include <QToolTip>
#include <QWheelEvent>

#include <QGuiApplication>

#include <algorithm>
#include <cmath>
#include <utility>

namespace factorscope {
namespace {

constexpr double kBarSteps = 100.0; ///< of a scroll bar for each place

} // namespace

MapPaneWidget::MapPaneWidget(ViewState& view, QWidget* parent)
    : QWidget(parent), m_view(view), m_bar(new QScrollBar(Qt::Vertical, this))
{
    m_bar->hide();
    m_bar->setAccessibleName(tr("Scroll the maps"));
    connect(m_bar, &QScrollBar::valueChanged, this,
            [this](int value) { scrollTo(value / kBarSteps); });
    setAccessibleName(tr("Map")); // until it shows one
    setMouseTracking(true);
    setFocusPolicy(Qt::ClickFocus);
    connect(&m_view, &ViewState::cursorChanged, this, qOverload<>(&QWidget::update));
}

void MapPaneWidget::setPane(const MapPane& pane, const QImage& maps, const ExperimentFields& fields)
{
    m_pane = pane;
    m_maps = maps;
    m_right.reset();
    m_rightMaps = {};
    m_fields = fields;
    setAccessibleName(pane.heading);
    QStringList parts{pane.caption};
    if (!pane.warning.isEmpty())
        parts << pane.warning;
    setAccessibleDescription((parts + pane.statistics).join(QStringLiteral(", ")));
    setCursor(pane.tiles.count() > 0 ? Qt::CrossCursor : Qt::ArrowCursor);
    syncScrollBar();
    update();
}

void MapPaneWidget::setSplit(const MapPane& left, const QImage& leftMaps, const MapPane& right,
                             const QImage& rightMaps, const ExperimentFields& fields)
{
    setPane(left, leftMaps, fields);
    m_right = right;
    m_rightMaps = rightMaps;
    setAccessibleName(tr("%1 and %2, split").arg(left.heading, right.heading));
}

void MapPaneWidget::syncScrollBar()
{
    m_bar->setVisible(!m_pane.scrollArea.isEmpty());
    if (m_pane.scrollArea.isEmpty())
        return;
    const auto steps
        = [](double places) { return static_cast<int>(std::lround(places * kBarSteps)); };
    const QSignalBlocker blocker(m_bar);
    m_bar->setGeometry(m_pane.scrollArea.toRect());
    m_bar->setRange(0, steps(m_pane.tiles.mostScroll()));
    m_bar->setPageStep(steps(static_cast<double>(m_pane.tiles.page())));
    m_bar->setSingleStep(steps(static_cast<double>(m_pane.tiles.columns())));
    if (!m_bar->isSliderDown()) // the hand is ahead of the picture
        m_bar->setValue(steps(m_pane.tiles.scroll()));
}

void MapPaneWidget::scrollTo(double places)
{
    ViewSettings settings = m_view.settings();
    settings.scroll(m_pane.stage) = std::clamp(places, 0.0, m_pane.tiles.mostScroll());
    m_view.set(settings);
}

void MapPaneWidget::setRestingCursor(const std::optional<Position>& position)
{
    m_restingCursor = position;
    update();
}

bool MapPaneWidget::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString tip = tipAt(help->pos());
    if (tip.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), tip, this);
    return true;
}

/// What the words are, and how their numbers are found; nothing over the maps themselves.
QString MapPaneWidget::tipAt(const QPoint& at) const
{
    const bool hasRank = m_pane.caption.contains(tr("rank"));
    if (at.y() < m_pane.mapArea.top() && hasRank)
        return tr("%1. Rank: how many independent maps the layer is worth, exp(−Σ p·ln p) over the "
                  "shares p of the eigenvalues of the channels' covariance over the pixels (Roy & "
                  "Vetterli 2007)")
            .arg(m_pane.caption);
    if (at.y() < m_pane.mapArea.top())
        return m_pane.caption;
    if (m_pane.histogramArea.contains(at))
        return tr("How often values occur, zeros left out, on the axis of the colour scale; "
                  "heights are square roots of counts");
    if (m_pane.statisticsArea.contains(at))
        return tr("Over all pixels of the map: σ² is the mean of (value − mean)²");
    return {};
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
    if (m_right)
        paintSplit(painter, {m_pane, *m_right, settings.maps.splitAt}, m_maps, m_rightMaps,
                   settings, m_fields, themeOf(*this));
    else
        paintPane(painter, m_pane, m_maps, settings, m_fields, themeOf(*this));
}

void MapPaneWidget::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF at = event->position();
    if (m_isDraggingDivider) {
        moveDivider(at.x());
        return;
    }
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
    if (m_right)
        setCursor(isOnDivider(at) ? Qt::SplitHCursor : Qt::CrossCursor);
    const auto hit = hitTest(m_pane, m_view.settings().viewport, at);
    m_view.hover(hit ? std::optional(hit->position) : std::nullopt);
}

void MapPaneWidget::mousePressEvent(QMouseEvent* event)
{
    m_pressedAt = event->position();
    m_isDragging = false;
    m_isDraggingDivider = event->button() == Qt::LeftButton && isOnDivider(m_pressedAt);
}

bool MapPaneWidget::isOnDivider(const QPointF& at) const
{
    constexpr double kReach = 1.5 * kGrid;
    if (!m_right || !m_pane.tileOf(m_pane.chosen).adjusted(-kReach, 0.0, kReach, 0.0).contains(at))
        return false;
    const SplitPanes panes{m_pane, *m_right, m_view.settings().maps.splitAt};
    return std::abs(at.x() - panes.x()) <= kReach;
}

void MapPaneWidget::moveDivider(double x)
{
    const QRectF tile = m_pane.tileOf(m_pane.chosen);
    ViewSettings settings = m_view.settings();
    settings.maps.splitAt = std::clamp((x - tile.left()) / std::max(tile.width(), 1.0), 0.0, 1.0);
    m_view.set(settings);
}

void MapPaneWidget::mouseReleaseEvent(QMouseEvent* event)
{
    if (std::exchange(m_isDraggingDivider, false))
        return;
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
    const bool isOverMaps = m_pane.mapArea.contains(event->position());
    if (m_pane.tiles.scrolls() && isOverMaps && !event->modifiers().testFlag(Qt::ControlModifier)) {
        constexpr double kDeltaForRow = 120.0; // one notch
        const double rows = event->angleDelta().y() / kDeltaForRow;
        const double from = m_view.settings().scroll(m_pane.stage).value_or(m_pane.tiles.scroll());
        scrollTo(from - rows * static_cast<double>(m_pane.tiles.columns()));
        event->accept();
        return;
    }
    zoom(*event);
}

void MapPaneWidget::zoom(QWheelEvent& event)
{
    const auto place = m_pane.tiles.placeAt(event.position());
    if (!place) {
        event.ignore();
        return;
    }
    constexpr double kDeltaForDouble = 480.0; // four notches
    const double factor = std::exp2(event.angleDelta().y() / kDeltaForDouble);
    const QPointF inTile = event.position() - m_pane.tiles.tile(*place).topLeft();
    ViewSettings settings = m_view.settings();
    settings.viewport
        = zoomedAt(settings.viewport, factor, inTile, m_pane.map, m_pane.tiles.tileSize());
    m_view.set(settings);
    event.accept();
}

void MapPaneWidget::leaveEvent(QEvent*)
{
    m_view.hover({});
}

} // namespace factorscope
