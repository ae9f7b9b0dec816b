#include "core/arithmetic/ordered_sum.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

/// Three channels of one row of two.
ProductSum sample()
{
    ProductSum sum;
    sum.kernel = {1, 2};
    for (const float value : {1.0F, -3.0F, 4.0F, 2.0F, 0.5F, 0.0F})
        sum.products.push_back({.before = value, .value = value, .weight = 2.0F});
    sum.bias = 1.0;
    return sum;
}

} // namespace

class TestOrderedSum : public QObject {
    Q_OBJECT
private slots:
    void keepsTheOrderOfTheSum();
    void ordersByContribution();
    void knowsItsLargestNumbers();
    void theStrongestIsNoPadding();
};

void TestOrderedSum::keepsTheOrderOfTheSum()
{
    const OrderedSum ordered = orderedSum(sample(), ProductOrder::Natural);
    QCOMPARE(ordered.ranks, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5}));
    QCOMPARE(ordered.channels, (std::vector<std::uint32_t>{0, 1, 2}));
    QCOMPARE(ordered.contributions, (std::vector<double>{-4.0, 12.0, 1.0}));
    QCOMPARE(ordered.running.back(), 10.0);
    QVERIFY(!ordered.productAt(0));
    QCOMPARE(*ordered.productAt(1), std::size_t{0});
    QCOMPARE(*ordered.productAt(6), std::size_t{5});
    QVERIFY(!ordered.productAt(7)); // the bias
}

void TestOrderedSum::ordersByContribution()
{
    const OrderedSum ordered = orderedSum(sample(), ProductOrder::ByContribution);
    QCOMPARE(ordered.order, (std::vector<std::uint32_t>{2, 1, 3, 0, 4, 5}));
    QCOMPARE(ordered.ranks, (std::vector<std::uint32_t>{3, 1, 0, 2, 4, 5}));
    QCOMPARE(ordered.channels, (std::vector<std::uint32_t>{1, 0, 2}));
    QCOMPARE(*ordered.productAt(1), std::size_t{2});
    QCOMPARE(ordered.running[1], 8.0);
    QCOMPARE(ordered.running.back(), 10.0);
}

void TestOrderedSum::knowsItsLargestNumbers()
{
    ProductSum sum = sample();
    sum.products.back().value = std::numeric_limits<float>::infinity();
    const OrderedSum ordered = orderedSum(std::move(sum), ProductOrder::Natural);
    QCOMPARE(ordered.mostContribution, 8.0);
    QCOMPARE(ordered.mostOfChannel, 12.0);
    QCOMPARE(ordered.mostValue, 4.0);
    QCOMPARE(ordered.mostWeight, 2.0);
    QVERIFY(std::isinf(ordered.running.back()));
}

void TestOrderedSum::theStrongestIsNoPadding()
{
    ProductSum sum = sample();
    QCOMPARE(*strongestProduct(sum), std::size_t{2});
    for (Product& product : sum.products)
        product.value = 0.0F;
    sum.products.front().tap = Tap::Padding;
    QCOMPARE(*strongestProduct(sum), std::size_t{1});
    for (Product& product : sum.products)
        product.tap = Tap::Padding;
    QVERIFY(!strongestProduct(sum));
}

QTEST_MAIN(TestOrderedSum)
#include "test_ordered_sum.moc"
