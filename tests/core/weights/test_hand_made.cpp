#include "core/weights/hand_made.h"

#include "tests/core/weights/random_kernels.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace factorscope;

namespace {

constexpr double kDoubleRoundoff = 0x1p-53;
constexpr std::array kKinds{HandMade::Identity, HandMade::Box,   HandMade::Binomial,
                            HandMade::Sobel,    HandMade::Log,   HandMade::Gabor,
                            HandMade::Disk,     HandMade::Random};

template <typename Function>
Kernel5x5 tabulated(const Function& value)
{
    Kernel5x5 kernel{};
    for (int i = 0; i < 25; ++i)
        kernel[std::size_t(i)] = value(i % 5 - 2, i / 5 - 2);
    return kernel;
}

Kernel5x5 definitionOf(HandMade kind)
{
    constexpr std::array<int, 5> kBinomial{1, 4, 6, 4, 1};
    constexpr std::array<int, 5> kDerivative{1, 2, 0, -2, -1};
    const auto tap
        = [](const std::array<int, 5>& taps, int at) { return taps[std::size_t(at + 2)]; };
    switch (kind) {
    case HandMade::Identity:
        return tabulated([](int x, int y) { return x == 0 && y == 0 ? 1.0 : 0.0; });
    case HandMade::Box:
        return tabulated([](int, int) { return 1.0 / 25.0; });
    case HandMade::Binomial:
        return tabulated(
            [&](int x, int y) { return tap(kBinomial, x) * tap(kBinomial, y) / 256.0; });
    case HandMade::Sobel:
        return tabulated(
            [&](int x, int y) { return double(tap(kDerivative, y) * tap(kBinomial, x)); });
    case HandMade::Log: {
        const auto raw = [](int x, int y) {
            const int r2 = x * x + y * y;
            return (r2 - 2) * std::exp(-0.5 * r2);
        };
        double sum = 0.0;
        for (int y = -2; y <= 2; ++y)
            for (int x = -2; x <= 2; ++x)
                sum += raw(x, y);
        return tabulated([&](int x, int y) { return raw(x, y) - sum / 25.0; });
    }
    case HandMade::Gabor:
        return tabulated([](int x, int y) {
            const double angle = std::numbers::pi / 4.0;
            const double along = x * std::cos(angle) + y * std::sin(angle);
            const double across = -x * std::sin(angle) + y * std::cos(angle);
            return std::exp(-(along * along + 0.25 * across * across) / (2.0 * 1.4 * 1.4))
                * std::cos(2.0 * std::numbers::pi * along / 8.0);
        });
    case HandMade::Disk:
        return tabulated([](int x, int y) { return x * x + y * y <= 4 ? 1.0 : 0.0; });
    case HandMade::Random:
    case HandMade::Painted:
    case HandMade::Matched:
        break;
    }
    qFatal("no definition");
}

/// What the pairs add up to, and the same of absolute values, which rounding goes by.
struct PairSum {
    Kernel5x5 value{};
    Kernel5x5 magnitude{};
};

Taps3 absolute(Taps3 taps)
{
    for (double& tap : taps)
        tap = std::abs(tap);
    return taps;
}

void add(const SeparablePair& pair, Kernel5x5& sum)
{
    const Taps5 column = product(pair.firstColumn, pair.secondColumn);
    const Taps5 row = product(pair.firstRow, pair.secondRow);
    for (std::size_t i = 0; i < 25; ++i)
        sum[i] += column[i / 5] * row[i % 5];
}

PairSum sumOf(const std::vector<SeparablePair>& pairs)
{
    PairSum sum;
    for (const SeparablePair& pair : pairs) {
        add(pair, sum.value);
        add({absolute(pair.firstColumn), absolute(pair.firstRow), absolute(pair.secondColumn),
             absolute(pair.secondRow)},
            sum.magnitude);
    }
    return sum;
}

double norm(const Kernel5x5& kernel)
{
    double squares = 0.0;
    for (const double value : kernel)
        squares += value * value;
    return std::sqrt(squares);
}

} // namespace

class TestHandMade : public QObject {
    Q_OBJECT
private slots:
    void multipliesTapsAsPolynomials();
    void kernelsAreTheirDefinitions_data();
    void kernelsAreTheirDefinitions();
    void laplacianLeavesAConstantAlone();
    void diskHasThirteenPixels();
    void randomIsWhatPyTorchDraws_data();
    void randomIsWhatPyTorchDraws();
    void onlyRandomGoesByTheSeed();
    void pairsAddUpToTheKernel_data();
    void pairsAddUpToTheKernel();
    void separableKernelsAreOnePair_data();
    void separableKernelsAreOnePair();
    void namesAreDistinct();
};

void TestHandMade::multipliesTapsAsPolynomials()
{
    QCOMPARE(product({1.0, 2.0, 3.0}, {5.0, 7.0, 11.0}), (Taps5{5.0, 17.0, 40.0, 43.0, 33.0}));
}

void TestHandMade::kernelsAreTheirDefinitions_data()
{
    QTest::addColumn<HandMade>("kind");
    for (const HandMade kind : kKinds)
        if (kind != HandMade::Random)
            QTest::addRow("%s", handMadeName(kind).data()) << kind;
}

