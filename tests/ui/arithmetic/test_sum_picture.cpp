#include "ui/arithmetic/sum_picture.h"

#include "tests/support/evaluated.h"
#include "ui/arithmetic/sum_words.h"

#include <QImage>
#include <QPainter>
#include <QTest>

using namespace factorscope;

namespace {

/// A sum of so many channels of 3×3 without an origin: values 1, 2, 3 …, weights 1.
ProductSum countingSum(std::int64_t channels, std::optional<double> bias)
{
    ProductSum sum;
    sum.kernel = {3, 3};
    for (std::int64_t i = 0; i < channels * 9; ++i) {
        Product product;
        product.channel = i / 9;
        product.y = i % 9 / 3;
        product.x = i % 3;
        product.before = product.value = static_cast<float>(i + 1);
        product.weight = 1.0F;
        sum.products.push_back(product);
        sum.total += product.contribution();
    }
    sum.bias = bias;
    sum.total += bias.value_or(0.0);
    sum.value = static_cast<float>(sum.total);
    return sum;
}

SumPicture pictureOf(ProductSum sum, ProductOrder order = ProductOrder::Natural)
{
    SumPicture picture;
    picture.ordered = std::make_shared<const OrderedSum>(orderedSum(std::move(sum), order));
    picture.colour = lightTheme().original;
    picture.heading = QStringLiteral("original: output channel 1");
    picture.shortHeading = QStringLiteral("original");
    picture.result = {QStringLiteral("sum 1"), QStringLiteral("reference: 1"),
                      QStringLiteral("direct: the same")};
    return picture;
}

QImage drawn(const SumPicture& picture, const QSize& size)
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(lightTheme().window);
    QPainter painter(&image);
    paintSum(painter, QRectF({0.0, 0.0}, size), picture, lightTheme(), nullptr);
    return image;
}

int pixelsOf(const QImage& image, const QRectF& area, const QColor& colour)
{
    int count = 0;
    const QRect inside = area.toRect().intersected(image.rect());
    for (int y = inside.top(); y <= inside.bottom(); ++y) {
        for (int x = inside.left(); x <= inside.right(); ++x)
            count += image.pixelColor(x, y) == colour ? 1 : 0;
    }
    return count;
}

} // namespace

class TestSumPicture : public QObject {
    Q_OBJECT
private slots:
    void stepsFromTermToTerm();
    void stepsFromChannelToChannel();
    void goesByContribution();
    void withoutABiasTheLastIsAProduct();
    void theSumSoFarIsThatOfTheTerms();
    void nothingOverlaps_data();
    void nothingOverlaps();
    void theSheetShowsTheCurrentChannel();
    void tilesAreFoundUnderThePointer();
    void cutTapsAreGrey();
    void pendingProductsAreFaint();
    void notANumberIsDrawn();
};

void TestSumPicture::stepsFromTermToTerm()
{
    SumPicture picture = pictureOf(countingSum(2, 0.5));
    QCOMPARE(picture.count(), 19);
    QVERIFY(!picture.current());
    QCOMPARE(termsAfter(picture, SumStep::On), 1); // it begins anew
    QCOMPARE(termsAfter(picture, SumStep::Back), 19);
    picture.terms = 0;
    QVERIFY(!picture.current());
    QVERIFY(picture.isPending(0));
    QCOMPARE(termsAfter(picture, SumStep::Back), 0);
    picture.terms = 18;
    QCOMPARE(picture.current(), std::optional<std::size_t>(17));
    QCOMPARE(termsAfter(picture, SumStep::On, 10), 19);
    picture.terms = 19;
    QVERIFY(picture.isAtBias());
    QVERIFY(!picture.current());
    QCOMPARE(picture.channel(), std::size_t(1)); // the strongest
    QVERIFY(equationText(picture).contains(QStringLiteral("bias 0.5")));
}

