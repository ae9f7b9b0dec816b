#include "ui/kernels/kernel_cells.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

} // namespace

class TestKernelCells : public QObject {
    Q_OBJECT
private slots:
    void findsTheCellOfEachPoint();
    void nothingIsHitBeside();
    void cellsAreWholePixelsAndFit();
    void coloursAreSymmetricAboutZero();
    void whatIsNotFiniteHasAColourOfItsOwn();
    void numbersOfAKernelCompare();
    void extremeNumbersStayShort();
    void paintsItsColoursInBothThemes();
};

void TestKernelCells::findsTheCellOfEachPoint()
{
    const KernelCells cells{{10.0, 20.0}, 12.0, 3, 5};
    for (int row = 0; row < cells.rows; ++row) {
        for (int column = 0; column < cells.columns; ++column) {
            const KernelCell at{row, column};
            QCOMPARE(cells.cellAt(cells.cell(at).center()), std::optional(at));
            QCOMPARE(cells.cellAt(cells.cell(at).topLeft()), std::optional(at));
            QCOMPARE(cells.index(at), static_cast<std::size_t>(row * 5 + column));
        }
    }
}

void TestKernelCells::nothingIsHitBeside()
{
    const KernelCells cells{{10.0, 20.0}, 12.0, 3, 5};
    for (const QPointF point :
         {QPointF(9.9, 25.0), QPointF(12.0, 19.9), QPointF(70.0, 25.0), QPointF(12.0, 56.0)})
        QVERIFY(!cells.cellAt(point));
    QVERIFY(!KernelCells({{0.0, 0.0}, 0.0, 3, 5}).cellAt({0.0, 0.0}));
}

void TestKernelCells::cellsAreWholePixelsAndFit()
{
    for (const QRectF area : {QRectF(3, 4, 240, 200), QRectF(0, 0, 17, 400), QRectF(0, 0, 0, 10)}) {
        const KernelCells cells = cellsWithin(area, 5, 5);
        QVERIFY(cells.rect().width() <= area.width() && cells.rect().height() <= area.height());
        QVERIFY(cells.side < 2.0 || cells.side == std::floor(cells.side));
    }
    QCOMPARE(cellsWithin({0, 0, 240, 200}, 5, 5).side, 40.0);
    // One cell does not fill the place of a kernel.
    QCOMPARE(cellsWithin({0, 0, 240, 240}, 1, 1).side, 80.0);
}

void TestKernelCells::coloursAreSymmetricAboutZero()
{
    for (const Theme& theme : {lightTheme(), darkTheme()}) {
        const KernelColours colours = kernelColours(2.0, true, theme, nullptr);
        const std::span<const Rgb8> steps = colours.map->colours;
        QCOMPARE(colours.of(2.0), packed(steps.back()));
        QCOMPARE(colours.of(-2.0), packed(steps.front()));
        QCOMPARE(colours.of(9.0), packed(steps.back())); // beyond the scale is its end
        QVERIFY(colours.of(0.2) != colours.of(-0.2));
        const KernelColours none = kernelColours(0.0, true, theme, nullptr);
        QCOMPARE(none.of(5.0), none.of(0.0));
        QCOMPARE(none.of(0.0), colours.of(0.0));
    }
}

void TestKernelCells::whatIsNotFiniteHasAColourOfItsOwn()
{
    const KernelColours colours = kernelColours(1.0, true, lightTheme(), nullptr);
    const QRgb odd = packed(kNotANumber);
    QCOMPARE(colours.of(kNan), odd);
    QCOMPARE(colours.of(std::numeric_limits<double>::infinity()), odd);
    QVERIFY(colours.of(1.0) != odd && colours.of(0.0) != odd);
    QCOMPARE(largestMagnitude(std::vector{kNan, -3.0, 2.0}), 3.0);
    QCOMPARE(largestMagnitude(std::vector{kNan}), 0.0);
}

void TestKernelCells::numbersOfAKernelCompare()
{
    const std::vector exact{0.25, -0.5, 0.0};
    const NumberStyle two = numberStyle(exact, 0.5);
    QCOMPARE(two.decimals, 2);
    QCOMPARE(numberText(-0.5, two), QString::fromUtf8("−0.50"));
    QCOMPARE(numberText(0.0, two), QStringLiteral("0"));
    const NumberStyle three = numberStyle(std::vector{1.0 / 3.0, 1e-7}, 0.0);
    QCOMPARE(numberText(1.0 / 3.0, three), QStringLiteral("0.333"));
    QCOMPARE(numberText(1e-7, three), QString::fromUtf8("≈0"));
    QCOMPARE(numberStyle(std::vector{0.0, 0.0}, 0.0), NumberStyle());
}

void TestKernelCells::extremeNumbersStayShort()
{
    for (const double value : {1e-300, 3.3e-7, 2e6, 1e300, -1e300, kNan}) {
        const NumberStyle style = numberStyle(std::vector{value}, 0.0);
        QVERIFY2(numberText(value, style).size() <= 9, qPrintable(numberText(value, style)));
    }
}

void TestKernelCells::paintsItsColoursInBothThemes()
{
    const std::vector values{-1.0, 1.0, kNan, 0.0};
    for (const Theme& theme : {lightTheme(), darkTheme()}) {
        QImage image(80, 80, QImage::Format_RGB32);
        QPainter painter(&image);
        const KernelCells cells = cellsWithin({0, 0, 60, 60}, 2, 2);
        const KernelColours colours = kernelColours(1.0, true, theme, nullptr);
        paintCells(painter, cells, values, colours, theme);
        paintNumbers(painter, cells, values, colours);
        painter.end();
        for (int i = 0; i < 4; ++i) {
            const QPoint corner
                = cells.cell({i / 2, i % 2}).topLeft().toPoint() + QPoint(2, 2); // no digit there
            QCOMPARE(image.pixel(corner), colours.of(values[static_cast<std::size_t>(i)]));
        }
    }
}

QTEST_MAIN(TestKernelCells)
#include "test_kernel_cells.moc"
