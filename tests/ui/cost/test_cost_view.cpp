#include "core/experiment/mid_timing.h"
#include "core/experiment/opening.h"
#include "core/experiment/presets.h"
#include "tests/ui/figure/sample_answer.h"
#include "ui/chart/line_chart_view.h"
#include "ui/cost/bars_chart.h"
#include "ui/cost/cost_view.h"
#include "ui/cost/layer_table.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QBarSeries>
#include <QBarSet>
#include <QGraphicsEllipseItem>
#include <QGraphicsSimpleTextItem>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace factorscope;

namespace {

Experiment article(std::int64_t midChannels = 64)
{
    Experiment experiment;
    experiment.midChannels = midChannels;
    experiment.size = {224, 224};
    return experiment;
}

LineChartView& curveOf(const CostView& view)
{
    auto* found = view.findChild<LineChartView*>();
    EXPECTS(found);
    return *found;
}

BarsChart& barsOf(const CostView& view)
{
    for (const QChartView* chart : view.findChildren<QChartView*>()) {
        if (auto* bars = dynamic_cast<BarsChart*>(chart->chart()))
            return *bars;
    }
    EXPECTS(false);
    std::abort();
}

LayerTable& tableOf(const CostView& view)
{
    auto* found = view.findChild<LayerTable*>();
    EXPECTS(found);
    return *found;
}

/// The big point of the curve.
QPointF pointOf(const CostView& view)
{
    for (QGraphicsItem* item : curveOf(view).lines().childItems()) {
        if (dynamic_cast<QGraphicsEllipseItem*>(item) && item->isVisible())
            return item->pos();
    }
    return {};
}

std::vector<QGraphicsSimpleTextItem*> shownTexts(const QChart& chart)
{
    std::vector<QGraphicsSimpleTextItem*> texts;
    for (QGraphicsItem* item : chart.childItems()) {
        auto* text = dynamic_cast<QGraphicsSimpleTextItem*>(item);
        if (text && text->isVisible() && !text->text().isEmpty())
            texts.push_back(text);
    }
    return texts;
}

/// The first text that leaves the chart or lies on another one.
QString misplacedText(const QChart& chart)
{
    const auto boxOf = [](const QGraphicsSimpleTextItem* text) {
        return text->mapRectToParent(text->boundingRect()).adjusted(1, 3, -1, -3);
    };
    const auto texts = shownTexts(chart);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!QRectF(QPointF(), chart.size()).contains(boxOf(texts[i])))
            return texts[i]->text() + QStringLiteral(" is cut");
        for (std::size_t j = 0; j < i; ++j) {
            if (boxOf(texts[i]).intersects(boxOf(texts[j])))
                return texts[i]->text() + QStringLiteral(" meets ") + texts[j]->text();
        }
    }
    return {};
}

QPoint pixelOf(const CostView& view, double midChannels)
{
    LineChartView& curve = curveOf(view);
    const QPointF point = curve.lines().at(midChannels, 0.0) - QPointF(0.0, 20.0);
    return curve.mapFromScene(curve.lines().mapToScene(point));
}

QAbstractButton* buttonNamed(const CostView& view, const QString& text)
{
    for (QAbstractButton* button : view.findChildren<QAbstractButton*>()) {
        if (button->text() == text)
            return button;
    }
    return nullptr;
}

} // namespace

class TestCostView : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup() { m_view.reset(); }
    void saysItsFigures();
    void showsWhatWasComputed();
    void keepsWhatItShowsWithoutASize();
    void movesInPlace();
    void curveFollowsTheChosenMeasure();
    void picksMidChannelsByPointer();
    void picksMidChannelsByKey();
    void nothingIsPickedBeforeThereIsData();
    void listsEveryLayer();
    void tableIsShownWhereThereIsRoom();
    void followsTheTheme();
    void saysWhatTheClaimAssumes();
    void measuresTheTimeOnRequest();
    void everyControlHasAName();
    void textsAreWholeAndApart_data();
    void textsAreWholeAndApart();

private:
    ViewState m_state;
    std::unique_ptr<CostView> m_view;
};

void TestCostView::init()
{
    m_state.set(ViewSettings());
    m_view = std::make_unique<CostView>(m_state);
    m_view->setPalette(paletteOf(lightTheme()));
    m_view->resize(1000, 700);
    m_view->show();
}

