#include "core/image/colormap.h"

#include "core/image/oklab.h"

#include <QTest>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>
#include <vector>

using namespace factorscope;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr std::size_t kHalf = kColormapSize / 2;

const Colormap& mapOf(const QString& id)
{
    const Colormap* map = findColormap(id.toStdString());
    if (!map)
        qFatal("no colormap %s", qPrintable(id));
    return *map;
}

double lightness(const Rgb8& colour)
{
    return oklabOf(colour).lightness;
}

/// A sequential map from its first colour, a diverging one as its two arms from the middle.
std::vector<std::vector<Rgb8>> armsOf(const Colormap& map)
{
    std::vector<Rgb8> all(map.colours.begin(), map.colours.end());
    if (!map.diverging)
        return {all};
    const auto middle = all.begin() + kHalf;
    return {{std::make_reverse_iterator(middle), all.rend()}, {middle, all.end()}};
}

void addMaps(bool sequential, bool diverging)
{
    QTest::addColumn<QString>("id");
    for (const Colormap& map : colormaps()) {
        const QByteArray id(map.id.data(), qsizetype(map.id.size()));
        if (map.diverging ? diverging : sequential)
            QTest::newRow(id) << QString::fromUtf8(id);
    }
}

} // namespace

class TestColormap : public QObject {
    Q_OBJECT
private slots:
    void listsTheDocumentedMaps();
    void defaultIsTheFirstOfItsKind();
    void findsNothingForAnUnknownId();
    void noColourComesTwice_data() { addMaps(true, true); }
    void noColourComesTwice();
    void sequentialIsEverLighter_data() { addMaps(true, false); }
    void sequentialIsEverLighter();
    void divergingIsAVOfLightness_data() { addMaps(false, true); }
    void divergingIsAVOfLightness();
    void divergingArmsAreEquallyLight_data() { addMaps(false, true); }
    void divergingArmsAreEquallyLight();
    void divergingIsNeutralBesideItsCentre_data() { addMaps(false, true); }
    void divergingIsNeutralBesideItsCentre();
    void stepsAreEven_data();
    void stepsAreEven();
    void runsBetweenTheDocumentedColours();
    void grayShowsAPictureAsItIs();
    void everyColourHasItsShareOfTheScale_data() { addMaps(true, true); }
    void everyColourHasItsShareOfTheScale();
    void valuesBeyondTheEndsTakeTheEndColour_data() { addMaps(true, true); }
    void valuesBeyondTheEndsTakeTheEndColour();
    void notANumberHasItsOwnColour();
    void withoutAnIntervalAllIsTheMiddle_data();
    void withoutAnIntervalAllIsTheMiddle();
    void zeroIsNeutralBetweenSymmetricLimits_data();
    void zeroIsNeutralBetweenSymmetricLimits();
    void manyValuesTakeTheSameColours_data();
    void manyValuesTakeTheSameColours();
    void onlyWhatIsAskedForIsDrawn();
};

void TestColormap::listsTheDocumentedMaps()
{
    const std::pair<const char*, bool> expected[]
        = {{"aurora", false}, {"gray", false}, {"blue-orange", true}, {"ice-fire", true}};
    QCOMPARE(colormaps().size(), std::size(expected));
    for (std::size_t i = 0; i < std::size(expected); ++i) {
        const Colormap& map = colormaps()[i];
        QVERIFY(map.id == expected[i].first);
        QCOMPARE(map.diverging, expected[i].second);
        QVERIFY(std::strlen(map.label) > 0);
        QCOMPARE(findColormap(map.id), &map);
    }
}

void TestColormap::defaultIsTheFirstOfItsKind()
{
    QVERIFY(defaultColormap(false).id == "aurora");
    QVERIFY(defaultColormap(true).id == "blue-orange");
}

void TestColormap::findsNothingForAnUnknownId()
{
    for (const char* id : {"", "Aurora", "aurora ", "auror", "jet"})
        QVERIFY2(!findColormap(id), id);
}

