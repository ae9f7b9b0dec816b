#include "ui/chart/line_plot.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

LinePlot plotOf(std::vector<QPointF> points)
{
    LinePlot plot;
    plot.series.push_back({QStringLiteral("fit"), Qt::black, false, false, std::move(points)});
    return plot;
}

void verifySound(const PlotAxis& axis)
{
    QVERIFY(std::isfinite(axis.range.low) && std::isfinite(axis.range.high));
    QVERIFY(axis.range.low < axis.range.high);
    QVERIFY(!axis.ticks.empty());
    for (const PlotAxis::Tick& tick : axis.ticks) {
        QVERIFY(axis.share(tick.value) > -1e-6 && axis.share(tick.value) < 1.0 + 1e-6);
        QVERIFY(!tick.label.isEmpty());
    }
}

} // namespace

class TestLinePlot : public QObject {
    Q_OBJECT
private slots:
    void axesMapThereAndBack();
    void marksAreRound();
    void wholeNumbersAreNotSplit();
    void logAxesMarkPowersOfTen();
    void soundWhateverThePoints_data();
    void soundWhateverThePoints();
    void zerosStandAtTheFloorOfALogAxis();
    void linesAreCutAtTheFrame();
    void whatIsNotFiniteInterruptsALine();
    void labelsDoNotLieOnEachOther();
    void unitsStandAtTheMarks();
    void saysWhatItShows();
    void exportsAllDigits();
};

void TestLinePlot::axesMapThereAndBack()
{
    for (const PlotAxis& axis :
         {linearAxis({-3.0, 7.0}, AxisEnds::AtData, 5, false), logAxis({0.003, 20.0}, 4)}) {
        for (const double share : {0.0, 0.25, 0.5, 1.0})
            QVERIFY(std::abs(axis.share(axis.valueAt(share)) - share) < 1e-12);
    }
}

void TestLinePlot::marksAreRound()
{
    const PlotAxis inside = linearAxis({0.13, 0.97}, AxisEnds::AtData, 5, false);
    QCOMPARE(inside.range, (AxisRange{0.13, 0.97}));
    QCOMPARE(inside.ticks.front().label, QStringLiteral("0.2"));
    const PlotAxis outside = linearAxis({0.13, 0.97}, AxisEnds::AtTicks, 5, false);
    QVERIFY(std::abs(outside.range.low) < 1e-12 && std::abs(outside.range.high - 1.0) < 1e-12);
    QCOMPARE(outside.ticks.front().label, QStringLiteral("0"));
}

void TestLinePlot::wholeNumbersAreNotSplit()
{
    for (const PlotAxis::Tick& tick : linearAxis({1.0, 3.0}, AxisEnds::AtData, 10, true).ticks)
        QCOMPARE(tick.value, std::round(tick.value));
}

void TestLinePlot::logAxesMarkPowersOfTen()
{
    const PlotAxis axis = logAxis({0.02, 30.0}, 4);
    QVERIFY(std::abs(axis.range.low - 0.01) < 1e-15);
    QVERIFY(std::abs(axis.range.high - 100.0) < 1e-9);
    QVERIFY(std::abs(axis.share(1.0) - 0.5) < 1e-12);
    QVERIFY(!std::isfinite(axis.share(0.0)));
}

void TestLinePlot::soundWhateverThePoints_data()
{
    QTest::addColumn<QList<QPointF>>("points");
    using Points = QList<QPointF>;
    QTest::newRow("one") << Points{{3.0, 4.0}};
    QTest::newRow("one at zero") << Points{{0.0, 0.0}};
    QTest::newRow("all the same") << Points{{1.0, 5.0}, {2.0, 5.0}};
    QTest::newRow("with a hole") << Points{{1.0, kNan}, {2.0, 5.0}, {3.0, INFINITY}};
    QTest::newRow("negative") << Points{{-5.0, -1.0}, {-4.0, -2.0}};
    QTest::newRow("tiny") << Points{{1.0, 5e-324}, {2.0, 0.0}};
    QTest::newRow("huge") << Points{{-1.7e308, -1.7e308}, {1.7e308, 1.7e308}};
    QTest::newRow("far from zero") << Points{{1e17, 1e17}, {1e17 + 64.0, 1e17}};
}

void TestLinePlot::soundWhateverThePoints()
{
    QFETCH(QList<QPointF>, points);
    LinePlot plot = plotOf({points.begin(), points.end()});
    for (const bool isLog : {false, true}) {
        plot.isLogY = isLog;
        const PlotAxes axes = plotAxes(plot, 6, 6);
        verifySound(axes.x);
        verifySound(axes.y);
        QCOMPARE(axes.y.isLog, isLog);
    }
}

