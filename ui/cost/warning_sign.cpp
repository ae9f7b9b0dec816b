#include "ui/cost/warning_sign.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace factorscope {

void drawWarningSign(QPainter& painter, const QRectF& box, const QColor& color)
{
    const double side = std::min(box.width(), box.height());
    const QPointF center = box.center();
    const auto at = [&](double x, double y) { // −0.5 … 0.5 within the box
        return center + QPointF(x, y) * side;
    };
    QPainterPath triangle(at(0.0, -0.4));
    triangle.lineTo(at(0.46, 0.4));
    triangle.lineTo(at(-0.46, 0.4));
    triangle.closeSubpath();
    QPainterPath mark;
    mark.addRect(QRectF(at(-0.06, -0.12), at(0.06, 0.16)));
    mark.addRect(QRectF(at(-0.06, 0.22), at(0.06, 0.33)));

    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPath(triangle.subtracted(mark));
    painter.restore();
}

} // namespace factorscope
