#include "ui/maps/pane_words.h"

#include <QFontMetricsF>
#include <QTest>

using namespace factorscope;

namespace {

const QStringList kTexts{QStringLiteral("mean 1"),    QStringLiteral("σ 2"),
                         QStringLiteral("min 3"),     QStringLiteral("max 4"),
                         QStringLiteral("zeros 5 %"), QStringLiteral("NaN 6")};

} // namespace

class TestPaneWords : public QObject {
    Q_OBJECT
private slots:
    void wholePartsAreLeftOut();
    void theFirstPartIsCut();
    void allTextsAreInSomeLine();
    void moreWidthTakesFewerLines();
};

void TestPaneWords::wholePartsAreLeftOut()
{
    const QFontMetricsF metrics{QFont()};
    const QString caption = QStringLiteral("16 maps · rank 2.3 · 48 × 40");
    for (double width = 400.0; width > 0.0; width -= 1.0) {
        const QString text = fittingCaption(caption, width, metrics);
        QVERIFY(caption.startsWith(text) || text.endsWith(u'…') || text.isEmpty());
        if (!text.endsWith(u'…') && !text.isEmpty()) {
            QVERIFY(metrics.horizontalAdvance(text) <= width);
            QVERIFY(text == caption || text == QStringLiteral("16 maps · rank 2.3")
                    || text == QStringLiteral("16 maps"));
        }
    }
    QCOMPARE(fittingCaption(caption, 1000.0, metrics), caption);
    QCOMPARE(fittingCaption(caption, metrics.horizontalAdvance(caption) - 1.0, metrics),
             QStringLiteral("16 maps · rank 2.3"));
}

void TestPaneWords::theFirstPartIsCut()
{
    const QFontMetricsF metrics{QFont()};
    const double width = metrics.horizontalAdvance(QStringLiteral("16 maps")) - 2.0;
    const QString text = fittingCaption(QStringLiteral("16 maps · rank 2.3"), width, metrics);
    QVERIFY(text.startsWith(u'1') && text.endsWith(u'…'));
}

void TestPaneWords::allTextsAreInSomeLine()
{
    for (const int lines : {1, 2, 3}) {
        const QStringList made = statisticsLines(kTexts, lines);
        QCOMPARE(made.size(), lines);
        QCOMPARE(made.join(kBetweenParts.toString()), kTexts.join(kBetweenParts.toString()));
    }
    QCOMPARE(statisticsLines(kTexts, 2).front(), QStringLiteral("mean 1 · σ 2"));
    QVERIFY(statisticsLines({}, 3).isEmpty());
    QCOMPARE(statisticsLines(kTexts.first(1), 3), kTexts.first(1));
}

void TestPaneWords::moreWidthTakesFewerLines()
{
    const QFontMetricsF metrics{QFont()};
    int before = 3;
    QCOMPARE(statisticsLineCount(50.0, metrics), 3);
    for (double width = 50.0; width < 1500.0; width += 10.0) {
        const int lines = statisticsLineCount(width, metrics);
        QVERIFY(lines <= before && lines >= 1);
        before = lines;
    }
    QCOMPARE(before, 1);
}

QTEST_MAIN(TestPaneWords)
#include "test_pane_words.moc"
