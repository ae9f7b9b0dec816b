#include "core/image/contact_sheet.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

Tensor tensorOf(std::vector<float> values)
{
    return Tensor::from({std::int64_t(values.size())}, values);
}

/// The longer side over the shorter one.
double slopeOf(const SheetLayout& layout)
{
    const Extent size = layout.size();
    const auto [shorter, longer] = std::minmax(size.height, size.width);
    return double(longer) / double(shorter);
}

} // namespace

class TestContactSheet : public QObject {
    Q_OBJECT
private slots:
    void rangeSpansTheFiniteValues_data();
    void rangeSpansTheFiniteValues();
    void mapsNeitherOverlapNorLeaveTheSheet_data();
    void mapsNeitherOverlapNorLeaveTheSheet();
    void fillsItsRowsAndColumns_data();
    void fillsItsRowsAndColumns();
    void squareMapsMakeASquare_data();
    void squareMapsMakeASquare();
    void aFullSheetGoesBeforeASquarerOne();
    void longMapsLieTheOtherWay();
    void showsEachValueAtItsPlace();
    void showsTheFirstImageOnly();
    void givesEachMapItsOwnScale();
};

void TestContactSheet::rangeSpansTheFiniteValues_data()
{
    QTest::addColumn<std::vector<float>>("values");
    QTest::addColumn<float>("low");
    QTest::addColumn<float>("high");
    const auto row = [](const char* name, std::vector<float> values, float low, float high) {
        QTest::newRow(name) << std::move(values) << low << high;
    };
    row("from zero", {0.5F, 2.0F, 1.0F}, 0.0F, 2.0F);
    row("symmetric by the positive", {-1.0F, 2.0F}, -2.0F, 2.0F);
    row("symmetric by the negative", {-3.0F, 2.0F}, -3.0F, 3.0F);
    row("negative only", {-3.0F, -1.0F}, -3.0F, 3.0F);
    row("not a number", {kNan, 2.0F, kNan}, 0.0F, 2.0F);
    row("infinite", {kInfinity, -kInfinity, -2.0F, 1.0F}, -2.0F, 2.0F);
    row("nothing finite", {kNan, kInfinity, -kInfinity}, 0.0F, 1.0F);
    row("nothing", {}, 0.0F, 1.0F);
    row("zeros", {0.0F, -0.0F}, 0.0F, 1.0F);
    row("smallest", {1e-45F}, 0.0F, 1e-45F);
    const float most = std::numeric_limits<float>::max();
    row("largest", {-most, most}, -most, most);
}

void TestContactSheet::rangeSpansTheFiniteValues()
{
    QFETCH(std::vector<float>, values);
    QFETCH(float, low);
    QFETCH(float, high);
    const ValueRange range = displayRange(tensorOf(values));
    QVERIFY(range.low == low && range.high == high); // exactly, and -0 is 0
}

void TestContactSheet::mapsNeitherOverlapNorLeaveTheSheet_data()
{
    QTest::addColumn<int>("maps");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    for (const auto& [height, width] :
         {std::pair(1, 1), std::pair(7, 7), std::pair(3, 40), std::pair(40, 3)})
        for (const int maps : {1, 2, 3, 5, 16, 17, 64, 97})
            QTest::addRow("%d of %dx%d", maps, height, width) << maps << height << width;
}

void TestContactSheet::mapsNeitherOverlapNorLeaveTheSheet()
{
    QFETCH(int, maps);
    QFETCH(int, height);
    QFETCH(int, width);
    const SheetLayout layout = sheetLayout(maps, {height, width});
    const Extent size = layout.size();
    std::vector<int> covered(std::size_t(size.height * size.width), 0);
    for (int i = 0; i < maps; ++i) {
        const Extent at = layout.origin(i);
        QVERIFY(at.height >= 0 && at.height + height <= size.height);
        QVERIFY(at.width >= 0 && at.width + width <= size.width);
        // Its own pixels and the gap to the right of and below it are nobody else's.
        for (std::int64_t y = at.height; y < std::min(at.height + height + layout.gap, size.height);
             ++y)
            for (std::int64_t x = at.width; x < std::min(at.width + width + layout.gap, size.width);
                 ++x)
                QCOMPARE(++covered[std::size_t(y * size.width + x)], 1);
    }
}

void TestContactSheet::fillsItsRowsAndColumns_data()
{
    mapsNeitherOverlapNorLeaveTheSheet_data();
}

void TestContactSheet::fillsItsRowsAndColumns()
{
    QFETCH(int, maps);
    QFETCH(int, height);
    QFETCH(int, width);
    const SheetLayout layout = sheetLayout(maps, {height, width});
    QVERIFY(layout.columns * layout.rows >= maps);
    QVERIFY(layout.columns * (layout.rows - 1) < maps);
    QVERIFY((layout.columns - 1) * layout.rows < maps);
    // No other full layout is both squarer and as full.
    for (std::int64_t columns = 1; columns <= maps; ++columns) {
        const SheetLayout other{columns, (maps + columns - 1) / columns, {height, width}};
        if (other.columns * other.rows <= layout.columns * layout.rows)
            QVERIFY(slopeOf(other) >= slopeOf(layout) || columns == layout.columns);
    }
}

