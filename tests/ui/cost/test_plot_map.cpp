#include "ui/cost/plot_map.h"

#include <QTest>

using namespace factorscope;

namespace {

const PlotMap kPlot{.area = QRectF(100, 50, 256, 200), .xTop = 128.0, .yTop = 1000.0};

QRectF square(double x, double y)
{
    return {x, y, 10, 10};
}

} // namespace

class TestPlotMap : public QObject {
    Q_OBJECT
private slots:
    void mapsThereAndBack();
    void picksTheNearestMidChannels_data();
    void picksTheNearestMidChannels();
    void labelsApartShareARow();
    void labelsThatMeetGetRows();
    void aLineKeepsClearOfTheTextsBelow();
    void hopelessLabelsGetARowEach();
    void seesLinesThroughBoxes();
    void notesAvoidWhatMattersMost();
};

void TestPlotMap::mapsThereAndBack()
{
    QCOMPARE(kPlot.at(0.0, 0.0), QPointF(100, 250));
    QCOMPARE(kPlot.at(128.0, 1000.0), QPointF(356, 50));
    for (const double x : {0.0, 1.0, 63.5, 128.0})
        QCOMPARE(kPlot.xAt(kPlot.at(x, 5.0).x()), x);
}

void TestPlotMap::picksTheNearestMidChannels_data()
{
    QTest::addColumn<double>("pixel");
    QTest::addColumn<qint64>("midChannels");
    QTest::newRow("on it") << 228.0 << qint64(64);
    QTest::newRow("a little beside") << 228.9 << qint64(64);
    QTest::newRow("nearer to the next") << 229.1 << qint64(65);
    QTest::newRow("at zero") << 100.0 << qint64(1);
    QTest::newRow("left of all") << -50.0 << qint64(1);
    QTest::newRow("at the end") << 356.0 << qint64(128);
    QTest::newRow("right of all") << 900.0 << qint64(128);
}

void TestPlotMap::picksTheNearestMidChannels()
{
    QFETCH(double, pixel);
    QFETCH(qint64, midChannels);
    QCOMPARE(kPlot.midChannelsAt(pixel), std::int64_t(midChannels));
}

void TestPlotMap::labelsApartShareARow()
{
    const std::vector<LineLabel> labels{{10, 10, 40}, {100, 100, 40}, {200, 200, 40}};
    QCOMPARE(labelRows(labels), std::vector<int>({0, 0, 0}));
    QVERIFY(labelRows({}).empty());
}

void TestPlotMap::labelsThatMeetGetRows()
{
    const std::vector<LineLabel> labels{{10, 10, 60}, {40, 40, 60}, {200, 200, 40}};
    QCOMPARE(labelRows(labels), std::vector<int>({1, 0, 0}));
}

/// The last label was pushed to the left of its line, over the line of the one before.
void TestPlotMap::aLineKeepsClearOfTheTextsBelow()
{
    const std::vector<LineLabel> labels{{150, 140, 60}, {190, 140, 60}};
    const std::vector<int> rows = labelRows(labels);
    QCOMPARE(rows.size(), std::size_t(2));
    QVERIFY(rows[0] != rows[1]);
    const std::vector<LineLabel> pushed{{150, 150, 20}, {190, 120, 80}};
    QCOMPARE(labelRows(pushed), std::vector<int>({0, 1}));
}

void TestPlotMap::hopelessLabelsGetARowEach()
{
    const std::vector<LineLabel> same(3, LineLabel{50, 30, 60});
    QCOMPARE(labelRows(same), std::vector<int>({2, 1, 0}));
}

void TestPlotMap::seesLinesThroughBoxes()
{
    const std::vector<QPointF> line{{0, 100}, {50, 50}, {100, 0}};
    QVERIFY(passesThrough(line, square(45, 45)));
    QVERIFY(passesThrough(line, square(20, 70)));
    QVERIFY(!passesThrough(line, square(0, 0)));
    QVERIFY(!passesThrough(line, square(80, 80)));
    QVERIFY(!passesThrough(line, square(200, 0)));
}

void TestPlotMap::notesAvoidWhatMattersMost()
{
    const NoteSurroundings around{.area = {0, 0, 100, 100},
                                  .curve = {{0, 100}, {100, 0}},
                                  .taken = {QRectF(0, 0, 30, 30)},
                                  .level = 15.0,
                                  .lines = {85.0}};
    const QRectF outside = square(95, 95);
    const QRectF onText = square(5, 20);
    const QRectF onCurve = square(45, 45);
    const QRectF onLevel = square(60, 10);
    const QRectF onLine = square(80, 60);
    const QRectF free = square(60, 60);
    QCOMPARE(bestPlace(std::vector{outside, onText, onCurve, onLevel, onLine, free}, around), free);
    QCOMPARE(bestPlace(std::vector{outside, onText, onCurve, onLevel, onLine}, around), onLine);
    QCOMPARE(bestPlace(std::vector{outside, onText, onCurve, onLevel}, around), onLevel);
    QCOMPARE(bestPlace(std::vector{outside, onText, onCurve}, around), onText);
    QCOMPARE(bestPlace(std::vector{outside}, around), outside);
}

QTEST_GUILESS_MAIN(TestPlotMap)
#include "test_plot_map.moc"
