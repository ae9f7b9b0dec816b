#include "core/arithmetic/product_sum.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

/// Two channels of 1×2 with these contributions.
ProductSum sumOf(std::initializer_list<float> contributions, std::optional<double> bias)
{
    ProductSum sum;
    sum.kernel = {1, 2};
    for (const float value : contributions)
        sum.products.push_back({.before = value, .value = value, .weight = 1.0F});
    sum.bias = bias;
    return sum;
}

} // namespace

class TestProductSum : public QObject {
    Q_OBJECT
private slots:
    void ordersByMagnitude();
    void runsFromZeroToTheBias();
    void addsUpChannels();
    void contributionsAreExact();
    void whatIsNoNumberComesFirst();
};

void TestProductSum::ordersByMagnitude()
{
    const ProductSum sum = sumOf({1.0F, -3.0F, 3.0F, 2.0F}, {});
    QCOMPARE(orderedProducts(sum, ProductOrder::Natural), (std::vector<std::uint32_t>{0, 1, 2, 3}));
    QCOMPARE(orderedProducts(sum, ProductOrder::ByContribution),
             (std::vector<std::uint32_t>{1, 2, 3, 0}));
}

void TestProductSum::runsFromZeroToTheBias()
{
    const ProductSum sum = sumOf({1.0F, -3.0F, 3.0F, 2.0F}, 0.5);
    QCOMPARE(sum.terms(), std::size_t{5});
    QCOMPARE(runningSums(sum, orderedProducts(sum, ProductOrder::Natural)),
             (std::vector<double>{0.0, 1.0, -2.0, 1.0, 3.0, 3.5}));
    QCOMPARE(runningSums(sum, orderedProducts(sum, ProductOrder::ByContribution)),
             (std::vector<double>{0.0, -3.0, 0.0, 2.0, 3.0, 3.5}));
    const ProductSum without = sumOf({1.0F, 2.0F}, {});
    QCOMPARE(runningSums(without, orderedProducts(without, ProductOrder::Natural)),
             (std::vector<double>{0.0, 1.0, 3.0}));
}

void TestProductSum::addsUpChannels()
{
    QCOMPARE(channelContributions(sumOf({1.0F, -3.0F, 3.0F, 2.0F}, 9.0)),
             (std::vector<double>{-2.0, 5.0}));
}

void TestProductSum::contributionsAreExact()
{
    const Product product{.value = 16777215.0F, .weight = 16777213.0F};
    QCOMPARE(product.contribution(), 281474909601795.0); // (2^24 − 1)·(2^24 − 3)
}

void TestProductSum::whatIsNoNumberComesFirst()
{
    const ProductSum sum = sumOf({1.0F, std::numeric_limits<float>::quiet_NaN()}, {});
    QCOMPARE(orderedProducts(sum, ProductOrder::ByContribution),
             (std::vector<std::uint32_t>{1, 0}));
    QVERIFY(std::isnan(runningSums(sum, orderedProducts(sum, ProductOrder::Natural)).back()));
}

QTEST_MAIN(TestProductSum)
#include "test_product_sum.moc"
