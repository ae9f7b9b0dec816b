#include "ui/inspector/histogram_plot.h"

#include "tests/support/evaluated.h"
#include "ui/theme/theme.h"

#include <QDeadlineTimer>
#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <algorithm>
#include <memory>

using namespace factorscope;

namespace {

constexpr int kPatienceMs = 60'000; // on a busy machine, under a sanitizer

/// 2000 values in each map: in channel c there are 100·c zeros, the others lie from 0 to 1.
SharedTensor someMaps(std::int64_t channels = 4)
{
    return mapsOf(channels, {40, 50}, [](std::int64_t channel, std::int64_t i) {
        return i < 100 * channel ? 0.0 : static_cast<double>(i % 10 + 1) / 10.0;
    });
}

int pixelsOf(const QImage& image, const QColor& colour)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, y) == colour;
    }
    return count;
}

} // namespace

class TestHistogramPlot : public QObject {
    Q_OBJECT
private slots:
    void countsArrive();
    void countsOfBothBranchesArrive();
    void onlyTheLastOfManyIsShown();
    void aCountOvertakenInTheQueueIsDropped();
    void showsNothingOfNothing();
    void drawsInTheColoursOfTheBranches();
    void nothingArrivesAfterTheEnd();
};

void TestHistogramPlot::countsArrive()
{
    HistogramPlot plot;
    QVERIFY(!plot.accessibleName().isEmpty());
    QVERIFY(!plot.toolTip().isEmpty());
    QSignalSpy counted(&plot, &HistogramPlot::counted);
    plot.show({{Stage::Original, someMaps(), 3}}, {0.0F, 1.0F});
    QTRY_COMPARE_WITH_TIMEOUT(counted.count(), 1, kPatienceMs);
    QCOMPARE(plot.accessibleDescription(), QStringLiteral("300 zeros of 2,000"));
}

void TestHistogramPlot::countsOfBothBranchesArrive()
{
    HistogramPlot plot;
    QSignalSpy counted(&plot, &HistogramPlot::counted);
    const SharedTensor maps = someMaps();
    plot.show({{Stage::Original, maps, 1}, {Stage::Factorised, maps, 0}}, {0.0F, 0.3F});
    QTRY_COMPARE_WITH_TIMEOUT(counted.count(), 1, kPatienceMs);
    QCOMPARE(plot.accessibleDescription(), // also of those beyond the range
             QStringLiteral("100 zeros of 2,000, 0 zeros of 2,000"));
}

void TestHistogramPlot::onlyTheLastOfManyIsShown()
{
    constexpr int kRequests = 50;
    const SharedTensor maps = someMaps(20);
    HistogramPlot plot;
    QSignalSpy counted(&plot, &HistogramPlot::counted);
    for (int i = 0; i < kRequests; ++i)
        plot.show({{Stage::Original, maps, i % 16}}, {0.0F, 1.0F});
    plot.show({{Stage::Original, maps, 17}}, {0.0F, 1.0F});
    QTRY_VERIFY_WITH_TIMEOUT(!counted.isEmpty(), kPatienceMs);
    QCoreApplication::processEvents();
    QCOMPARE(counted.count(), 1);
    QCOMPARE(plot.accessibleDescription(), QStringLiteral("1,700 zeros of 2,000"));
}

/// Without touching the event loop: the first has been counted when the second is asked for.
void TestHistogramPlot::aCountOvertakenInTheQueueIsDropped()
{
    HistogramPlot plot;
    QSignalSpy counted(&plot, &HistogramPlot::counted);
    const SharedTensor overtaken = someMaps();
    plot.show({{Stage::Original, overtaken, 1}}, {0.0F, 1.0F});
    const QDeadlineTimer deadline(kPatienceMs);
    while (overtaken.use_count() > 1 && !deadline.hasExpired())
        QThread::yieldCurrentThread();
    QCOMPARE(overtaken.use_count(), 1L);
    plot.show({{Stage::Original, someMaps(), 2}}, {0.0F, 1.0F});
    QTRY_VERIFY_WITH_TIMEOUT(!counted.isEmpty(), kPatienceMs);
    QCOMPARE(plot.accessibleDescription(), QStringLiteral("200 zeros of 2,000"));
    QCOMPARE(counted.count(), 1);
}

void TestHistogramPlot::showsNothingOfNothing()
{
    HistogramPlot plot;
    plot.resize(plot.sizeHint());
    QSignalSpy counted(&plot, &HistogramPlot::counted);
    plot.grab();
    plot.show({}, {0.0F, 1.0F});
    QTRY_COMPARE_WITH_TIMEOUT(counted.count(), 1, kPatienceMs);
    plot.grab();
    QVERIFY(plot.accessibleDescription().isEmpty());
}

void TestHistogramPlot::drawsInTheColoursOfTheBranches()
{
    HistogramPlot plot;
    plot.resize(220, 120);
    QSignalSpy counted(&plot, &HistogramPlot::counted);
    plot.show({{Stage::Original, someMaps(), 2}}, {0.0F, 1.0F});
    QTRY_COMPARE_WITH_TIMEOUT(counted.count(), 1, kPatienceMs);
    for (const Theme& theme : {lightTheme(), darkTheme()}) {
        plot.setPalette(paletteOf(theme));
        const QImage image = plot.grab().toImage();
        QVERIFY(pixelsOf(image, theme.original) > 20);
        QCOMPARE(pixelsOf(image, theme.factorised), 0);
    }
    plot.show({{Stage::Factorised, someMaps(), 2}}, {0.0F, 1.0F});
    QTRY_COMPARE_WITH_TIMEOUT(counted.count(), 2, kPatienceMs);
    const QImage image = plot.grab().toImage();
    QVERIFY(pixelsOf(image, darkTheme().factorised) > 20);
    QCOMPARE(pixelsOf(image, darkTheme().original), 0);
}

void TestHistogramPlot::nothingArrivesAfterTheEnd()
{
    const SharedTensor maps = someMaps();
    for (int i = 0; i < 20; ++i) {
        HistogramPlot plot;
        plot.show({{Stage::Original, maps, i % 4}}, {0.0F, 1.0F});
    }
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QCOMPARE(maps.use_count(), 1L); // nobody counts any more
}

QTEST_MAIN(TestHistogramPlot)
#include "test_histogram_plot.moc"
