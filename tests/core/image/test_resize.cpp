#include "core/image/resize.h"

#include "tests/core/image/drawn_pictures.h"

#include <QTest>

#include <array>
#include <cmath>
#include <cstring>
#include <numeric>
#include <vector>

using namespace factorscope;

namespace {

/// Sums are made in double and rounded once: two ways to the same number below 1 end at most one
/// float apart.
constexpr double kOneFloat = 0x1p-24;

Picture resizedTo(const Picture& picture, Extent size)
{
    auto result = resized(picture, size);
    if (!result)
        qFatal("%s", result.error().message().c_str());
    return *std::move(result);
}

float valueAt(const Picture& picture, int channel, std::int64_t y, std::int64_t x)
{
    const Extent size = picture.size();
    return picture.rgb.data()[(channel * size.height + y) * size.width + x];
}

/// The part of a picture whose upper left corner is at (top, left).
Picture partOf(const Picture& picture, std::int64_t top, std::int64_t left, Extent size)
{
    return drawnPicture(size, [&](int channel, std::int64_t y, std::int64_t x) {
        return valueAt(picture, channel, top + y, left + x);
    });
}

Picture mirrored(const Picture& picture)
{
    const Extent size = picture.size();
    return drawnPicture(size, [&](int channel, std::int64_t y, std::int64_t x) {
        return valueAt(picture, channel, size.height - 1 - y, size.width - 1 - x);
    });
}

double mean(const Picture& picture)
{
    const auto values = picture.rgb.values();
    return std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

/// Red of the first row.
std::vector<float> firstRow(const Picture& picture)
{
    const float* row = picture.rgb.data();
    return {row, row + picture.size().width};
}

void addSizes()
{
    QTest::addColumn<int>("fromHeight");
    QTest::addColumn<int>("fromWidth");
    QTest::addColumn<int>("toHeight");
    QTest::addColumn<int>("toWidth");
    const auto row = [](int fromHeight, int fromWidth, int toHeight, int toWidth) {
        QTest::addRow("%dx%d to %dx%d", fromHeight, fromWidth, toHeight, toWidth)
            << fromHeight << fromWidth << toHeight << toWidth;
    };
    row(1, 1, 1, 2);
    row(1, 1, 7, 9);
    row(31, 17, 1, 1);
    row(2, 2, 4, 4);
    row(64, 64, 16, 16);
    row(30, 40, 29, 41);
    row(30, 40, 31, 39);
    row(13, 57, 57, 13);
    row(40, 20, 20, 40);
    row(1, 5000, 5, 5);
    row(5000, 1, 3, 7);
    row(2, 3, 1, 4000);
    row(2, 3, 4000, 1);
    row(9, 2000, 2000, 1);
}

} // namespace

class TestResize : public QObject {
    Q_OBJECT
private slots:
    void theSameSizeGivesTheSameNumbers();
    void keepsWhatIsKnownOfThePicture();
    void hasExactlyTheSizeAskedFor_data() { addSizes(); }
    void hasExactlyTheSizeAskedFor();
    void aFlatPictureStaysFlat_data() { addSizes(); }
    void aFlatPictureStaysFlat();
    void staysBetweenItsValues_data() { addSizes(); }
    void staysBetweenItsValues();
    void mirroringComesToTheSameBeforeOrAfter_data() { addSizes(); }
    void mirroringComesToTheSameBeforeOrAfter();
    void wholeFactorsKeepTheMean_data();
    void wholeFactorsKeepTheMean();
    void weighsByATriangle_data();
    void weighsByATriangle();
    void fineStripesBecomeGrey();
    void cutsAboutTheCentre_data();
    void cutsAboutTheCentre();
    void whatIsCutAwayDoesNotCount();
    void refusesASizeThatDoesNotFitInMemory_data();
    void refusesASizeThatDoesNotFitInMemory();
    void stopsOnRequest();
};

void TestResize::theSameSizeGivesTheSameNumbers()
{
    Picture picture = noisePicture({9, 14}, 1);
    picture.rgb.data()[3] = -0.0F;
    picture.rgb.data()[4] = 1e-42F; // denormal
    const Picture same = resizedTo(picture, {9, 14});
    QCOMPARE(same.rgb.shape(), picture.rgb.shape());
    QCOMPARE(std::memcmp(same.rgb.data(), picture.rgb.data(), std::size_t(picture.rgb.bytes())), 0);
    QVERIFY(same.rgb.data() != picture.rgb.data());
}

void TestResize::keepsWhatIsKnownOfThePicture()
{
    Picture picture = noisePicture({8, 8}, 2);
    picture.name = "cat";
    picture.bitsPerChannel = 16;
    picture.notes = {{ErrorCode::Format, "ends early", {}}};
    for (const Extent size : {Extent{8, 8}, Extent{3, 5}}) {
        const Picture result = resizedTo(picture, size);
        QCOMPARE(result.name, picture.name);
        QCOMPARE(result.bitsPerChannel, 16);
        QCOMPARE(result.notes.size(), std::size_t{1});
        QCOMPARE(result.notes[0].text, "ends early");
    }
}

void TestResize::hasExactlyTheSizeAskedFor()
{
    QFETCH(const int, fromHeight);
    QFETCH(const int, fromWidth);
    QFETCH(const int, toHeight);
    QFETCH(const int, toWidth);
    const Picture result = resizedTo(noisePicture({fromHeight, fromWidth}, 3), {toHeight, toWidth});
    QCOMPARE(result.rgb.shape(), (Shape{3, toHeight, toWidth}));
}

void TestResize::aFlatPictureStaysFlat()
{
    QFETCH(const int, fromHeight);
    QFETCH(const int, fromWidth);
    QFETCH(const int, toHeight);
    QFETCH(const int, toWidth);
    const std::array<float, 3> colour{0.1F, 0.7F, 1.0F};
    const Picture flat
        = drawnPicture({fromHeight, fromWidth}, [&](int channel, std::int64_t, std::int64_t) {
              return colour[std::size_t(channel)];
          });
    const Picture result = resizedTo(flat, {toHeight, toWidth});
    const std::int64_t pixels = std::int64_t{toHeight} * toWidth;
    for (std::int64_t i = 0; i < 3 * pixels; ++i)
        QVERIFY(result.rgb.data()[i] == colour[std::size_t(i / pixels)]);
}

void TestResize::staysBetweenItsValues()
{
    QFETCH(const int, fromHeight);
    QFETCH(const int, fromWidth);
    QFETCH(const int, toHeight);
    QFETCH(const int, toWidth);
    const Picture picture = noisePicture({fromHeight, fromWidth}, 4);
    const auto [least, most] = std::ranges::minmax(picture.rgb.values());
    const Picture result = resizedTo(picture, {toHeight, toWidth});
    for (const float value : result.rgb.values())
        QVERIFY(value >= least && value <= most);
}

void TestResize::mirroringComesToTheSameBeforeOrAfter()
{
    QFETCH(const int, fromHeight);
    QFETCH(const int, fromWidth);
    QFETCH(const int, toHeight);
    QFETCH(const int, toWidth);
    const Picture picture = noisePicture({fromHeight, fromWidth}, 5);
    const Picture before = resizedTo(mirrored(picture), {toHeight, toWidth});
    const Picture after = mirrored(resizedTo(picture, {toHeight, toWidth}));
    for (std::int64_t i = 0; i < before.rgb.elements(); ++i)
        QVERIFY(std::abs(double{before.rgb.data()[i]} - double{after.rgb.data()[i]}) <= kOneFloat);
}

void TestResize::wholeFactorsKeepTheMean_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::newRow("half") << 48 << 24;
    QTest::newRow("third") << 48 << 16;
    QTest::newRow("quarter") << 48 << 12;
    QTest::newRow("double") << 48 << 96;
    QTest::newRow("fivefold") << 48 << 240;
}

