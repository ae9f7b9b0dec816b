#include "core/image/samples.h"

#include "core/image/resize.h"
#include "tests/core/image/drawn_pictures.h"

#include <QTest>

#include <cmath>
#include <cstring>
#include <numbers>
#include <numeric>
#include <set>
#include <string>
#include <vector>

using namespace factorscope;

namespace {

QByteArray idOf(const Sample& sample)
{
    return {sample.id.data(), qsizetype(sample.id.size())};
}

Picture drawn(const QByteArray& id, Extent size)
{
    const Sample* sample = findSample({id.data(), std::size_t(id.size())});
    if (!sample)
        qFatal("no sample %s", id.data());
    return sample->draw(size);
}

float redAt(const Picture& picture, std::int64_t y, std::int64_t x)
{
    return picture.rgb.data()[y * picture.size().width + x];
}

/// The standard deviation of the values.
double contrast(const Picture& picture)
{
    const auto values = picture.rgb.values();
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
    double squares = 0.0;
    for (const float value : values)
        squares += (double{value} - mean) * (double{value} - mean);
    return std::sqrt(squares / double(values.size()));
}

/// The root of the mean squared difference.
double difference(const Picture& a, const Picture& b)
{
    double squares = 0.0;
    for (std::int64_t i = 0; i < a.rgb.elements(); ++i) {
        const double step = double{a.rgb.data()[i]} - double{b.rgb.data()[i]};
        squares += step * step;
    }
    return std::sqrt(squares / double(a.rgb.elements()));
}

} // namespace

class TestSamples : public QObject {
    Q_OBJECT
private slots:
    void listsTheDocumentedSamples();
    void idsAreUniqueAndFound();
    void findsNothingForAnUnknownId_data();
    void findsNothingForAnUnknownId();
    void drawsAnySize_data();
    void drawsAnySize();
    void showsSomething_data();
    void showsSomething();
    void aLargeOneShrunkLooksLikeASmallOne_data();
    void aLargeOneShrunkLooksLikeASmallOne();
    void theZonePlateIsSymmetric();
    void theZonePlateGetsFinerByTheRadius();
    void theSiemensStarHasItsSpokes();
    void gratingsKeepBelowTheFinestStripes();
    void theTextHasInkOnPaperAndThePaperInBands();
    void theSceneIsColourful();
};

void TestSamples::listsTheDocumentedSamples()
{
    const char* const expected[] = {"scene", "zone-plate", "siemens-star", "gratings", "text"};
    QCOMPARE(samples().size(), std::size(expected));
    for (std::size_t i = 0; i < std::size(expected); ++i)
        QCOMPARE(idOf(samples()[i]), QByteArray(expected[i]));
}

void TestSamples::idsAreUniqueAndFound()
{
    std::set<std::string_view> ids;
    std::set<std::string> labels;
    for (const Sample& sample : samples()) {
        QVERIFY(ids.insert(sample.id).second);
        QVERIFY(labels.insert(sample.label).second);
        QVERIFY(std::strlen(sample.label) > 0);
        QCOMPARE(findSample(sample.id), &sample);
    }
}

void TestSamples::findsNothingForAnUnknownId_data()
{
    QTest::addColumn<QByteArray>("id");
    for (const char* id : {"", "scen", "Scene", "scene ", "sample:scene", "lena"})
        QTest::addRow("'%s'", id) << QByteArray(id);
}

void TestSamples::findsNothingForAnUnknownId()
{
    QFETCH(const QByteArray, id);
    QVERIFY(!findSample({id.data(), std::size_t(id.size())}));
}

void TestSamples::drawsAnySize_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    const Extent sizes[] = {{1, 1},   {1, 2},    {2, 1},   {3, 5},   {1, 397},
                            {397, 1}, {3, 2000}, {16, 16}, {33, 21}, {100, 101}};
    for (const Sample& sample : samples()) {
        for (const Extent& size : sizes)
            QTest::addRow("%s %s", idOf(sample).data(), size.text().c_str())
                << idOf(sample) << int(size.height) << int(size.width);
    }
}