void TestCostView::saysItsFigures()
{
    m_view->show(article());
    const QString curve = curveOf(*m_view).accessibleDescription();
    QVERIFY2(curve.contains(QStringLiteral("73,728")), qPrintable(curve));
    QStringList texts;
    for (const auto* text : shownTexts(barsOf(*m_view)))
        texts += text->text();
    for (const char* part : {"102,400", "73,728", "5.14 G", "3.70 G", "12.8 MB", "25.7 MB",
                             "−28.0 %", "+100 %", "original 5×5", "decomposed 3×3∘3×3"})
        QVERIFY2(texts.contains(QString::fromUtf8(part)), part);
}

void TestCostView::showsWhatWasComputed()
{
    const auto answered = sampleAnswer();
    const auto& both = std::get<BothEvaluated>(*answered);
    m_view->show(both);
    LayerTable& table = tableOf(*m_view);
    const int last = table.rowCount() - 1;
    QCOMPARE(table.item(last, 5)->text().remove(u',').toLongLong(),
             both.factorised.cost.total.weights);
    QCOMPARE(table.item(last, 6)->text().remove(u',').toLongLong(),
             both.factorised.cost.total.macs);
}

void TestCostView::keepsWhatItShowsWithoutASize()
{
    m_view->show(article());
    const QString before = curveOf(*m_view).accessibleDescription();
    Experiment without = article(10);
    without.size = {};
    m_view->show(without);
    QCOMPARE(curveOf(*m_view).accessibleDescription(), before);
}

void TestCostView::movesInPlace()
{
    m_view->show(article(64));
    LineChart& curve = curveOf(*m_view).lines();
    BarsChart& bars = barsOf(*m_view);
    const auto series = curve.series() + bars.series();
    const auto items = curve.childItems() + bars.childItems();
    const QPointF before = pointOf(*m_view);

    m_view->show(article(100));
    QCOMPARE(&curveOf(*m_view).lines(), &curve);
    QCOMPARE(&barsOf(*m_view), &bars);
    QCOMPARE(curve.series() + bars.series(), series);
    QCOMPARE(curve.childItems() + bars.childItems(), items);
    QCOMPARE(pointOf(*m_view), curve.at(100.0, 9.0 * 100 * 128));
    QVERIFY(pointOf(*m_view).x() > before.x() && pointOf(*m_view).y() < before.y());
    const auto* sets = qobject_cast<QBarSeries*>(bars.series().front());
    QVERIFY(sets);
    QCOMPARE(sets->barSets().at(0)->at(0), 1.0);
    QCOMPARE(sets->barSets().at(1)->at(0), 1.125);
}

void TestCostView::curveFollowsTheChosenMeasure()
{
    m_view->show(article());
    const auto last = [&] { return curveOf(*m_view).plot().series[1].points.back().y(); };
    QCOMPARE(last(), 9.0 * 128 * 128);
    for (const auto& [text, value] : {std::pair("MACs", 9.0 * 128 * 128 * 224 * 224),
                                      std::pair("memory", 4.0 * 192 * 224 * 224),
                                      std::pair("parameters", 9.0 * 128 * 128 + 192)}) {
        QAbstractButton* button = buttonNamed(*m_view, QString::fromLatin1(text));
        QVERIFY(button);
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(button->isChecked());
        QCOMPARE(last(), value);
        QVERIFY(curveOf(*m_view).accessibleName().contains(QString::fromLatin1(text)));
        QCOMPARE(curveOf(*m_view).viewport()->accessibleName(), curveOf(*m_view).accessibleName());
    }
}

void TestCostView::picksMidChannelsByPointer()
{
    m_view->show(article());
    QSignalSpy picked(m_view.get(), &CostView::midChannelsPicked);
    QSignalSpy ended(m_view.get(), &CostView::pickEnded);
    QWidget* surface = curveOf(*m_view).viewport();
    QTest::mouseMove(surface, pixelOf(*m_view, 20));
    QVERIFY(picked.isEmpty());
    QTest::mousePress(surface, Qt::LeftButton, {}, pixelOf(*m_view, 40));
    QCOMPARE(picked.takeLast().at(0).toLongLong(), 40);
    QTest::mouseMove(surface, pixelOf(*m_view, 97));
    QCOMPARE(picked.takeLast().at(0).toLongLong(), 97);
    QTest::mouseMove(surface, pixelOf(*m_view, 128) + QPoint(500, 0));
    QCOMPARE(picked.takeLast().at(0).toLongLong(), 128);
    QVERIFY(ended.isEmpty());
    QTest::mouseRelease(surface, Qt::LeftButton, {}, pixelOf(*m_view, 97));
    QCOMPARE(ended.count(), 1);
    picked.clear();
    QTest::mouseClick(surface, Qt::RightButton, {}, pixelOf(*m_view, 30));
    QVERIFY(picked.isEmpty());
    QCOMPARE(ended.count(), 1);
}

