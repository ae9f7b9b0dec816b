#include "ui/maps/histogram_drawing.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

double barHeight(std::int64_t count)
{
    return std::sqrt(static_cast<double>(count));
}

} // namespace

void drawHistograms(QPainter& painter, const QRectF& area,
                    const std::vector<HistogramCurve>& curves)
{
    double most = 1.0;
    for (const HistogramCurve& curve : curves) {
        for (const std::int64_t count : curve.histogram->counts)
            most = std::max(most, barHeight(count));
    }
    for (const HistogramCurve& curve : curves) {
        const auto& counts = curve.histogram->counts;
        QPainterPath path(area.bottomLeft());
        const double step
            = area.width() / static_cast<double>(std::max<std::size_t>(counts.size(), 1));
        for (std::size_t i = 0; i < counts.size(); ++i) {
            const double y = area.bottom() - barHeight(counts[i]) / most * area.height();
            path.lineTo(area.left() + step * static_cast<double>(i), y);
            path.lineTo(area.left() + step * static_cast<double>(i + 1), y);
        }
        path.lineTo(area.bottomRight());
        QColor fill = curve.colour;
        painter.setPen(QPen(fill, 1.0));
        constexpr int kFaint = 56;
        fill.setAlpha(kFaint);
        painter.setBrush(fill);
        painter.drawPath(path);
    }
    painter.setBrush(Qt::NoBrush);
}

} // namespace factorscope
