#include "core/experiment/presets.h"
#include "tests/ui/figure/sample_answer.h"
#include "ui/cost/cost_figure.h"

#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>
#include <QSvgRenderer>
#include <QTest>

#include <map>
#include <thread>

using namespace factorscope;

namespace {

CostQuestion costsOf(const char* preset)
{
    Experiment experiment;
    apply(*findPreset(preset), experiment);
    return {experiment, experiment.size};
}

CostQuestion articleCosts()
{
    return {Experiment(), {224, 224}};
}

Figure figureOf(const CostQuestion& question, const Theme& theme)
{
    return costFigure(question, CostLook(), theme);
}

QImage drawn(const Figure& figure, int scale)
{
    QImage image((figure.size * scale).toSize(), QImage::Format_RGB32);
    image.fill(Qt::magenta);
    QPainter painter(&image);
    painter.scale(scale, scale);
    figure.paint(painter);
    return image;
}

/// How many pixels there are of each colour.
std::map<QRgb, int> coloursOf(const QImage& image)
{
    std::map<QRgb, int> colours;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            ++colours[image.pixel(x, y)];
    }
    return colours;
}

QByteArray svgOf(const Figure& figure)
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(96);
    generator.setSize(figure.size.toSize());
    generator.setViewBox(QRectF({}, figure.size));
    QPainter painter(&generator);
    figure.paint(painter);
    painter.end();
    return buffer.data();
}

} // namespace

class TestCostFigure : public QObject {
    Q_OBJECT
private slots:
    void bearsTheColoursOfTheBranches_data();
    void bearsTheColoursOfTheBranches();
    void barsKeepTheirHeights();
    void itsTextIsTextInAnSvg();
    void anSvgStaysWithinItsPage();
    void isTheSameOnAnotherThread();
    void isTheSameAtAnyResolution();
    void leavesThePainterAsItWas();
    void isMadeOfAnAnswer();
};

void TestCostFigure::bearsTheColoursOfTheBranches_data()
{
    QTest::addColumn<bool>("isDark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TestCostFigure::bearsTheColoursOfTheBranches()
{
    QFETCH(bool, isDark);
    const Theme& theme = isDark ? darkTheme() : lightTheme();
    auto colours = coloursOf(drawn(figureOf(articleCosts(), theme), 1));
    QVERIFY(colours[theme.original.rgb()] > 10'000);
    QVERIFY(colours[theme.factorised.rgb()] > 10'000);
    QVERIFY(colours[theme.surface.rgb()] > 100'000);
    QCOMPARE(colours[QColor(Qt::magenta).rgb()], 0);
}

/// As many pixels as the three bars of each branch have: 1 + 1 + 1 to 0.72 + 0.72 + 2.
void TestCostFigure::barsKeepTheirHeights()
{
    const Theme& theme = lightTheme();
    const QImage bars
        = drawn(figureOf(articleCosts(), theme), 2).copy(0, 200, 2 * 370, 2 * 500 - 200);
    auto colours = coloursOf(bars);
    const double ratio
        = static_cast<double>(colours[theme.factorised.rgb()]) / colours[theme.original.rgb()];
    QVERIFY2(std::abs(ratio - 3.44 / 3.0) < 0.02, qPrintable(QString::number(ratio)));
}

void TestCostFigure::itsTextIsTextInAnSvg()
{
    const QByteArray svg = svgOf(figureOf(costsOf("googlenet-3b"), lightTheme()));
    for (const char* text :
         {"32 → 96 → 96 · 28 × 28 pixels", "costs 44 % more than the 5×5 in MACs", "original 5×5",
          "decomposed 3×3∘3×3", "76,800", "110,592", "+44.0 %", "parity 66.7", "C_out 96",
          "144.0 % of the 5×5", "dearer than the 5×5", "weights over C_mid"})
        QVERIFY2(svg.contains(text), text);
    QVERIFY(svg.contains(lightTheme().original.name().toUtf8()));
    QVERIFY(svg.contains(lightTheme().factorised.name().toUtf8()));
}

/// An SVG is not clipped, so nothing may be drawn beyond the plot: right of it is the bare surface.
void TestCostFigure::anSvgStaysWithinItsPage()
{
    QSvgRenderer renderer(svgOf(figureOf(costsOf("googlenet-5b"), lightTheme())));
    QVERIFY(renderer.isValid());
    QImage image(960, 500, QImage::Format_RGB32);
    QPainter painter(&image);
    renderer.render(&painter, QRectF(0, 0, 960, 500));
    painter.end();
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 945; x < image.width(); ++x)
            QCOMPARE(image.pixel(x, y), lightTheme().surface.rgb());
    }
}

void TestCostFigure::isTheSameOnAnotherThread()
{
    const Figure figure = figureOf(articleCosts(), darkTheme());
    const QImage here = drawn(figure, 2);
    QImage first;
    QImage second;
    std::thread one([&] { first = drawn(figure, 2); });
    std::thread other([&] { second = drawn(figure, 2); });
    one.join();
    other.join();
    QCOMPARE(first, here);
    QCOMPARE(second, here);
}

void TestCostFigure::isTheSameAtAnyResolution()
{
    const Figure figure = figureOf(articleCosts(), lightTheme());
    const QImage plain = drawn(figure, 1);
    QImage fine(figure.size.toSize(), QImage::Format_RGB32);
    fine.setDotsPerMeterX(47'244); // 1200 dots per inch
    fine.setDotsPerMeterY(47'244);
    QPainter painter(&fine);
    figure.paint(painter);
    painter.end();
    QCOMPARE(coloursOf(fine), coloursOf(plain));
}

void TestCostFigure::leavesThePainterAsItWas()
{
    const Figure figure = figureOf(articleCosts(), lightTheme());
    QImage image(100, 100, QImage::Format_RGB32);
    QPainter painter(&image);
    painter.translate(3, 4);
    painter.setPen(Qt::red);
    const QTransform before = painter.transform();
    figure.paint(painter);
    QCOMPARE(painter.transform(), before);
    QCOMPARE(painter.pen(), QPen(Qt::red));
}

void TestCostFigure::isMadeOfAnAnswer()
{
    const auto answered = sampleAnswer();
    const Figure figure = figureOf(questionOf(std::get<BothEvaluated>(*answered)), lightTheme());
    QCOMPARE(figure.title, QStringLiteral("Cost, 3 → 5 → 4 · 16 × 12 pixels"));
    QCOMPARE(figure.size, QSizeF(960, 500));
    QVERIFY(svgOf(figure).contains("C_mid 5: 315")); // 9·5·(3 + 4)
}

QTEST_MAIN(TestCostFigure)
#include "test_cost_figure.moc"
