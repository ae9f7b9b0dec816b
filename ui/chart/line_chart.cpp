#include "ui/chart/line_chart.h"

#include "ui/chart/label_places.h"
#include "ui/chart/line_chart_measures.h"
#include "ui/text/text.h"

#include <QGraphicsEllipseItem>
#include <QGraphicsLayout>
#include <QGraphicsLineItem>
#include <QGraphicsRectItem>
#include <QGraphicsScene>
#include <QGraphicsSimpleTextItem>
#include <QLineSeries>
#include <QPainter>
#include <QPen>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr double kLeader = 4.0 * kGrid; // from a line's end to its name
constexpr double kMostNames = 0.3; // of the width, for names at the ends
constexpr double kWide = 180.0 * kGrid; // from here on text is larger, to be read from afar

int stepsIn(double pixels, double pixelsEach)
{
    return std::clamp(static_cast<int>(pixels / pixelsEach), 2, 10);
}

bool hasPoint(const LineSeries& series)
{
    return std::ranges::any_of(series.points, [](const QPointF& point) {
        return std::isfinite(point.x()) && std::isfinite(point.y());
    });
}

std::vector<const LineSeries*> namedSeries(const LinePlot& plot)
{
    std::vector<const LineSeries*> named;
    for (const LineSeries& series : plot.series) {
        if (series.isNamed && hasPoint(series))
            named.push_back(&series);
    }
    return named;
}

} // namespace

LineChart::LineChart()
    : m_x(new QValueAxis(this)),
      m_y(new QValueAxis(this)), m_mark{new QGraphicsLineItem(this), addText(*this)},
      m_region(new QGraphicsRectItem(this)), m_point(new QGraphicsEllipseItem(this)),
      m_noteGround(new QGraphicsRectItem(this)), m_title(addText(*this)), m_xTitle(addText(*this)),
      m_yTitle(addText(*this)), m_words(addText(*this)), m_regionText(addText(*this)),
      m_note(addText(*this))
{
    constexpr double kBehindTheLines = -0.5; // and before the ground
    m_region->setZValue(kBehindTheLines);
    m_region->setPen(Qt::NoPen);
    m_noteGround->setZValue(kChartPointLevel);
    m_noteGround->setPen(Qt::NoPen);
    m_point->setZValue(kChartPointLevel);
    makePlain(*this);
    for (QValueAxis* axis : {m_x, m_y}) {
        addAxis(axis, axis == m_x ? Qt::AlignBottom : Qt::AlignLeft);
        axis->setRange(0.0, 1.0);
        axis->setVisible(false); // the marks are drawn here, as in the chart of costs
    }
    connect(this, &QGraphicsWidget::geometryChanged, this, [this] { layOut(); });
}

void LineChart::setLook(const ChartLook& look)
{
    m_given = look;
    setBackgroundBrush(look.theme.window); // no box in the box that the window is
    layOut();
}

void LineChart::show(const LinePlot& plot)
{
    m_plot = plot;
    layOut();
}

std::optional<double> LineChart::xAt(double pixel) const
{
    if (!m_axes || m_area.width() <= 0.0)
        return {};
    const PlotAxis& axis = m_axes->x;
    const double share = std::clamp((pixel - m_area.left()) / m_area.width(), 0.0, 1.0);
    const AxisRange range = m_plot.pickRange.value_or(axis.range);
    const double x = std::clamp(axis.valueAt(share), range.low, range.high);
    return m_plot.isWholeX ? std::clamp(std::round(x), std::ceil(range.low), std::floor(range.high))
                           : x;
}

QPointF LineChart::placed(QPointF unit) const
{
    return {m_area.left() + unit.x() * m_area.width(),
            m_area.bottom() - unit.y() * m_area.height()};
}

QPointF LineChart::at(double x, double y) const
{
    return m_axes ? placed({m_axes->x.share(x), m_axes->y.share(y)}) : QPointF();
}

LineChart::Mark& LineChart::use(Marks& marks, std::size_t& used)
{
    if (used == marks.size())
        marks.push_back({new QGraphicsLineItem(this), addText(*this)});
    Mark& mark = marks[used++];
    mark.line->setVisible(true);
    mark.line->setZValue(0.0);
    mark.text->setVisible(true);
    return mark;
}

