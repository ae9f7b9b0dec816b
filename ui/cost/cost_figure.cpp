#include "ui/cost/cost_figure.h"

#include "ui/cost/bars_chart.h"
#include "ui/cost/curve_chart.h"
#include "ui/figure/recording.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QPainter>

namespace factorscope {
namespace {

struct CostFigure {
    Q_DECLARE_TR_FUNCTIONS(CostFigure)
};

constexpr QSizeF kSize(960, 480);
constexpr double kMargin = 3.0 * kGrid;
constexpr double kBarsWidth = 380.0;
constexpr double kHeaderHeight = 14.0 * kGrid;

/// Gives the chart its place now, where nobody waits for events.
void place(QChart& chart, const QRectF& box)
{
    chart.setGeometry(box);
    chart.layout()->activate();
}

void drawHeader(QPainter& painter, const CostComparison& costs, const ChartLook& look)
{
    const auto line = [&](double top, const QFont& font, const QColor& color, const QString& text) {
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(QPointF(kMargin, top + QFontMetricsF(font).ascent()), text);
        return top + QFontMetricsF(font).height();
    };
    const double next = line(kMargin, look.title, look.theme.text, titleText(costs));
    const bool warns = isDearer(costs.pair(CostMeasure::Macs).ratio());
    line(next, look.body, warns ? look.theme.warning : look.theme.mutedText, verdictText(costs));
}

/// Both charts and the words.
void draw(QPainter& painter, const CostComparison& costs, const Theme& theme)
{
    const ChartLook look = figureLook(theme);
    QGraphicsScene scene(QRectF({}, kSize));
    auto* bars = new BarsChart;
    auto* curve = new CurveChart;
    scene.addItem(bars);
    scene.addItem(curve);
    bars->setLook(look);
    curve->setLook(look);
    bars->show(costs);
    curve->show(costs, CostMeasure::Weights);
    const double height = kSize.height() - kHeaderHeight;
    place(*bars, {0.0, kHeaderHeight, kBarsWidth, height});
    place(*curve, {kBarsWidth, kHeaderHeight, kSize.width() - kBarsWidth, height});

    painter.fillRect(scene.sceneRect(), theme.surface);
    drawHeader(painter, costs, look);
    scene.render(&painter, scene.sceneRect(), scene.sceneRect());
}

} // namespace

Figure costFigure(const CostComparison& costs, const Theme& theme)
{
    return {.title = CostFigure::tr("Cost, %1").arg(titleText(costs)),
            .size = kSize,
            .paint = recorded([&](QPainter& painter) { draw(painter, costs, theme); })};
}

Figure costFigure(const BothEvaluated& both, const Theme& theme)
{
    const Shape& shape = both.original.input->shape();
    const Result<CostComparison> costs = compareCosts(both.experiment, {shape[2], shape[3]});
    EXPECTS(costs); // it has been computed, so it can be counted
    return costFigure(*costs, theme);
}

} // namespace factorscope
