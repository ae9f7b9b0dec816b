#include "ui/chart/label_places.h"
#include "ui/chart/line_chart.h"
#include "ui/chart/line_chart_measures.h"

#include <QGraphicsEllipseItem>
#include <QGraphicsLineItem>
#include <QGraphicsRectItem>
#include <QGraphicsSimpleTextItem>
#include <QPen>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr double kBigPoint = 4.0 * kGrid;
constexpr int kRegionAlpha = 30;
constexpr int kGroundAlpha = 200;
constexpr double kNoteShare = 0.45; // of the plot's width, for a line of text at the point

QPen dashed(const QColor& colour)
{
    QPen pen(colour, 1.0, Qt::CustomDashLine, Qt::FlatCap);
    pen.setDashPattern({4.0, 3.0});
    return pen;
}

QColor faint(QColor colour, int alpha)
{
    colour.setAlpha(alpha);
    return colour;
}

QRectF boxAt(QPointF corner, QSizeF size)
{
    return {corner, size};
}

/// Places beside a point, near ones first, below it before above it; moved aside where the plot
/// ends.
std::vector<QRectF> placesAbout(QPointF point, QSizeF size, const QRectF& area)
{
    std::vector<QRectF> places;
    const auto add = [&](double left, double top) {
        const double most = std::max(area.left(), area.right() - size.width());
        places.push_back(boxAt({std::clamp(left, area.left(), most), top}, size));
    };
    for (const double away : {3.5 * kGrid, 6.0 * kGrid, 12.0 * kGrid}) {
        const double left = point.x() - away - size.width();
        const double above = point.y() - away - size.height();
        const double beside = point.y() - size.height() / 2;
        add(point.x() + away, point.y() + away);
        add(left, above);
        add(point.x() + away, beside);
        add(left, beside);
        add(left, point.y() + away);
        add(point.x() + away, above);
    }
    return places;
}

/// Places in the corners of a region, at the right where it is too narrow.
std::vector<QRectF> placesInCorners(const QRectF& region, QSizeF size)
{
    const double right = region.right() - size.width();
    const double left = std::min(region.left(), right);
    const double bottom = region.bottom() - size.height();
    return {boxAt({right, bottom}, size), boxAt({left, region.top()}, size),
            boxAt({right, region.top()}, size), boxAt({left, bottom}, size)};
}

bool isLevel(const LineSeries& series)
{
    return std::ranges::all_of(series.points, [&](const QPointF& point) {
        return point.y() == series.points.front().y();
    });
}

} // namespace

void LineChart::layOutMark()
{
    if (!m_plot.x)
        return;
    const double share = m_axes->x.share(*m_plot.x);
    if (!(share >= 0.0 && share <= 1.0))
        return;
    m_mark.line->setVisible(true);
    m_mark.text->setVisible(true);
    const double x = std::round(placed({share, 0.0}).x()) + 0.5;
    m_mark.line->setPen(dashed(m_look.theme.text));
    m_mark.line->setLine(x, m_area.top(), x, m_area.bottom());
    setText(*m_mark.text, m_plot.xMarkText, m_look.caption, m_look.theme.text);
    const QRectF title = m_yTitle->mapRectToParent(m_yTitle->boundingRect());
    const double height = heightOf(m_look.caption);
    const double half = m_mark.text->boundingRect().width() / 2.0;
    const double top = m_area.top() - height - kChartGap / 2.0;
    const bool sharesRow = m_yTitle->isVisible() && title.bottom() > top + height / 2.0;
    const double besideTicks = m_area.left() + kChartGap;
    const double least = (sharesRow ? title.right() + kChartMargin : besideTicks) + half;
    const double most = size().width() - kChartMargin - half;
    placeText(*m_mark.text, {std::max(least, std::min(x, most)), top},
              Qt::AlignHCenter | Qt::AlignTop);
}

