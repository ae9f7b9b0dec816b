#include "core/image/map_rendering.h"

#include <QTest>

#include <limits>
#include <vector>

using namespace factorscope;

namespace {

constexpr std::uint32_t kOutside = 0xff123456U;

/// A map whose value tells its place.
std::vector<float> ramp(Extent size)
{
    std::vector<float> values;
    for (std::int64_t i = 0; i < size.height * size.width; ++i)
        values.push_back(static_cast<float>(i));
    return values;
}

struct Picture32 {
    Extent size;
    std::vector<std::uint32_t> pixels;
    std::uint32_t at(std::int64_t y, std::int64_t x) const
    {
        return pixels[static_cast<std::size_t>(y * size.width + x)];
    }
};

Picture32 draw(const std::vector<float>& map, Extent size, const MapView& view, Extent target,
               ValueRange range)
{
    Picture32 picture{
        target, std::vector<std::uint32_t>(static_cast<std::size_t>(target.height * target.width))};
    renderMap(map, size, view, defaultColormap(false), range, kOutside,
              {picture.pixels.data(), target.width, target});
    return picture;
}

std::uint32_t colour(float value, ValueRange range)
{
    return packed(colourOf(defaultColormap(false), value, range.low, range.high));
}

} // namespace

class TestMapRendering : public QObject {
    Q_OBJECT
private slots:
    void atItsOwnSizeEachPixelIsAValue();
    void enlargedEachValueIsASquare();
    void reducedEachPixelIsAMean();
    void showsThePartThatIsAskedFor();
    void beyondTheMapIsOutside();
    void aNotANumberIsNotAveragedAway();
    void drawsIntoAPartOfAPicture();
    void coloursAreRedGreenBlue();
};

void TestMapRendering::atItsOwnSizeEachPixelIsAValue()
{
    const Extent size{5, 7};
    const ValueRange range{0.0F, 34.0F};
    const Picture32 picture = draw(ramp(size), size, {}, size, range);
    for (std::int64_t i = 0; i < 35; ++i)
        QCOMPARE(picture.pixels[static_cast<std::size_t>(i)], colour(static_cast<float>(i), range));
}

void TestMapRendering::enlargedEachValueIsASquare()
{
    const Extent size{2, 3};
    const ValueRange range{0.0F, 5.0F};
    const Picture32 picture = draw(ramp(size), size, {0.0, 0.0, 4.0}, {8, 12}, range);
    for (std::int64_t y = 0; y < 8; ++y) {
        for (std::int64_t x = 0; x < 12; ++x)
            QCOMPARE(picture.at(y, x), colour(static_cast<float>(y / 4 * 3 + x / 4), range));
    }
}

void TestMapRendering::reducedEachPixelIsAMean()
{
    const Extent size{4, 6};
    const ValueRange range{0.0F, 23.0F};
    const Picture32 picture = draw(ramp(size), size, {0.0, 0.0, 0.5}, {2, 3}, range);
    for (std::int64_t y = 0; y < 2; ++y) {
        for (std::int64_t x = 0; x < 3; ++x) {
            const auto first = static_cast<float>(12 * y + 2 * x);
            QCOMPARE(picture.at(y, x), colour(first + 3.5F, range)); // of i, i+1, i+6, i+7
        }
    }
}

void TestMapRendering::showsThePartThatIsAskedFor()
{
    const Extent size{10, 10};
    const ValueRange range{0.0F, 99.0F};
    const Picture32 picture = draw(ramp(size), size, {3.0, 5.0, 2.0}, {4, 4}, range);
    QCOMPARE(picture.at(0, 0), colour(53.0F, range));
    QCOMPARE(picture.at(3, 3), colour(64.0F, range));
}

void TestMapRendering::beyondTheMapIsOutside()
{
    const Extent size{2, 2};
    const ValueRange range{0.0F, 3.0F};
    for (const double scale : {1.0, 0.5}) {
        const Picture32 picture = draw(ramp(size), size, {-2.0, -2.0, scale}, {6, 6}, range);
        QCOMPARE(picture.at(0, 0), kOutside);
        QCOMPARE(picture.at(5, 5), kOutside);
        const auto first = static_cast<std::int64_t>(2 * scale);
        QVERIFY(picture.at(first, first) != kOutside);
    }
    const Picture32 none = draw(ramp(size), size, {50.0, 50.0, 1.0}, {3, 3}, range);
    QVERIFY(std::ranges::all_of(none.pixels, [](auto pixel) { return pixel == kOutside; }));
}

void TestMapRendering::aNotANumberIsNotAveragedAway()
{
    const Extent size{4, 4};
    std::vector<float> map = ramp(size);
    map[5] = std::numeric_limits<float>::quiet_NaN();
    const Picture32 picture = draw(map, size, {0.0, 0.0, 0.5}, {2, 2}, {0.0F, 15.0F});
    QCOMPARE(picture.at(0, 0), packed(kNotANumber));
    QVERIFY(picture.at(1, 1) != packed(kNotANumber));
}

void TestMapRendering::drawsIntoAPartOfAPicture()
{
    std::vector<std::uint32_t> whole(8 * 8, 0xffffffffU);
    const Extent size{2, 2};
    renderMap(ramp(size), size, {}, defaultColormap(false), {0.0F, 3.0F}, kOutside,
              {whole.data() + 3 * 8 + 2, 8, {2, 2}});
    int drawn = 0;
    for (std::size_t i = 0; i < whole.size(); ++i)
        drawn += whole[i] != 0xffffffffU ? 1 : 0;
    QCOMPARE(drawn, 4);
    QCOMPARE(whole[3 * 8 + 2], colour(0.0F, {0.0F, 3.0F}));
    QCOMPARE(whole[4 * 8 + 3], colour(3.0F, {0.0F, 3.0F}));
}

void TestMapRendering::coloursAreRedGreenBlue()
{
    const Extent size{1, 2};
    const std::vector<float> planes{1.0F, 0.0F, 0.5F, 0.0F, 0.0F, 2.0F}; // R R G G B B
    std::vector<std::uint32_t> pixels(4);
    renderRgb(planes, size, {0.0, 0.0, 2.0}, kOutside, {pixels.data(), 4, {1, 4}});
    QCOMPARE(pixels[0], 0xffff8000U);
    QCOMPARE(pixels[1], 0xffff8000U);
    QCOMPARE(pixels[3], 0xff0000ffU);
}

QTEST_GUILESS_MAIN(TestMapRendering)
#include "test_map_rendering.moc"
