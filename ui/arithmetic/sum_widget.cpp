#include "ui/arithmetic/sum_widget.h"

#include "ui/arithmetic/sum_words.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>

namespace factorscope {

SumWidget::SumWidget(QWidget* parent) : KernelPane(parent)
{
    setAccessibleName(tr("Sum of products")); // until it shows one
    setToolTip(tr("Σ value × weight: ← → from product to product, ↑ ↓ from channel to channel, "
                  "Home and End, Space plays, Enter opens a tap"));
}

void SumWidget::show(const SumPicture& picture, const Colormap* diverging)
{
    const bool isElsewhere = m_picture.terms != picture.terms
        || m_picture.isEmpty() != picture.isEmpty()
        || (!picture.isEmpty() && m_picture.channel() != picture.channel());
    if (isElsewhere)
        m_scrolledRows = 0;
    m_picture = picture;
    m_diverging = diverging;
    setAccessibleName(picture.heading);
    setAccessibleDescription(sumInWords(picture));
    update();
}

SumLayout SumWidget::parts() const
{
    return sumLayout(m_picture, area(), font(), fit());
}

void SumWidget::draw(QPainter& painter, const QRectF& area) const
{
    paintSum(painter, area, m_picture, themeOf(*this), m_diverging, fit());
}

QString SumWidget::copiedText() const
{
    return sumAsText(m_picture);
}

QString SumWidget::wordsAt(QPointF point) const
{
    if (m_picture.isEmpty())
        return {};
    if (const auto product = productAt(point))
        return productInWords(m_picture, *product);
    const SumLayout layout = parts();
    if (const auto tile = layout.sheet.tileAt(point))
        return tileInWords(m_picture, *tile);
    if (layout.result.contains(point))
        return m_picture.result.join(u'\n');
    const bool isHead = layout.heading.contains(point) || layout.caption.contains(point);
    return isHead ? m_picture.heading + u'\n' + m_picture.caption : QString();
}

std::optional<std::size_t> SumWidget::productAt(QPointF point) const
{
    if (m_picture.isEmpty())
        return {};
    for (const KernelCells& cells : parts().tiles) {
        if (const auto cell = cells.cellAt(point))
            return m_picture.channel() * m_picture.sum().tapsOfChannel() + cells.index(*cell);
    }
    return {};
}

bool SumWidget::uses(const QKeyEvent& event) const
{
    return KernelPane::uses(event) || event.key() == Qt::Key_Space
        || event.key() == Qt::Key_Backspace;
}

void SumWidget::keyPressEvent(QKeyEvent* event)
{
    const auto modifiers = event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier);
    const bool isOwn = modifiers == Qt::NoModifier && !m_picture.isEmpty();
    if (!isOwn || !(step(*event) || command(*event)))
        KernelPane::keyPressEvent(event);
}

bool SumWidget::step(const QKeyEvent& event)
{
    constexpr std::int64_t kMany = 10;
    const std::int64_t times = event.modifiers().testFlag(Qt::ShiftModifier) ? kMany : 1;
    const auto go = [&](SumStep step) {
        emit termsWanted(termsAfter(m_picture, step, times));
        return true;
    };
    switch (event.key()) {
    case Qt::Key_Left:
        return go(SumStep::Back);
    case Qt::Key_Right:
        return go(SumStep::On);
    case Qt::Key_Up:
        return go(SumStep::ChannelBack);
    case Qt::Key_Down:
        return go(SumStep::ChannelOn);
    default:
        return false;
    }
}

bool SumWidget::command(const QKeyEvent& event)
{
    switch (event.key()) {
    case Qt::Key_Home:
        emit termsWanted(0);
        return true;
    case Qt::Key_End:
        emit termsWanted({});
        return true;
    case Qt::Key_Space:
        emit playWanted();
        return true;
    case Qt::Key_Backspace:
        emit closeWanted();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (const auto current = m_picture.current())
            emit openWanted(static_cast<qint64>(*current));
        return m_picture.current().has_value();
    default:
        return false;
    }
}

void SumWidget::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || m_picture.isEmpty())
        return;
    emit activated();
    const OrderedSum& ordered = *m_picture.ordered;
    if (const auto product = productAt(event->position())) {
        emit termsWanted(qint64{ordered.ranks[*product]} + 1);
        return;
    }
    const auto tile = parts().sheet.tileAt(event->position());
    if (!tile)
        return;
    const auto index = static_cast<std::size_t>(*tile);
    emit termsWanted(index < ordered.channels.size()
                         ? termsOfChannel(ordered, ordered.channels[index])
                         : m_picture.count());
}

void SumWidget::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    if (const auto product = productAt(event->position()))
        emit openWanted(static_cast<qint64>(*product));
}

void SumWidget::wheelEvent(QWheelEvent* event)
{
    if (m_picture.isEmpty())
        return;
    const ProductSheet sheet = parts().sheet;
    const int most = sheet.allRows() - sheet.shownRows;
    if (most <= 0 || !sheet.area.contains(event->position())) {
        event->ignore();
        return;
    }
    constexpr int kNotch = 120;
    m_wheel += event->angleDelta().y();
    const int rows = m_wheel / kNotch;
    m_wheel -= rows * kNotch;
    const int home = sheet.firstRow - m_scrolledRows; // where it stands unscrolled
    m_scrolledRows = std::clamp(m_scrolledRows - rows, -home, most - home);
    event->accept();
    update();
}

void SumWidget::focusInEvent(QFocusEvent* event)
{
    KernelPane::focusInEvent(event);
    if (event->reason() != Qt::ActiveWindowFocusReason && !m_picture.isActive)
        emit activated();
}

} // namespace factorscope
