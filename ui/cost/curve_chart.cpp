#include "ui/cost/curve_chart.h"

#include "ui/text/text.h"

#include <QAreaSeries>
#include <QFontMetricsF>
#include <QGraphicsEllipseItem>
#include <QGraphicsLayout>
#include <QGraphicsLineItem>
#include <QGraphicsRectItem>
#include <QGraphicsSimpleTextItem>
#include <QLineSeries>
#include <QPen>
#include <QValueAxis>

#include <algorithm>

namespace factorscope {
namespace {

constexpr double kMargin = 3.0 * kGrid;
constexpr double kGap = kGrid;
constexpr double kPointSize = 4.0 * kGrid;
constexpr double kLineWidth = 3.0;
constexpr int kDearerAlpha = 30;
constexpr int kGroundAlpha = 200;
constexpr double kGroundLevel = 50.0; // above the series, below the text
constexpr double kWide = 180.0 * kGrid; // from here on text is larger, to be read from afar
constexpr double kNoteShare = 0.45; // of the plot's width, for a line of text at the point

double heightOf(const QFont& font)
{
    return QFontMetricsF(font).height();
}

double widest(const QFont& font, const QStringList& words)
{
    double width = 0.0;
    for (const QString& word : words)
        width = std::max(width, QFontMetricsF(font).horizontalAdvance(word));
    return width;
}

int stepsIn(double pixels, double pixelsEach)
{
    return std::clamp(static_cast<int>(pixels / pixelsEach), 2, 10);
}

QRectF boxAt(QPointF corner, QSizeF size)
{
    return {corner, size};
}

/// Places beside a point, near ones first, below the curve before above it; moved aside where the
/// plot ends.
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

/// Places along a level line, above and below.
std::vector<QRectF> placesAlong(const QRectF& area, double level, QSizeF size)
{
    const double above = level - size.height() - kGap / 2;
    const double below = level + kGap / 2;
    const double right = area.right() - size.width();
    return {boxAt({area.left(), above}, size), boxAt({right, below}, size),
            boxAt({right, above}, size), boxAt({area.left(), below}, size)};
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

} // namespace

CurveChart::CurveChart()
    : m_dearerTop(new QLineSeries(this)), m_dearer(new QAreaSeries(m_dearerTop)),
      m_level(new QLineSeries(this)), m_curve(new QLineSeries(this)),
      m_point(new QGraphicsEllipseItem(this)), m_x(new QValueAxis(this)), m_y(new QValueAxis(this)),
      m_title(addText(*this)), m_xTitle(addText(*this)), m_levelText(addText(*this)),
      m_dearerText(addText(*this)), m_pointText(addText(*this)),
      m_pointGround(new QGraphicsRectItem(this))
{
    makePlain(*this);
    for (QValueAxis* axis : {m_x, m_y}) {
        addAxis(axis, axis == m_x ? Qt::AlignBottom : Qt::AlignLeft);
        axis->setVisible(false); // it would cut its labels and keep its place when the plot moves
    }
    for (QAbstractSeries* series :
         {static_cast<QAbstractSeries*>(m_dearer), static_cast<QAbstractSeries*>(m_level),
          static_cast<QAbstractSeries*>(m_curve)})
        addToAxes(series);
    m_pointGround->setPen(Qt::NoPen);
    m_pointGround->setZValue(kGroundLevel);
    m_point->setZValue(kGroundLevel);
    connect(this, &QGraphicsWidget::geometryChanged, this, [this] { layOut(); });
}

void CurveChart::addToAxes(QAbstractSeries* series)
{
    addSeries(series);
    series->attachAxis(m_x);
    series->attachAxis(m_y);
}

void CurveChart::setLook(const ChartLook& look)
{
    m_given = look;
    const Theme& theme = look.theme;
    setBackgroundBrush(theme.surface);
    QColor tint = theme.warning;
    tint.setAlpha(kDearerAlpha);
    m_dearer->setBrush(tint);
    m_dearer->setPen(Qt::NoPen);
    m_level->setPen(QPen(theme.original, kLineWidth));
    m_curve->setPen(QPen(theme.factorised, kLineWidth));
    m_point->setBrush(theme.factorised);
    m_point->setPen(QPen(theme.surface, 2.0));
    QColor ground = theme.surface;
    ground.setAlpha(kGroundAlpha);
    m_pointGround->setBrush(ground);
    layOut();
}

void CurveChart::show(const CostComparison& costs, CostMeasure measure)
{
    m_costs = costs;
    m_measure = measure;
    layOut();
}

double CurveChart::level() const
{
    return static_cast<double>(m_costs->pair(m_measure).original);
}

double CurveChart::highest() const
{
    const auto end = static_cast<double>(amountOf(m_costs->curve.back().cost, m_measure));
    return std::max(end, level());
}

QPointF CurveChart::pointIn(const PlotMap& plot) const
{
    return plot.at(static_cast<double>(m_costs->midChannels),
                   static_cast<double>(m_costs->pair(m_measure).factorised));
}

void CurveChart::layOut()
{
    if (!m_costs || size().isEmpty())
        return;
    m_look = size().width() < kWide ? m_given : enlarged(m_given);
    const double titleHeight = heightOf(m_look.body) + 2 * kGap;
    const double bottom = size().height() - kMargin - 2 * heightOf(m_look.caption) - 2 * kGap;
    const AxisTicks y = ticksCovering(
        highest(), stepsIn(bottom - titleHeight, 3 * heightOf(m_look.body)), axisUnit(m_measure));
    PlotMap plot{.area = QRectF(QPointF(kMargin + widest(m_look.caption, y.labels) + 2 * kGap,
                                        kMargin + titleHeight),
                                QPointF(size().width() - 2 * kMargin, bottom)),
                 .xTop = static_cast<double>(m_costs->mostMidChannels()),
                 .yTop = y.top()};
    const AxisTicks x
        = ticksWithin(plot.xTop, stepsIn(plot.area.width(), 15 * kGrid), AxisUnit::WholeCount);
    const std::vector<LineLabel> labels = measuredMarks(plot);
    const std::vector<int> rows = labelRows(labels);
    const int rowCount = rows.empty() ? 0 : *std::ranges::max_element(rows) + 1;
    plot.area.setTop(plot.area.top() + rowCount * heightOf(m_look.caption) + kGap);
    if (plot.area.width() < 1.0 || plot.area.height() < 1.0)
        return;
    m_plot = plot;
    setData(plot);
    setPlotArea(plot.area);
    layOutTicks(plot, x, y);
    layOutMarks(plot.area, labels, rows);
    layOutNotes(plot);
    layout()->activate(); // else the series keep their old place until something else moves
}

void CurveChart::setData(const PlotMap& plot)
{
    m_x->setRange(0.0, plot.xTop);
    m_y->setRange(0.0, plot.yTop);
    QList<QPointF> points;
    for (const CostPoint& point : m_costs->curve)
        points += {static_cast<double>(point.midChannels),
                   static_cast<double>(amountOf(point.cost, m_measure))};
    m_curve->replace(points);
    m_level->replace({{0.0, level()}, {plot.xTop, level()}});
    const double radius = kPointSize / 2.0;
    m_point->setRect(QRectF(-radius, -radius, kPointSize, kPointSize));
    m_point->setPos(pointIn(plot));
    const std::optional<double> from = dearerFrom(*m_costs, m_measure);
    m_dearer->setVisible(from.has_value());
    const double left = from.value_or(plot.xTop);
    m_dearerTop->replace({{left, plot.yTop}, {plot.xTop, plot.yTop}});
}

void CurveChart::provide(Marks& marks, std::size_t count)
{
    while (marks.size() < count)
        marks.push_back({new QGraphicsLineItem(this), addText(*this)});
    for (std::size_t i = 0; i < marks.size(); ++i) {
        marks[i].line->setVisible(i < count);
        marks[i].text->setVisible(i < count);
    }
}

void CurveChart::layOutTicks(const PlotMap& plot, const AxisTicks& x, const AxisTicks& y)
{
    const Theme& theme = m_look.theme;
    provide(m_xMarks, x.values.size());
    for (std::size_t i = 0; i < x.values.size(); ++i) {
        const QPointF foot = plot.at(x.values[i], 0.0);
        m_xMarks[i].line->setLine(QLineF(foot, foot + QPointF(0.0, kGap)));
        m_xMarks[i].line->setPen(QPen(theme.mutedText, 1.0));
        setText(*m_xMarks[i].text, x.labels[static_cast<int>(i)], m_look.caption, theme.mutedText);
        placeText(*m_xMarks[i].text, foot + QPointF(0.0, kGap), Qt::AlignHCenter | Qt::AlignTop);
    }
    provide(m_yMarks, y.values.size());
    for (std::size_t i = 0; i < y.values.size(); ++i) {
        const QPointF left = plot.at(0.0, y.values[i]);
        m_yMarks[i].line->setLine(QLineF(left, plot.at(plot.xTop, y.values[i])));
        m_yMarks[i].line->setPen(QPen(i == 0 ? theme.mutedText : theme.line, 1.0));
        setText(*m_yMarks[i].text, y.labels[static_cast<int>(i)], m_look.caption, theme.mutedText);
        placeText(*m_yMarks[i].text, left - QPointF(2 * kGap, 0.0),
                  Qt::AlignRight | Qt::AlignVCenter);
    }
    setText(*m_title, tr("%1 over C_mid").arg(measureTitle(m_measure)), m_look.body, theme.text);
    placeText(*m_title, {kMargin, kMargin}, Qt::AlignLeft | Qt::AlignTop);
    setText(*m_xTitle, tr("C_mid, mid channels"), m_look.caption, theme.mutedText);
    placeText(*m_xTitle, {plot.area.center().x(), size().height() - kMargin},
              Qt::AlignHCenter | Qt::AlignBottom);
}

std::vector<LineLabel> CurveChart::measuredMarks(const PlotMap& plot)
{
    const std::vector<CurveMark> marks = curveMarks(*m_costs, m_measure);
    provide(m_marks, marks.size());
    std::vector<LineLabel> labels;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const QColor color = marks[i].isParity ? m_look.theme.warning : m_look.theme.mutedText;
        setText(*m_marks[i].text, marks[i].text, m_look.caption, color);
        QPen dashed(color, 1.0, Qt::CustomDashLine, Qt::FlatCap);
        dashed.setDashPattern({4.0, 3.0});
        m_marks[i].line->setPen(dashed);
        const double line = plot.at(marks[i].value, 0.0).x();
        const double width = m_marks[i].text->boundingRect().width();
        labels.push_back({line, std::min(line, size().width() - kGap - width), width});
    }
    return labels;
}

void CurveChart::layOutMarks(const QRectF& area, const std::vector<LineLabel>& labels,
                             const std::vector<int>& rows)
{
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const double foot = area.top() - rows[i] * heightOf(m_look.caption);
        m_marks[i].line->setLine(labels[i].line, foot, labels[i].line, area.bottom());
        placeText(*m_marks[i].text, {labels[i].left, foot}, Qt::AlignLeft | Qt::AlignBottom);
    }
}

