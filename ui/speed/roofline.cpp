#include "ui/speed/roofline.h"

#include "ui/speed/race_words.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Speed {
    Q_DECLARE_TR_FUNCTIONS(Speed)
};

constexpr double kSign = 5.0; // half of its side

/// Where things lie in the chart.
struct Places {
    QRectF plot;
    const RooflineChart& chart;

    QPointF at(double intensity, double gflops) const
    {
        return {plot.left() + chart.x.share(intensity) * plot.width(),
                plot.bottom() - chart.y.share(gflops) * plot.height()};
    }
};

void paintAxes(QPainter& painter, const Places& places, const Theme& theme)
{
    const QFontMetricsF metrics(painter.font());
    const auto& [plot, chart] = places;
    for (const PlotAxis::Tick& tick : chart.x.ticks) {
        const double x = places.at(tick.value, chart.y.range.low).x();
        painter.setPen(theme.line);
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        painter.setPen(theme.mutedText);
        painter.drawText(QRectF(x - 40.0, plot.bottom() + kGrid, 80.0, metrics.height()),
                         Qt::AlignHCenter | Qt::AlignTop, tick.label);
    }
    for (const PlotAxis::Tick& tick : chart.y.ticks) {
        const double y = places.at(chart.x.range.low, tick.value).y();
        painter.setPen(theme.line);
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        painter.setPen(theme.mutedText);
        painter.drawText(
            QRectF(plot.left() - 80.0, y - metrics.height() / 2.0, 80.0 - kGrid, metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
    painter.setPen(theme.mutedText);
    painter.drawText(QRectF(plot.left(), plot.bottom() + kGrid + metrics.height(), plot.width(),
                            metrics.height()),
                     Qt::AlignRight | Qt::AlignTop, Speed::tr("FLOP made for each byte moved"));
}

void paintRoofs(QPainter& painter, const Places& places, const Theme& theme)
{
    const RooflineChart& chart = places.chart;
    painter.save();
    painter.setClipRect(places.plot.adjusted(-1.0, -1.0, 1.0, 1.0));
    for (std::size_t i = 0; i < chart.roofs.size(); ++i) {
        const Roof& roof = chart.roofs[i];
        const double low = std::max(chart.x.range.low, chart.y.range.low / roof.gigabytesPerSecond);
        const double corner = std::clamp(roof.ridge(), low, chart.x.range.high);
        const QPolygonF line{places.at(low, roof.at(low)), places.at(corner, roof.at(corner)),
                             places.at(chart.x.range.high, roof.at(chart.x.range.high))};
        painter.setPen(i == 0 ? QPen(theme.text, 1.5) : QPen(theme.mutedText, 1.0, Qt::DashLine));
        painter.drawPolyline(line);
    }
    painter.restore();
}

/// Texts that do not lie on each other.
class Labels {
public:
    enum class Side { Right, Left }; ///< that is tried first

    Labels(QPainter& painter, const QRectF& area) : m_painter(painter), m_area(area) {}

    void block(const QRectF& rect) { m_taken.push_back(rect); }

    /// Beside the point, wherever there is room; farther away with a line to it.
    void draw(QPointF point, const QString& text, const QColor& colour, const Theme& theme,
              Side side = Side::Right)
    {
        const QFontMetricsF metrics(m_painter.font());
        const QSizeF size(metrics.horizontalAdvance(text) + 2.0, metrics.height());
        for (const double far : {0.0, 1.0, 2.0, 3.0, 4.0}) {
            const double dy = far * size.height();
            const double dx = kSign + kGrid;
            std::array<QRectF, 6> candidates{
                QRectF(point + QPointF(dx, -size.height() / 2.0 - dy), size),
                QRectF(point + QPointF(dx, -size.height() / 2.0 + dy), size),
                QRectF(point + QPointF(-dx - size.width(), -size.height() / 2.0 - dy), size),
                QRectF(point + QPointF(-dx - size.width(), -size.height() / 2.0 + dy), size),
                QRectF(point + QPointF(-size.width() / 2.0, -dx - size.height() - dy), size),
                QRectF(point + QPointF(-size.width() / 2.0, dx + dy), size)};
            if (side == Side::Left)
                std::rotate(candidates.begin(), candidates.begin() + 2, candidates.begin() + 4);
            const auto found = std::ranges::find_if(
                candidates, [&](const QRectF& rect) { return isFree(rect); });
            if (found == candidates.end())
                continue;
            if (far > 0.0) {
                m_painter.setPen(QPen(theme.mutedText, 0.75));
                const double edge
                    = found->center().x() > point.x() ? found->left() : found->right();
                m_painter.drawLine(point, QPointF(edge, found->center().y()));
            }
            m_painter.setPen(colour);
            m_painter.drawText(*found, Qt::AlignCenter, text);
            block(*found);
            return;
        }
    }

private:
    bool isFree(const QRectF& rect) const
    {
        return m_area.contains(rect) && std::ranges::none_of(m_taken, [&](const QRectF& taken) {
                   return taken.intersects(rect);
               });
    }

    QPainter& m_painter;
    QRectF m_area;
    std::vector<QRectF> m_taken;
};

void paintRoofLabels(Labels& labels, const Places& places, const Theme& theme)
{
    const RooflineChart& chart = places.chart;
    for (std::size_t i = 0; i < chart.roofs.size(); ++i) {
        const Roof& roof = chart.roofs[i];
        const QColor& colour = i == 0 ? theme.text : theme.mutedText;
        const double flat = std::sqrt(
            std::clamp(roof.ridge(), chart.x.range.low, chart.x.range.high) * chart.x.range.high);
        labels.draw(places.at(flat, roof.at(flat)) + QPointF(0.0, -kGrid - 6.0),
                    Speed::tr("%1 GFLOP/s, %2")
                        .arg(fixed(roof.fmaPeakGflops, 0), threadsInWords(roof.threads)),
                    colour, theme);
        const double low = std::max(chart.x.range.low, chart.y.range.low / roof.gigabytesPerSecond);
        const double steep = std::pow(low, 0.35) * std::pow(roof.ridge(), 0.65);
        if (roof.ridge() > 2.0 * low)
            labels.draw(places.at(steep, roof.at(steep)) + QPointF(-kSign, 0.0),
                        Speed::tr("%1 GB/s").arg(fixed(roof.gigabytesPerSecond, 1)), colour, theme,
                        Labels::Side::Left);
    }
}

/// Two lanes of a branch that run the same engines stand at about the same place.
bool hasTwin(const Race& race, const RaceLane& lane)
{
    return lane.algorithm == "auto" && std::ranges::any_of(race.lanes, [&](const RaceLane& other) {
               return other.algorithm != "auto" && other.threads == lane.threads
                   && other.isOriginal == lane.isOriginal && other.isTimed()
                   && other.work.engines == lane.work.engines;
           });
}

} // namespace

PlotAxis rooflineAxis(double low, double high)
{
    constexpr double kMargin = 1.6;
    constexpr std::size_t kFewTicks = 3;
    const AxisRange range{low / kMargin, high * kMargin};
    PlotAxis axis;
    // Powers of ten alone where they are enough, else their double and fivefold, too.
    for (const int wanted : {5, 12}) {
        axis = logAxis(range, wanted);
        axis.range = range;
        std::erase_if(axis.ticks, [&](const PlotAxis::Tick& tick) {
            return tick.value < range.low || tick.value > range.high;
        });
        if (axis.ticks.size() >= kFewTicks)
            break;
    }
    return axis;
}

std::optional<RooflineChart> rooflineChart(const Race& race, int threads)
{
    const Roof* own = race.roof(threads);
    if (!own || !(own->fmaPeakGflops > 0.0) || !(own->gigabytesPerSecond > 0.0))
        return {};
    RooflineChart chart;
    chart.roofs.push_back(*own);
    for (const Roof& roof : race.roofs) {
        if (roof.threads != threads)
            chart.roofs.push_back(roof);
    }
    AxisRange x{own->ridge(), own->ridge()};
    AxisRange y{own->fmaPeakGflops, own->fmaPeakGflops};
    const auto widen = [](AxisRange& range, double value) {
        range = {std::min(range.low, value), std::max(range.high, value)};
    };
    for (const Roof& roof : chart.roofs) {
        widen(x, roof.ridge() / 4.0);
        widen(x, roof.ridge() * 4.0);
        widen(y, roof.fmaPeakGflops);
        widen(y, roof.fmaPeakGflops / 8.0);
    }
    for (const RaceLane& lane : race.lanes) {
        // The axes stay where they are while times come in.
        if (lane.work.intensity() > 0.0)
            widen(x, lane.work.intensity());
        if (lane.threads != threads || !lane.isTimed() || !(lane.work.intensity() > 0.0))
            continue;
        widen(y, lane.madeGflops());
        chart.points.push_back(
            {.intensity = lane.work.intensity(),
             .gflops = lane.madeGflops(),
             .isOriginal = lane.isOriginal,
             .algorithm = lane.algorithm,
             .label = hasTwin(race, lane) ? QString() : QString::fromStdString(lane.algorithm)});
    }
    chart.x = rooflineAxis(x.low, x.high);
    chart.y = rooflineAxis(y.low, y.high);
    return chart;
}

void paintSign(QPainter& painter, QPointF centre, const std::string& algorithm,
               const QColor& colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colour, 1.5));
    painter.setBrush(Qt::NoBrush);
    const auto offset = [&](double x, double y) { return centre + QPointF(x, y) * kSign; };
    if (algorithm == "auto") {
        painter.drawEllipse(centre, 1.5 * kSign, 1.5 * kSign);
    } else if (algorithm == "gemm") {
        painter.setBrush(colour);
        painter.drawPolygon(QPolygonF{offset(0.0, -1.0), offset(1.0, 0.8), offset(-1.0, 0.8)});
    } else if (algorithm == "direct") {
        painter.fillRect(QRectF(offset(-0.8, -0.8), offset(0.8, 0.8)), colour);
    } else if (algorithm == "winograd") {
        painter.setBrush(colour);
        painter.drawPolygon(
            QPolygonF{offset(0.0, -1.0), offset(1.0, 0.0), offset(0.0, 1.0), offset(-1.0, 0.0)});
    } else {
        painter.drawLine(offset(-0.8, -0.8), offset(0.8, 0.8));
        painter.drawLine(offset(-0.8, 0.8), offset(0.8, -0.8));
    }
    painter.restore();
}

