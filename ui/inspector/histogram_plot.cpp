#include "ui/inspector/histogram_plot.h"

#include "ui/maps/histogram_drawing.h"
#include "ui/text/text.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace factorscope {
namespace {

constexpr int kBins = 64;

} // namespace

HistogramPlot::HistogramPlot(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Histogram of the chosen output map"));
    setToolTip(tr("How often values occur, zeros left out; heights are square roots of counts"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void HistogramPlot::show(const std::vector<Source>& sources, ValueRange range)
{
    if (isAsked(sources, range))
        return; // while maps are moved and scrolled they stay
    m_asked.clear();
    for (const Source& source : sources)
        m_asked.push_back({source.stage, source.maps, source.channel});
    m_range = range;
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

bool HistogramPlot::isAsked(const std::vector<Source>& sources, ValueRange range) const
{
    const auto isSame = [](const Source& source, const Asked& asked) {
        return source.stage == asked.stage && source.channel == asked.channel
            && source.maps == asked.maps.lock();
    };
    return m_number > 0 && range == m_range && std::ranges::equal(sources, m_asked, isSame);
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
    std::vector<HistogramCurve> curves;
    for (const Curve& curve : m_curves)
        curves.push_back({&curve.histogram, theme.of(curve.stage)});
    drawHistograms(painter, area, curves);
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
