#include "ui/maps/pane_grid.h"

#include <QTest>

#include <map>

using namespace factorscope;

namespace {

const QRectF kArea(12, 30, 900, 600);
constexpr double kGap = 16.0;
constexpr double kBorder = 72.0;

/// How many panes are in each row, by where it begins.
std::map<double, int> rowsOf(const std::vector<QRectF>& panes)
{
    std::map<double, int> rows;
    for (const QRectF& pane : panes)
        ++rows[pane.top()];
    return rows;
}

std::size_t columnsOf(Extent map, const QRectF& area)
{
    const auto panes = paneGrid(6, map, area, kGap, kBorder);
    return panes.size() / rowsOf(panes).size();
}

} // namespace

class TestPaneGrid : public QObject {
    Q_OBJECT
private slots:
    void panesLieApartInTheArea();
    void rowsHaveAsManyPanes();
    void panesGoFromLeftToRightAndDown();
    void theShapeOfTheAreaDecides();
    void theShapeOfTheMapsDecides();
    void thereIsNothingBesideOnePane();
    void aMapOfNoSizeIsNoTrouble();
};

void TestPaneGrid::panesLieApartInTheArea()
{
    for (int count = 1; count <= 8; ++count) {
        const auto panes = paneGrid(count, {40, 48}, kArea, kGap, kBorder);
        QCOMPARE(panes.size(), std::size_t(count));
        for (std::size_t i = 0; i < panes.size(); ++i) {
            QVERIFY(kArea.contains(panes[i]));
            QCOMPARE(panes[i].size(), panes[0].size());
            for (std::size_t j = 0; j < i; ++j) {
                const double apart = kGap - 0.01;
                QVERIFY(!panes[i].adjusted(-apart, -apart, apart, apart).intersects(panes[j]));
            }
        }
    }
}

void TestPaneGrid::rowsHaveAsManyPanes()
{
    for (int count = 1; count <= 8; ++count) {
        const auto rows = rowsOf(paneGrid(count, {40, 48}, kArea, kGap, kBorder));
        for (const auto& [top, inRow] : rows)
            QCOMPARE(inRow * static_cast<int>(rows.size()), count);
    }
}

void TestPaneGrid::panesGoFromLeftToRightAndDown()
{
    const auto panes = paneGrid(6, {40, 48}, kArea, kGap, kBorder);
    QCOMPARE(panes[0].topLeft(), kArea.topLeft());
    QCOMPARE(rowsOf(panes).size(), 2U);
    QVERIFY(panes[1].left() > panes[0].right() && panes[1].top() == panes[0].top());
    QVERIFY(panes[3].top() > panes[0].bottom() && panes[3].left() == panes[0].left());
    QVERIFY(kArea.right() - panes[2].right() < 3.0); // the room is used
    QVERIFY(kArea.bottom() - panes[5].bottom() < 3.0);
}

void TestPaneGrid::theShapeOfTheAreaDecides()
{
    QCOMPARE(columnsOf({40, 48}, {0, 0, 2400, 400}), 6U);
    QCOMPARE(columnsOf({40, 48}, {0, 0, 900, 600}), 3U);
    QCOMPARE(columnsOf({40, 48}, {0, 0, 500, 900}), 2U);
    QCOMPARE(columnsOf({40, 48}, {0, 0, 200, 1600}), 1U);
}

void TestPaneGrid::theShapeOfTheMapsDecides()
{
    const QRectF tall(0, 0, 900, 1400);
    QCOMPARE(columnsOf({20, 400}, tall), 1U);
    QCOMPARE(columnsOf({40, 48}, tall), 2U);
    QCOMPARE(columnsOf({400, 20}, tall), 6U);
}

void TestPaneGrid::thereIsNothingBesideOnePane()
{
    QCOMPARE(paneGrid(1, {40, 48}, kArea, kGap, kBorder).at(0), kArea);
}

void TestPaneGrid::aMapOfNoSizeIsNoTrouble()
{
    QCOMPARE(paneGrid(6, {0, 0}, kArea, kGap, kBorder).size(), 6U);
    QCOMPARE(paneGrid(0, {40, 48}, kArea, kGap, kBorder).size(), 0U);
}

QTEST_GUILESS_MAIN(TestPaneGrid)
#include "test_pane_grid.moc"
