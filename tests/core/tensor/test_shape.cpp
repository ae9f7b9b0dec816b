#include "core/tensor/shape.h"

#include <QTest>

#include <limits>
#include <vector>

using namespace factorscope;

namespace {

constexpr std::int64_t kLargest = std::int64_t{1} << 60;

using Sizes = std::vector<std::int64_t>;

} // namespace

class TestShape : public QObject {
    Q_OBJECT
private slots:
    void holdsItsSizes();
    void readsAsText();
    void comparesByRankAndSizes();
    void acceptsSizesWithinTheLimit_data();
    void acceptsSizesWithinTheLimit();
    void refusesSizesBeyondTheLimit_data();
    void refusesSizesBeyondTheLimit();
};

void TestShape::holdsItsSizes()
{
    const Shape shape{2, 3, 5};
    QCOMPARE(shape.rank(), 3);
    QCOMPARE(shape[0], std::int64_t{2});
    QCOMPARE(shape[2], std::int64_t{5});
    QCOMPARE(shape.elements(), std::int64_t{30});
    QCOMPARE(Shape{}.elements(), std::int64_t{1});
    QCOMPARE((Shape{4, 0, 3}).elements(), std::int64_t{0});
}

void TestShape::readsAsText()
{
    QCOMPARE((Shape{64, 3, 5, 5}).text(), std::string("64x3x5x5"));
    QCOMPARE(Shape{7}.text(), std::string("7"));
    QCOMPARE(Shape{}.text(), std::string("scalar"));
    QCOMPARE((Extent{5, 3}).text(), std::string("5x3"));
}

void TestShape::comparesByRankAndSizes()
{
    QVERIFY((Shape{2, 3}) == (Shape{2, 3}));
    QVERIFY((Shape{2, 3}) != (Shape{3, 2}));
    QVERIFY((Shape{2, 3}) != (Shape{2, 3, 1}));
    QVERIFY((Shape{2, 3}) != (Shape{2, 3, 0}));
    QVERIFY(Shape{} != Shape{0});
}

void TestShape::acceptsSizesWithinTheLimit_data()
{
    QTest::addColumn<Sizes>("sizes");
    QTest::newRow("scalar") << Sizes{};
    QTest::newRow("largest size") << Sizes{kLargest};
    QTest::newRow("largest product") << Sizes{1 << 30, 1 << 30};
    QTest::newRow("empty") << Sizes{0};
    QTest::newRow("largest beside nothing") << Sizes{0, kLargest};
    QTest::newRow("highest rank") << Sizes(Shape::kMaxRank, 3);
}

void TestShape::acceptsSizesWithinTheLimit()
{
    QFETCH(Sizes, sizes);
    const auto shape = Shape::checked(sizes);
    QVERIFY(shape);
    QCOMPARE(Sizes(shape->sizes().begin(), shape->sizes().end()), sizes);
}

void TestShape::refusesSizesBeyondTheLimit_data()
{
    QTest::addColumn<Sizes>("sizes");
    QTest::newRow("negative") << Sizes{3, -1};
    QTest::newRow("two negatives") << Sizes{-3, -1};
    QTest::newRow("least") << Sizes{std::numeric_limits<std::int64_t>::min()};
    QTest::newRow("beyond the largest") << Sizes{kLargest + 1};
    QTest::newRow("product beyond the largest") << Sizes{kLargest / 2 + 1, 2};
    QTest::newRow("product beyond 2^63") << Sizes{kLargest, kLargest};
    QTest::newRow("product that wraps to 0") << Sizes{std::int64_t{1} << 32, std::int64_t{1} << 32};
    QTest::newRow("hidden by a zero") << Sizes{0, kLargest, 2};
    QTest::newRow("rank") << Sizes(Shape::kMaxRank + 1, 1);
}

void TestShape::refusesSizesBeyondTheLimit()
{
    QFETCH(Sizes, sizes);
    QVERIFY(!Shape::checked(sizes));
}

QTEST_APPLESS_MAIN(TestShape)
#include "test_shape.moc"