void TestSamples::drawsAnySize()
{
    QFETCH(const QByteArray, id);
    QFETCH(const int, height);
    QFETCH(const int, width);
    const Picture picture = drawn(id, {height, width});
    QCOMPARE(picture.rgb.shape(), (Shape{3, height, width}));
    QCOMPARE(QByteArray::fromStdString(picture.name), id);
    QCOMPARE(picture.bitsPerChannel, 8);
    QVERIFY(picture.notes.empty());
    // On the levels that a saved copy has: what a reader makes of it is the same float.
    for (const float value : picture.rgb.values()) {
        QVERIFY(value >= 0.0F && value <= 1.0F);
        QVERIFY(value == std::round(value * 255.0F) / 255.0F);
    }
    QVERIFY(sameBits(drawn(id, {height, width}).rgb, picture.rgb));
}

void TestSamples::showsSomething_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    for (const Sample& sample : samples()) {
        for (const Extent& size : {Extent{32, 32}, Extent{31, 90}, Extent{90, 31}})
            QTest::addRow("%s %s", idOf(sample).data(), size.text().c_str())
                << idOf(sample) << int(size.height) << int(size.width);
    }
}

void TestSamples::showsSomething()
{
    QFETCH(const QByteArray, id);
    QFETCH(const int, height);
    QFETCH(const int, width);
    const Picture picture = drawn(id, {height, width});
    QVERIFY2(contrast(picture) > 0.1, QByteArray::number(contrast(picture)));
    for (const Sample& other : samples()) {
        if (idOf(other) != id)
            QVERIFY(difference(other.draw({height, width}), picture) > 0.1);
    }
}

void TestSamples::aLargeOneShrunkLooksLikeASmallOne_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<int>("side");
    // Not the zone plate: it has more rings when it is larger. Gratings have as many stripes when
    // their patches are large enough for the finest.
    QTest::newRow("scene") << QByteArray("scene") << 128;
    QTest::newRow("siemens-star") << QByteArray("siemens-star") << 128;
    QTest::newRow("gratings") << QByteArray("gratings") << 480;
    QTest::newRow("text") << QByteArray("text") << 128;
}

void TestSamples::aLargeOneShrunkLooksLikeASmallOne()
{
    QFETCH(const QByteArray, id);
    QFETCH(const int, side);
    const Picture small = drawn(id, {side, side});
    const auto shrunk = resized(drawn(id, {2 * side, 2 * side}), {side, side});
    QVERIFY(shrunk);
    // Details finer than a pixel differ. Another picture would be off by the contrast of both.
    const double share = difference(small, *shrunk) / contrast(small);
    QVERIFY2(share < 0.25, QByteArray::number(share));
}

void TestSamples::theZonePlateIsSymmetric()
{
    constexpr std::int64_t kSide = 65;
    const Picture picture = drawn("zone-plate", {kSide, kSide});
    for (std::int64_t y = 0; y < kSide; ++y) {
        for (std::int64_t x = 0; x < kSide; ++x) {
            const float value = redAt(picture, y, x);
            QVERIFY(redAt(picture, x, y) == value);
            QVERIFY(redAt(picture, kSide - 1 - y, x) == value);
            QVERIFY(redAt(picture, y, kSide - 1 - x) == value);
        }
    }
}

void TestSamples::theZonePlateGetsFinerByTheRadius()
{
    constexpr std::int64_t kSide = 401;
    constexpr std::int64_t kMiddle = kSide / 2;
    const Picture picture = drawn("zone-plate", {kSide, kSide});
    QCOMPARE(redAt(picture, kMiddle, kMiddle), 1.0F);
    // r / side cycles per pixel at the radius r: full contrast up to a third, none at a half.
    for (std::int64_t r = 0; r < kSide / 3; ++r) {
        const double phase = std::numbers::pi * double(r * r) / double(kSide);
        const double miss = std::abs(double{redAt(picture, kMiddle, kMiddle + r)}
                                     - (0.5 + 0.5 * std::cos(phase)));
        QVERIFY2(miss <= 0.5001 / 255.0, QByteArray::number(qint64(r))); // half a level
    }
    // 0.5 lies between two levels.
    QVERIFY(std::abs(redAt(picture, kMiddle, kSide - 1) - 0.5F) < 1.0F / 255.0F);
    QVERIFY(std::abs(redAt(picture, 0, kMiddle) - 0.5F) < 1.0F / 255.0F);
}

