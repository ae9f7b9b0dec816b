#include "ui/window/picture_clock.h"

#include <QEvent>
#include <QWidget>

namespace factorscope {

PictureClock::PictureClock(QWidget* window) : QObject(window)
{
    window->installEventFilter(this);
}

void PictureClock::start()
{
    m_timer.start();
    m_waiting = Waiting::ForAnswer;
}

void PictureClock::expect(bool isNewest)
{
    if (m_waiting == Waiting::ForAnswer && isNewest)
        m_waiting = Waiting::ForPicture;
}

void PictureClock::drawn()
{
    if (m_waiting == Waiting::ForPicture)
        m_waiting = Waiting::ForPaint;
}

void PictureClock::forget()
{
    m_waiting = Waiting::Not;
}

/// The window paints all that has changed in it when it handles this event; what is queued now
/// comes right after that.
bool PictureClock::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::UpdateRequest && m_waiting == Waiting::ForPaint)
        QMetaObject::invokeMethod(this, &PictureClock::painted, Qt::QueuedConnection);
    return QObject::eventFilter(watched, event);
}

void PictureClock::painted()
{
    if (m_waiting != Waiting::ForPaint)
        return;
    m_waiting = Waiting::Not;
    emit measured(static_cast<double>(m_timer.nsecsElapsed()) / 1e6);
}

} // namespace factorscope