void TestCostView::picksMidChannelsByKey()
{
    m_view->show(article(127));
    QSignalSpy picked(m_view.get(), &CostView::midChannelsPicked);
    QSignalSpy ended(m_view.get(), &CostView::pickEnded);
    QTest::keyClick(&curveOf(*m_view), Qt::Key_Left);
    QCOMPARE(picked.takeLast().at(0).toLongLong(), 126);
    QCOMPARE(ended.count(), 1);
    QTest::keyClick(&curveOf(*m_view), Qt::Key_PageUp);
    QCOMPARE(picked.takeLast().at(0).toLongLong(), 128);
    QTest::keyClick(&curveOf(*m_view), Qt::Key_A);
    QVERIFY(picked.isEmpty());
}

void TestCostView::nothingIsPickedBeforeThereIsData()
{
    QSignalSpy picked(m_view.get(), &CostView::midChannelsPicked);
    QTest::mouseClick(curveOf(*m_view).viewport(), Qt::LeftButton, {}, QPoint(50, 50));
    QTest::keyClick(&curveOf(*m_view), Qt::Key_Left);
    QVERIFY(picked.isEmpty());
}

void TestCostView::listsEveryLayer()
{
    m_view->show(article());
    LayerTable& table = tableOf(*m_view);
    QCOMPARE(table.rowCount(), 3 + 5);
    QCOMPARE(table.item(0, 6)->text(), QStringLiteral("5,138,022,400"));
    QCOMPARE(table.item(0, 3)->text(), QStringLiteral("64×224×224"));
    QCOMPARE(table.item(7, 1)->text(), QStringLiteral("total"));
    QVERIFY(table.item(7, 0)->font().bold() && !table.item(6, 0)->font().bold());
    QVERIFY(table.item(0, 4)->textAlignment() & Qt::AlignRight);
    Experiment linear = article();
    linear.between = Between::None;
    m_view->show(linear);
    QCOMPARE(table.rowCount(), 3 + 4);
    QVERIFY(table.item(6, 0)->font().bold());
}

void TestCostView::tableIsShownWhereThereIsRoom()
{
    m_view->show(article());
    QVERIFY(tableOf(*m_view).isVisible());
    m_view->resize(700, 500);
    QVERIFY(!tableOf(*m_view).isVisible());
    QTest::mouseClick(buttonNamed(*m_view, QStringLiteral("Layers")), Qt::LeftButton);
    QVERIFY(tableOf(*m_view).isVisible());
    m_view->resize(700, 480);
    QVERIFY(tableOf(*m_view).isVisible()); // as was asked for
}

void TestCostView::followsTheTheme()
{
    m_view->show(article());
    const auto* sets = qobject_cast<QBarSeries*>(barsOf(*m_view).series().front());
    for (const Theme* theme : {&darkTheme(), &lightTheme()}) {
        m_view->setPalette(paletteOf(*theme));
        QCOMPARE(barsOf(*m_view).backgroundBrush().color(), theme->window);
        QCOMPARE(curveOf(*m_view).lines().backgroundBrush().color(), theme->window);
        QCOMPARE(sets->barSets().at(0)->color(), theme->original);
        QCOMPARE(sets->barSets().at(1)->color(), theme->factorised);
        QCOMPARE(tableOf(*m_view).item(0, 0)->foreground().color(), theme->original);
    }
}

void TestCostView::saysWhatTheClaimAssumes()
{
    const auto says = [&](const Experiment& experiment) {
        m_view->show(experiment);
        QStringList all;
        for (const QLabel* label : m_view->findChildren<QLabel*>())
            all << label->text();
        return all.join(u'\n');
    };
    QVERIFY(says(article()).contains(QStringLiteral("this case, C_in = C_mid = C_out")));
    QVERIFY(says(article(32)).contains(QStringLiteral("here C_mid = 64")));
    Experiment module = article();
    apply(*findPreset("googlenet-3a"), module);
    QVERIFY(says(module).contains(QStringLiteral("0.36·(1 + C_out/C_in) = 1.080")));
    apply(*findPreset("inception-v3-a"), module);
    QVERIFY(says(module).contains(QStringLiteral("ends of the branches differ")));
    module.factorised = BranchKind::Asymmetric;
    QVERIFY(says(module).contains(QStringLiteral("not of this branch")));
}

