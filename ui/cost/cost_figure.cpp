#include "ui/cost/cost_figure.h"

#include "ui/chart/line_chart.h"
#include "ui/cost/bars_chart.h"
#include "ui/cost/curve_plot.h"
#include "ui/figure/figure_page.h"
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

constexpr QSizeF kSize(960, 500);
constexpr double kMargin = 3.0 * kGrid;
constexpr double kBarsWidth = 380.0;
constexpr double kHeaderHeight = 18.0 * kGrid;

/// Gives the chart its place now, where nobody waits for events.
void place(QChart& chart, const QRectF& box)
{
    chart.setGeometry(box);
    chart.layout()->activate();
}

void drawHeader(QPainter& painter, const CostComparison& costs, const QString& assumption,
                const ChartLook& look)
{
    const auto line = [&](double top, const QFont& font, const QColor& color, const QString& text) {
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(QPointF(kMargin, top + QFontMetricsF(font).ascent()), text);
        return top + QFontMetricsF(font).height();
    };
    const double next = line(kMargin, look.title, look.theme.text, titleText(costs));
    const bool warns = isDearer(costs.pair(CostMeasure::Macs).ratio());
    const QColor colour = warns ? look.theme.warning : look.theme.mutedText;
    const double last = line(next, look.body, colour, verdictText(costs));
    line(last, look.caption, look.theme.mutedText, assumption);
}

/// What one figure shows.
struct Shown {
    const CostQuestion& question;
    const CostComparison& costs;
    const CostLook& look;
};

/// Both charts and the words.
void draw(QPainter& painter, const Shown& shown, const Theme& theme)
{
    const ChartLook look = figureLook(theme);
    QGraphicsScene scene(QRectF({}, kSize));
    auto* bars = new BarsChart;
    auto* curve = new LineChart;
    scene.addItem(bars);
    scene.addItem(curve);
    bars->setLook(look);
    curve->setLook(look);
    bars->show(shown.costs);
    curve->show(curvePlot(shown.costs, shown.look, shown.question.experiment, theme));
    const double height = kSize.height() - kHeaderHeight;
    place(*bars, {0.0, kHeaderHeight, kBarsWidth, height});
    place(*curve, {kBarsWidth, kHeaderHeight, kSize.width() - kBarsWidth - kMargin, height});

    painter.fillRect(scene.sceneRect(), theme.surface);
    drawHeader(painter, shown.costs, assumptionText(shown.question.experiment), look);
    scene.render(&painter, scene.sceneRect(), scene.sceneRect());
}

} // namespace

Figure costFigure(const CostQuestion& question, const CostLook& look, const Theme& theme)
{
    const Result<CostComparison> costs = compareCosts(question.experiment, question.size);
    EXPECTS(costs);
    return {.title = CostFigure::tr("Cost, %1").arg(titleText(*costs)),
            .size = kSize,
            .paint = recorded([&](QPainter& painter) {
                draw(painter, {question, *costs, look}, onPaper(theme));
            })};
}

CostQuestion questionOf(const BothEvaluated& both)
{
    const Shape& shape = both.original.input->shape();
    return {both.experiment, {shape[2], shape[3]}};
}

} // namespace factorscope
