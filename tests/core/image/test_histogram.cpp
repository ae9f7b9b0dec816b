#include "core/image/histogram.h"

#include <QTest>

#include <limits>

using namespace factorscope;

class TestHistogram : public QObject {
    Q_OBJECT
private slots:
    void countsValuesInEqualParts();
    void bothEndsBelongToTheRange();
    void zerosAndWhatLiesOutsideAreCountedApart();
    void extremeRangesStayInside();
    void isEmptyWhenStopped();
};

void TestHistogram::countsValuesInEqualParts()
{
    const std::vector<float> values{0.1F, 0.2F, 1.5F, 2.5F, 2.6F, 2.7F, 3.9F};
    const Histogram result = histogram(values, {0.0F, 4.0F}, 4);
    QCOMPARE(result.counts, (std::vector<std::int64_t>{2, 1, 3, 1}));
    QCOMPARE(result.zeros, 0);
    QCOMPARE(result.outside, 0);
}

void TestHistogram::bothEndsBelongToTheRange()
{
    const std::vector<float> values{-1.0F, 1.0F};
    const Histogram result = histogram(values, {-1.0F, 1.0F}, 8);
    QCOMPARE(result.counts.front(), 1);
    QCOMPARE(result.counts.back(), 1);
}

void TestHistogram::zerosAndWhatLiesOutsideAreCountedApart()
{
    const std::vector<float> values{
        0.0F, -0.0F, 5.0F, -5.0F, std::numeric_limits<float>::quiet_NaN(), 0.5F};
    const Histogram result = histogram(values, {-1.0F, 1.0F}, 2);
    QCOMPARE(result.zeros, 2);
    QCOMPARE(result.outside, 3);
    QCOMPARE(result.counts, (std::vector<std::int64_t>{0, 1}));
}

void TestHistogram::extremeRangesStayInside()
{
    for (const float most : {1e-38F, 1e-44F, 3e38F}) {
        const std::vector<float> values{most, most / 2.0F, -most};
        for (const float low : {0.0F, -most}) {
            const Histogram result = histogram(values, {low, most}, 64);
            std::int64_t all = result.zeros + result.outside;
            for (const std::int64_t count : result.counts)
                all += count;
            QCOMPARE(all, 3);
            QVERIFY(result.counts.back() >= 1);
        }
    }
}

void TestHistogram::isEmptyWhenStopped()
{
    std::stop_source stop;
    stop.request_stop();
    const std::vector<float> values(10, 1.0F);
    QVERIFY(histogram(values, {0.0F, 1.0F}, 4, stop.get_token()).counts.empty());
}

QTEST_GUILESS_MAIN(TestHistogram)
#include "test_histogram.moc"