void LineChart::hideAll()
{
    m_axes.reset();
    m_ends.clear();
    m_usedLines = m_usedPoints = m_usedTicks = m_usedNames = m_usedMarks = 0;
    for (QLineSeries* line : m_lines)
        line->setVisible(false);
    for (QGraphicsEllipseItem* point : m_points)
        point->setVisible(false);
    for (const Marks* marks : {&m_ticks, &m_names, &m_marks}) {
        for (const Mark& mark : *marks) {
            mark.line->setVisible(false);
            mark.text->setVisible(false);
        }
    }
    for (QGraphicsItem* item :
         {static_cast<QGraphicsItem*>(m_mark.line), static_cast<QGraphicsItem*>(m_mark.text),
          static_cast<QGraphicsItem*>(m_xTitle), static_cast<QGraphicsItem*>(m_yTitle),
          static_cast<QGraphicsItem*>(m_words), static_cast<QGraphicsItem*>(m_region),
          static_cast<QGraphicsItem*>(m_regionText), static_cast<QGraphicsItem*>(m_point),
          static_cast<QGraphicsItem*>(m_note), static_cast<QGraphicsItem*>(m_noteGround)})
        item->setVisible(false);
}

void LineChart::layOut()
{
    if (size().isEmpty())
        return;
    hideAll();
    m_look = size().width() < kWide ? m_given : enlarged(m_given);
    QRectF room = layOutHeads();
    if (m_plot.isEmpty()) {
        layOutEmpty();
        return;
    }
    const std::vector<const LineSeries*> named = namedSeries(m_plot);
    const double nameHeight = heightOf(m_look.caption);
    const double width = namesWidth(named);
    m_namesAtEnds = width <= kMostNames * room.width()
        && static_cast<double>(named.size()) * nameHeight <= room.height() / 2.0;
    if (m_namesAtEnds)
        room.setRight(room.right() - (width > 0.0 ? width + kLeader + kChartGap : 0.0));
    else
        room = layOutLegend(named, room);
    layOutAxes(room);
    if (m_area.width() < 1.0 || m_area.height() < 1.0) {
        hideAll();
        return;
    }
    layOutTicks();
    layOutMark();
    layOutLines();
    if (m_namesAtEnds)
        layOutNames();
    layOutNotes();
    layout()->activate(); // else the series keep their old place until something else moves
}

void LineChart::layOutEmpty()
{
    m_words->setVisible(true);
    setText(*m_words, m_plot.emptyText.isEmpty() ? tr("nothing to show yet") : m_plot.emptyText,
            m_look.body, m_look.theme.mutedText);
    placeText(*m_words, {size().width() / 2.0, size().height() / 2.0}, Qt::AlignCenter);
}

QRectF LineChart::layOutHeads()
{
    const QFontMetricsF metrics(m_look.body);
    const double width = size().width() - 2.0 * kChartMargin;
    setText(*m_title, metrics.elidedText(m_plot.title, Qt::ElideRight, width), m_look.body,
            m_look.theme.text);
    placeText(*m_title, {kChartMargin, kChartMargin}, Qt::AlignLeft | Qt::AlignTop);
    const double title = m_plot.title.isEmpty() ? 0.0 : heightOf(m_look.body) + kChartGap;
    return {kChartMargin, kChartMargin + title, width,
            size().height() - 2.0 * kChartMargin - title};
}

/// Whether the lines need the room that the titles of the axes would take.
bool LineChart::isTight(const QRectF& room) const
{
    return room.height() < 10.0 * heightOf(m_look.caption);
}

/// Above the data stand the title of y and the words of the mark, beside each other if they fit.
double LineChart::headRowHeight(bool isTight) const
{
    const double caption = heightOf(m_look.caption);
    const double title = isTight ? 0.0 : widthOf(m_look.caption, m_plot.yTitle);
    const double mark = m_plot.x ? widthOf(m_look.caption, m_plot.xMarkText) : 0.0;
    if (title == 0.0 && mark == 0.0)
        return caption / 2.0; // of the highest label
    const bool fit = title + mark + 4.0 * kChartMargin < size().width();
    return title > 0.0 && mark > 0.0 && !fit ? 2.0 * caption + kChartGap : 1.5 * caption;
}