void paintRoofline(QPainter& painter, const QRectF& area, const RooflineChart& chart,
                   const Theme& theme)
{
    painter.save();
    const QFont body = painter.font();
    const QFontMetricsF metrics(body);
    painter.setPen(theme.text);
    painter.drawText(
        QRectF(area.left(), area.top(), area.width(), metrics.height()),
        Qt::AlignLeft | Qt::AlignTop,
        metrics.elidedText(Speed::tr("Roofline: GFLOP/s made, multiplications counted"),
                           Qt::ElideRight, area.width()));
    painter.setFont(sized(body, TextSize::Caption));
    const QFontMetricsF small(painter.font());
    double labels = 0.0;
    for (const PlotAxis::Tick& tick : chart.y.ticks)
        labels = std::max(labels, small.horizontalAdvance(tick.label));
    const Places places{area.adjusted(labels + 2.0 * kGrid, metrics.height() + 3.0 * kGrid,
                                      -2.0 * kGrid, -2.0 * small.height() - 2.0 * kGrid),
                        chart};
    paintAxes(painter, places, theme);
    painter.setRenderHint(QPainter::Antialiasing);
    paintRoofs(painter, places, theme);
    Labels texts(painter, places.plot);
    const auto colourOf = [&](const RooflineChart::Point& point) {
        return point.isOriginal ? theme.original : theme.factorised;
    };
    for (const RooflineChart::Point& point : chart.points) {
        const QPointF at = places.at(point.intensity, point.gflops);
        paintSign(painter, at, point.algorithm, colourOf(point));
        texts.block(QRectF(at - QPointF(kSign, kSign), QSizeF(2.0 * kSign, 2.0 * kSign)));
    }
    for (const RooflineChart::Point& point : chart.points) {
        if (!point.label.isEmpty())
            texts.draw(places.at(point.intensity, point.gflops), point.label, colourOf(point),
                       theme);
    }
    paintRoofLabels(texts, places, theme);
    painter.restore();
}

} // namespace factorscope
