#include "ui/pieces/piece_list_widget.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace factorscope {

PieceListWidget::PieceListWidget(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Most frequent patterns"));
    setToolTip(tr("Click or use ↑ and ↓ to see where a pattern is; click again or press Esc to let "
                  "go"));
}

void PieceListWidget::show(const PieceList& list)
{
    if (list == m_list)
        return;
    m_list = list;
    describe();
    update();
}

void PieceListWidget::describe()
{
    const auto row = std::ranges::find_if(
        m_list.rows, [this](const PieceList::Row& one) { return m_list.chosen == one.piece; });
    if (row != m_list.rows.end())
        setAccessibleDescription(tr("chosen: %1").arg(rowInWords(m_list, *row)));
    else if (!m_list.rows.empty())
        setAccessibleDescription(rowInWords(m_list, m_list.rows.front()));
}

QRectF PieceListWidget::area() const
{
    return QRectF(rect()).adjusted(kGrid, 0.0, -kGrid, -kGrid);
}

PieceListLayout PieceListWidget::layOut() const
{
    return pieceListLayout(m_list, area(), font());
}

void PieceListWidget::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setFont(font());
    paintPieceList(painter, m_list, area(), themeOf(*this));
    if (!hasFocus() || !window()->testAttribute(Qt::WA_KeyboardFocusChange))
        return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(themeOf(*this).accent, 2.0));
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
}

bool PieceListWidget::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride
        && targetOf(*static_cast<QKeyEvent*>(event)).has_value()) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (const std::optional<int> row = layOut().rowAt(help->pos())) {
            QToolTip::showText(help->globalPos(),
                               rowInWords(m_list, m_list.rows[static_cast<std::size_t>(*row)]),
                               this);
            return true;
        }
    }
    return QWidget::event(event);
}

void PieceListWidget::choose(std::optional<std::int64_t> piece)
{
    if (piece == m_list.chosen)
        return;
    m_list.chosen = piece;
    describe();
    update();
    emit chosen(piece ? std::optional<qint64>(*piece) : std::nullopt);
}

void PieceListWidget::mousePressEvent(QMouseEvent* event)
{
    const std::optional<int> row = layOut().rowAt(event->position());
    if (event->button() != Qt::LeftButton || !row)
        return;
    const std::int64_t piece = m_list.rows[static_cast<std::size_t>(*row)].piece;
    choose(m_list.chosen == piece ? std::nullopt : std::optional(piece));
}

std::optional<std::optional<std::int64_t>> PieceListWidget::targetOf(const QKeyEvent& event) const
{
    const std::int64_t last = layOut().rows - 1;
    if (last < 0 || (event.modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier)
        return {};
    using Choice = std::optional<std::int64_t>;
    switch (event.key()) {
    case Qt::Key_Up:
        return Choice(m_list.chosen ? std::max<std::int64_t>(0, *m_list.chosen - 1) : last);
    case Qt::Key_Down:
        return Choice(m_list.chosen ? std::min(last, *m_list.chosen + 1) : 0);
    case Qt::Key_Home:
        return Choice(0);
    case Qt::Key_End:
        return Choice(last);
    case Qt::Key_Space:
        return m_list.chosen ? Choice() : Choice(0);
    case Qt::Key_Escape:
        if (m_list.chosen)
            return Choice();
        return {};
    default:
        return {};
    }
}

void PieceListWidget::keyPressEvent(QKeyEvent* event)
{
    if (const auto target = targetOf(*event))
        choose(*target);
    else
        QWidget::keyPressEvent(event);
}

void PieceListWidget::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void PieceListWidget::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace factorscope