void TestContactSheet::squareMapsMakeASquare_data()
{
    QTest::addColumn<int>("side");
    for (const int side : {1, 2, 4, 8, 16})
        QTest::addRow("%d", side * side) << side;
}

void TestContactSheet::squareMapsMakeASquare()
{
    QFETCH(int, side);
    const SheetLayout layout = sheetLayout(side * side, {28, 28});
    QCOMPARE(layout.columns, side);
    QCOMPARE(layout.rows, side);
    QVERIFY(layout.size() == (Extent{side * 30 - 2, side * 30 - 2}));
}

/// Squarer by a little: 8 in 3 by 3, 25 in 4 by 7, 36 in 5 by 8, each with holes.
void TestContactSheet::aFullSheetGoesBeforeASquarerOne()
{
    for (const int maps : {8, 25, 36}) {
        const SheetLayout layout = sheetLayout(maps, {240, 320});
        QCOMPARE(layout.columns * layout.rows, maps);
    }
}

void TestContactSheet::longMapsLieTheOtherWay()
{
    QCOMPARE(sheetLayout(4, {10, 100}).columns, 1);
    QCOMPARE(sheetLayout(4, {100, 10}).rows, 1);
    QVERIFY(slopeOf(sheetLayout(16, {20, 80})) < 1.5);
}

void TestContactSheet::showsEachValueAtItsPlace()
{
    constexpr std::int64_t kMaps = 5;
    Tensor maps = Tensor::uninitialized({1, kMaps, 3, 4});
    for (std::int64_t i = 0; i < maps.elements(); ++i)
        maps.data()[i] = float(i) - 30.0F;
    maps.data()[0] = kNan;
    maps.data()[1] = kInfinity;
    const ValueRange range{-30.0F, 30.0F};
    const Colormap& colours = defaultColormap(true);
    const RgbImage sheet = contactSheet(maps, colours, range);
    const SheetLayout layout = sheetLayout(kMaps, {3, 4});
    QVERIFY(sheet.size == layout.size());
    QCOMPARE(sheet.pixels.size(), std::size_t(sheet.size.height * sheet.size.width));

    constexpr Rgb8 kGround{128, 128, 128};
    std::vector<Rgb8> expected(sheet.pixels.size(), kGround);
    for (std::int64_t i = 0; i < maps.elements(); ++i) {
        const Extent at = layout.origin(i / 12);
        const std::int64_t y = at.height + i % 12 / 4;
        const std::int64_t x = at.width + i % 4;
        expected[std::size_t(y * sheet.size.width + x)]
            = colourOf(colours, maps.data()[i], range.low, range.high);
    }
    QVERIFY(sheet.pixels == expected);
    QVERIFY(sheet.pixels[0] == kNotANumber);
    QVERIFY(sheet.pixels[1] == colours.colours.back());
}

void TestContactSheet::showsTheFirstImageOnly()
{
    Tensor batch = Tensor::zeros({2, 2, 3, 3});
    std::ranges::fill(batch.values().subspan(18), 1.0F);
    const RgbImage sheet = contactSheet(batch, defaultColormap(false), {0.0F, 1.0F});
    const RgbImage first
        = contactSheet(Tensor::zeros({1, 2, 3, 3}), defaultColormap(false), {0.0F, 1.0F});
    QVERIFY(sheet.size == first.size);
    QVERIFY(sheet.pixels == first.pixels);
}

void TestContactSheet::givesEachMapItsOwnScale()
{
    const std::vector<float> weakAndStrong{0.0F, 0.5F, 0.0F, 100.0F};
    const RgbImage sheet = contactSheet(Tensor::from({1, 2, 1, 2}, weakAndStrong));
    const SheetLayout layout = sheetLayout(2, {1, 2});
    const auto pixel = [&](std::int64_t map, std::int64_t x) {
        const Extent at = layout.origin(map);
        return sheet.pixels[std::size_t(at.height * sheet.size.width + at.width + x)];
    };
    const auto& colours = defaultColormap(false).colours;
    for (const std::int64_t map : {0, 1}) {
        QVERIFY(pixel(map, 0) == colours.front());
        QVERIFY(pixel(map, 1) == colours.back());
    }

    // One negative value anywhere, and zero is neutral everywhere.
    const std::vector<float> withNegative{0.0F, 0.5F, -3.0F, 0.0F};
    const RgbImage both = contactSheet(Tensor::from({1, 2, 1, 2}, withNegative));
    const Colormap& diverging = defaultColormap(true);
    QVERIFY(both.pixels[0] == colourOf(diverging, 0.0F, -0.5F, 0.5F));
    QVERIFY(both.pixels[1] == diverging.colours.back());
    QVERIFY(both.pixels.back() == colourOf(diverging, 0.0F, -3.0F, 3.0F));
}

QTEST_APPLESS_MAIN(TestContactSheet)
#include "test_contact_sheet.moc"
