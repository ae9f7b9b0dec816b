#include "ui/cost/alpha_layout.h"

#include "ui/chart/label_places.h"
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
struct Alpha {
    Q_DECLARE_TR_FUNCTIONS(Alpha)
};

constexpr double kGap = kGrid;
constexpr double kPoint = 2.5 * kGrid;
constexpr double kOwnPoint = 4.0 * kGrid;
constexpr double kNear = 3.0 * kGrid; // for a pointer
constexpr double kWide = 200.0 * kGrid; // from here on text is larger
constexpr int kCurveSteps = 96;
constexpr int kTint = 24;
constexpr std::array kCurves{MidRule::Out, MidRule::GeometricMean, MidRule::In};

QString breakEvenText()
{
    return Alpha::tr("α = 16/9");
}

/// Maps α and ratio to pixels.
struct Map {
    const AlphaPlot& plot;
    QRectF area;

    double x(double alpha) const
    {
        const AxisRange& range = plot.alpha;
        return area.left()
            + std::log(alpha / range.low) / std::log(range.high / range.low) * area.width();
    }
    double y(double ratio) const { return area.bottom() - ratio / plot.ratio.high * area.height(); }
    QPointF at(QPointF value) const { return {x(value.x()), y(value.y())}; }
};

std::vector<AlphaLayout::Tick> xTicksOf(const Map& map)
{
    std::vector<AlphaLayout::Tick> ticks;
    const AxisRange& range = map.plot.alpha;
    const bool isWide = range.high / range.low > 30.0;
    for (double power = -3.0; power <= 3.0; ++power) {
        for (const double factor : {1.0, 1.5, 2.0, 3.0, 4.0, 5.0}) {
            const double value = factor * std::pow(10.0, power);
            const bool isRound = factor == 1.0;
            if (value < range.low || value > range.high || (isWide && !isRound))
                continue;
            ticks.push_back({map.x(value), QString::number(value)});
        }
    }
    return ticks;
}

std::vector<AlphaLayout::Tick> yTicksOf(const Map& map)
{
    std::vector<AlphaLayout::Tick> ticks;
    for (double value = 0.0; value <= map.plot.ratio.high; value += 0.5)
        ticks.push_back({map.y(value), fixed(value, 1)});
    return ticks;
}

/// The part of a curve that is within the axes.
QPolygonF curveOf(MidRule rule, const Map& map)
{
    QPolygonF line;
    const AxisRange& range = map.plot.alpha;
    for (int i = 0; i <= kCurveSteps; ++i) {
        const double alpha
            = range.low * std::pow(range.high / range.low, static_cast<double>(i) / kCurveSteps);
        const double ratio = ratioOverAlpha(rule, alpha);
        if (ratio <= map.plot.ratio.high)
            line << map.at({alpha, ratio});
    }
    return line;
}

QPointF nearestIn(const QRectF& box, QPointF point)
{
    return {std::clamp(point.x(), box.left(), box.right()),
            std::clamp(point.y(), box.top(), box.bottom())};
}

/// Finds places that nothing has taken, near ones first.
class Placer {
public:
    explicit Placer(const QRectF& area) : m_around{area, {}, {}, {}, {}} {}

    void take(const QRectF& box) { m_around.taken.push_back(box); }
    void avoid(const QPolygonF& curve) { m_around.curves.emplace_back(curve.begin(), curve.end()); }
    QRectF put(QPointF point, QSizeF size)
    {
        std::vector<QRectF> places;
        for (const double away : {2.0, 3.0, 5.0, 7.0, 10.0, 13.0, 16.0, 20.0, 25.0, 30.0}) {
            const double far = away * kGrid;
            for (const auto& [dx, dy] : kWays) {
                const QPointF corner(point.x() + dx * far
                                         + (dx < 0       ? -size.width()
                                                : dx > 0 ? 0.0
                                                         : -size.width() / 2),
                                     point.y() + dy * far
                                         + (dy < 0       ? -size.height()
                                                : dy > 0 ? 0.0
                                                         : -size.height() / 2));
                places.emplace_back(corner, size);
            }
        }
        std::vector<QRectF> clear = places;
        std::erase_if(clear, [&](const QRectF& place) { return isCrossed(point, place); });
        const QRectF box = bestPlace(clear.empty() ? places : clear, m_around);
        m_labels.push_back(box);
        m_around.curves.push_back(leader(point, box));
        take(box.adjusted(-kGap, 0.0, kGap, 0.0));
        return box;
    }

private:
    /// From left to right.
    static std::vector<QPointF> leader(QPointF point, const QRectF& box)
    {
        std::vector<QPointF> line{point, nearestIn(box, point)};
        std::ranges::sort(line, {}, &QPointF::x);
        return line;
    }
    /// Whether the line to this place would go through a label.
    bool isCrossed(QPointF point, const QRectF& place) const
    {
        return std::ranges::any_of(m_labels, [&](const QRectF& label) {
            return passesThrough(leader(point, place), label);
        });
    }

