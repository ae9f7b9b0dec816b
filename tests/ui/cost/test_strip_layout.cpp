#include "ui/cost/strip_layout.h"

#include "ui/theme/theme.h"

#include <QFontMetrics>
#include <QTest>

using namespace factorscope;

namespace {

StripColumn columnOf(const QString& number, const QString& shortNumber, const QString& note)
{
    return {.heading = QStringLiteral("parameters, weights only"),
            .original = 4.0,
            .factorised = 3.0,
            .originalText = number,
            .factorisedText = number,
            .shortOriginalText = shortNumber,
            .shortFactorisedText = shortNumber,
            .saving = QStringLiteral("+128.00 %"),
            .note = note,
            .warns = true};
}

/// The widest that is usual.
StripContent content()
{
    const StripColumn plain = columnOf(QStringLiteral("102,400"), {}, {});
    return {.originalName = QStringLiteral("5×5"),
            .factorisedName = QStringLiteral("separable"),
            .columns = {columnOf(QStringLiteral("25,600,000"), {},
                                 QStringLiteral("with biases 102,464 → 73,856  −27.92 %")),
                        columnOf(QStringLiteral("105,226,698,752,000"), QStringLiteral("105 T"),
                                 QStringLiteral("costs 128 % more than the 5×5")),
                        plain, plain},
            .claim = QStringLiteral("−28 % is of two 3×3 with C_in = C_mid = C_out")};
}

bool hasText(const StripLayout& layout, const QString& text)
{
    return std::ranges::any_of(layout.texts, [&](const auto& each) { return each.text == text; });
}

} // namespace

class TestStripLayout : public QObject {
    Q_OBJECT
private slots:
    void cutsNothingAtAnyWidth_data();
    void cutsNothingAtAnyWidth();
    void drawsBarsToOneScale();
    void shortensNumbersAndLeavesOutNotesWhereThereIsNoRoom();
    void keepsColumnsWhileDigitsChange();
};

void TestStripLayout::cutsNothingAtAnyWidth_data()
{
    QTest::addColumn<double>("growth");
    QTest::addColumn<int>("least");
    QTest::newRow("at the desk") << 1.0 << 1024;
    QTest::newRow("in a room") << 1.6 << 1280;
}

void TestStripLayout::cutsNothingAtAnyWidth()
{
    QFETCH(double, growth);
    QFETCH(int, least);
    QFont font;
    font.setPointSizeF(growth * font.pointSizeF());
    const QFontMetrics body(font);
    const QFontMetrics caption(sized(font, TextSize::Caption));
    for (int width = least; width <= 2560; width += 64) {
        const StripLayout layout = laidOut(content(), font, width);
        const QRect all(0, 0, width, layout.height);
        for (const StripLayout::Text& text : layout.texts) {
            const QFontMetrics& metrics = text.isCaption ? caption : body;
            QVERIFY2(all.contains(text.box), qPrintable(text.text));
            QVERIFY2(metrics.horizontalAdvance(text.text) <= text.box.width(),
                     qPrintable(text.text));
            for (const StripLayout::Text& other : layout.texts)
                QVERIFY2(&text == &other || !text.box.intersects(other.box), qPrintable(text.text));
            for (const StripLayout::Bar& bar : layout.bars)
                QVERIFY2(!text.box.intersects(bar.box), qPrintable(text.text));
        }
    }
}

void TestStripLayout::drawsBarsToOneScale()
{
    const StripLayout layout = laidOut(content(), {}, 2560);
    QCOMPARE(layout.bars.size(), 8U);
    const StripLayout::Bar& original = layout.bars[0];
    const StripLayout::Bar& factorised = layout.bars[1];
    QVERIFY(original.isOriginal && !factorised.isOriginal);
    QCOMPARE(original.box.left(), factorised.box.left());
    QVERIFY(std::abs(factorised.box.width() - 0.75 * original.box.width()) <= 1.0);
}

void TestStripLayout::shortensNumbersAndLeavesOutNotesWhereThereIsNoRoom()
{
    const QString note = content().columns[0].note;
    const StripLayout wide = laidOut(content(), {}, 2560);
    QVERIFY(hasText(wide, QStringLiteral("105,226,698,752,000")) && hasText(wide, note));
    const StripLayout narrow = laidOut(content(), {}, 800);
    QVERIFY(hasText(narrow, QStringLiteral("105 T")) && !hasText(narrow, note));
    QVERIFY(!hasText(narrow, QStringLiteral("105,226,698,752,000")));
}

void TestStripLayout::keepsColumnsWhileDigitsChange()
{
    StripContent other = content();
    other.columns[2].originalText = other.columns[2].factorisedText = QStringLiteral("987,654");
    other.columns[2].factorised = 9.0;
    QCOMPARE(laidOut(other, {}, 1440).columns, laidOut(content(), {}, 1440).columns);
}

QTEST_MAIN(TestStripLayout)
#include "test_strip_layout.moc"
