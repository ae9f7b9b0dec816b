#include "core/image/map_rendering.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>
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

/// The values that pixel i of an axis covers, in the plainest way.
std::pair<std::int64_t, std::int64_t> covered(double from, double scale, std::int64_t i,
                                              std::int64_t length)
{
    const double begin = from + static_cast<double>(i) / scale;
    const double end = from + static_cast<double>(i + 1) / scale;
    const double first = std::floor(scale >= 1.0 ? (begin + end) / 2.0 : begin);
    const double last = scale >= 1.0 ? first + 1.0 : std::max(first + 1.0, std::floor(end));
    return {static_cast<std::int64_t>(std::max(first, 0.0)),
            static_cast<std::int64_t>(std::min(last, static_cast<double>(length)))};
}

/// One pixel in the plainest way: rows are added up first, then their sums.
std::uint32_t plainPixel(const std::vector<float>& map, Extent size, const MapView& view,
                         std::int64_t y, std::int64_t x, ValueRange range)
{
    const auto [top, bottom] = covered(view.top, view.scale, y, size.height);
    const auto [left, right] = covered(view.left, view.scale, x, size.width);
    if (top >= bottom || left >= right)
        return kOutside;
    float sum = 0.0F;
    for (std::int64_t column = left; column < right; ++column) {
        float ofColumn = 0.0F;
        for (std::int64_t row = top; row < bottom; ++row)
            ofColumn += map[static_cast<std::size_t>(row * size.width + column)];
        sum += ofColumn;
    }
    return colour(sum / static_cast<float>((bottom - top) * (right - left)), range);
}

/// Noise with some values that are no numbers.
std::vector<float> noise(Extent size)
{
    std::mt19937 random(11);
    std::normal_distribution<float> normal(0.5F, 0.4F);
    std::vector<float> values(static_cast<std::size_t>(size.height * size.width));
    for (float& value : values)
        value = normal(random);
    values[values.size() / 3] = std::numeric_limits<float>::quiet_NaN();
    values[values.size() / 2] = std::numeric_limits<float>::infinity();
    return values;
}

} // namespace

Q_DECLARE_METATYPE(MapView)

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
    void anyColourThatIsNotANumberShows();
    void agreesWithPlainLoops_data();
    void agreesWithPlainLoops();
    void aPartIsDrawnAsInTheWhole_data();
    void aPartIsDrawnAsInTheWhole();
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

void TestMapRendering::anyColourThatIsNotANumberShows()
{
    const Extent size{1, 4};
    std::vector<float> planes(12, 0.5F);
    for (const std::size_t at : {0U, 5U, 10U}) // red of the first pixel, green of the second, …
        planes[at] = std::numeric_limits<float>::quiet_NaN();
    std::vector<std::uint32_t> pixels(4);
    renderRgb(planes, size, {}, kOutside, {pixels.data(), 4, size});
    for (std::size_t i = 0; i < 3; ++i)
        QCOMPARE(pixels[i], packed(kNotANumber));
    QCOMPARE(pixels[3], 0xff808080U);
}

void TestMapRendering::agreesWithPlainLoops_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<MapView>("view");
    for (const int width : {1, 7, 15, 16, 17, 33, 224}) {
        for (const double scale : {0.031, 0.3, 0.47, 0.5, 0.9, 1.0, 1.3, 2.3, 8.0}) {
            for (const double left : {0.0, 0.4, -5.7, 3.0})
                QTest::addRow("width %d, scale %g, from %g", width, scale, left)
                    << width << MapView{left, left - 1.25, scale};
        }
    }
}

void TestMapRendering::agreesWithPlainLoops()
{
    QFETCH(int, width);
    QFETCH(MapView, view);
    const Extent size{29, width};
    const Extent target{std::lround(29 * view.scale) + 2, std::lround(width * view.scale) + 3};
    const ValueRange range{0.0F, 1.0F};
    const std::vector<float> map = noise(size);
    for (const InstructionSet set : availableInstructionSets()) {
        Picture32 picture{
            target,
            std::vector<std::uint32_t>(static_cast<std::size_t>(target.height * target.width))};
        renderMap(map, size, view, defaultColormap(false), range, kOutside,
                  {picture.pixels.data(), target.width, target}, set);
        for (std::int64_t y = 0; y < target.height; ++y) {
            for (std::int64_t x = 0; x < target.width; ++x)
                QCOMPARE(picture.at(y, x), plainPixel(map, size, view, y, x, range));
        }
    }
}

void TestMapRendering::aPartIsDrawnAsInTheWhole_data()
{
    QTest::addColumn<double>("scale");
    for (const double scale : {0.47, 1.0, 2.3})
        QTest::addRow("scale %g", scale) << scale;
}

void TestMapRendering::aPartIsDrawnAsInTheWhole()
{
    QFETCH(double, scale);
    const Extent size{60, 70};
    const Extent target{50, 60};
    const std::vector<float> map = noise(size);
    const MapView view{-4.3, 2.1, scale};
    const Picture32 whole = draw(map, size, view, target, {0.0F, 1.0F});
    Picture32 parts{target, std::vector<std::uint32_t>(whole.pixels.size())};
    for (const std::int64_t top : {0, 17}) {
        for (const std::int64_t left : {0, 23}) {
            const Extent part{top == 0 ? 17 : 33, left == 0 ? 23 : 37};
            renderMap(
                map, size, view, defaultColormap(false), {0.0F, 1.0F}, kOutside,
                {parts.pixels.data() + top * target.width + left, target.width, part, {top, left}});
        }
    }
    QCOMPARE(parts.pixels, whole.pixels);
}

QTEST_GUILESS_MAIN(TestMapRendering)
#include "test_map_rendering.moc"
