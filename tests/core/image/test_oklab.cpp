#include "core/image/oklab.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

class TestOklab : public QObject {
    Q_OBJECT
private slots:
    void hasTheKnownCoordinates_data();
    void hasTheKnownCoordinates();
    void greysHaveNoColour();
    void everyColourComesBack();
    void encodingAndDecodingUndoEachOther();
    void distanceIsEuclidean();
};

void TestOklab::hasTheKnownCoordinates_data()
{
    QTest::addColumn<int>("r");
    QTest::addColumn<int>("g");
    QTest::addColumn<int>("b");
    QTest::addColumn<QList<double>>("expected");
    QTest::newRow("black") << 0 << 0 << 0 << QList<double>{0.0, 0.0, 0.0};
    QTest::newRow("white") << 255 << 255 << 255 << QList<double>{1.0, 0.0, 0.0};
    QTest::newRow("red") << 255 << 0 << 0 << QList<double>{0.627955, 0.224863, 0.125846};
    QTest::newRow("green") << 0 << 255 << 0 << QList<double>{0.866440, -0.233888, 0.179498};
    QTest::newRow("blue") << 0 << 0 << 255 << QList<double>{0.452014, -0.032457, -0.311528};
}

void TestOklab::hasTheKnownCoordinates()
{
    QFETCH(const int, r);
    QFETCH(const int, g);
    QFETCH(const int, b);
    QFETCH(const QList<double>, expected);
    const Oklab colour = oklabOf({std::uint8_t(r), std::uint8_t(g), std::uint8_t(b)});
    constexpr double kSixDigits = 1e-6; // as they are published
    QVERIFY(std::abs(colour.lightness - expected[0]) < kSixDigits);
    QVERIFY(std::abs(colour.greenRed - expected[1]) < kSixDigits);
    QVERIFY(std::abs(colour.blueYellow - expected[2]) < kSixDigits);
}

void TestOklab::greysHaveNoColour()
{
    double before = -1.0;
    for (int level = 0; level < 256; ++level) {
        const auto byte = static_cast<std::uint8_t>(level);
        const Oklab grey = oklabOf({byte, byte, byte});
        QVERIFY(grey.lightness > before);
        before = grey.lightness;
        // The definition's matrices have ten digits.
        QVERIFY(std::hypot(grey.greenRed, grey.blueYellow) < 1e-7);
    }
}

void TestOklab::everyColourComesBack()
{
    const auto byteOf = [](double light) {
        return static_cast<std::uint8_t>(std::round(srgbEncoded(std::max(0.0, light)) * 255.0));
    };
    for (int r = 0; r < 256; r += 15) {
        for (int g = 0; g < 256; g += 15) {
            for (int b = 0; b < 256; b += 15) {
                const Rgb8 colour{std::uint8_t(r), std::uint8_t(g), std::uint8_t(b)};
                const LinearRgb light = linearRgbOf(oklabOf(colour));
                QVERIFY((Rgb8{byteOf(light.r), byteOf(light.g), byteOf(light.b)} == colour));
            }
        }
    }
}

void TestOklab::encodingAndDecodingUndoEachOther()
{
    QCOMPARE(srgbDecoded(0.0), 0.0);
    QVERIFY(std::abs(srgbDecoded(1.0) - 1.0) < 1e-15);
    QVERIFY(std::abs(srgbDecoded(0.5) - 0.21404114) < 1e-8); // half the value, a fifth of the light
    for (int i = 0; i <= 1000; ++i) {
        const double value = i / 1000.0;
        // Where the straight part meets the curve the standard's numbers leave a gap of 3e-8.
        QVERIFY(std::abs(srgbEncoded(srgbDecoded(value)) - value) < 1e-7);
    }
}

void TestOklab::distanceIsEuclidean()
{
    QCOMPARE(distance({0.5, 0.1, -0.1}, {0.5, 0.1, -0.1}), 0.0);
    QVERIFY(std::abs(distance({0.1, 0.2, 0.3}, {0.3, 0.5, 0.9}) - 0.7) < 1e-15);
}

QTEST_APPLESS_MAIN(TestOklab)
#include "test_oklab.moc"
