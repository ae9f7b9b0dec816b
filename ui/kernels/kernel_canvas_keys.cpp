// How a kernel is painted by keyboard.

#include "ui/kernels/kernel_canvas.h"

#include <QFocusEvent>
#include <QKeyEvent>

#include <algorithm>

namespace factorscope {
namespace {

bool isTyped(QChar c)
{
    return c.isDigit() || QStringLiteral("-−.,eE").contains(c);
}

bool beginsNumber(QChar c)
{
    return c.isDigit() || QStringLiteral("-−.,").contains(c);
}

} // namespace

KernelCanvas::Action KernelCanvas::actionOf(const QKeyEvent& event) const
{
    const Qt::KeyboardModifiers modifiers = event.modifiers() & ~Qt::KeypadModifier;
    const bool hasEnds = event.key() == Qt::Key_Home || event.key() == Qt::Key_End;
    if ((modifiers & ~Qt::ShiftModifier) && !(hasEnds && modifiers == Qt::ControlModifier))
        return Action::None;
    const bool isTyping = !m_typed.isEmpty();
    switch (event.key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Home:
    case Qt::Key_End:
        return Action::Move;
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
    case Qt::Key_Plus:
        return Action::Step;
    case Qt::Key_Delete:
        return Action::Erase;
    case Qt::Key_Backspace:
        return isTyping ? Action::RubOut : Action::Erase;
    case Qt::Key_Space:
        return Action::Paint;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return isTyping ? Action::Accept : Action::None;
    case Qt::Key_Escape:
        return isTyping ? Action::Drop : Action::None;
    default:
        break;
    }
    if (event.text().size() != 1)
        return Action::None;
    const QChar c = event.text().front();
    return beginsNumber(c) || (isTyping && isTyped(c)) ? Action::Type : Action::None;
}

KernelCell KernelCanvas::movedBy(const QKeyEvent& event) const
{
    const bool isFar = event.modifiers().testFlag(Qt::ControlModifier);
    constexpr int kLast = kSide - 1;
    KernelCell cell = m_current;
    switch (event.key()) {
    case Qt::Key_Left:
        cell.column = std::max(0, cell.column - 1);
        break;
    case Qt::Key_Right:
        cell.column = std::min(kLast, cell.column + 1);
        break;
    case Qt::Key_Up:
        cell.row = std::max(0, cell.row - 1);
        break;
    case Qt::Key_Down:
        cell.row = std::min(kLast, cell.row + 1);
        break;
    case Qt::Key_Home:
        cell = {isFar ? 0 : cell.row, 0};
        break;
    default:
        cell = {isFar ? kLast : cell.row, kLast};
        break;
    }
    return cell;
}

void KernelCanvas::act(Action action, const QKeyEvent& event)
{
    switch (action) {
    case Action::None:
        break;
    case Action::Move:
        accept();
        goTo(movedBy(event));
        break;
    case Action::Type:
        type(m_typed + event.text());
        break;
    case Action::Step:
        accept();
        step(m_current, event.key() == Qt::Key_PageDown ? -kStep : kStep);
        break;
    case Action::Erase:
    case Action::Paint:
        type({});
        setCell(m_current, action == Action::Paint ? m_brush : 0.0, m_newGesture());
        break;
    case Action::Accept:
        accept();
        break;
    case Action::Drop:
        type({});
        break;
    case Action::RubOut:
        type(m_typed.chopped(1));
        break;
    }
}

bool KernelCanvas::uses(const QKeyEvent& event) const
{
    return actionOf(event) != Action::None || event.matches(QKeySequence::Paste)
        || KernelPane::uses(event);
}

void KernelCanvas::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Paste))
        paste();
    else if (const Action action = actionOf(*event); action != Action::None)
        act(action, *event);
    else
        KernelPane::keyPressEvent(event);
}

void KernelCanvas::keyReleaseEvent(QKeyEvent* event)
{
    if (!event->isAutoRepeat())
        m_steps.reset(); // a key held down is one gesture
    KernelPane::keyReleaseEvent(event);
}

/// A number being typed is taken by Tab, which goes on to the next cell; else it leaves.
bool KernelCanvas::focusNextPrevChild(bool next)
{
    if (m_typed.isEmpty())
        return KernelPane::focusNextPrevChild(next);
    accept();
    const int cells = kSide * kSide;
    const int index = m_current.row * kSide + m_current.column + (next ? 1 : cells - 1);
    goTo({index % cells / kSide, index % kSide});
    return true;
}

void KernelCanvas::focusOutEvent(QFocusEvent* event)
{
    accept();
    m_steps.reset();
    KernelPane::focusOutEvent(event);
}

} // namespace factorscope