void TestResize::wholeFactorsKeepTheMean()
{
    QFETCH(const int, from);
    QFETCH(const int, to);
    // At the border the triangle is cut, so its pixels count for more: keep the border flat, as far
    // as the triangle about the second pixel of the largest shrinking reaches.
    constexpr std::int64_t kBorder = 10;
    const Picture noise = noisePicture({from, from}, 6);
    const Picture picture
        = drawnPicture({from, from}, [&](int channel, std::int64_t y, std::int64_t x) {
              const bool isInside = std::min({y, x, from - 1 - y, from - 1 - x}) >= kBorder;
              return isInside ? valueAt(noise, channel, y, x) : 0.25F;
          });
    QVERIFY(std::abs(mean(resizedTo(picture, {to, to})) - mean(picture)) <= kOneFloat);
}

void TestResize::weighsByATriangle_data()
{
    QTest::addColumn<QList<float>>("row");
    QTest::addColumn<QList<float>>("expected");
    // Shrunk to a half, the triangle reaches two pixels: 1/8, 3/8, 3/8, 1/8, and at the border
    // 3/7, 3/7, 1/7.
    QTest::newRow("shrunk, first") << QList<float>{1, 0, 0, 0} << QList<float>{3 / 7.0F, 0};
    QTest::newRow("shrunk, second") << QList<float>{0, 1, 0, 0} << QList<float>{3 / 7.0F, 1 / 7.0F};
    QTest::newRow("shrunk, inside")
        << QList<float>{0, 0, 1, 0, 0, 0, 0, 0} << QList<float>{1 / 7.0F, 3 / 8.0F, 0, 0};
    // Grown, it reaches one: a straight line from pixel to pixel.
    QTest::newRow("grown") << QList<float>{0, 1} << QList<float>{0, 0.25F, 0.75F, 1};
}

