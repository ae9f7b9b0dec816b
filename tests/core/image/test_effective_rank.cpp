#include "core/image/effective_rank.h"

#include <QTest>

#include <array>
#include <bit>
#include <cmath>
#include <vector>

using namespace factorscope;

namespace {

/// A layer whose map c has valueAt(c, i).
template <typename ValueAt>
std::optional<double> rankOf(std::int64_t channels, Extent size, const ValueAt& valueAt)
{
    Tensor maps = Tensor::zeros({1, channels, size.height, size.width});
    const std::int64_t plane = size.height * size.width;
    for (std::int64_t i = 0; i < maps.elements(); ++i)
        maps.data()[i] = static_cast<float>(valueAt(i / plane, i % plane));
    ThreadTeam team(2);
    return effectiveRank(*channelCovariance(maps, maps, {.team = team}));
}

/// Rows of a Hadamard matrix of 64, but for the constant first: orthogonal, with mean 0.
double hadamard(std::int64_t row, std::int64_t column)
{
    return std::popcount(static_cast<std::uint64_t>((row + 1) & column)) % 2 == 0 ? 1.0 : -1.0;
}

} // namespace

class TestEffectiveRank : public QObject {
    Q_OBJECT
private slots:
    void isTheNumberOfEqualValues();
    void isOneWhereOneIsAll();
    void ofTwoValuesIsWhatTheEntropySays();
    void doesNotDependOnTheScale();
    void orthogonalMapsCountEach();
    void multiplesOfOneMapCountOnce();
    void aConstantCountsNothing();
    void strongMapsHideWeakOnes();
    void whatIsNoNumberHasNoRank();
};

void TestEffectiveRank::isTheNumberOfEqualValues()
{
    for (const std::size_t n : {1U, 2U, 7U, 832U}) {
        const std::vector<double> spectrum(n, 0.3);
        QVERIFY(std::abs(effectiveRank(spectrum) - static_cast<double>(n)) < 1e-9);
    }
}

void TestEffectiveRank::isOneWhereOneIsAll()
{
    QCOMPARE(effectiveRank(std::array{0.0, 5.0, 0.0}), 1.0);
    QCOMPARE(effectiveRank(std::array{-1e-18, 5.0}), 1.0); // of rounding
    QCOMPARE(effectiveRank(std::array{0.0, 0.0}), 0.0);
    QCOMPARE(effectiveRank(std::span<const double>()), 0.0);
}

void TestEffectiveRank::ofTwoValuesIsWhatTheEntropySays()
{
    // p = 3/4, 1/4: exp(3/4 ln 4/3 + 1/4 ln 4) = 4 / 3^(3/4)
    QVERIFY(std::abs(effectiveRank(std::array{3.0, 1.0}) - 4.0 / std::pow(3.0, 0.75)) < 1e-12);
}

void TestEffectiveRank::doesNotDependOnTheScale()
{
    const double rank = effectiveRank(std::array{4.0, 2.0, 1.0});
    for (const double scale : {1e-12, 1e12})
        QVERIFY(std::abs(effectiveRank(std::array{4.0 * scale, 2.0 * scale, scale}) - rank) < 1e-9);
}

void TestEffectiveRank::orthogonalMapsCountEach()
{
    for (const std::int64_t channels : {1, 5, 33, 63}) {
        const auto rank = rankOf(channels, {8, 8}, hadamard);
        QVERIFY(rank && std::abs(*rank - static_cast<double>(channels)) < 1e-9);
    }
}

void TestEffectiveRank::multiplesOfOneMapCountOnce()
{
    const auto rank = rankOf(12, {8, 8}, [](std::int64_t c, std::int64_t i) {
        return static_cast<double>(c + 1) * static_cast<double>(i % 5) + static_cast<double>(c);
    });
    QVERIFY(rank && std::abs(*rank - 1.0) < 1e-9);
    const auto two
        = rankOf(12, {8, 8}, [](std::int64_t c, std::int64_t i) { return hadamard(c % 2, i); });
    QVERIFY(two && std::abs(*two - 2.0) < 1e-9); // six of each
}

void TestEffectiveRank::aConstantCountsNothing()
{
    QCOMPARE(rankOf(4, {8, 8}, [](auto, auto) { return 0.0; }), std::optional(0.0));
    const auto rank = rankOf(
        3, {8, 8}, [](std::int64_t c, std::int64_t i) { return c == 0 ? 7.0 : hadamard(c, i); });
    QVERIFY(rank && std::abs(*rank - 2.0) < 1e-9);
}

void TestEffectiveRank::strongMapsHideWeakOnes()
{
    const auto rank = rankOf(8, {8, 8}, [](std::int64_t c, std::int64_t i) {
        return (c == 0 ? 100.0 : 1.0) * hadamard(c, i);
    });
    QVERIFY(rank && *rank > 1.0 && *rank < 1.01);
}

void TestEffectiveRank::whatIsNoNumberHasNoRank()
{
    QVERIFY(!rankOf(3, {4, 4}, [](std::int64_t c, std::int64_t i) {
        return c == 1 && i == 3 ? std::nan("") : static_cast<double>(i);
    }));
}

QTEST_APPLESS_MAIN(TestEffectiveRank)
#include "test_effective_rank.moc"