void TestSamples::theSiemensStarHasItsSpokes()
{
    constexpr std::int64_t kSide = 301;
    const Picture picture = drawn("siemens-star", {kSide, kSide});
    constexpr double kRadius = 0.4 * kSide;
    int changes = 0;
    bool wasLight = false;
    for (int i = 0; i <= 10000; ++i) {
        const double angle = 0.01 + 2.0 * std::numbers::pi * i / 10000.0;
        const auto at = [](double part) {
            return static_cast<std::int64_t>(std::floor(kSide / 2.0 + kRadius * part));
        };
        const bool isLight = redAt(picture, at(std::sin(angle)), at(std::cos(angle))) > 0.5F;
        changes += i > 0 && isLight != wasLight;
        wasLight = isLight;
    }
    QCOMPARE(changes, 72); // 36 spokes of each kind
    QCOMPARE(redAt(picture, 0, 0), 1.0F); // paper around it
    // Too fine for pixels in the middle: grey.
    QVERIFY(std::abs(redAt(picture, kSide / 2, kSide / 2) - 0.5F) < 1.0F / 255.0F);
}

void TestSamples::gratingsKeepBelowTheFinestStripes()
{
    // In cells of 60 pixels the lowest row has its finest stripes, at 0.4 cycles per pixel at most,
    // and the first column stripes that lie: neighbours in a row are equal there.
    const Picture picture = drawn("gratings", {360, 360});
    for (std::int64_t y = 0; y < 360; ++y)
        QVERIFY(std::abs(redAt(picture, y, 29) - redAt(picture, y, 30)) <= 1.0F / 255.0F);
    std::vector<int> changes;
    for (std::int64_t row = 0; row < 6; ++row) {
        int count = 0;
        for (std::int64_t y = 60 * row + 10; y < 60 * row + 50; ++y)
            count += (redAt(picture, y, 30) > 0.5F) != (redAt(picture, y - 1, 30) > 0.5F);
        changes.push_back(count);
    }
    QVERIFY(std::ranges::is_sorted(changes, std::less<>()));
    QVERIFY(changes.front() >= 1 && changes.front() < changes.back());
    QVERIFY(changes.back() <= 2 * 0.4 * 41); // two changes a cycle
}

void TestSamples::theTextHasInkOnPaperAndThePaperInBands()
{
    const Picture picture = drawn("text", {256, 256});
    const std::vector<float> red(picture.rgb.data(), picture.rgb.data() + 256 * 256);
    const auto paper = std::ranges::count(red, 1.0F);
    const auto ink = std::ranges::count_if(red, [](float value) { return value < 0.1F; });
    QVERIFY(paper > 256 * 256 / 3);
    QVERIFY(ink > 256 * 256 / 20);
    // The bands go from border to border, light strokes within them.
    int bands = 0;
    for (std::int64_t y = 1; y < 256; ++y)
        bands += redAt(picture, y, 0) < 0.1F && redAt(picture, y - 1, 0) == 1.0F;
    QCOMPARE(bands, 2);
}

void TestSamples::theSceneIsColourful()
{
    const Picture picture = drawn("scene", {96, 96});
    const auto values = picture.rgb.values();
    constexpr std::size_t kPixels = 96 * 96;
    int red = 0;
    int blue = 0;
    for (std::size_t i = 0; i < kPixels; ++i) {
        red += values[i] > values[2 * kPixels + i] + 0.2F;
        blue += values[2 * kPixels + i] > values[i] + 0.2F;
    }
    QVERIFY(red > int(kPixels) / 20);
    QVERIFY(blue > int(kPixels) / 20);
}

QTEST_APPLESS_MAIN(TestSamples)
#include "test_samples.moc"
