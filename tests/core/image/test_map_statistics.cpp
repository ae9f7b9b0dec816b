#include "core/image/map_statistics.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace factorscope;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// The same in the plainest way.
MapStatistics plainly(const std::vector<float>& values)
{
    MapStatistics result;
    result.values = std::ssize(values);
    double sum = 0.0;
    std::vector<float> finite;
    for (const float value : values) {
        result.nans += std::isnan(value) ? 1 : 0;
        result.infinite += std::isinf(value) ? 1 : 0;
        result.zeros += value == 0.0F ? 1 : 0;
        if (std::isfinite(value)) {
            finite.push_back(value);
            sum += value;
        }
    }
    if (finite.empty())
        return result;
    result.least = *std::ranges::min_element(finite);
    result.most = *std::ranges::max_element(finite);
    result.mean = sum / static_cast<double>(finite.size());
    double squares = 0.0;
    for (const float value : finite)
        squares += (value - result.mean) * (value - result.mean);
    result.deviation = std::sqrt(squares / static_cast<double>(finite.size()));
    return result;
}

void compare(const MapStatistics& actual, const MapStatistics& expected)
{
    QCOMPARE(actual.least, expected.least);
    QCOMPARE(actual.most, expected.most);
    QCOMPARE(actual.values, expected.values);
    QCOMPARE(actual.zeros, expected.zeros);
    QCOMPARE(actual.nans, expected.nans);
    QCOMPARE(actual.infinite, expected.infinite);
    // Single precision within a block of 1024, far below what four shown digits need.
    const double scale = std::max(std::abs(expected.mean), expected.deviation) + 1e-12;
    QVERIFY(std::abs(actual.mean - expected.mean) <= 1e-5 * scale);
    QVERIFY(std::abs(actual.deviation - expected.deviation) <= 1e-5 * scale);
}

/// The same by sorting.
float plainTypicalReach(const std::vector<float>& map)
{
    std::vector<float> reaches;
    for (const float value : map) {
        if (std::isfinite(value) && value != 0.0F)
            reaches.push_back(std::abs(value));
    }
    std::ranges::sort(reaches);
    return reaches[static_cast<std::size_t>(std::lround(0.995 * double(reaches.size() - 1)))];
}

/// As after a ReLU.
std::vector<float> rectified(std::size_t count)
{
    std::mt19937 random(3);
    std::normal_distribution<float> normal(0.1F, 1.0F);
    std::vector<float> values(count);
    for (float& value : values)
        value = std::max(0.0F, normal(random));
    return values;
}

} // namespace

class TestMapStatistics : public QObject {
    Q_OBJECT
private slots:
    void agreesWithPlainLoops_data();
    void agreesWithPlainLoops();
    void countsWhatIsNoNumber();
    void keepsASmallVarianceOnALargeMean();
    void theBitsAreTheSameOnEveryProcessor_data();
    void theBitsAreTheSameOnEveryProcessor();
    void theTypicalReachIsThatOfTheSortedMagnitudes_data();
    void theTypicalReachIsThatOfTheSortedMagnitudes();
    void strongValuesAtEvenDistancesMisleadNothing();
    void isZeroOnlyWhereAllAre();
    void aFewStrongValuesAreNotTypical();
    void looksAtEachMapOfTheFirstImage();
    void theScaleCoversAllMaps();
};

void TestMapStatistics::agreesWithPlainLoops_data()
{
    QTest::addColumn<int>("count");
    for (const int count : {1, 2, 15, 16, 17, 1023, 1024, 1025, 5000})
        QTest::addRow("%d values", count) << count;
}

void TestMapStatistics::agreesWithPlainLoops()
{
    QFETCH(int, count);
    std::mt19937 random(7);
    std::normal_distribution<float> normal(0.3F, 2.0F);
    std::vector<float> values(static_cast<std::size_t>(count));
    for (float& value : values)
        value = std::max(0.0F, normal(random)) - 0.25F * (random() % 2 == 0 ? 1.0F : 0.0F);
    compare(statisticsOf(values), plainly(values));
}

void TestMapStatistics::countsWhatIsNoNumber()
{
    std::vector<float> values(2000, 1.0F);
    values[0] = kNan;
    values[1500] = kInfinity;
    values[1501] = -kInfinity;
    values[1999] = -2.0F;
    compare(statisticsOf(values), plainly(values));
    const std::vector<float> none(40, kNan);
    compare(statisticsOf(none), plainly(none));
    QVERIFY(!statisticsOf(none).isZero());
    QCOMPARE(statisticsOf(values).nonFinite(), 3);
}

void TestMapStatistics::keepsASmallVarianceOnALargeMean()
{
    std::vector<float> values;
    for (int i = 0; i < 4096; ++i)
        values.push_back(1000.0F + (i % 2 == 0 ? 0.25F : -0.25F));
    const MapStatistics statistics = statisticsOf(values);
    QVERIFY(std::abs(statistics.deviation - 0.25) < 1e-6);
    QVERIFY(std::abs(statistics.mean - 1000.0) < 1e-6);
}

