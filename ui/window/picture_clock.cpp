#include "ui/window/picture_clock.h"

namespace factorscope {

void PictureClock::start()
{
    m_timer.start();
    m_isNewest = false;
}

void PictureClock::drawn()
{
    if (!m_timer.isValid() || !m_isNewest)
        return;
    const double milliseconds = static_cast<double>(m_timer.nsecsElapsed()) / 1e6;
    m_timer.invalidate();
    emit measured(milliseconds);
}

} // namespace factorscope