void TestColormap::noColourComesTwice()
{
    QFETCH(const QString, id);
    for (const std::vector<Rgb8>& arm : armsOf(mapOf(id))) {
        std::set<int> seen;
        for (const Rgb8& colour : arm)
            QVERIFY(seen.insert(colour.r << 16 | colour.g << 8 | colour.b).second);
    }
}

void TestColormap::sequentialIsEverLighter()
{
    QFETCH(const QString, id);
    const auto colours = mapOf(id).colours;
    for (std::size_t i = 1; i < colours.size(); ++i)
        QVERIFY2(lightness(colours[i]) > lightness(colours[i - 1]), QByteArray::number(qint64(i)));
}

void TestColormap::divergingIsAVOfLightness()
{
    QFETCH(const QString, id);
    const Colormap& map = mapOf(id);
    const bool isLightInside = lightness(map.colours[kHalf]) > 0.5;
    QCOMPARE(isLightInside, id == "blue-orange");
    for (const std::vector<Rgb8>& arm : armsOf(map)) {
        for (std::size_t i = 1; i < arm.size(); ++i) {
            const double step = lightness(arm[i]) - lightness(arm[i - 1]);
            QVERIFY2(isLightInside ? step < 0.0 : step > 0.0, QByteArray::number(qint64(i)));
        }
    }
}

void TestColormap::divergingArmsAreEquallyLight()
{
    QFETCH(const QString, id);
    const auto arms = armsOf(mapOf(id));
    // What rounding to bytes leaves: a byte of green is worth up to 0.004.
    for (std::size_t i = 0; i < kHalf; ++i)
        QVERIFY2(std::abs(lightness(arms[0][i]) - lightness(arms[1][i])) < 0.002,
                 QByteArray::number(qint64(i)));
}

void TestColormap::divergingIsNeutralBesideItsCentre()
{
    QFETCH(const QString, id);
    const auto colours = mapOf(id).colours;
    QVERIFY(colours[kHalf - 1] == colours[kHalf]);
    const Oklab centre = oklabOf(colours[kHalf]);
    // Grey but for the rounding to bytes; the arms soon have a hundred times as much colour.
    QVERIFY(std::hypot(centre.greenRed, centre.blueYellow) < 0.002);
    for (const std::size_t end : {std::size_t{0}, std::size_t{kColormapSize - 1}}) {
        const Oklab colour = oklabOf(colours[end]);
        QVERIFY(std::hypot(colour.greenRed, colour.blueYellow) > 0.05);
    }
}

void TestColormap::stepsAreEven_data()
{
    QTest::addColumn<QString>("id");
    for (const char* id : {"aurora", "blue-orange", "ice-fire"}) // not gray, which is sRGB
        QTest::newRow(id) << id;
}

void TestColormap::stepsAreEven()
{
    QFETCH(const QString, id);
    // Single steps are about as small as the rounding to bytes; eight together show the curve.
    constexpr std::size_t kSteps = 8;
    constexpr double kFactor = 1.5;
    double least = kInfinity;
    double most = 0.0;
    for (const std::vector<Rgb8>& arm : armsOf(mapOf(id))) {
        for (std::size_t i = kSteps; i < arm.size(); ++i) {
            const double step = distance(oklabOf(arm[i - kSteps]), oklabOf(arm[i]));
            least = std::min(least, step);
            most = std::max(most, step);
        }
    }
    QVERIFY2(most < kFactor * least, QByteArray::number(most / least));
}

void TestColormap::runsBetweenTheDocumentedColours()
{
    // Dark violet-blue over green to light yellow.
    const auto aurora = mapOf("aurora").colours;
    QVERIFY(aurora.front().b > aurora.front().r && aurora.front().r > aurora.front().g);
    QVERIFY(lightness(aurora.front()) < 0.25);
    const Rgb8 inside = aurora[170];
    QVERIFY(inside.g > inside.r && inside.g > inside.b);
    QVERIFY(std::min(aurora.back().r, aurora.back().g) > aurora.back().b);
    QVERIFY(lightness(aurora.back()) > 0.9);

    const auto blueOrange = mapOf("blue-orange").colours;
    QVERIFY(blueOrange.front().b > blueOrange.front().r);
    QVERIFY(blueOrange.back().r > blueOrange.back().b);
    const auto iceFire = mapOf("ice-fire").colours;
    QVERIFY(iceFire.front().b > iceFire.front().r);
    QVERIFY(iceFire.back().r > iceFire.back().b);
}