void LineChart::layOutAxes(const QRectF& room)
{
    const double caption = heightOf(m_look.caption);
    const bool tight = isTight(room);
    const bool hasXTitle = !tight && !m_plot.xTitle.isEmpty();
    const double top = room.top() + headRowHeight(tight);
    const double bottom = room.bottom() - caption - 2.0 * kChartGap - (hasXTitle ? caption : 0.0);
    m_axes = plotAxes(m_plot, 2, stepsIn(bottom - top, 2.5 * caption));
    if (m_axes->isFloored && !m_axes->y.ticks.empty())
        m_axes->y.ticks.front().label.prepend(QStringLiteral("≤ "));
    double labels = 0.0;
    for (const PlotAxis::Tick& tick : m_axes->y.ticks)
        labels = std::max(labels, widthOf(m_look.caption, tick.label));
    m_area = QRectF(QPointF(std::ceil(room.left() + labels + 2.0 * kChartGap), std::ceil(top)),
                    QPointF(std::floor(room.right() - kChartGap), std::floor(bottom)));
    m_axes->x = plotAxes(m_plot, stepsIn(m_area.width(), 14.0 * kGrid), 2).x;
    layOutMarks();

    m_xTitle->setVisible(hasXTitle);
    m_yTitle->setVisible(!tight && !m_plot.yTitle.isEmpty());
    setText(*m_yTitle, m_plot.yTitle, m_look.caption, m_look.theme.mutedText);
    placeText(*m_yTitle, room.topLeft(), Qt::AlignLeft | Qt::AlignTop);
    setText(*m_xTitle, m_plot.xTitle, m_look.caption, m_look.theme.mutedText);
    placeText(*m_xTitle, {m_area.center().x(), room.bottom()}, Qt::AlignHCenter | Qt::AlignBottom);
}

void LineChart::layOutTicks()
{
    const Theme& theme = m_look.theme;
    for (const PlotAxis::Tick& tick : m_axes->x.ticks) {
        const Mark& mark = use(m_ticks, m_usedTicks);
        const QPointF foot = placed({m_axes->x.share(tick.value), 0.0});
        mark.line->setLine(QLineF(foot, foot + QPointF(0.0, kChartGap)));
        mark.line->setPen(QPen(theme.mutedText, theme.stroke(1.0)));
        setText(*mark.text, tick.label, m_look.caption, theme.mutedText);
        const double half = mark.text->boundingRect().width() / 2.0;
        const double most = std::max(half, size().width() - half - 2.0);
        const double x = std::clamp(foot.x(), half, most);
        placeText(*mark.text, {x, foot.y() + kChartGap}, Qt::AlignHCenter | Qt::AlignTop);
    }
    for (const PlotAxis::Tick& tick : m_axes->y.ticks) {
        const Mark& mark = use(m_ticks, m_usedTicks);
        const double y = std::round(placed({0.0, m_axes->y.share(tick.value)}).y()) - 0.5;
        mark.line->setLine(m_area.left(), y, m_area.right(), y);
        mark.line->setPen(
            QPen(tick.value == 0.0 ? theme.mutedText : theme.line, theme.stroke(1.0)));
        setText(*mark.text, tick.label, m_look.caption, theme.mutedText);
        placeText(*mark.text, {m_area.left() - 2.0 * kChartGap, y},
                  Qt::AlignRight | Qt::AlignVCenter);
    }
}

void paintLineChart(QPainter& painter, const QRectF& rect, const LinePlot& plot, const Theme& theme)
{
    QGraphicsScene scene(QRectF({}, rect.size()));
    auto* chart = new LineChart; // the scene owns it
    scene.addItem(chart);
    chart->setLook(figureLook(theme));
    chart->setGeometry(scene.sceneRect());
    chart->layout()->activate();
    chart->show(plot);
    scene.render(&painter, rect, scene.sceneRect());
}

} // namespace factorscope
