#include "ui/chart/line_chart.h"

#include "ui/text/text.h"

#include <QFontMetricsF>
#include <QGraphicsEllipseItem>
#include <QGraphicsLayout>
#include <QGraphicsLineItem>
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

constexpr double kMargin = 2.0 * kGrid;
constexpr double kGap = kGrid;
constexpr double kLineWidth = 2.0;
constexpr double kPointSize = 1.75 * kGrid;
constexpr std::size_t kMostPoints = 128; // marked ones of a line: more would be a band
constexpr double kLeader = 4.0 * kGrid; // from a line's end to its name
constexpr double kSample = 5.0 * kGrid; // of a line in the row of names
constexpr double kMostNames = 0.3; // of the width, for names at the ends
constexpr double kWide = 180.0 * kGrid; // from here on text is larger, to be read from afar
constexpr double kPointLevel = 50.0; // above the lines, below the text

double heightOf(const QFont& font)
{
    return QFontMetricsF(font).height();
}

double widthOf(const QFont& font, const QString& text)
{
    return QFontMetricsF(font).horizontalAdvance(text);
}

int stepsIn(double pixels, double pixelsEach)
{
    return std::clamp(static_cast<int>(pixels / pixelsEach), 2, 10);
}

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
      m_title(addText(*this)), m_xTitle(addText(*this)), m_yTitle(addText(*this)),
      m_words(addText(*this))
{
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
    setBackgroundBrush(look.theme.surface);
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
    const double x = axis.valueAt(share);
    return m_plot.isWholeX
        ? std::clamp(std::round(x), std::ceil(axis.range.low), std::floor(axis.range.high))
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
    m_usedLines = m_usedPoints = m_usedTicks = m_usedNames = 0;
    for (QLineSeries* line : m_lines)
        line->setVisible(false);
    for (QGraphicsEllipseItem* point : m_points)
        point->setVisible(false);
    for (const Marks* marks : {&m_ticks, &m_names}) {
        for (const Mark& mark : *marks) {
            mark.line->setVisible(false);
            mark.text->setVisible(false);
        }
    }
    for (QGraphicsItem* item :
         {static_cast<QGraphicsItem*>(m_mark.line), static_cast<QGraphicsItem*>(m_mark.text),
          static_cast<QGraphicsItem*>(m_xTitle), static_cast<QGraphicsItem*>(m_yTitle),
          static_cast<QGraphicsItem*>(m_words)})
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
        room.setRight(room.right() - (width > 0.0 ? width + kLeader + kGap : 0.0));
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
    const double width = size().width() - 2.0 * kMargin;
    setText(*m_title, metrics.elidedText(m_plot.title, Qt::ElideRight, width), m_look.body,
            m_look.theme.text);
    placeText(*m_title, {kMargin, kMargin}, Qt::AlignLeft | Qt::AlignTop);
    const double title = m_plot.title.isEmpty() ? 0.0 : heightOf(m_look.body) + kGap;
    return {kMargin, kMargin + title, width, size().height() - 2.0 * kMargin - title};
}

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
        const double most = room.width() - kSample - kGap;
        const QString name
            = QFontMetricsF(m_look.caption).elidedText(series->name, Qt::ElideRight, most);
        const double width = kSample + kGap + widthOf(m_look.caption, name);
        if (corner.x() > room.left() && corner.x() + width > room.right())
            corner = QPointF(room.left(), corner.y() + height);
        const Mark& mark = use(m_names, m_usedNames);
        const double middle = std::round(corner.y() + height / 2.0);
        mark.line->setLine(corner.x(), middle, corner.x() + kSample, middle);
        mark.line->setPen(penOf(*series, kLineWidth));
        setText(*mark.text, name, m_look.caption, m_look.theme.text);
        placeText(*mark.text, {corner.x() + kSample + kGap, corner.y()},
                  Qt::AlignLeft | Qt::AlignTop);
        corner.rx() += width + 3.0 * kGap;
    }
    room.setTop(corner.y() + height + kGap);
    return room;
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
    const bool fit = title + mark + 4.0 * kMargin < size().width();
    return title > 0.0 && mark > 0.0 && !fit ? 2.0 * caption + kGap : 1.5 * caption;
}

