#include "ui/cost/curve_view.h"

#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace factorscope {
namespace {

/// How far an arrow key goes; nothing for other keys.
std::int64_t stepOf(int key)
{
    constexpr std::int64_t kPage = 10;
    switch (key) {
    case Qt::Key_Left:
    case Qt::Key_Down:
        return -1;
    case Qt::Key_Right:
    case Qt::Key_Up:
        return 1;
    case Qt::Key_PageDown:
        return -kPage;
    case Qt::Key_PageUp:
        return kPage;
    default:
        return 0;
    }
}

} // namespace

CurveView::CurveView(QWidget* parent) : CurveView(new CurveChart, parent) {}

CurveView::CurveView(CurveChart* curve, QWidget* parent) : QChartView(curve, parent), m_curve(curve)
{
    setCursor(Qt::SizeHorCursor);
    setFocusPolicy(Qt::StrongFocus);
}

void CurveView::show(const CostComparison& costs, CostMeasure measure)
{
    m_midChannels = costs.midChannels;
    m_most = costs.mostMidChannels();
    m_curve->show(costs, measure);
}

void CurveView::pick(QPointF position)
{
    if (!m_curve->plot())
        return;
    const double x = m_curve->mapFromScene(mapToScene(position.toPoint())).x();
    emit midChannelsPicked(m_curve->plot()->midChannelsAt(x));
}

void CurveView::pickBeside(std::int64_t step)
{
    const std::int64_t next
        = std::clamp(m_midChannels + step, std::int64_t{1}, std::max(std::int64_t{1}, m_most));
    if (next != m_midChannels)
        emit midChannelsPicked(next);
}

void CurveView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_isPicking = true;
    pick(event->position());
}

void CurveView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_isPicking)
        pick(event->position());
}

void CurveView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_isPicking)
        return;
    m_isPicking = false;
    emit pickEnded();
}

void CurveView::keyPressEvent(QKeyEvent* event)
{
    const std::int64_t step = stepOf(event->key());
    if (step != 0 && m_most > 0)
        pickBeside(step);
    else
        QChartView::keyPressEvent(event);
}

void CurveView::keyReleaseEvent(QKeyEvent* event)
{
    if (stepOf(event->key()) == 0)
        QChartView::keyReleaseEvent(event);
    else if (!event->isAutoRepeat())
        emit pickEnded();
}

void CurveView::focusInEvent(QFocusEvent* event)
{
    QChartView::focusInEvent(event);
    viewport()->update();
}

void CurveView::focusOutEvent(QFocusEvent* event)
{
    QChartView::focusOutEvent(event);
    viewport()->update();
}

/// A chart view shows no focus by itself.
void CurveView::paintEvent(QPaintEvent* event)
{
    QChartView::paintEvent(event);
    if (!hasFocus() || !window()->testAttribute(Qt::WA_KeyboardFocusChange))
        return;
    QPainter painter(viewport());
    painter.setPen(QPen(themeOf(*this).accent, 2.0));
    painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
}

} // namespace factorscope