void TestCostView::measuresTheTimeOnRequest()
{
    const auto answered = sampleAnswer();
    const std::shared_ptr<const BothEvaluated> both(answered, &std::get<BothEvaluated>(*answered));
    m_view->show(*both);
    QTest::mouseClick(buttonNamed(*m_view, QStringLiteral("time")), Qt::LeftButton);
    QAbstractButton* measure = buttonNamed(*m_view, QStringLiteral("&Measure"));
    QVERIFY(measure && measure->isVisible() && !measure->isEnabled()); // nothing computed yet
    QVERIFY(curveOf(*m_view).plot().isEmpty());
    m_view->setComputed(both);
    QVERIFY(measure->isEnabled());
    QTest::mouseClick(measure, Qt::LeftButton);
    QVERIFY(m_view->isBusy());
    QCOMPARE(measure->text(), QStringLiteral("&Stop"));
    QTRY_VERIFY_WITH_TIMEOUT(!m_view->isBusy(), 60'000);
    const auto timing = m_state.settings().cost.timing;
    QVERIFY(timing && timing->isOf(both->experiment));
    const LinePlot plot = curveOf(*m_view).plot();
    QCOMPARE(plot.series[0].points.front().y(), timing->originalMs);
    QCOMPARE(plot.series[1].points.size(), timing->times.size());
    QCOMPARE(plot.point->at.x(), 5.0);

    Experiment moved = both->experiment;
    moved.midChannels = 7; // not measured, on the way between
    m_view->show(moved);
    QVERIFY(curveOf(*m_view).plot().point->notes.front().contains(QStringLiteral("about")));
    moved.outChannels = 6; // another experiment
    m_view->show(moved);
    QVERIFY(curveOf(*m_view).plot().isEmpty());
    QVERIFY(!measure->isEnabled());
}

void TestCostView::everyControlHasAName()
{
    m_view->show(article());
    int controls = 0;
    for (const QWidget* widget : m_view->findChildren<QWidget*>()) {
        const bool isControl = qobject_cast<const QAbstractButton*>(widget)
            || qobject_cast<const QChartView*>(widget) || qobject_cast<const QTableWidget*>(widget);
        if (!isControl || qobject_cast<QTableWidget*>(widget->parent())) // its corner is hidden
            continue;
        ++controls;
        const auto* push = qobject_cast<const QPushButton*>(widget); // is named by its text
        QVERIFY2(!(push ? push->text() : widget->accessibleName()).isEmpty(),
                 widget->metaObject()->className());
        QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(widget->accessibleName()));
        if (qobject_cast<const QChartView*>(widget))
            QVERIFY(widget->accessibleDescription().contains(QStringLiteral("73,728")));
    }
    QVERIFY(controls >= 5 + 1 + 1 + 2 + 1); // quantities, measure, layers, charts, table
}

void TestCostView::textsAreWholeAndApart_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<Experiment>("experiment");
    Experiment opening = openingExperiment();
    opening.size = {512, 512};
    Experiment googLeNet = article();
    apply(*findPreset("googlenet-3b"), googLeNet);
    Experiment separable = article();
    separable.factorised = BranchKind::Separable;
    for (const QSize size :
         {QSize(560, 420), QSize(700, 500), QSize(1000, 650), QSize(1900, 1200)}) {
        const auto row = [&](const char* name, const Experiment& experiment) {
            QTest::addRow("%s, %d", name, size.width()) << size << experiment;
        };
        row("article", article());
        row("opening", opening);
        row("GoogLeNet 3b", googLeNet);
        row("separable", separable);
    }
}

void TestCostView::textsAreWholeAndApart()
{
    QFETCH(QSize, size);
    QFETCH(Experiment, experiment);
    m_view->resize(size);
    m_view->show(experiment);
    for (const char* measure : {"weights", "parameters", "MACs", "memory", "time"}) {
        QTest::mouseClick(buttonNamed(*m_view, QString::fromLatin1(measure)), Qt::LeftButton);
        QCoreApplication::processEvents(); // lays out
        QCOMPARE(misplacedText(barsOf(*m_view)), QString());
        QCOMPARE(misplacedText(curveOf(*m_view).lines()), QString());
    }
}

QTEST_MAIN(TestCostView)
#include "test_cost_view.moc"
