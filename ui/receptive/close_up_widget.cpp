#include "ui/receptive/close_up_widget.h"

#include <QPainter>

namespace factorscope {

void CloseUpWidget::show(const CloseUp& closeUp)
{
    m_closeUp = closeUp;
    setAccessibleName(closeUp.heading);
    setAccessibleDescription(closeUp.caption);
    update();
}

void CloseUpWidget::paintEvent(QPaintEvent*)
{
    if (m_closeUp.heading.isEmpty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    paintCloseUp(painter, QRectF(rect()).adjusted(1, 0, -1, -2), m_closeUp, themeOf(*this));
}

} // namespace factorscope