/// In rows above the data, which give way.
void LineChart::layOutMarks()
{
    std::vector<LineLabel> labels;
    for (const PlotMark& mark : m_plot.marks) {
        const Mark& item = use(m_marks, m_usedMarks);
        const QColor colour = mark.colour.isValid() ? mark.colour : m_look.theme.mutedText;
        setText(*item.text, mark.text, m_look.caption, colour);
        item.line->setPen(dashed(colour));
        const double line = placed({m_axes->x.share(mark.x), 0.0}).x();
        const double width = item.text->boundingRect().width();
        labels.push_back({line, std::min(line, size().width() - kChartGap - width), width});
    }
    if (labels.empty())
        return;
    const double height = heightOf(m_look.caption);
    const std::vector<int> rows = labelRows(labels);
    m_area.setTop(m_area.top() + (*std::ranges::max_element(rows) + 0.5) * height + kChartGap);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const double foot = m_area.top() - rows[i] * height;
        m_marks[i].line->setLine(labels[i].line, foot, labels[i].line, m_area.bottom());
        placeText(*m_marks[i].text, {labels[i].left, foot}, Qt::AlignLeft | Qt::AlignBottom);
    }
}

/// What is written between the lines, each where it covers least.
void LineChart::layOutNotes()
{
    NoteSurroundings around{.area = m_area.adjusted(kChartGap, kChartGap, -kChartGap, -kChartGap),
                            .curves = {},
                            .taken = {},
                            .levels = {},
                            .lines = {}};
    for (const LineSeries& series : m_plot.series) {
        if (series.points.empty())
            continue;
        std::vector<QPointF> curve;
        for (const QPointF& point : series.points)
            curve.push_back(at(point.x(), point.y()));
        if (isLevel(series))
            around.levels.push_back(curve.front().y());
        else
            around.curves.push_back(std::move(curve));
    }
    for (std::size_t i = 0; i < m_usedMarks; ++i)
        around.lines.push_back(m_marks[i].line->line().x1());
    if (m_plot.point) {
        const double reach = kBigPoint / 2.0;
        around.taken.push_back(QRectF(at(m_plot.point->at.x(), m_plot.point->at.y()), QSizeF())
                                   .adjusted(-reach, -reach, reach, reach));
    }
    layOutRegion(around);
    layOutPoint(around);
}

void LineChart::layOutRegion(NoteSurroundings& around)
{
    if (!m_plot.region)
        return;
    const PlotRegion& region = *m_plot.region;
    QRectF box = m_area;
    box.setLeft(std::max(m_area.left(), placed({m_axes->x.share(region.from), 0.0}).x()));
    if (box.left() >= m_area.right())
        return;
    m_region->setVisible(true);
    m_region->setBrush(faint(region.colour, kRegionAlpha));
    m_region->setRect(box);
    m_regionText->setVisible(true);
    const QRectF room = box.intersected(around.area).adjusted(kChartGap, 0.0, 0.0, 0.0);
    setText(*m_regionText, region.text, m_look.body, region.colour);
    if (m_regionText->boundingRect().width() > room.width())
        m_regionText->setText(region.narrowText);
    put(*m_regionText, placesInCorners(room, m_regionText->boundingRect().size()), around);
}

void LineChart::layOutPoint(NoteSurroundings& around)
{
    if (!m_plot.point)
        return;
    const PlotPoint& point = *m_plot.point;
    const QPointF centre = at(point.at.x(), point.at.y());
    m_point->setVisible(true);
    m_point->setBrush(point.colour);
    m_point->setPen(QPen(m_look.theme.window, m_look.theme.stroke(2.0)));
    m_point->setRect(-kBigPoint / 2.0, -kBigPoint / 2.0, kBigPoint, kBigPoint);
    m_point->setPos(centre);
    if (point.notes.empty())
        return;
    m_note->setVisible(true);
    for (const QString& note : point.notes) {
        setText(*m_note, note, m_look.body, point.noteColour);
        if (m_note->boundingRect().width() <= kNoteShare * m_area.width())
            break;
    }
    put(*m_note, placesAbout(centre, m_note->boundingRect().size(), around.area), around);
    m_noteGround->setVisible(true);
    m_noteGround->setBrush(faint(m_look.theme.window, kGroundAlpha));
    m_noteGround->setRect(
        m_note->mapRectToParent(m_note->boundingRect()).adjusted(-kChartGap, 0.0, kChartGap, 0.0));
}

void LineChart::put(QGraphicsSimpleTextItem& text, const std::vector<QRectF>& places,
                    NoteSurroundings& around)
{
    const QRectF box = bestPlace(places, around);
    text.setPos(box.topLeft());
    around.taken.push_back(box.adjusted(-kChartGap, 0.0, kChartGap, 0.0));
}

} // namespace factorscope