    std::vector<QRectF> m_labels;
    static constexpr std::array<std::array<double, 2>, 8> kWays{
        {{0.7, 0.7}, {-0.7, -0.7}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}, {-0.7, 0.7}, {0.7, -0.7}}};
    NoteSurroundings m_around;
};

QRectF pointBox(QPointF at, double size)
{
    return {at.x() - size / 2.0, at.y() - size / 2.0, size, size};
}

QPolygonF diamond(const QRectF& box)
{
    return {{{box.center().x(), box.top() - 1.0},
             {box.right() + 1.0, box.center().y()},
             {box.center().x(), box.bottom() + 1.0},
             {box.left() - 1.0, box.center().y()}}};
}

void drawPoint(QPainter& painter, QPointF at, AlphaFamily family)
{
    const QRectF box = pointBox(at, kPoint);
    switch (family) {
    case AlphaFamily::Article:
        painter.drawEllipse(box.adjusted(1, 1, -1, -1));
        return;
    case AlphaFamily::GoogLeNet:
        painter.drawEllipse(box);
        return;
    case AlphaFamily::InceptionV2:
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
        return;
    case AlphaFamily::InceptionV3:
        painter.drawPolygon(diamond(box));
        return;
    }
}

void drawAxes(QPainter& painter, const AlphaLayout& layout, const QFont& font, const Theme& theme)
{
    const QRectF& area = layout.area;
    painter.setFont(sized(font, layout.text));
    const double height = QFontMetricsF(painter.font()).height();
    QColor tint = theme.warning;
    tint.setAlpha(kTint);
    painter.fillRect(QRectF(area.topLeft(), QPointF(area.right(), layout.level)), tint);
    for (const AlphaLayout::Tick& tick : layout.yTicks) {
        painter.setPen(QPen(theme.line, theme.stroke(1.0)));
        painter.drawLine(QPointF(area.left(), tick.at), QPointF(area.right(), tick.at));
        painter.setPen(theme.mutedText);
        painter.drawText(QRectF(0.0, tick.at - height / 2.0, area.left() - 2.0 * kGap, height),
                         Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
    for (const AlphaLayout::Tick& tick : layout.xTicks) {
        painter.setPen(QPen(theme.mutedText, theme.stroke(1.0)));
        painter.drawLine(QPointF(tick.at, area.bottom()), QPointF(tick.at, area.bottom() + kGap));
        painter.drawText(QRectF(tick.at - 30.0, area.bottom() + kGap, 60.0, height),
                         Qt::AlignHCenter | Qt::AlignTop, tick.label);
    }
    painter.setPen(theme.mutedText);
    painter.drawText(
        QRectF(area.left(), area.bottom() + kGap + height, area.width(), height),
        Qt::AlignHCenter | Qt::AlignTop,
        Alpha::tr("α = C_out / C_in, logarithmic    ● GoogLeNet  ■ Inception v2  ◆ Inception "
                  "v3"));
    QPen dashed(theme.mutedText, 1.0, Qt::CustomDashLine, Qt::FlatCap);
    dashed.setDashPattern({4.0, 3.0});
    painter.setPen(dashed);
    painter.drawLine(QPointF(layout.breakEven, area.top()),
                     QPointF(layout.breakEven, area.bottom()));
    painter.setPen(theme.mutedText);
    painter.drawText(layout.breakEvenLabel, Qt::AlignCenter, breakEvenText());
}

void drawCurves(QPainter& painter, const AlphaPlot& plot, const AlphaLayout& layout,
                const QFont& font, const Theme& theme)
{
    painter.setFont(sized(font, layout.text));
    painter.setPen(QPen(theme.original, theme.stroke(2.0)));
    painter.drawLine(QPointF(layout.area.left(), layout.level),
                     QPointF(layout.area.right(), layout.level));
    for (const AlphaLayout::Curve& curve : layout.curves) {
        const bool isChosen = curve.rule == plot.rule;
        QPen pen(theme.factorised, isChosen ? 2.5 : 1.5, Qt::CustomDashLine, Qt::FlatCap);
        if (isChosen)
            pen = QPen(theme.factorised, theme.stroke(2.5));
        else
            pen.setDashPattern({3.0, 2.5});
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(curve.line);
        painter.setPen(isChosen ? theme.text : theme.mutedText);
        painter.drawText(curve.label, Qt::AlignLeft | Qt::AlignVCenter, ruleCurveTitle(curve.rule));
    }
    painter.setPen(theme.original);
    painter.drawText(layout.levelLabel, Qt::AlignLeft | Qt::AlignVCenter, Alpha::tr("the 5×5"));
}

} // namespace

std::optional<std::size_t> AlphaLayout::markAt(QPointF point) const
{
    std::optional<std::size_t> nearest;
    double least = kNear;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const QPointF way = marks[i].at - point;
        const double far = marks[i].label.contains(point) ? 0.0 : std::hypot(way.x(), way.y());
        if (far < least) {
            least = far;
            nearest = i;
        }
    }
    return nearest;
}

