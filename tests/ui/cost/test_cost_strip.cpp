#include "ui/cost/cost_strip.h"

#include "core/experiment/presets.h"
#include "ui/theme/theme.h"

#include <QTest>

using namespace factorscope;

namespace {

Experiment article()
{
    Experiment experiment;
    apply(*findPreset("article"), experiment);
    return experiment;
}

/// The experiment as if it had run for these times.
BothEvaluated evaluated(const Experiment& experiment, double originalMs, double factorisedMs)
{
    BothEvaluated both;
    both.experiment = experiment;
    const Result<BothCosts> costs = costsOfBoth(experiment);
    both.original.cost.total = costs->original;
    both.factorised.cost.total = costs->factorised;
    both.original.run.milliseconds = originalMs;
    both.factorised.run.milliseconds = factorisedMs;
    return both;
}

int pixelsOf(const QImage& image, const QColor& color)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, y) == color;
    }
    return count;
}

} // namespace

class TestCostStrip : public QObject {
    Q_OBJECT
private slots:
    void tellsTheArticlesFigures();
    void answersBeforeTheMapsAndKeepsTheTime();
    void comparesTimesThatWereMeasured();
    void showsNothingBeforeTheFirstCount();
    void paintsBothBranchesInEachTheme();
    void fitsTheNarrowestWindow();
};

void TestCostStrip::tellsTheArticlesFigures()
{
    CostStrip strip;
    strip.show(evaluated(article(), 20.0, 15.0));
    const QString text = strip.accessibleDescription();
    for (const char* figure : {"102,400", "73,728", "−28.00 %", "102,464", "73,856", "−27.92 %",
                               "5,138,022,400", "3,699,376,128", "costs 28 % less than the 5×5",
                               "12.8 MB", "25.7 MB", "+100.0 %", "20.0 ms", "15.0 ms"})
        QVERIFY2(text.contains(QString::fromUtf8(figure)), figure);
    QVERIFY(!text.contains(QStringLiteral("needs")));

    Experiment dearer = article();
    dearer.midChannels = 128;
    strip.show(dearer);
    QVERIFY(strip.accessibleDescription().contains(QStringLiteral("costs 44 % more")));
    QVERIFY(strip.accessibleDescription().contains(
        QStringLiteral("weights: −28 % needs equal channels")));
}

void TestCostStrip::answersBeforeTheMapsAndKeepsTheTime()
{
    CostStrip strip;
    strip.show(evaluated(article(), 20.0, 15.0));
    QVERIFY(!strip.accessibleDescription().contains(QStringLiteral("of the last run")));

    Experiment next = article();
    next.midChannels = 32;
    strip.show(next);
    QVERIFY(strip.accessibleDescription().contains(QStringLiteral("36,864")));
    QVERIFY(strip.accessibleDescription().contains(QStringLiteral("15.0 ms")));
    QVERIFY(strip.accessibleDescription().contains(QStringLiteral("of the last run")));

    strip.show(evaluated(next, 20.0, 9.0));
    QVERIFY(strip.accessibleDescription().contains(QStringLiteral("9.00 ms")));
    QVERIFY(!strip.accessibleDescription().contains(QStringLiteral("of the last run")));
}

void TestCostStrip::comparesTimesThatWereMeasured()
{
    CostStrip strip;
    const auto says = [&](const char* words) {
        return strip.accessibleDescription().contains(QString::fromUtf8(words));
    };
    BothEvaluated one = evaluated(article(), 20.0, 15.0);
    strip.show(one);
    QVERIFY(says("one run") && !says("−25 %"));
    one.isOriginalEarlier = true;
    strip.show(one);
    QVERIFY(says("5×5 of an earlier one") && !says("−25 %"));
    strip.show(BothTimed{article(), 20.0, 15.0, 5});
    QVERIFY(says("median of 5 runs") && says("−25 %") && says("15.0 ms"));
}

void TestCostStrip::showsNothingBeforeTheFirstCount()
{
    CostStrip strip;
    QVERIFY(strip.accessibleDescription().contains(QStringLiteral("not known yet")));
    strip.show(Experiment{}); // without a picture or a size there is nothing to count
    QVERIFY(strip.accessibleDescription().contains(QStringLiteral("not known yet")));
    QVERIFY(!strip.accessibleDescription().contains(QStringLiteral("NaN"), Qt::CaseInsensitive));
}

void TestCostStrip::paintsBothBranchesInEachTheme()
{
    CostStrip strip;
    strip.show(evaluated(article(), 20.0, 15.0));
    strip.resize(1280, strip.sizeHint().height());
    QImage images[2];
    for (const bool isDark : {false, true}) {
        const Theme& theme = isDark ? darkTheme() : lightTheme();
        strip.setPalette(paletteOf(theme));
        images[isDark] = strip.grab().toImage();
        QVERIFY(pixelsOf(images[isDark], theme.original) > 100);
        QVERIFY(pixelsOf(images[isDark], theme.factorised) > 100);
        QVERIFY(pixelsOf(images[isDark], theme.text) > 0);
    }
    QVERIFY(images[0] != images[1]);
}

void TestCostStrip::fitsTheNarrowestWindow()
{
    CostStrip strip;
    Experiment large = article();
    large.size = {8192, 8192};
    large.midChannels = 128;
    strip.show(large);
    QVERIFY2(strip.minimumSizeHint().width() <= 1024,
             qPrintable(QString::number(strip.minimumSizeHint().width())));
}

QTEST_MAIN(TestCostStrip)
#include "test_cost_strip.moc"