void TestColormap::grayShowsAPictureAsItIs()
{
    const Colormap& gray = mapOf("gray");
    for (int level = 0; level < 256; ++level) {
        const auto byte = static_cast<std::uint8_t>(level);
        const Rgb8 colour = colourOf(gray, static_cast<float>(level) / 255.0F, 0.0F, 1.0F);
        QVERIFY2((colour == Rgb8{byte, byte, byte}), QByteArray::number(level));
    }
}

void TestColormap::everyColourHasItsShareOfTheScale()
{
    QFETCH(const QString, id);
    const Colormap& map = mapOf(id);
    for (int i = 0; i < kColormapSize; ++i) {
        const Rgb8 colour = map.colours[std::size_t(i)];
        const float first = 16.0F * float(i) / kColormapSize; // exact
        const float last = std::nextafter(first + 16.0F / kColormapSize, 0.0F);
        QVERIFY(colourOf(map, first, 0.0F, 16.0F) == colour);
        QVERIFY(colourOf(map, last, 0.0F, 16.0F) == colour);
    }
}

void TestColormap::valuesBeyondTheEndsTakeTheEndColour()
{
    QFETCH(const QString, id);
    const Colormap& map = mapOf(id);
    for (const float below : {-1.0F, -1.5F, -FLT_MAX, -kInfinity})
        QVERIFY(colourOf(map, below, -1.0F, 3.0F) == map.colours.front());
    for (const float above : {3.0F, 3.5F, FLT_MAX, kInfinity})
        QVERIFY(colourOf(map, above, -1.0F, 3.0F) == map.colours.back());
    // The widest limits there are.
    QVERIFY(colourOf(map, FLT_MAX, -FLT_MAX, FLT_MAX) == map.colours.back());
    QVERIFY(colourOf(map, 0.0F, -FLT_MAX, FLT_MAX) == map.colours[kHalf]);
}

void TestColormap::notANumberHasItsOwnColour()
{
    for (const Colormap& map : colormaps()) {
        for (const float nan : {std::nanf(""), -std::nanf("")}) {
            QVERIFY(colourOf(map, nan, 0.0F, 1.0F) == kNotANumber);
            QVERIFY(colourOf(map, nan, 1.0F, 1.0F) == kNotANumber);
        }
        QVERIFY(std::ranges::find(map.colours, kNotANumber) == map.colours.end());
    }
}

void TestColormap::withoutAnIntervalAllIsTheMiddle_data()
{
    QTest::addColumn<float>("low");
    QTest::addColumn<float>("high");
    QTest::newRow("one value") << 2.0F << 2.0F;
    QTest::newRow("zero") << 0.0F << -0.0F;
    QTest::newRow("turned round") << 1.0F << -1.0F;
    QTest::newRow("infinite") << -kInfinity << kInfinity;
    QTest::newRow("half infinite") << 0.0F << kInfinity;
    QTest::newRow("not a number") << std::nanf("") << 1.0F;
}

void TestColormap::withoutAnIntervalAllIsTheMiddle()
{
    QFETCH(const float, low);
    QFETCH(const float, high);
    for (const Colormap& map : colormaps()) {
        for (const float value : {-kInfinity, -3.0F, 0.0F, 2.0F, kInfinity})
            QVERIFY(colourOf(map, value, low, high) == map.colours[kHalf]);
    }
}

void TestColormap::zeroIsNeutralBetweenSymmetricLimits_data()
{
    QTest::addColumn<float>("limit");
    for (const float limit : {FLT_TRUE_MIN, 1e-20F, 0.1F, 1.0F, 3.7F, 1e30F, FLT_MAX})
        QTest::addRow("%g", double{limit}) << limit;
}