AlphaLayout alphaLayout(const AlphaPlot& plot, const QRectF& rect, const QFont& font)
{
    AlphaLayout layout;
    layout.text = rect.width() < kWide ? TextSize::Caption : TextSize::Body;
    const QFontMetricsF metrics(sized(font, layout.text));
    const double height = metrics.height();
    double names = metrics.horizontalAdvance(Alpha::tr("the 5×5"));
    for (const MidRule rule : kCurves)
        names = std::max(names, metrics.horizontalAdvance(ruleCurveTitle(rule)));
    layout.area = rect.adjusted(metrics.horizontalAdvance(QStringLiteral("0.0")) + 3.0 * kGap,
                                height + kGap, -names - 3.0 * kGap, -2.0 * height - 2.0 * kGap);
    const Map map{plot, layout.area};
    layout.xTicks = xTicksOf(map);
    layout.yTicks = yTicksOf(map);
    layout.level = map.y(1.0);
    layout.breakEven = map.x(breakEvenAlpha());
    const double width = metrics.horizontalAdvance(breakEvenText()) + kGap;
    layout.breakEvenLabel
        = QRectF(layout.breakEven - width / 2.0, layout.area.top() - height, width, height);

    Placer placer(layout.area.adjusted(kGap, kGap, -kGap, -kGap));
    std::vector<double> ends;
    std::vector<std::pair<double, std::size_t>> wanted;
    for (const MidRule rule : kCurves) {
        AlphaLayout::Curve curve{rule, curveOf(rule, map), {}};
        placer.avoid(curve.line);
        wanted.emplace_back(curve.line.isEmpty() ? layout.area.top() : curve.line.last().y(),
                            layout.curves.size());
        layout.curves.push_back(std::move(curve));
    }
    wanted.emplace_back(layout.level, layout.curves.size()); // the place of "the 5×5"
    std::ranges::sort(wanted);
    for (const auto& [y, index] : wanted)
        ends.push_back(y - height / 2.0);
    const std::vector<double> tops
        = spreadOut(ends, height, layout.area.top() - height / 2.0, layout.area.bottom());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const std::size_t curve = wanted[i].second;
        QRectF& label
            = curve < layout.curves.size() ? layout.curves[curve].label : layout.levelLabel;
        label = QRectF(layout.area.right() + 2.0 * kGap, tops[i], names + kGap, height);
    }

    placer.avoid({{layout.area.left(), layout.level}, {layout.area.right(), layout.level}});
    if (plot.own) {
        layout.ownIsAbove = plot.own->y() > plot.ratio.high;
        const QPointF at(plot.own->x(), std::min(plot.own->y(), plot.ratio.high));
        layout.own = AlphaLayout::Mark{map.at(at), {}};
        placer.take(pointBox(layout.own->at, kOwnPoint + 2.0 * kGap));
    }
    for (const AlphaMark& mark : plot.marks) {
        layout.marks.push_back({map.at(plot.at(mark)), {}});
        placer.take(pointBox(layout.marks.back().at, kPoint));
    }
    for (std::size_t i = 0; i < plot.marks.size(); ++i) {
        const QSizeF size(metrics.horizontalAdvance(plot.marks[i].label), height);
        layout.marks[i].label = placer.put(layout.marks[i].at, size);
    }
    return layout;
}

void paintAlphaPlot(QPainter& painter, const AlphaPlot& plot, const AlphaLayout& layout,
                    const QFont& font, const Theme& theme, std::optional<std::size_t> current)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    drawAxes(painter, layout, font, theme);
    drawCurves(painter, plot, layout, font, theme);
    painter.setFont(sized(font, layout.text));
    for (std::size_t i = 0; i < layout.marks.size(); ++i) {
        const AlphaLayout::Mark& mark = layout.marks[i];
        const bool isCurrent = current == i;
        const QPointF near = nearestIn(mark.label, mark.at);
        painter.setPen(QPen(theme.mutedText, theme.stroke(1.0)));
        painter.drawLine(mark.at, near);
        painter.setPen(
            QPen(isCurrent ? theme.accent : theme.window, theme.stroke(isCurrent ? 3.0 : 1.0)));
        painter.setBrush(theme.factorised);
        drawPoint(painter, mark.at, plot.branches[plot.marks[i].branches.front()].family);
        painter.setPen(isCurrent ? theme.accent : theme.text);
        painter.drawText(mark.label, Qt::AlignCenter, plot.marks[i].label);
    }
    if (layout.own) {
        painter.setPen(QPen(theme.text, theme.stroke(2.0)));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(pointBox(layout.own->at, kOwnPoint));
        if (layout.ownIsAbove)
            painter.drawText(pointBox(layout.own->at, kOwnPoint), Qt::AlignCenter,
                             QStringLiteral("↑"));
    }
    painter.restore();
}

} // namespace factorscope