void TestMapStatistics::theBitsAreTheSameOnEveryProcessor_data()
{
    QTest::addColumn<int>("count");
    for (const int count : {1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 1024, 1040, 1041, 50'176})
        QTest::addRow("%d values", count) << count;
}

void TestMapStatistics::theBitsAreTheSameOnEveryProcessor()
{
    QFETCH(int, count);
    std::vector<float> values = rectified(static_cast<std::size_t>(count));
    for (const bool hasNan : {false, true}) {
        if (hasNan)
            values[values.size() / 2] = kNan;
        const MapStatistics expected = statisticsOf(values, InstructionSet::Baseline);
        for (const InstructionSet set : availableInstructionSets())
            QCOMPARE(statisticsOf(values, set), expected);
    }
}

void TestMapStatistics::theTypicalReachIsThatOfTheSortedMagnitudes_data()
{
    QTest::addColumn<int>("count");
    for (const int count :
         {1, 2, 100, 511, 512, 513, 5000, 16'383, 16'384, 32'767, 50'176, 200'000})
        QTest::addRow("%d values", count) << count;
}

void TestMapStatistics::theTypicalReachIsThatOfTheSortedMagnitudes()
{
    QFETCH(int, count);
    std::vector<float> values = rectified(static_cast<std::size_t>(count));
    values.front() = -2.0F;
    QVERIFY(statisticsOf(values).typicalReach == plainTypicalReach(values));
    values[values.size() / 2] = kNan;
    values.front() = 1e-42F;
    values.back() = kInfinity;
    if (count > 2) {
        QVERIFY(statisticsOf(values).typicalReach == plainTypicalReach(values));
    }
    for (int i = 0; i < count; ++i) // ever stronger
        values[static_cast<std::size_t>(i)] = (i % 2 == 0 ? -1e-3F : 1e-3F) * float(i + 1);
    QVERIFY(statisticsOf(values).typicalReach == plainTypicalReach(values));
    std::ranges::reverse(values);
    QVERIFY(statisticsOf(values).typicalReach == plainTypicalReach(values));
    std::ranges::fill(values, -0.5F);
    QCOMPARE(statisticsOf(values).typicalReach, 0.5F);
    std::ranges::fill(values, 0.0F);
    QCOMPARE(statisticsOf(values).typicalReach, 0.0F);
}

void TestMapStatistics::strongValuesAtEvenDistancesMisleadNothing()
{
    std::vector<float> values = rectified(50'176);
    for (std::size_t step = 1; step < 128; ++step) {
        std::vector<float> map = values;
        for (std::size_t i = 0; i < 40; ++i)
            map[i * step] = 100.0F + static_cast<float>(i);
        QVERIFY(statisticsOf(map).typicalReach == plainTypicalReach(map));
    }
}

void TestMapStatistics::isZeroOnlyWhereAllAre()
{
    std::vector<float> values(100, 0.0F);
    QVERIFY(statisticsOf(values).isZero());
    values[57] = 1e-30F;
    QVERIFY(!statisticsOf(values).isZero());
}

void TestMapStatistics::aFewStrongValuesAreNotTypical()
{
    std::vector<float> values(100'000, 0.0F);
    for (std::size_t i = 0; i < values.size(); i += 2)
        values[i] = i % 4 == 0 ? -1.0F : 1.0F;
    QCOMPARE(statisticsOf(values).typicalReach, 1.0F);
    for (std::size_t i = 0; i < 100; i += 2)
        values[i] = 50.0F; // 0.1 % of those that are not zero
    QCOMPARE(statisticsOf(values).typicalReach, 1.0F);
    QCOMPARE(statisticsOf(values).reach(), 50.0F);
    for (std::size_t i = 0; i < values.size(); i += 14)
        values[i] = -50.0F;
    QCOMPARE(statisticsOf(values).typicalReach, 50.0F);
    std::vector<float> single(1 << 18, 0.0F);
    single[12'345] = -0.01F;
    QCOMPARE(statisticsOf(single).typicalReach, 0.01F);
    const std::vector<float> few{0.0F, -3.0F, kNan};
    QCOMPARE(statisticsOf(few).typicalReach, 3.0F);
}

void TestMapStatistics::looksAtEachMapOfTheFirstImage()
{
    Tensor maps = Tensor::zeros({2, 3, 4, 5});
    for (std::int64_t i = 0; i < maps.elements(); ++i)
        maps.data()[i] = static_cast<float>(i / 20);
    ThreadTeam team(2);
    const auto statistics = mapStatistics(maps, {.team = team});
    QCOMPARE(statistics.size(), std::size_t(3));
    for (std::size_t c = 0; c < 3; ++c) {
        QCOMPARE(statistics[c].least, static_cast<float>(c));
        QCOMPARE(statistics[c].most, static_cast<float>(c));
        QCOMPARE(statistics[c].values, 20);
    }
    std::stop_source stop;
    stop.request_stop();
    QVERIFY(mapStatistics(maps, {.team = team, .stop = stop.get_token()}).empty());
}

void TestMapStatistics::theScaleCoversAllMaps()
{
    const std::vector<float> positive{0.0F, 2.0F};
    const std::vector<float> negative{-3.0F, 1.0F};
    const std::vector<MapStatistics> one{statisticsOf(positive)};
    const std::vector<MapStatistics> both{statisticsOf(positive), statisticsOf(negative)};
    QCOMPARE(displayRange(one), (ValueRange{0.0F, 2.0F}));
    QCOMPARE(displayRange(both), (ValueRange{-3.0F, 3.0F}));
    QCOMPARE(displayRange(std::vector<MapStatistics>{}), (ValueRange{0.0F, 1.0F}));
}

QTEST_GUILESS_MAIN(TestMapStatistics)
#include "test_map_statistics.moc"
