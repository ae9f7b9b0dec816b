#include "ui/figure/figure.h"

#include <QBuffer>
#include <QDateTime>
#include <QImage>
#include <QImageReader>
#include <QPainter>
#include <QRegularExpression>
#include <QSvgRenderer>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>
#include <thread>

using namespace factorscope;

Q_DECLARE_METATYPE(factorscope::FigureFormat)

namespace {

const QString kWords = QStringLiteral("5×5 < two 3×3 & \"less\"");

/// A dark ground, a small picture, a circle and words.
Figure sampleFigure(const QSizeF& size = {240, 120})
{
    return {QStringLiteral("Cost <of> & more ×"), size, [size](QPainter& painter) {
                painter.fillRect(QRectF(QPointF(), size), QColor(20, 30, 40));
                QImage dots(16, 16, QImage::Format_RGB32);
                for (int i = 0; i < 256; ++i)
                    dots.setPixel(i % 16, i / 16, qRgb(i, 255 - i, i * 37 % 256));
                painter.drawImage(QRectF(10, 10, 32, 32), dots);
                painter.setPen(Qt::white);
                painter.drawEllipse(QRectF(60, 10, 40, 40));
                painter.drawText(QPointF(10, 90), kWords);
            }};
}

QByteArray bytesOf(const Figure& figure, FigureFormat format, double scale = 2.0)
{
    const auto bytes = figureBytes(figure, format, scale);
    if (!bytes)
        qFatal("%s", bytes.error().message().c_str());
    return *bytes;
}

int count(const QByteArray& bytes, const char* pattern)
{
    const QRegularExpression regex{QString::fromLatin1(pattern)};
    int found = 0;
    for (auto matches = regex.globalMatch(QString::fromLatin1(bytes)); matches.hasNext();
         matches.next())
        ++found;
    return found;
}

/// The four numbers of a PDF's page.
QList<double> pageOf(const QByteArray& pdf)
{
    const qsizetype start = pdf.indexOf("/MediaBox [") + 11;
    QList<double> numbers;
    for (const QByteArray& word :
         pdf.mid(start, pdf.indexOf(']', start) - start).simplified().split(' '))
        numbers.append(word.toDouble());
    return numbers;
}

} // namespace

class TestFigure : public QObject {
    Q_OBJECT
private slots:
    void sameFigureGivesSameBytes_data();
    void sameFigureGivesSameBytes();
    void pngHasThePixelsOfItsScale_data();
    void pngHasThePixelsOfItsScale();
    void pngKeepsItsSizeOnPaper();
    void pngIsDrawnNotEnlarged();
    void refusesWhatIsTooLarge_data();
    void refusesWhatIsTooLarge();
    void svgHoldsTheFigure();
    void svgNamesFontsThatOthersKnow();
    void pdfIsOnePageOfTheFiguresSize_data();
    void pdfIsOnePageOfTheFiguresSize();
    void pdfTellsNoDate();
    void pdfHasItsFontsInOneOrder();
    void pdfKeepsItsOffsets();
    void pdfKeepsThePixelsOfPictures();
    void drawsOnAnyThread();
    void formatsHaveNames();
};

void TestFigure::sameFigureGivesSameBytes_data()
{
    QTest::addColumn<FigureFormat>("format");
    for (const FigureFormat format : kFigureFormats)
        QTest::newRow(formatName(format).data()) << format;
}

void TestFigure::sameFigureGivesSameBytes()
{
    QFETCH(FigureFormat, format);
    const QByteArray bytes = bytesOf(sampleFigure(), format);
    QVERIFY(bytes.size() > 500);
    QCOMPARE(bytesOf(sampleFigure(), format), bytes);
    const Figure other = sampleFigure({240, 124});
    QVERIFY(bytesOf(other, format) != bytes);
}

void TestFigure::pngHasThePixelsOfItsScale_data()
{
    QTest::addColumn<QSizeF>("size");
    QTest::addColumn<double>("scale");
    QTest::addColumn<QSize>("pixels");
    QTest::newRow("1") << QSizeF(240, 120) << 1.0 << QSize(240, 120);
    QTest::newRow("2") << QSizeF(240, 120) << 2.0 << QSize(480, 240);
    QTest::newRow("1/4") << QSizeF(240, 120) << 0.25 << QSize(60, 30);
    QTest::newRow("fractions") << QSizeF(100.4, 50.6) << 1.5 << QSize(151, 76);
    QTest::newRow("next to nothing") << QSizeF(1, 1) << 0.25 << QSize(1, 1);
}

void TestFigure::pngHasThePixelsOfItsScale()
{
    QFETCH(QSizeF, size);
    QFETCH(double, scale);
    const QImage image = QImage::fromData(bytesOf(sampleFigure(size), FigureFormat::Png, scale));
    QTEST(image.size(), "pixels");
    const QRgb ground = qRgb(20, 30, 40); // up to the edges
    QCOMPARE(image.pixel(0, 0), ground);
    QCOMPARE(image.pixel(image.width() - 1, image.height() - 1), ground);
}

