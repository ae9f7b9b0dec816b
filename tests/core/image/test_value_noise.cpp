#include "core/image/value_noise.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace factorscope;

namespace {

/// Values of a size of 1 may be made in single precision, in some ten operations.
constexpr double kRounding = 10 * 0x1p-23;

Vec3 somewhere(std::mt19937& generator, double reach)
{
    const auto part = [&] { return (generator() / 4294967296.0 - 0.5) * 2.0 * reach; };
    const double x = part();
    const double y = part();
    return {x, y, part()};
}

} // namespace

class TestValueNoise : public QObject {
    Q_OBJECT
private slots:
    void latticeValuesAreSpreadEvenly();
    void staysInItsRangeAndUsesIt();
    void isSmooth();
    void aWholeYChangesNothing();
    void leavesOutWhatIsFinerThanAPixel();
};

void TestValueNoise::latticeValuesAreSpreadEvenly()
{
    int lower = 0;
    for (int x = -50; x < 50; ++x) {
        for (int z = -50; z < 50; ++z) {
            const double value = latticeValue(x, 3, z);
            QVERIFY(value >= 0.0 && value < 1.0);
            QCOMPARE(latticeValue(x, 3, z), value);
            lower += value < 0.5;
        }
    }
    // Ten thousand throws of a coin: within four standard deviations of 50.
    QVERIFY(lower > 4800 && lower < 5200);
}

void TestValueNoise::staysInItsRangeAndUsesIt()
{
    std::mt19937 generator(1);
    double least = 0.0;
    double most = 0.0;
    for (int i = 0; i < 20000; ++i) {
        const Vec3 p = somewhere(generator, i % 2 ? 100.0 : 2e9);
        const double value = valueNoise(p);
        QVERIFY(value >= -1.0 && value <= 1.0);
        least = std::min(least, value);
        most = std::max(most, value);
    }
    QVERIFY(least < -0.8 && most > 0.8);
}

void TestValueNoise::isSmooth()
{
    // Between neighbours, at most 2 apart, the way is at its steepest 15/8 per unit: 3.75.
    constexpr double kStep = 1e-3;
    constexpr double kFarthest = 3.75 * kStep + kRounding;
    std::mt19937 generator(2);
    for (int i = 0; i < 5000; ++i) {
        Vec3 p = somewhere(generator, 30.0);
        if (i % 3 == 0)
            p.x = std::round(p.x) - kStep / 2.0; // across a lattice point
        const double here = valueNoise(p);
        QVERIFY(std::abs(valueNoise(p + Vec3{kStep, 0.0, 0.0}) - here) <= kFarthest);
        QVERIFY(std::abs(valueNoise(p + Vec3{0.0, kStep, 0.0}) - here) <= kFarthest);
        QVERIFY(std::abs(valueNoise(p + Vec3{0.0, 0.0, kStep}) - here) <= kFarthest);
    }
}

void TestValueNoise::aWholeYChangesNothing()
{
    // The shortcut in the plane gives what noise in space has there.
    std::mt19937 generator(3);
    for (int i = 0; i < 1000; ++i) {
        Vec3 p = somewhere(generator, 30.0);
        p.y = std::round(p.y);
        const double shortcut = valueNoise(p);
        for (const double beside : {-1e-9, 1e-9})
            QVERIFY(std::abs(valueNoise(p + Vec3{0.0, beside, 0.0}) - shortcut) <= kRounding);
    }
}

void TestValueNoise::leavesOutWhatIsFinerThanAPixel()
{
    const Vec3 p{3.3, 1.7, -2.2};
    QCOMPARE(fractalNoise(p, 6, 1.0), 0.0);
    QCOMPARE(fractalNoise(p, 6, 1e9), 0.0);
    // With a pixel of half a feature the second octave, twice as fine, is gone.
    QCOMPARE(fractalNoise(p, 6, 0.5), fractalNoise(p, 1, 0.5));
    QVERIFY(fractalNoise(p, 6, 0.0) != fractalNoise(p, 1, 0.0));
}

QTEST_APPLESS_MAIN(TestValueNoise)
#include "test_value_noise.moc"
