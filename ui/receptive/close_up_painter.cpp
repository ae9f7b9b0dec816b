// How a CloseUp is drawn.

#include "ui/receptive/close_up.h"
#include "ui/text/text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The square of a pixel.
struct Cells {
    const CloseUp& closeUp;
    QPointF origin;
    double side;

    QRectF of(std::int64_t y, std::int64_t x) const
    {
        return {origin.x() + static_cast<double>(x - closeUp.shown.x0) * side,
                origin.y() + static_cast<double>(y - closeUp.shown.y0) * side, side, side};
    }
    QRectF of(const PixelBox& box) const { return of(box.y0, box.x0).united(of(box.y1, box.x1)); }
};

void paintPixels(QPainter& painter, const CloseUp& closeUp, const Cells& cells, const Theme& theme)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    std::size_t i = 0;
    for (std::int64_t y = closeUp.shown.y0; y <= closeUp.shown.y1; ++y) {
        for (std::int64_t x = closeUp.shown.x0; x <= closeUp.shown.x1; ++x, ++i) {
            const bool isOnMap = qAlpha(closeUp.pixels[i]) > 0;
            const QRectF cell = cells.of(y, x);
            painter.fillRect(cell, isOnMap ? QColor::fromRgb(closeUp.pixels[i]) : theme.ground);
            if (!isOnMap)
                painter.fillRect(cell, QBrush(theme.line, Qt::BDiagPattern));
        }
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
}

void paintPaths(QPainter& painter, const CloseUp& closeUp, const Cells& cells)
{
    if (closeUp.paths.empty())
        return;
    std::size_t i = 0;
    for (std::int64_t y = closeUp.shown.y0; y <= closeUp.shown.y1; ++y) {
        for (std::int64_t x = closeUp.shown.x0; x <= closeUp.shown.x1; ++x, ++i) {
            if (closeUp.paths[i] <= 0.0)
                continue;
            painter.setPen(readableOn(closeUp.pixels[i]));
            painter.drawText(cells.of(y, x), Qt::AlignCenter,
                             grouped(static_cast<std::int64_t>(closeUp.paths[i])));
        }
    }
}

void paintTap(QPainter& painter, const CloseUp& closeUp, const Cells& cells)
{
    if (!closeUp.tap)
        return;
    const QRectF cell = cells.of(closeUp.tap->y, closeUp.tap->x);
    painter.setPen(QPen(kHalo, 6.0, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(cell);
    painter.setPen(QPen(Qt::white, 3.0, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(cell);
}

} // namespace

void paintCloseUp(QPainter& painter, const QRectF& rect, const CloseUp& closeUp, const Theme& theme)
{
    const QFont font = painter.font();
    QFont bold = font;
    bold.setWeight(QFont::DemiBold);
    const QFont small = sized(font, TextSize::Caption);
    const QFontMetricsF boldMetrics(bold);
    const QFontMetricsF smallMetrics(small);
    painter.setFont(bold);
    painter.setPen(closeUp.colour);
    const QRectF title(rect.left(), rect.top(), rect.width(), boldMetrics.height());
    painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter,
                     boldMetrics.elidedText(closeUp.heading, Qt::ElideRight, rect.width()));
    painter.setFont(small);
    painter.setPen(theme.mutedText);
    const QRectF line(rect.left(), title.bottom(), rect.width(), smallMetrics.height());
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     smallMetrics.elidedText(closeUp.caption, Qt::ElideRight, rect.width()));

    painter.setFont(font);
    if (closeUp.pixels.empty())
        return;
    const double top = std::ceil(line.bottom()) + kGrid;
    const double side
        = std::floor(std::min(rect.width() / static_cast<double>(closeUp.shown.width()),
                              (rect.bottom() - top) / static_cast<double>(closeUp.shown.height())));
    if (side < 2.0)
        return;
    const double width = side * static_cast<double>(closeUp.shown.width());
    const Cells cells{closeUp, {rect.left() + std::floor((rect.width() - width) / 2.0), top}, side};
    paintPixels(painter, closeUp, cells, theme);
    QFont digits = font;
    digits.setPixelSize(std::max(6, static_cast<int>(side * 0.5)));
    painter.setFont(digits);
    paintPaths(painter, closeUp, cells);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(kHalo, theme.stroke(4.0)));
    painter.drawRect(cells.of(closeUp.field));
    painter.setPen(QPen(closeUp.colour, theme.stroke(2.5)));
    painter.drawRect(cells.of(closeUp.field));
    const QRectF center = cells.of(closeUp.position.y, closeUp.position.x).adjusted(1, 1, -1, -1);
    painter.setPen(QPen(QColor(Qt::black), theme.stroke(1.5)));
    painter.drawRect(center);
    painter.setPen(QPen(QColor(Qt::white), theme.stroke(1.5), Qt::DashLine));
    painter.drawRect(center);
    paintTap(painter, closeUp, cells);
    painter.setFont(font);
}

} // namespace factorscope
