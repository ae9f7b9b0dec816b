#include "ui/arithmetic/running_line.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// A running sum over the number of its terms.
class RunningLine {
public:
    RunningLine(const std::vector<double>& sums, const QRectF& area) : m_sums(sums), m_area(area)
    {
        for (const double sum : sums) {
            if (std::isfinite(sum)) {
                m_low = std::min(m_low, sum);
                m_high = std::max(m_high, sum);
            }
        }
    }
    double y(double sum) const
    {
        const double span = m_high > m_low ? m_high - m_low : 1.0;
        return m_area.bottom() - (sum - m_low) / span * m_area.height();
    }
    double x(std::size_t term) const
    {
        const auto last = static_cast<double>(std::max<std::size_t>(m_sums.size() - 1, 1));
        return m_area.left() + static_cast<double>(term) / last * m_area.width();
    }
    /// Of the terms from `first` to `last`; of many in one place the extremes alone.
    QPainterPath path(std::size_t first, std::size_t last) const
    {
        QPainterPath path;
        const auto places = static_cast<std::size_t>(std::max(1.0, 2.0 * m_area.width()));
        const std::size_t stride = 1 + (last - first) / places;
        bool isBroken = true;
        for (std::size_t i = first; i <= last; i += stride) {
            const std::size_t end = std::min(i + stride, last + 1);
            const auto from = m_sums.begin() + static_cast<std::ptrdiff_t>(i);
            const auto [least, most]
                = std::minmax_element(from, m_sums.begin() + static_cast<std::ptrdiff_t>(end));
            for (const auto& one : {std::min(least, most), std::max(least, most)}) {
                const QPointF point(x(static_cast<std::size_t>(one - m_sums.begin())), y(*one));
                if (!std::isfinite(*one)) {
                    isBroken = true;
                } else if (isBroken) {
                    path.moveTo(point);
                    isBroken = false;
                } else {
                    path.lineTo(point);
                }
            }
        }
        return path;
    }

private:
    const std::vector<double>& m_sums;
    QRectF m_area;
    double m_low = 0.0;
    double m_high = 0.0;
};

} // namespace

void paintRunningSum(QPainter& painter, const QRectF& area, const SumPicture& picture,
                     const Theme& theme)
{
    const std::vector<double>& sums = picture.ordered->running;
    const RunningLine line(sums, area.adjusted(1.0, 3.0, -5.0, -3.0));
    const auto taken = static_cast<std::size_t>(picture.taken());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.line, theme.stroke(1.0)));
    painter.drawLine(QPointF(area.left(), line.y(0.0)), QPointF(area.right(), line.y(0.0)));
    painter.drawPath(line.path(taken, sums.size() - 1));
    painter.setPen(QPen(picture.colour, theme.stroke(1.5)));
    painter.drawPath(line.path(0, taken));
    if (!std::isfinite(sums[taken]))
        return;
    painter.setBrush(picture.colour);
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(QPointF(line.x(taken), line.y(sums[taken])), 3.5, 3.5);
}

} // namespace factorscope