void TestSumPicture::stepsFromChannelToChannel()
{
    SumPicture picture = pictureOf(countingSum(3, 1.0));
    QCOMPARE(termsAfter(picture, SumStep::ChannelOn), 9); // with the first complete
    picture.terms = 9;
    QCOMPARE(termsAfter(picture, SumStep::ChannelOn), 18);
    QCOMPARE(termsAfter(picture, SumStep::ChannelBack), 9);
    picture.terms = 27;
    QCOMPARE(termsAfter(picture, SumStep::ChannelOn), 28); // the bias
    picture.terms = 28;
    QCOMPARE(termsAfter(picture, SumStep::ChannelBack), 27);
}

void TestSumPicture::goesByContribution()
{
    SumPicture picture = pictureOf(countingSum(3, {}), ProductOrder::ByContribution);
    picture.terms = 1;
    QCOMPARE(picture.current(), std::optional<std::size_t>(26));
    QCOMPARE(picture.soFar(), 27.0);
    QVERIFY(!picture.isPending(26));
    QVERIFY(picture.isPending(25));
    QCOMPARE(picture.ordered->channels.front(), 2U);
    // From the strongest channel to the next: the terms of a channel follow each other here.
    QCOMPARE(termsAfter(picture, SumStep::ChannelOn), 18);
}

void TestSumPicture::withoutABiasTheLastIsAProduct()
{
    SumPicture picture = pictureOf(countingSum(1, {}));
    picture.terms = picture.count();
    QVERIFY(!picture.isAtBias());
    QCOMPARE(picture.current(), std::optional<std::size_t>(8));
}

void TestSumPicture::theSumSoFarIsThatOfTheTerms()
{
    SumPicture picture = pictureOf(countingSum(2, 0.25));
    QCOMPARE(picture.soFar(), 171.25); // 1 + … + 18 and the bias
    picture.terms = 4;
    QCOMPARE(picture.soFar(), 10.0);
    QCOMPARE(takenText(picture), QStringLiteral("4 of 19 terms"));
    QCOMPARE(equationText(picture), QStringLiteral("4 × 1 = 4"));
}

void TestSumPicture::nothingOverlaps_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("channels");
    for (const QSize size : {QSize(170, 190), QSize(230, 200), QSize(420, 290), QSize(950, 560)}) {
        for (const int channels : {1, 64, 832})
            QTest::addRow("%dx%d, %d", size.width(), size.height(), channels) << size << channels;
    }
}

void TestSumPicture::nothingOverlaps()
{
    QFETCH(QSize, size);
    QFETCH(int, channels);
    SumPicture picture = pictureOf(countingSum(channels, 1.0));
    picture.terms = picture.count() / 2;
    const QRectF rect({0.0, 0.0}, size);
    const SumLayout layout = sumLayout(picture, rect, QFont());
    const QRectF all = rect.adjusted(-1.0, -1.0, 1.0, 1.0);
    std::vector<QRectF> parts{layout.heading,  layout.soFar, layout.caption,
                              layout.equation, layout.strip, layout.result};
    for (const KernelCells& cells : layout.tiles)
        parts.push_back(cells.rect());
    if (layout.sheet.side > 0.0)
        parts.push_back(layout.sheet.area);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        QVERIFY2(all.contains(parts[i]), qPrintable(QString::number(i)));
        for (std::size_t k = 0; k < i; ++k)
            QVERIFY2(!parts[i].adjusted(0.5, 0.5, -0.5, -0.5).intersects(parts[k]),
                     qPrintable(QStringLiteral("%1 and %2").arg(i).arg(k)));
    }
    QVERIFY(layout.tiles[0].side >= 4.0);
    QVERIFY(!drawn(picture, size).isNull());
}

