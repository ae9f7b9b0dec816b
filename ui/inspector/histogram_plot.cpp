#include "ui/inspector/histogram_plot.h"

#include "ui/text/text.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr int kBins = 64;

/// Square roots, so that rare values are seen beside frequent ones.
double barHeight(std::int64_t count)
{
    return std::sqrt(static_cast<double>(count));
}

} // namespace

HistogramPlot::HistogramPlot(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Histogram of the chosen output map"));
    setToolTip(tr("How often values occur, zeros left out; heights are square roots of counts"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void HistogramPlot::show(const std::vector<Source>& sources, ValueRange range)
{
    const quint64 number = ++m_number;
    m_lane.submit([this, number, sources, range](const std::stop_token& stop) {
        std::vector<Curve> curves;
        for (const Source& source : sources) {
            const StageMaps stage{source.maps, {}};
            curves.push_back(
                {source.stage, histogram(stage.map(source.channel), range, kBins, stop)});
        }
        if (stop.stop_requested())
            return;
        QMetaObject::invokeMethod(
            this,
            [this, number, curves = std::move(curves)]() mutable {
                if (number != m_number)
                    return;
                m_counted = number;
                m_curves = std::move(curves);
                describe();
                update();
                emit counted();
            },
            Qt::QueuedConnection);
    });
}

void HistogramPlot::describe()
{
    QStringList parts;
    for (const Curve& curve : m_curves) {
        std::int64_t values = curve.histogram.zeros + curve.histogram.outside;
        for (const std::int64_t count : curve.histogram.counts)
            values += count;
        parts << tr("%1 zeros of %2").arg(grouped(curve.histogram.zeros), grouped(values));
    }
    setAccessibleDescription(parts.join(QStringLiteral(", ")));
}

void HistogramPlot::paintEvent(QPaintEvent*)
{
    const Theme& theme = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(sized(font(), TextSize::Caption));
    const double labels = painter.fontMetrics().height();
    const QRectF area = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -labels - 2.5);
    double most = 1.0;
    for (const Curve& curve : m_curves) {
        for (const std::int64_t count : curve.histogram.counts)
            most = std::max(most, barHeight(count));
    }
    for (const Curve& curve : m_curves) {
        QPainterPath path(area.bottomLeft());
        const double step = area.width() / kBins;
        for (std::size_t i = 0; i < curve.histogram.counts.size(); ++i) {
            const double y
                = area.bottom() - barHeight(curve.histogram.counts[i]) / most * area.height();
            path.lineTo(area.left() + step * static_cast<double>(i), y);
            path.lineTo(area.left() + step * static_cast<double>(i + 1), y);
        }
        path.lineTo(area.bottomRight());
        QColor fill = theme.of(curve.stage);
        painter.setPen(QPen(fill, 1.0));
        fill.setAlpha(56);
        painter.setBrush(fill);
        painter.drawPath(path);
    }
    painter.setPen(theme.line);
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    if (m_curves.empty())
        return;
    const ValueRange range = m_curves.front().histogram.range;
    const QRectF line(0.0, area.bottom() + 2.0, width(), labels);
    painter.setPen(theme.mutedText);
    painter.drawText(line, Qt::AlignLeft, significant(range.low, 3));
    painter.drawText(line, Qt::AlignRight, significant(range.high, 3));
}

} // namespace factorscope
