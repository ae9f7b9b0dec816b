#include "ui/chart/line_chart_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace factorscope {

LineChartView::LineChartView(QWidget* parent) : LineChartView(new LineChart, parent) {}

LineChartView::LineChartView(LineChart* chart, QWidget* parent)
    : QChartView(chart, parent), m_chart(chart)
{
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Chart"));
    setPickable(true);
    dress();
    show(LinePlot());
}

void LineChartView::show(const LinePlot& plot)
{
    m_chart->show(plot);
    setAccessibleName(plot.title.isEmpty() ? tr("Chart") : plot.title);
    viewport()->setAccessibleName(accessibleName());
    setAccessibleDescription(linePlotInWords(plot));
}

void LineChartView::dress()
{
    const ChartLook look = chartLook(*this);
    setBackgroundBrush(look.theme.window);
    m_chart->setLook(look);
}

void LineChartView::setPickable(bool isPickable)
{
    m_isPickable = isPickable;
    setCursor(isPickable ? Qt::SizeHorCursor : Qt::ArrowCursor);
    setFocusPolicy(isPickable ? Qt::StrongFocus : Qt::NoFocus);
    setToolTip(isPickable ? tr("Click, drag or press ← and → to pick a place along the axis")
                          : QString());
}

void LineChartView::pick(QPointF position)
{
    const double pixel = m_chart->mapFromScene(mapToScene(position.toPoint())).x();
    if (const std::optional<double> x = m_chart->xAt(pixel))
        emit picked(*x);
}

void LineChartView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_isPickable)
        return;
    m_isPicking = true;
    pick(event->position());
}

void LineChartView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_isPicking)
        pick(event->position());
}

void LineChartView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_isPicking)
        return;
    m_isPicking = false;
    emit pickEnded();
}

/// The x of the nearest point beside the mark, which begins at the last one.
std::optional<double> LineChartView::targetOf(const QKeyEvent& event) const
{
    const std::vector<double> steps = plotSteps(plot());
    if (!m_isPickable || steps.empty()
        || (event.modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier)
        return {};
    const double from = plot().x.value_or(steps.back());
    if (plot().keyStep > 0.0)
        return targetByStep(event.key());
    switch (event.key()) {
    case Qt::Key_Left: {
        const auto first = std::ranges::lower_bound(steps, from);
        return first == steps.begin() ? steps.front() : *std::prev(first);
    }
    case Qt::Key_Right: {
        const auto next = std::ranges::upper_bound(steps, from);
        return next == steps.end() ? steps.back() : *next;
    }
    case Qt::Key_Home:
        return steps.front();
    case Qt::Key_End:
        return steps.back();
    default:
        return {};
    }
}

/// A step on from where the mark or the point is, ten by page, within what can be picked.
std::optional<double> LineChartView::targetByStep(int key) const
{
    const AxisRange range
        = plot().pickRange.value_or(AxisRange{plotSteps(plot()).front(), plotSteps(plot()).back()});
    const double from = plot().point ? plot().point->at.x() : plot().x.value_or(range.high);
    constexpr double kPage = 10.0;
    const auto moved = [&](double steps) {
        return std::clamp(from + steps * plot().keyStep, range.low, range.high);
    };
    switch (key) {
    case Qt::Key_Left:
    case Qt::Key_Down:
        return moved(-1.0);
    case Qt::Key_Right:
    case Qt::Key_Up:
        return moved(1.0);
    case Qt::Key_PageDown:
        return moved(-kPage);
    case Qt::Key_PageUp:
        return moved(kPage);
    case Qt::Key_Home:
        return range.low;
    case Qt::Key_End:
        return range.high;
    default:
        return {};
    }
}

void LineChartView::keyPressEvent(QKeyEvent* event)
{
    const std::optional<double> target = targetOf(*event);
    if (!target)
        QChartView::keyPressEvent(event);
    else if (target != (plot().point ? plot().point->at.x() : plot().x))
        emit picked(*target);
}

void LineChartView::keyReleaseEvent(QKeyEvent* event)
{
    if (!targetOf(*event))
        QChartView::keyReleaseEvent(event);
    else if (!event->isAutoRepeat())
        emit pickEnded();
}

void LineChartView::focusInEvent(QFocusEvent* event)
{
    QChartView::focusInEvent(event);
    viewport()->update();
}

void LineChartView::focusOutEvent(QFocusEvent* event)
{
    QChartView::focusOutEvent(event);
    viewport()->update();
}

void LineChartView::changeEvent(QEvent* event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        dress();
}

/// A chart view shows no focus by itself.
void LineChartView::paintEvent(QPaintEvent* event)
{
    QChartView::paintEvent(event);
    if (!hasFocus() || !window()->testAttribute(Qt::WA_KeyboardFocusChange))
        return;
    QPainter painter(viewport());
    painter.setPen(QPen(themeOf(*this).accent, 2.0));
    painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
}

} // namespace factorscope