void LineChart::layOutAxes(const QRectF& room)
{
    const double caption = heightOf(m_look.caption);
    const bool tight = isTight(room);
    const bool hasXTitle = !tight && !m_plot.xTitle.isEmpty();
    const double top = room.top() + headRowHeight(tight);
    const double bottom = room.bottom() - caption - 2.0 * kGap - (hasXTitle ? caption : 0.0);
    m_axes = plotAxes(m_plot, 2, stepsIn(bottom - top, 2.5 * caption));
    if (m_axes->isFloored && !m_axes->y.ticks.empty())
        m_axes->y.ticks.front().label.prepend(QStringLiteral("≤ "));
    double labels = 0.0;
    for (const PlotAxis::Tick& tick : m_axes->y.ticks)
        labels = std::max(labels, widthOf(m_look.caption, tick.label));
    m_area = QRectF(QPointF(std::ceil(room.left() + labels + 2.0 * kGap), std::ceil(top)),
                    QPointF(std::floor(room.right() - kGap), std::floor(bottom)));
    m_axes->x = plotAxes(m_plot, stepsIn(m_area.width(), 14.0 * kGrid), 2).x;

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
        mark.line->setLine(QLineF(foot, foot + QPointF(0.0, kGap)));
        mark.line->setPen(QPen(theme.mutedText, 1.0));
        setText(*mark.text, tick.label, m_look.caption, theme.mutedText);
        const double half = mark.text->boundingRect().width() / 2.0;
        const double most = std::max(half, size().width() - half - 2.0);
        const double x = std::clamp(foot.x(), half, most);
        placeText(*mark.text, {x, foot.y() + kGap}, Qt::AlignHCenter | Qt::AlignTop);
    }
    for (const PlotAxis::Tick& tick : m_axes->y.ticks) {
        const Mark& mark = use(m_ticks, m_usedTicks);
        const double y = std::round(placed({0.0, m_axes->y.share(tick.value)}).y()) - 0.5;
        mark.line->setLine(m_area.left(), y, m_area.right(), y);
        mark.line->setPen(QPen(tick.value == 0.0 ? theme.mutedText : theme.line, 1.0));
        setText(*mark.text, tick.label, m_look.caption, theme.mutedText);
        placeText(*mark.text, {m_area.left() - 2.0 * kGap, y}, Qt::AlignRight | Qt::AlignVCenter);
    }
}

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
    QPen dashed(m_look.theme.text, 1.0, Qt::CustomDashLine, Qt::FlatCap);
    dashed.setDashPattern({4.0, 3.0});
    m_mark.line->setPen(dashed);
    m_mark.line->setLine(x, m_area.top(), x, m_area.bottom());
    setText(*m_mark.text, m_plot.xMarkText, m_look.caption, m_look.theme.text);
    const QRectF title = m_yTitle->mapRectToParent(m_yTitle->boundingRect());
    const double height = heightOf(m_look.caption);
    const double half = m_mark.text->boundingRect().width() / 2.0;
    const double top = m_area.top() - height - kGap / 2.0;
    const bool sharesRow = m_yTitle->isVisible() && title.bottom() > top + height / 2.0;
    const double least = (sharesRow ? title.right() + kMargin : kMargin) + half;
    const double most = size().width() - kMargin - half;
    placeText(*m_mark.text, {std::max(least, std::min(x, most)), top},
              Qt::AlignHCenter | Qt::AlignTop);
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
    line->setPen(penOf(series, kLineWidth));
    line->replace(QList<QPointF>(unitPoints.begin(), unitPoints.end()));
    line->setVisible(true);
}

void LineChart::addPoint(const LineSeries& series, QPointF point)
{
    if (m_usedPoints == m_points.size()) {
        m_points.push_back(new QGraphicsEllipseItem(this));
        m_points.back()->setZValue(kPointLevel);
        m_points.back()->setRect(-kPointSize / 2.0, -kPointSize / 2.0, kPointSize, kPointSize);
    }
    QGraphicsEllipseItem* item = m_points[m_usedPoints++];
    item->setBrush(series.colour);
    item->setPen(QPen(m_look.theme.surface, 1.0));
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
        placeText(*mark.text, {left + kGap / 2.0, middle}, Qt::AlignLeft | Qt::AlignVCenter);
        mark.line->setPen(QPen(series.colour, 1.0, Qt::DotLine));
        mark.line->setLine(
            QLineF(m_ends[i].point + QPointF(kGap / 2.0, 0.0), QPointF(left - kGap / 2.0, middle)));
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