void TestSumPicture::theSheetShowsTheCurrentChannel()
{
    SumPicture picture = pictureOf(countingSum(832, 1.0));
    const QRectF rect(0.0, 0.0, 420.0, 290.0);
    for (const std::int64_t channel : {0, 400, 831}) {
        picture.terms = channel * 9 + 5;
        const ProductSheet sheet = sumLayout(picture, rect, QFont()).sheet;
        QVERIFY(sheet.shownRows >= 1 && sheet.shownRows < sheet.allRows());
        QVERIFY(sheet.shows(static_cast<int>(channel)));
        const QRectF tile = sheet.cells(static_cast<int>(channel)).rect();
        QVERIFY(sheet.area.adjusted(-1.0, -1.0, 1.0, 1.0).contains(tile));
    }
    // Paper shows all.
    const ProductSheet whole = sumLayout(picture, rect, QFont(), {.leastSide = 0.25}).sheet;
    QCOMPARE(whole.shownRows, whole.allRows());
}

void TestSumPicture::tilesAreFoundUnderThePointer()
{
    SumPicture picture = pictureOf(countingSum(64, 1.0));
    const ProductSheet sheet = sumLayout(picture, {0.0, 0.0, 420.0, 290.0}, QFont()).sheet;
    QVERIFY(sheet.side > 0.0);
    for (int tile = 0; tile < sheet.count; ++tile) {
        if (sheet.shows(tile))
            QCOMPARE(sheet.tileAt(sheet.cells(tile).rect().center()), std::optional<int>(tile));
    }
    QVERIFY(!sheet.tileAt(sheet.area.topLeft() - QPointF(2.0, 2.0)));
    QVERIFY(!sheet.tileAt(sheet.area.bottomRight() + QPointF(5000.0, 5000.0)));
}

void TestSumPicture::cutTapsAreGrey()
{
    ProductSum sum = countingSum(1, {});
    sum.products[4].tap = Tap::Cut;
    sum.products[4].before = -3.0F;
    sum.products[4].value = 0.0F;
    const SumPicture picture = pictureOf(sum);
    const QSize size(420, 290);
    const SumLayout layout = sumLayout(picture, QRectF({0.0, 0.0}, size), QFont());
    const QImage image = drawn(picture, size);
    for (const std::size_t tile : {0U, 2U}) {
        const QRectF cut = layout.tiles[tile].cell({1, 1}).adjusted(2, 2, -2, -2);
        QVERIFY(pixelsOf(image, cut, lightTheme().line) > cut.width() * cut.height() / 2);
        const QRectF taken = layout.tiles[tile].cell({1, 2}).adjusted(2, 2, -2, -2);
        QCOMPARE(pixelsOf(image, taken, lightTheme().line), 0);
    }
    QVERIFY(productInWords(picture, 4).contains(QStringLiteral("cut by the ReLU, before it −3")));
}

void TestSumPicture::pendingProductsAreFaint()
{
    SumPicture picture = pictureOf(countingSum(1, {}));
    const QSize size(420, 290);
    const QRectF cell = sumLayout(picture, QRectF({0.0, 0.0}, size), QFont()).tiles[2].cell({2, 2});
    const QPoint corner = cell.topLeft().toPoint() + QPoint(4, 4);
    const QColor taken = drawn(picture, size).pixelColor(corner);
    picture.terms = 5;
    const QColor pending = drawn(picture, size).pixelColor(corner);
    QVERIFY(pending.lightness() > taken.lightness() + 40);
}

/// What weights from a file may have.
void TestSumPicture::notANumberIsDrawn()
{
    ProductSum sum = countingSum(2, 1.0);
    sum.products[3].weight = std::numeric_limits<float>::quiet_NaN();
    sum.products[9].weight = std::numeric_limits<float>::infinity();
    SumPicture picture = pictureOf(sum, ProductOrder::ByContribution);
    for (const std::int64_t terms : {0, 1, 2, 19}) {
        picture.terms = terms;
        QVERIFY(!drawn(picture, {420, 290}).isNull());
    }
    QVERIFY(equationText(picture).contains(QStringLiteral("bias")));
}

QTEST_MAIN(TestSumPicture)
#include "test_sum_picture.moc"
