#include "ui/chart/line_chart.h"

#include "ui/chart/line_chart_measures.h"

#include <QGraphicsEllipseItem>
#include <QGraphicsLineItem>
#include <QGraphicsSimpleTextItem>
#include <QLineSeries>
#include <QPen>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr double kLineWidth = 2.0;
constexpr double kPointSize = 1.75 * kGrid;
constexpr std::size_t kMostPoints = 128; // marked ones of a line: more would be a band
constexpr double kLeader = 4.0 * kGrid; // from a line's end to its name
constexpr double kSample = 5.0 * kGrid; // of a line in the row of names

QPen penOf(const LineSeries& series, double width)
{
    // A solid line is drawn in pieces from point to point, which round ends join without seams.
    QPen pen(series.colour, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    if (series.isDashed) {
        pen.setCapStyle(Qt::FlatCap);
        pen.setDashPattern({4.0, 2.5});
    }
    return pen;
}

} // namespace

double LineChart::namesWidth(const std::vector<const LineSeries*>& named) const
{
    double width = 0.0;
    for (const LineSeries* series : named)
        width = std::max(width, widthOf(m_look.caption, series->name));
    return std::ceil(width);
}

QRectF LineChart::layOutLegend(const std::vector<const LineSeries*>& named, QRectF room)
{
    const double height = heightOf(m_look.caption);
    QPointF corner = room.topLeft();
    for (const LineSeries* series : named) {
        const double most = room.width() - kSample - kChartGap;
        const QString name
            = QFontMetricsF(m_look.caption).elidedText(series->name, Qt::ElideRight, most);
        const double width = kSample + kChartGap + widthOf(m_look.caption, name);
        if (corner.x() > room.left() && corner.x() + width > room.right())
            corner = QPointF(room.left(), corner.y() + height);
        const Mark& mark = use(m_names, m_usedNames);
        const double middle = std::round(corner.y() + height / 2.0);
        mark.line->setLine(corner.x(), middle, corner.x() + kSample, middle);
        mark.line->setPen(penOf(*series, m_look.theme.stroke(kLineWidth)));
        setText(*mark.text, name, m_look.caption, m_look.theme.text);
        placeText(*mark.text, {corner.x() + kSample + kChartGap, corner.y()},
                  Qt::AlignLeft | Qt::AlignTop);
        corner.rx() += width + 3.0 * kChartGap;
    }
    room.setTop(corner.y() + height + kChartGap);
    return room;
}

void LineChart::addLine(const LineSeries& series, const std::vector<QPointF>& unitPoints)
{
    if (m_usedLines == m_lines.size()) {
        auto* line = new QLineSeries(this);
        addSeries(line);
        line->attachAxis(m_x);
        line->attachAxis(m_y);
        m_lines.push_back(line);
    }
    QLineSeries* line = m_lines[m_usedLines++];
    line->setPen(penOf(series, m_look.theme.stroke(kLineWidth)));
    line->replace(QList<QPointF>(unitPoints.begin(), unitPoints.end()));
    line->setVisible(true);
}

void LineChart::addPoint(const LineSeries& series, QPointF point)
{
    if (m_usedPoints == m_points.size()) {
        m_points.push_back(new QGraphicsEllipseItem(this));
        m_points.back()->setZValue(kChartPointLevel);
        m_points.back()->setRect(-kPointSize / 2.0, -kPointSize / 2.0, kPointSize, kPointSize);
    }
    QGraphicsEllipseItem* item = m_points[m_usedPoints++];
    item->setBrush(series.colour);
    item->setPen(QPen(m_look.theme.window, m_look.theme.stroke(1.0)));
    item->setPos(point);
    item->setVisible(true);
}

void LineChart::layOutLines()
{
    setPlotArea(m_area);
    const PlotAxis& y = m_axes->y;
    for (const LineSeries& series : m_plot.series) {
        std::vector<QPointF> unit;
        for (const QPointF& point : series.points) {
            const double height
                = y.isLog ? std::max(point.y(), y.range.low) : point.y(); // the floor is stated
            unit.emplace_back(m_axes->x.share(point.x()),
                              std::isfinite(point.y()) ? y.share(height) : point.y());
        }
        const bool hasPoints = series.hasPoints && unit.size() <= kMostPoints;
        for (const QPointF& point : unit) {
            const bool isInside = QRectF(0.0, 0.0, 1.0, 1.0).contains(point);
            if (hasPoints && isInside)
                addPoint(series, placed(point));
        }
        const std::vector<std::vector<QPointF>> parts = clippedToUnit(unit);
        for (const std::vector<QPointF>& part : parts) {
            if (part.size() > 1)
                addLine(series, part);
            else if (!hasPoints)
                addPoint(series, placed(part.front()));
        }
        if (!parts.empty() && series.isNamed)
            m_ends.push_back({&series, placed(parts.back().back())});
    }
}

void LineChart::layOutNames()
{
    const double height = heightOf(m_look.caption);
    std::ranges::stable_sort(m_ends, {}, [](const LineEnd& end) { return end.point.y(); });
    std::vector<double> wanted;
    for (const LineEnd& end : m_ends)
        wanted.push_back(end.point.y() - height / 2.0);
    const std::vector<double> tops
        = spreadOut(wanted, height, m_area.top() - height / 2.0, m_area.bottom() + height / 2.0);
    for (std::size_t i = 0; i < m_ends.size(); ++i) {
        const LineSeries& series = *m_ends[i].series;
        const Mark& mark = use(m_names, m_usedNames);
        const double left = m_area.right() + kLeader;
        const double middle = tops[i] + height / 2.0;
        setText(*mark.text, series.name, m_look.caption, series.colour);
        placeText(*mark.text, {left + kChartGap / 2.0, middle}, Qt::AlignLeft | Qt::AlignVCenter);
        mark.line->setPen(QPen(series.colour, m_look.theme.stroke(1.0), Qt::DotLine));
        mark.line->setLine(QLineF(m_ends[i].point + QPointF(kChartGap / 2.0, 0.0),
                                  QPointF(left - kChartGap / 2.0, middle)));
    }
}

} // namespace factorscope