NoteSurroundings CurveChart::surroundings(const PlotMap& plot) const
{
    NoteSurroundings around{.area = plot.area.adjusted(kGap, kGap, -kGap, -kGap),
                            .curve = {},
                            .taken = {},
                            .level = plot.at(0.0, level()).y(),
                            .lines = {}};
    for (const QPointF& point : m_curve->points())
        around.curve.push_back(plot.at(point.x(), point.y()));
    for (const Mark& mark : m_marks) {
        if (mark.line->isVisible())
            around.lines.push_back(mark.line->line().x1());
    }
    const double reach = kPointSize / 2;
    around.taken.push_back(QRectF(pointIn(plot), QSizeF()).adjusted(-reach, -reach, reach, reach));
    return around;
}

void CurveChart::layOutNotes(const PlotMap& plot)
{
    NoteSurroundings around = surroundings(plot);
    const auto put = [&](QGraphicsSimpleTextItem& text, const auto& placesOf) {
        const QRectF box = bestPlace(placesOf(text.boundingRect().size()), around);
        text.setPos(box.topLeft());
        around.taken.push_back(box.adjusted(-kGap, 0.0, kGap, 0.0));
    };
    const Theme& theme = m_look.theme;
    const CostPair pair = m_costs->pair(m_measure);
    setText(*m_levelText, tr("5×5: %1").arg(amountText(m_measure, pair.original)), m_look.body,
            theme.original);
    put(*m_levelText, [&](QSizeF size) { return placesAlong(around.area, around.level, size); });

    const std::optional<double> from = dearerFrom(*m_costs, m_measure);
    m_dearerText->setVisible(from.has_value());
    if (from) {
        QRectF region = around.area;
        region.setLeft(std::max(region.left(), plot.at(*from, 0.0).x() + kGap));
        setText(*m_dearerText, tr("dearer than the 5×5"), m_look.body, theme.warning);
        if (m_dearerText->boundingRect().width() > region.width())
            m_dearerText->setText(tr("dearer than\nthe 5×5"));
        put(*m_dearerText, [&](QSizeF size) { return placesInCorners(region, size); });
    }

    setText(*m_pointText, pointLines(*m_costs, m_measure).join(QStringLiteral(", ")), m_look.body,
            theme.text);
    if (m_pointText->boundingRect().width() > kNoteShare * plot.area.width())
        m_pointText->setText(pointLines(*m_costs, m_measure).join(u'\n'));
    if (m_pointText->boundingRect().width() > kNoteShare * plot.area.width())
        m_pointText->setText(narrowPointLines(*m_costs, m_measure).join(u'\n'));
    put(*m_pointText, [&](QSizeF size) { return placesAbout(pointIn(plot), size, around.area); });
    m_pointGround->setRect(
        m_pointText->mapRectToParent(m_pointText->boundingRect()).adjusted(-kGap, 0, kGap, 0));
}

} // namespace factorscope