void TestFigure::pngKeepsItsSizeOnPaper()
{
    for (const double scale : {1.0, 2.0, 4.0}) {
        const QImage image = QImage::fromData(bytesOf(sampleFigure(), FigureFormat::Png, scale));
        const double inches = image.width() / (image.dotsPerMeterX() * 0.0254);
        QVERIFY2(std::abs(inches - 240.0 / 96.0) < 1e-3, qPrintable(QString::number(inches)));
        QCOMPARE(image.dotsPerMeterX(), image.dotsPerMeterY());
        QCOMPARE(image.text(QStringLiteral("Title")), sampleFigure().title);
    }
}

/// Words and lines of a larger picture are finer, and as long in relation to it.
void TestFigure::pngIsDrawnNotEnlarged()
{
    const auto white = [](const QImage& image) {
        QRect box;
        for (int y = image.height() / 2; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                if (qGray(image.pixel(x, y)) > 150)
                    box |= QRect(x, y, 1, 1);
            }
        }
        return box;
    };
    const QRect small = white(*figureImage(sampleFigure(), 1.0));
    const QImage large = *figureImage(sampleFigure(), 4.0);
    QVERIFY(small.width() > 80);
    QVERIFY(std::abs(white(large).width() / 4.0 - small.width()) < 0.03 * small.width() + 2.0);
    const QImage enlarged = figureImage(sampleFigure(), 1.0)->scaled(large.size());
    QVERIFY(large != enlarged);
}

void TestFigure::refusesWhatIsTooLarge_data()
{
    QTest::addColumn<QSizeF>("size");
    QTest::addColumn<double>("scale");
    QTest::addColumn<QByteArray>("named");
    QTest::newRow("wide") << QSizeF(5000, 10) << 8.0 << QByteArray("40000 x 80");
    QTest::newRow("high") << QSizeF(10, 32768) << 1.0 << QByteArray("10 x 32768");
    QTest::newRow("beyond numbers") << QSizeF(1e9, 1e9) << 8.0 << QByteArray("8000000000");
}

void TestFigure::refusesWhatIsTooLarge()
{
    QFETCH(QSizeF, size);
    QFETCH(double, scale);
    QFETCH(QByteArray, named);
    bool isDrawn = false;
    const Figure figure{QString(), size, [&](QPainter&) { isDrawn = true; }};
    const auto result = figureBytes(figure, FigureFormat::Png, scale);
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Memory);
    QVERIFY2(result.error().message().find(named.toStdString()) != std::string::npos,
             result.error().message().c_str());
    QVERIFY(!isDrawn);
    QVERIFY(figureImage({QString(), {kMostFigurePixels, 2}, [](QPainter&) {}}, 1.0));
}

void TestFigure::svgHoldsTheFigure()
{
    const QByteArray svg = bytesOf(sampleFigure(), FigureFormat::Svg);
    QXmlStreamReader reader(svg);
    QString title;
    QString text;
    QString viewBox;
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (reader.name() == QLatin1String("svg"))
            viewBox = reader.attributes().value(QLatin1String("viewBox")).toString();
        else if (reader.name() == QLatin1String("title"))
            title = reader.readElementText();
        else if (reader.name() == QLatin1String("text"))
            text += reader.readElementText();
    }
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    QCOMPARE(title, sampleFigure().title);
    QCOMPARE(text, kWords);
    QCOMPARE(viewBox, QStringLiteral("0 0 240 120"));
    QCOMPARE(count(svg, "width=\"63\\.5mm\" height=\"31\\.75mm\""), 1);

    QImage image(240, 120, QImage::Format_RGB32);
    image.fill(Qt::red);
    QPainter painter(&image);
    QSvgRenderer renderer(svg);
    QVERIFY(renderer.isValid());
    renderer.render(&painter);
    painter.end();
    QCOMPARE(image.pixel(2, 2), qRgb(20, 30, 40));
    QVERIFY(image.pixel(26, 26) != qRgb(20, 30, 40));
}

void TestFigure::svgNamesFontsThatOthersKnow()
{
    Figure figure = sampleFigure();
    figure.paint = [](QPainter& painter) {
        painter.setFont(QFont(QStringLiteral("Sans Serif"), 10));
        painter.drawText(QPointF(10, 20), kWords);
    };
    const QByteArray svg = bytesOf(figure, FigureFormat::Svg);
    QCOMPARE(count(svg, "font-family=\"[^\"]*Sans Serif"), 0);
    QVERIFY(count(svg, "font-family=\"[^\",]+, sans-serif\"") > 0);
    QCOMPARE(count(svg, "font-family=\"[^\",]+\""), 0);
}