void TestColormap::zeroIsNeutralBetweenSymmetricLimits()
{
    QFETCH(const float, limit);
    for (const Colormap& map : colormaps()) {
        if (!map.diverging)
            continue;
        const Rgb8 neutral = map.colours[kHalf];
        QVERIFY(colourOf(map, 0.0F, -limit, limit) == neutral);
        QVERIFY(colourOf(map, -0.0F, -limit, limit) == neutral);
        // One 128th of the way is still the neutral pair, on both sides.
        QVERIFY(colourOf(map, limit / 200.0F, -limit, limit) == neutral);
        QVERIFY(colourOf(map, -limit / 200.0F, -limit, limit) == neutral);
        QVERIFY(colourOf(map, limit, -limit, limit) == map.colours.back());
        QVERIFY(colourOf(map, -limit, -limit, limit) == map.colours.front());
    }
}

void TestColormap::manyValuesTakeTheSameColours_data()
{
    QTest::addColumn<float>("low");
    QTest::addColumn<float>("high");
    const float nan = std::nanf("");
    for (const auto& [low, high] : std::vector<std::pair<float, float>>{{0.0F, 1.0F},
                                                                        {-3.7F, 3.7F},
                                                                        {0.1F, 0.7F},
                                                                        {1000.0F, 1000.001F},
                                                                        {0.0F, FLT_TRUE_MIN},
                                                                        {0.0F, 1e-40F},
                                                                        {-FLT_MAX, FLT_MAX},
                                                                        {2.0F, 2.0F},
                                                                        {1.0F, -1.0F},
                                                                        {0.0F, kInfinity},
                                                                        {-kInfinity, kInfinity},
                                                                        {nan, 1.0F},
                                                                        {0.0F, nan}})
        QTest::addRow("%g to %g", double{low}, double{high}) << low << high;
}

/// Against one at a time, on every instruction set, with as many as vectors hold, more and less.
void TestColormap::manyValuesTakeTheSameColours()
{
    QFETCH(const float, low);
    QFETCH(const float, high);
    std::vector<float> values{low,          high,      0.0F,    -0.0F,    std::nanf(""),
                              -kInfinity,   kInfinity, FLT_MAX, -FLT_MAX, -std::nanf(""),
                              FLT_TRUE_MIN, 1e-40F,    -1e-40F, FLT_MIN};
    for (int i = 0; i <= kColormapSize; ++i) { // where a step ends, and just beside
        const double share = double(i) / kColormapSize;
        const auto edge = float(double{low} + share * (double{high} - double{low}));
        for (const float value :
             {edge, std::nextafter(edge, -kInfinity), std::nextafter(edge, kInfinity)})
            values.push_back(value);
    }
    for (const InstructionSet set : availableInstructionSets()) {
        for (const Colormap& map : colormaps()) {
            for (std::size_t count = 0; count <= values.size(); count += count < 40 ? 1 : 97) {
                std::vector<std::uint32_t> pixels(count);
                const auto from = std::span(values).last(count);
                drawValues(map, from, low, high, pixels.data(), set);
                for (std::size_t i = 0; i < count; ++i)
                    QCOMPARE(pixels[i], packed(colourOf(map, from[i], low, high)));
            }
        }
    }
}

void TestColormap::onlyWhatIsAskedForIsDrawn()
{
    const std::vector<float> values(40, 0.5F);
    for (const InstructionSet set : availableInstructionSets()) {
        for (std::size_t count = 0; count < values.size(); ++count) {
            std::vector<std::uint32_t> pixels(values.size() + 2, 7U);
            drawValues(mapOf("gray"), std::span(values).first(count), 0.0F, 1.0F, pixels.data() + 1,
                       set);
            QCOMPARE(std::ranges::count(pixels, 0xff808080U), std::ptrdiff_t(count));
            QCOMPARE(pixels.front(), 7U);
            QCOMPARE(pixels[count + 1], 7U);
        }
    }
}

QTEST_APPLESS_MAIN(TestColormap)
#include "test_colormap.moc"