void TestHandMade::kernelsAreTheirDefinitions()
{
    QFETCH(HandMade, kind);
    const Kernel5x5 expected = definitionOf(kind);
    const Kernel5x5 kernel = handMadeKernel({kind, 0});
    // The longest way to a value is the Laplacian's: an exponential and a mean of 25.
    const double largest = std::abs(*std::ranges::max_element(
        expected, [](double a, double b) { return std::abs(a) < std::abs(b); }));
    const double bound = 32 * kDoubleRoundoff * largest;
    for (std::size_t i = 0; i < 25; ++i) {
        QVERIFY2(std::abs(kernel[i] - expected[i]) <= bound, std::to_string(i).c_str());
        const bool isBesideZero = kind == HandMade::Gabor; // where a cosine is 0 up to rounding
        if (!isBesideZero)
            QCOMPARE(float(kernel[i]), float(expected[i]));
    }
}

void TestHandMade::laplacianLeavesAConstantAlone()
{
    double sum = 0.0;
    double magnitude = 0.0;
    for (const double value : handMadeKernel({HandMade::Log, 0})) {
        sum += value;
        magnitude += std::abs(value);
    }
    QVERIFY(std::abs(sum) <= 50 * kDoubleRoundoff * magnitude); // two sums of 25
}

void TestHandMade::diskHasThirteenPixels()
{
    const Kernel5x5 kernel = handMadeKernel({HandMade::Disk, 0});
    QCOMPARE(std::ranges::count(kernel, 1.0), 13);
    QCOMPARE(std::ranges::count(kernel, 0.0), 12);
}

void TestHandMade::randomIsWhatPyTorchDraws_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 0; seed < int(kRandomKernels.size()); ++seed)
        QTest::addRow("%d", seed) << seed;
}

void TestHandMade::randomIsWhatPyTorchDraws()
{
    QFETCH(int, seed);
    const Kernel5x5 kernel = handMadeKernel({HandMade::Random, std::uint64_t(seed)});
    // radius · cos(angle) in float32: the radius is √(−2 ln u) with u ≥ 2^-24, and an angle up to
    // 2π and the radius are each rounded a few times, differently by different libraries.
    const double radius = std::sqrt(48.0 * std::numbers::ln2);
    const double bound = radius * (2.0 * std::numbers::pi + 1.0) * 0x1p-24;
    for (std::size_t i = 0; i < 25; ++i) {
        const double difference = kernel[i] - kRandomKernels[std::size_t(seed)][i];
        QVERIFY2(std::abs(difference) <= bound, std::to_string(difference).c_str());
        QCOMPARE(double(float(kernel[i])), kernel[i]);
    }
}

void TestHandMade::onlyRandomGoesByTheSeed()
{
    for (const HandMade kind : kKinds)
        QCOMPARE(handMadeKernel({kind, 0}) == handMadeKernel({kind, 1}), kind != HandMade::Random);
}

void TestHandMade::pairsAddUpToTheKernel_data()
{
    QTest::addColumn<HandMade>("kind");
    QTest::addColumn<int>("seeds");
    for (const HandMade kind : kKinds)
        QTest::addRow("%s", handMadeName(kind).data())
            << kind << (kind == HandMade::Random ? 200 : 1);
}

void TestHandMade::pairsAddUpToTheKernel()
{
    QFETCH(HandMade, kind);
    QFETCH(int, seeds);
    for (std::uint64_t seed = 0; seed < std::uint64_t(seeds); ++seed) {
        const Kernel5x5 kernel = handMadeKernel({kind, seed});
        const std::vector<SeparablePair> pairs = separablePairs({kind, seed});
        QVERIFY(!pairs.empty() && pairs.size() <= 5);
        const PairSum sum = sumOf(pairs);
        for (std::size_t i = 0; i < 25; ++i) {
            // Five singular values, each in a product of four factors; what is below 1e-12 of the
            // largest singular value may be left out.
            const double bound = 64 * kDoubleRoundoff * norm(sum.magnitude) + 5e-12 * norm(kernel);
            QVERIFY2(std::abs(sum.value[i] - kernel[i]) <= bound,
                     ("seed " + std::to_string(seed)).c_str());
        }
        for (std::size_t i = 1; i < pairs.size(); ++i) {
            // Equal singular values may come in either order.
            const double before = norm(sumOf({pairs[i - 1]}).value);
            QVERIFY(norm(sumOf({pairs[i]}).value) <= before * (1.0 + 64 * kDoubleRoundoff));
        }
    }
}

void TestHandMade::separableKernelsAreOnePair_data()
{
    QTest::addColumn<HandMade>("kind");
    for (const HandMade kind :
         {HandMade::Identity, HandMade::Box, HandMade::Binomial, HandMade::Sobel})
        QTest::addRow("%s", handMadeName(kind).data()) << kind;
}

void TestHandMade::separableKernelsAreOnePair()
{
    QFETCH(HandMade, kind);
    const std::vector<SeparablePair> pairs = separablePairs({kind, 0});
    QCOMPARE(pairs.size(), std::size_t(1));
    // So that a ReLU after the first kernel changes nothing for pictures.
    for (const double down : pairs[0].firstColumn)
        for (const double across : pairs[0].firstRow)
            QVERIFY(down * across >= 0.0);
}

void TestHandMade::namesAreDistinct()
{
    QCOMPARE(handMadeName(HandMade::Identity), std::string_view("identity"));
    QCOMPARE(handMadeName(HandMade::Matched), std::string_view("matched"));
    for (const HandMade a : kKinds)
        for (const HandMade b : kKinds)
            QCOMPARE(handMadeName(a) == handMadeName(b), a == b);
}

QTEST_APPLESS_MAIN(TestHandMade)
#include "test_hand_made.moc"