void TestFigure::pdfIsOnePageOfTheFiguresSize_data()
{
    QTest::addColumn<QSizeF>("size");
    QTest::newRow("whole points") << QSizeF(240, 120);
    QTest::newRow("fractions") << QSizeF(401, 301.5);
    QTest::newRow("just above") << QSizeF(400.1, 300.1);
    QTest::newRow("large") << QSizeF(4001, 3001);
}

void TestFigure::pdfIsOnePageOfTheFiguresSize()
{
    QFETCH(QSizeF, size);
    const QByteArray pdf = bytesOf(sampleFigure(size), FigureFormat::Pdf);
    QVERIFY(pdf.startsWith("%PDF-"));
    QCOMPARE(count(pdf, "/Type /Page\\s"), 1);
    QCOMPARE(count(pdf, "/MediaBox"), 1);
    const QList<double> page = pageOf(pdf);
    QCOMPARE(page.size(), 4);
    QVERIFY(std::abs(page[2] - page[0] - size.width() * 0.75) < 1e-3);
    QVERIFY(std::abs(page[3] - page[1] - size.height() * 0.75) < 1e-3);
}

void TestFigure::pdfTellsNoDate()
{
    const QByteArray pdf = bytesOf(sampleFigure(), FigureFormat::Pdf);
    QCOMPARE(count(pdf, "/CreationDate \\(D:20000101000000Z\\) *\n"), 1);
    QCOMPARE(count(pdf, "D:[0-9]{14}"), 1);
    QCOMPARE(count(pdf, "/ModDate|/ID *\\[|/Metadata"), 0);
    const QByteArray today
        = QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd")).toLatin1();
    QVERIFY(!pdf.contains(today));
}

/// Each process has another seed of its hash tables.
void TestFigure::pdfHasItsFontsInOneOrder()
{
    Figure figure = sampleFigure();
    figure.paint = [](QPainter& painter) {
        for (const QFont::Weight weight : {QFont::Normal, QFont::Bold}) {
            painter.setFont(QFont(QStringLiteral("DejaVu Sans"), 10, weight));
            painter.drawText(QPointF(10, 20), kWords);
        }
    };
    const QByteArray pdf = bytesOf(figure, FigureFormat::Pdf);
    if (count(pdf, "/FontName") < 2)
        QSKIP("there is only one font");
    for (int i = 0; i < 32; ++i) {
        QHashSeed::resetRandomGlobalSeed();
        QCOMPARE(bytesOf(figure, FigureFormat::Pdf), pdf);
    }
}

/// Every object is where the table says.
void TestFigure::pdfKeepsItsOffsets()
{
    const QByteArray pdf = bytesOf(sampleFigure({401, 301}), FigureFormat::Pdf);
    const qsizetype mark = pdf.lastIndexOf("startxref\n") + 10;
    const qsizetype table = pdf.mid(mark, pdf.indexOf('\n', mark) - mark).trimmed().toLongLong();
    QCOMPARE(pdf.mid(table, 4), QByteArray("xref"));
    const QList<QByteArray> lines = pdf.mid(table).split('\n');
    const int objects = lines[1].split(' ')[1].toInt();
    QVERIFY(objects > 5);
    for (int i = 1; i < objects; ++i) {
        const qsizetype offset = lines[i + 2].left(10).toLongLong();
        const QByteArray head = QByteArray::number(i) + " 0 obj";
        QCOMPARE(pdf.mid(offset, head.size()), head);
    }
}

/// Feature maps are data: no lossy compression.
void TestFigure::pdfKeepsThePixelsOfPictures()
{
    Figure figure = sampleFigure();
    figure.paint = [](QPainter& painter) {
        QImage noise(200, 100, QImage::Format_RGB32);
        for (int i = 0; i < 20000; ++i)
            noise.setPixel(i % 200, i / 200, qRgb(i * 7 % 256, i % 256, i * 13 % 256));
        painter.drawImage(QPointF(), noise);
    };
    const QByteArray pdf = bytesOf(figure, FigureFormat::Pdf);
    QCOMPARE(count(pdf, "/Subtype /Image"), 1);
    QCOMPARE(count(pdf, "/DCTDecode"), 0);
}

void TestFigure::drawsOnAnyThread()
{
    for (const FigureFormat format : kFigureFormats) {
        QByteArray elsewhere;
        std::thread([&] { elsewhere = bytesOf(sampleFigure(), format); }).join();
        QCOMPARE(elsewhere, bytesOf(sampleFigure(), format));
    }
}

void TestFigure::formatsHaveNames()
{
    for (const FigureFormat format : kFigureFormats)
        QVERIFY(formatFromName(formatName(format)) == format);
    QVERIFY(!formatFromName("PNG"));
    QVERIFY(!formatFromName("csv"));
    QVERIFY(!formatFromName(""));
}

QTEST_MAIN(TestFigure)
#include "test_figure.moc"