void TestLinePlot::zerosStandAtTheFloorOfALogAxis()
{
    LinePlot plot = plotOf({{1.0, 0.5}, {2.0, 0.0}});
    plot.isLogY = true;
    QVERIFY(plotAxes(plot, 5, 5).isFloored);
    plot.logFloor = 1e-9;
    const PlotAxes axes = plotAxes(plot, 5, 5);
    QVERIFY(axes.isFloored);
    QVERIFY(std::abs(std::log10(axes.y.range.low) + 9.0) < 1e-9);
    QVERIFY(!plotAxes(plotOf({{1.0, 0.5}, {2.0, 0.2}}), 5, 5).isFloored);
}

void TestLinePlot::linesAreCutAtTheFrame()
{
    const std::vector<QPointF> points{
        {-1.0, 0.5}, {0.5, 0.5}, {0.5, 2.0}, {0.75, 2.0}, {0.75, 0.0}};
    const auto parts = clippedToUnit(points);
    QCOMPARE(parts.size(), 2U);
    QCOMPARE(parts[0], (std::vector<QPointF>{{0.0, 0.5}, {0.5, 0.5}, {0.5, 1.0}}));
    QCOMPARE(parts[1], (std::vector<QPointF>{{0.75, 1.0}, {0.75, 0.0}}));
    // A line may cross without a point inside.
    const std::vector<QPointF> across{{-1.0, 0.5}, {2.0, 0.5}};
    QCOMPARE(clippedToUnit(across).size(), 1U);
    const std::vector<QPointF> beside{{-1.0, 3.0}, {2.0, 3.0}};
    QVERIFY(clippedToUnit(beside).empty());
}

void TestLinePlot::whatIsNotFiniteInterruptsALine()
{
    const std::vector<QPointF> points{
        {0.0, 0.0}, {0.2, 0.2}, {0.4, kNan}, {0.6, 0.6}, {INFINITY, 1.0}};
    const auto parts = clippedToUnit(points);
    QCOMPARE(parts.size(), 2U);
    QCOMPARE(parts[0].size(), 2U);
    QCOMPARE(parts[1].size(), 1U); // a point alone
    QVERIFY(clippedToUnit({}).empty());
}

void TestLinePlot::labelsDoNotLieOnEachOther()
{
    const std::vector<double> wanted{10.0, 11.0, 50.0, 95.0};
    const std::vector<double> places = spreadOut(wanted, 12.0, 0.0, 100.0);
    for (std::size_t i = 1; i < places.size(); ++i)
        QVERIFY(places[i] - places[i - 1] >= 12.0 - 1e-9);
    QVERIFY(places.front() >= 0.0 && places.back() <= 88.0);
    QCOMPARE(places[2], 50.0); // with room enough it stays
    const std::vector<double> crowded = spreadOut(wanted, 40.0, 5.0, 100.0);
    QCOMPARE(crowded.front(), 5.0);
    QCOMPARE(crowded.back(), 125.0);
}

void TestLinePlot::unitsStandAtTheMarks()
{
    const auto last = [](double most, const char* unit) {
        LinePlot plot = plotOf({{0.0, 0.0}, {1.0, most}});
        plot.yUnit = QString::fromLatin1(unit);
        const PlotAxes axes = plotAxes(plot, 5, 5);
        return axes.y.ticks.front().label + u'|' + axes.y.ticks.back().label;
    };
    QCOMPARE(last(400.0, "B"), QStringLiteral("0|400 B"));
    QCOMPARE(last(20e6, "B"), QStringLiteral("0|20 MB"));
    QCOMPARE(last(20e6, ""), QStringLiteral("0|20 M"));
    QCOMPARE(last(100.0, "ms"), QStringLiteral("0|100 ms"));
}

void TestLinePlot::saysWhatItShows()
{
    LinePlot plot;
    QVERIFY(plot.isEmpty());
    QVERIFY(!linePlotInWords(plot).isEmpty());
    plot = plotOf({{1.0, kNan}});
    QVERIFY(plot.isEmpty());
    plot = plotOf({{1.0, 0.5}, {2.0, 0.25}});
    plot.x = 2.0;
    plot.xMarkText = QStringLiteral("C_mid 2");
    const QString words = linePlotInWords(plot);
    for (const char* part : {"fit", "2 points", "0.25", "0.5", "C_mid 2"})
        QVERIFY2(words.contains(part), qPrintable(words));
    QCOMPARE(plotSteps(plot), (std::vector{1.0, 2.0}));
}

void TestLinePlot::exportsAllDigits()
{
    LinePlot plot = plotOf({{1.0, 1.0 / 3.0}});
    plot.series[0].name = QStringLiteral("a \"b\", c");
    QCOMPARE(linePlotCsv(plot),
             QStringLiteral("name,x,y\n\"a \"\"b\"\", c\",1,0.3333333333333333\n"));
}

QTEST_APPLESS_MAIN(TestLinePlot)
#include "test_line_plot.moc"
