#include "core/image/stroke_font.h"

#include <QTest>

#include <algorithm>

using namespace factorscope;

class TestStrokeFont : public QObject {
    Q_OBJECT
private slots:
    void linesReachFromTopToBaseLineOrBelow_data();
    void linesReachFromTopToBaseLineOrBelow();
    void strokesStayInTheirLine();
    void signsStandBesideEachOther();
    void anUnknownSignLeavesAGap();
    void nothingTakesNoPlace();
};

void TestStrokeFont::linesReachFromTopToBaseLineOrBelow_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("height");
    QTest::newRow("h") << "h" << 6.0;
    QTest::newRow("x: as high, though it is small") << "x" << 6.0;
    QTest::newRow("p") << "p" << 8.0;
    QTest::newRow("hello") << "hello" << 6.0;
    QTest::newRow("deep") << "deep" << 8.0;
    QTest::newRow("plus: as low, though it stands higher") << "+" << 6.0;
    QTest::newRow("comma") << "," << 7.0;
    QTest::newRow("digits") << "5×5 = 25" << 6.0;
}

void TestStrokeFont::linesReachFromTopToBaseLineOrBelow()
{
    QFETCH(const QString, text);
    QFETCH(const double, height);
    QCOMPARE(strokedText(text.toStdU32String()).height, height);
}

void TestStrokeFont::strokesStayInTheirLine()
{
    const StrokedText line = strokedText(U"the quick brown fox, 0123456789 × 3 + 4 = 7 %: LRU.");
    for (const Stroke& stroke : line.strokes) {
        QVERIFY(stroke.size() >= 2); // one point would not be seen
        for (const Point& point : stroke) {
            QVERIFY(point.x >= 0.0 && point.x <= line.width);
            QVERIFY(point.y >= 0.0 && point.y <= line.height);
        }
    }
}

void TestStrokeFont::signsStandBesideEachOther()
{
    const StrokedText one = strokedText(U"o");
    const StrokedText two = strokedText(U"oo");
    QVERIFY(two.width > 2.0 * one.width);
    QCOMPARE(two.strokes.size(), 2 * one.strokes.size());
    const double shift = two.width - one.width;
    for (std::size_t i = 0; i < one.strokes[0].size(); ++i) {
        QCOMPARE(two.strokes[1][i].x, one.strokes[0][i].x + shift);
        QCOMPARE(two.strokes[1][i].y, one.strokes[0][i].y);
    }
}

void TestStrokeFont::anUnknownSignLeavesAGap()
{
    const StrokedText blank = strokedText(U"a b");
    const StrokedText unknown = strokedText(U"a\u4e2db");
    QVERIFY(blank.width > strokedText(U"ab").width);
    QCOMPARE(unknown.width, blank.width);
    QCOMPARE(unknown.strokes.size(), blank.strokes.size());
}

void TestStrokeFont::nothingTakesNoPlace()
{
    const StrokedText line = strokedText(U"");
    QCOMPARE(line.width, 0.0);
    QVERIFY(line.strokes.empty());
}

QTEST_APPLESS_MAIN(TestStrokeFont)
#include "test_stroke_font.moc"