void TestResize::weighsByATriangle()
{
    QFETCH(const QList<float>, row);
    QFETCH(const QList<float>, expected);
    // Upright stripes, then lying ones.
    const Extent from{row.size(), row.size()};
    const Extent to{expected.size(), expected.size()};
    const Picture upright = resizedTo(
        drawnGreyPicture(from, [&](std::int64_t, std::int64_t x) { return row[x]; }), to);
    const Picture lying = resizedTo(
        drawnGreyPicture(from, [&](std::int64_t y, std::int64_t) { return row[y]; }), to);
    for (std::int64_t y = 0; y < to.height; ++y) {
        for (std::int64_t x = 0; x < to.width; ++x) {
            const auto isNear = [](float a, float b) { return std::abs(a - b) <= kOneFloat; };
            QVERIFY(isNear(valueAt(upright, 1, y, x), expected[x]));
            QVERIFY(isNear(valueAt(lying, 2, y, x), expected[y]));
        }
    }
}

void TestResize::fineStripesBecomeGrey()
{
    const Picture stripes = drawnGreyPicture(
        {64, 64}, [](std::int64_t, std::int64_t x) { return x % 2 == 0 ? 0.0 : 1.0; });
    const std::vector<float> row = firstRow(resizedTo(stripes, {16, 16}));
    for (std::size_t x = 1; x + 1 < row.size(); ++x) // at the border the triangle is cut
        QVERIFY(std::abs(double{row[x]} - 0.5) <= kOneFloat);
}

void TestResize::cutsAboutTheCentre_data()
{
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("top");
    QTest::addColumn<int>("left");
    QTest::newRow("even, high") << 9 << 5 << 2 << 0;
    QTest::newRow("even, wide") << 5 << 11 << 0 << 3;
    // Nothing is scaled, so the numbers stay and the odd pixel goes at the end.
    QTest::newRow("odd, high") << 8 << 5 << 1 << 0;
    QTest::newRow("odd, wide") << 5 << 6 << 0 << 0;
}

void TestResize::cutsAboutTheCentre()
{
    QFETCH(const int, height);
    QFETCH(const int, width);
    QFETCH(const int, top);
    QFETCH(const int, left);
    const Picture picture = noisePicture({height, width}, 7);
    const Picture result = resizedTo(picture, {5, 5});
    QVERIFY(sameBits(result.rgb, partOf(picture, top, left, {5, 5}).rgb));
}

void TestResize::whatIsCutAwayDoesNotCount()
{
    // 40x80 to 20x20: columns 20 … 59 remain, and the triangle reaches two pixels beyond.
    const Picture picture = noisePicture({40, 80}, 8);
    const auto changed = [&](std::int64_t keep) {
        return drawnPicture({40, 80}, [&](int channel, std::int64_t y, std::int64_t x) {
            return x < keep || x >= 80 - keep ? 1.0F : valueAt(picture, channel, y, x);
        });
    };
    const Picture result = resizedTo(picture, {20, 20});
    QVERIFY(sameBits(resizedTo(changed(18), {20, 20}).rgb, result.rgb));
    const Picture other = resizedTo(changed(21), {20, 20});
    QVERIFY(valueAt(other, 0, 5, 0) != valueAt(result, 0, 5, 0));
    QVERIFY(valueAt(other, 0, 5, 19) != valueAt(result, 0, 5, 19));
}

void TestResize::refusesASizeThatDoesNotFitInMemory_data()
{
    QTest::addColumn<qint64>("side");
    QTest::newRow("terabytes") << (qint64{1} << 21);
    QTest::newRow("more than can be counted") << (qint64{1} << 40);
}

void TestResize::refusesASizeThatDoesNotFitInMemory()
{
    QFETCH(const qint64, side);
    const auto result = resized(noisePicture({2, 2}, 9), {side, side});
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Memory);
}

void TestResize::stopsOnRequest()
{
    std::stop_source stop;
    stop.request_stop();
    for (const Extent size : {Extent{4, 4}, Extent{9, 2}}) {
        const auto result = resized(noisePicture({4, 4}, 10), size, stop.get_token());
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
    }
}

QTEST_APPLESS_MAIN(TestResize)
#include "test_resize.moc"
