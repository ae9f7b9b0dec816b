#include "ui/chart/label_places.h"

#include <QTest>

using namespace factorscope;

namespace {

QRectF square(double x, double y)
{
    return {x, y, 10, 10};
}

} // namespace

class TestLabelPlaces : public QObject {
    Q_OBJECT
private slots:
    void labelsApartShareARow();
    void labelsThatMeetGetRows();
    void aLineKeepsClearOfTheTextsBelow();
    void hopelessLabelsGetARowEach();
    void seesLinesThroughBoxes();
    void notesAvoidWhatMattersMost();
};

void TestLabelPlaces::labelsApartShareARow()
{
    const std::vector<LineLabel> labels{{10, 10, 40}, {100, 100, 40}, {200, 200, 40}};
    QCOMPARE(labelRows(labels), std::vector<int>({0, 0, 0}));
    QVERIFY(labelRows({}).empty());
}

void TestLabelPlaces::labelsThatMeetGetRows()
{
    const std::vector<LineLabel> labels{{10, 10, 60}, {40, 40, 60}, {200, 200, 40}};
    QCOMPARE(labelRows(labels), std::vector<int>({1, 0, 0}));
}

/// The last label was pushed to the left of its line, over the line of the one before.
void TestLabelPlaces::aLineKeepsClearOfTheTextsBelow()
{
    const std::vector<LineLabel> labels{{150, 140, 60}, {190, 140, 60}};
    const std::vector<int> rows = labelRows(labels);
    QCOMPARE(rows.size(), std::size_t(2));
    QVERIFY(rows[0] != rows[1]);
    const std::vector<LineLabel> pushed{{150, 150, 20}, {190, 120, 80}};
    QCOMPARE(labelRows(pushed), std::vector<int>({0, 1}));
}

void TestLabelPlaces::hopelessLabelsGetARowEach()
{
    const std::vector<LineLabel> same(3, LineLabel{50, 30, 60});
    QCOMPARE(labelRows(same), std::vector<int>({2, 1, 0}));
}

void TestLabelPlaces::seesLinesThroughBoxes()
{
    const std::vector<QPointF> line{{0, 100}, {50, 50}, {100, 0}};
    QVERIFY(passesThrough(line, square(45, 45)));
    QVERIFY(passesThrough(line, square(20, 70)));
    QVERIFY(!passesThrough(line, square(0, 0)));
    QVERIFY(!passesThrough(line, square(80, 80)));
    QVERIFY(!passesThrough(line, square(200, 0)));
}

void TestLabelPlaces::notesAvoidWhatMattersMost()
{
    const NoteSurroundings around{.area = {0, 0, 100, 100},
                                  .curves = {{{0, 100}, {100, 0}}},
                                  .taken = {QRectF(0, 0, 30, 30)},
                                  .levels = {15.0},
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

QTEST_GUILESS_MAIN(TestLabelPlaces)
#include "test_label_places.moc"
