#include "tests/ui/speed/made_race.h"
#include "ui/speed/race_rows.h"
#include "ui/speed/roofline.h"
#include "ui/speed/speed_figure.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

Race someRace()
{
    return MadeRace{.milliseconds = {{"auto", {8.3, 9.6}},
                                     {"direct", {31.0, 24.0}},
                                     {"gemm", {48.0, 34.0}},
                                     {"winograd", {8.3, 9.7}}}}
        .made();
}

} // namespace

class TestRoofline : public QObject {
    Q_OBJECT
private slots:
    void axesAreLogarithmic();
    void holdsEveryPoint();
    void nothingBeforeTheRoofIsMeasured();
    void twinsAreLabelledOnce();
    void rowsOfTheLanes();
    void axesStayWhileTimesComeIn();
    void figureIsTheSameEachTime();
};

void TestRoofline::axesAreLogarithmic()
{
    const PlotAxis axis = rooflineAxis(1.0, 100.0);
    QVERIFY(axis.isLog);
    QVERIFY(axis.range.low < 1.0 && axis.range.high > 100.0);
    QVERIFY(std::abs(axis.share(10.0) - 0.5) < 1e-12);
    for (const PlotAxis::Tick& tick : axis.ticks)
        QVERIFY(tick.value >= axis.range.low && tick.value <= axis.range.high);
    QVERIFY(axis.ticks.size() >= 3);
    QVERIFY(!rooflineAxis(3.0, 4.0).ticks.empty());
}

void TestRoofline::holdsEveryPoint()
{
    const Race race = someRace();
    const auto chart = rooflineChart(race, 2);
    QVERIFY(chart);
    QCOMPARE(chart->points.size(), std::size_t{8});
    QCOMPARE(chart->roofs.front().threads, 2);
    for (const RooflineChart::Point& point : chart->points) {
        const RaceLane* lane = race.lane(point.isOriginal, point.algorithm, 2);
        QCOMPARE(point.gflops, lane->madeGflops());
        QCOMPARE(point.intensity, lane->work.intensity());
        for (const double share : {chart->x.share(point.intensity), chart->y.share(point.gflops)})
            QVERIFY(share > 0.0 && share < 1.0);
    }
    // direct: 10.28 GFLOP in 31 ms; Winograd makes 6.25 times fewer in 8.3 ms.
    QVERIFY(std::abs(race.lane(true, "direct", 2)->madeGflops() - 331.5) < 0.1);
    QVERIFY(std::abs(race.lane(true, "winograd", 2)->effectiveGflops() - 1238.1) < 0.1);
    QVERIFY(std::abs(race.lane(true, "winograd", 2)->madeGflops() - 1238.1 / 6.25) < 0.1);
}

void TestRoofline::nothingBeforeTheRoofIsMeasured()
{
    Race race = someRace();
    race.roofs[1].fmaPeakGflops = 0.0;
    QVERIFY(!rooflineChart(race, 2));
    QVERIFY(!rooflineChart({}, 1));
}

void TestRoofline::twinsAreLabelledOnce()
{
    Race race = someRace();
    for (RaceLane& lane : race.lanes) {
        if (lane.algorithm == "auto" && lane.isOriginal)
            lane.work.engines = race.lane(true, "winograd", lane.threads)->work.engines;
        if (lane.algorithm == "auto" && !lane.isOriginal)
            lane.work.engines = "another";
    }
    const auto chart = rooflineChart(race, 2);
    QVERIFY(chart);
    for (const RooflineChart::Point& point : chart->points)
        QCOMPARE(point.label.isEmpty(), point.algorithm == "auto" && point.isOriginal);
}

void TestRoofline::rowsOfTheLanes()
{
    Race race = someRace();
    race.lanes.back().rounds.clear();
    const std::vector<RaceRow> rows = raceRows(race, 2);
    QCOMPARE(rows.size(), std::size_t{8});
    QCOMPARE(rows[0].name, QStringLiteral("auto"));
    QVERIFY(rows[1].name.isEmpty());
    QVERIFY(rows.back().cells.empty());
    QCOMPARE(rows[0].cells.size(), raceColumns().size());
    QCOMPARE(rows[0].cells[0], QStringLiteral("8.30 ms"));
    QCOMPARE(rows[2].cells[6], QStringLiteral("5.14 G")); // MACs of the 5×5
    QCOMPARE(rows[6].cells[3], QStringLiteral("822 M")); // products of F(4×4,5×5)
    QCOMPARE(longestMs(race, 2), 48.0 * 1.01);
}

void TestRoofline::axesStayWhileTimesComeIn()
{
    Race race = someRace();
    const auto whole = rooflineChart(race, 2);
    for (RaceLane& lane : race.lanes)
        lane.rounds.clear();
    const auto before = rooflineChart(race, 2);
    QVERIFY(before->points.empty());
    QCOMPARE(before->x.range, whole->x.range);
}

void TestRoofline::figureIsTheSameEachTime()
{
    const Race race = someRace();
    const auto bytes = [&](FigureFormat format) {
        return *figureBytes(speedFigure(race, {}, lightTheme()), format, 1.0);
    };
    for (const FigureFormat format : kFigureFormats) {
        QVERIFY(bytes(format).size() > 2000);
        QCOMPARE(bytes(format), bytes(format));
    }
    ViewSettings one;
    one.speed.threads = 1;
    QVERIFY(bytes(FigureFormat::Png)
            != *figureBytes(speedFigure(race, one, lightTheme()), FigureFormat::Png, 1.0));
}

QTEST_MAIN(TestRoofline)
#include "test_roofline.moc"
