#include "ui/panel/marked_slider.h"

#include "ui/theme/theme.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace factorscope {
namespace {

constexpr int kHandle = 4 * kGrid;
constexpr int kGroove = kGrid;
constexpr int kBar = 5 * kGrid; ///< height of groove and handle with their focus frame
constexpr int kLeastWidth = 16 * kGrid;

} // namespace

MarkedSlider::MarkedSlider(QWidget* parent) : QAbstractSlider(parent)
{
    setOrientation(Qt::Horizontal);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMouseTracking(true);
}

void MarkedSlider::setMarks(std::vector<SliderMark> marks)
{
    if (marks == m_marks)
        return;
    m_marks = std::move(marks);
    placeMarks();
}

void MarkedSlider::setLabelRows(int rows)
{
    m_labelRows = rows;
    updateGeometry();
}

int MarkedSlider::drawn(int width) const
{
    return qRound(themeOf(*this).stroke(width));
}

void MarkedSlider::setOfFactorised(bool isOfFactorised)
{
    m_isOfFactorised = isOfFactorised;
    update();
}

void MarkedSlider::setWarning(bool warns)
{
    m_warns = warns;
    update();
}

SliderScale MarkedSlider::scale() const
{
    const double inset = drawn(kBar) / 2.0;
    return {minimum(), maximum(), inset, std::max(inset + 1.0, width() - inset)};
}

void MarkedSlider::placeMarks()
{
    const QFontMetrics metrics(sized(font(), TextSize::Caption));
    m_placed = placed(m_marks, scale(), {width(), metrics.height(), [&](const QString& text) {
                                             return metrics.horizontalAdvance(text);
                                         }});
    updateGeometry();
    update();
}

QRect MarkedSlider::labelBox(const PlacedMark& mark) const
{
    return mark.box.translated(0, drawn(kBar));
}

QSize MarkedSlider::sizeHint() const
{
    return minimumSizeHint().expandedTo({3 * kLeastWidth, 0});
}

QSize MarkedSlider::minimumSizeHint() const
{
    if (m_marks.empty())
        return {kLeastWidth, drawn(kBar)};
    int labels = m_labelRows * QFontMetrics(sized(font(), TextSize::Caption)).height();
    for (const PlacedMark& mark : m_placed)
        labels = std::max(labels, mark.box.bottom() + 1);
    return {kLeastWidth, drawn(kBar) + labels};
}

void MarkedSlider::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintMarks(painter);
    painter.setRenderHint(QPainter::Antialiasing);
    paintGroove(painter);
    paintHandle(painter);
}

void MarkedSlider::paintMarks(QPainter& painter) const
{
    const Theme& theme = themeOf(*this);
    const int bar = drawn(kBar);
    for (const PlacedMark& mark : m_placed)
        painter.fillRect(QRect(mark.x, bar / 2, drawn(1), bar - bar / 2 + mark.bottom),
                         theme.mutedText);
    painter.setFont(sized(font(), TextSize::Caption));
    painter.setPen(isEnabled() ? theme.text : palette().color(QPalette::Disabled, QPalette::Text));
    for (const PlacedMark& mark : m_placed) {
        painter.fillRect(labelBox(mark), palette().window());
        painter.drawText(labelBox(mark), Qt::AlignCenter | Qt::TextSingleLine, mark.label);
    }
}

void MarkedSlider::paintGroove(QPainter& painter) const
{
    const Theme& theme = themeOf(*this);
    const SliderScale place = scale();
    const double handle = place.positionOf(sliderPosition());
    const double groove = drawn(kGroove);
    const double top = (drawn(kBar) - groove) / 2.0;
    const auto stretch = [&](double from, double to, const QColor& color) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(from, top, to - from, groove), groove / 2.0, groove / 2.0);
    };
    stretch(place.left, place.right, theme.line);
    if (!isEnabled())
        return;
    stretch(place.left, handle, m_isOfFactorised ? theme.factorised : theme.mutedText);
    for (const SliderMark& mark : m_marks) {
        if (mark.isTurn && mark.value < sliderPosition())
            stretch(place.positionOf(mark.value), handle, theme.warning);
    }
}

void MarkedSlider::paintHandle(QPainter& painter) const
{
    const Theme& theme = themeOf(*this);
    const QPointF middle(scale().positionOf(sliderPosition()), drawn(kBar) / 2.0);
    QColor color = m_warns ? theme.warning : m_isOfFactorised ? theme.factorised : theme.mutedText;
    if (!isEnabled())
        color = theme.line;
    const double radius = drawn(kHandle) / 2.0;
    painter.setPen(hasFocus() ? QPen(theme.accent, theme.stroke(2.0)) : QPen(theme.surface, 1.0));
    painter.setBrush(color);
    painter.drawEllipse(middle, radius, radius);
    if (hasFocus()) {
        const double inner = radius - theme.stroke(1.5);
        painter.setPen(QPen(theme.surface, theme.stroke(1.0)));
        painter.drawEllipse(middle, inner, inner);
    }
}

const PlacedMark* MarkedSlider::markAt(const QPoint& position) const
{
    for (const PlacedMark& mark : m_placed) {
        if (labelBox(mark).contains(position))
            return &mark;
    }
    return nullptr;
}

void MarkedSlider::mousePressEvent(QMouseEvent* event)
{
    const PlacedMark* mark = markAt(event->pos());
    const bool isOnBar = event->pos().y() < drawn(kBar);
    if (event->button() != Qt::LeftButton || (!mark && !isOnBar)) {
        event->ignore();
        return;
    }
    setSliderDown(true);
    const double handle = scale().positionOf(sliderPosition());
    const double x = event->position().x();
    m_grip = isOnBar && std::abs(x - handle) <= drawn(kHandle) / 2.0 ? x - handle : 0.0;
    if (mark)
        setSliderPosition(mark->target);
    else if (m_grip == 0.0)
        setSliderPosition(scale().valueAt(x));
    if (mark)
        m_grip = x - scale().positionOf(sliderPosition());
}

void MarkedSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (isSliderDown())
        setSliderPosition(scale().valueAt(event->position().x() - m_grip));
    else if (markAt(event->pos()))
        setCursor(Qt::PointingHandCursor);
    else
        unsetCursor();
}

void MarkedSlider::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        setSliderDown(false);
}

void MarkedSlider::wheelEvent(QWheelEvent* event)
{
    if (hasFocus())
        QAbstractSlider::wheelEvent(event);
    else
        event->ignore(); // what it lies in scrolls
}

void MarkedSlider::resizeEvent(QResizeEvent*)
{
    placeMarks();
}

void MarkedSlider::changeEvent(QEvent* event)
{
    QAbstractSlider::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        placeMarks();
    update();
}

void MarkedSlider::sliderChange(SliderChange change)
{
    QAbstractSlider::sliderChange(change);
    if (change == SliderRangeChange)
        placeMarks();
}

bool MarkedSlider::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (const PlacedMark* mark = markAt(help->pos())) {
            QToolTip::showText(help->globalPos(), mark->help, this, labelBox(*mark));
            return true;
        }
    }
    return QAbstractSlider::event(event);
}

} // namespace factorscope
