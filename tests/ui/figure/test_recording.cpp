#include "ui/figure/recording.h"

#include "ui/figure/figure.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <algorithm>
#include <cstdlib>
#include <thread>

using namespace factorscope;

namespace {

constexpr QSizeF kSize(120, 80);

void paintShapes(QPainter& painter)
{
    painter.fillRect(QRectF(QPointF(), kSize), Qt::white);
    painter.setPen(QPen(Qt::red, 3.0));
    painter.drawLine(QPointF(5.5, 6.25), QPointF(100.0, 70.0));
    painter.setBrush(Qt::blue);
    painter.drawEllipse(QRectF(60.25, 10.5, 40.0, 30.0));
    painter.translate(10.0, 40.0);
    painter.fillRect(QRectF(0.0, 0.0, 20.5, 15.25), QColor(0, 120, 0, 100));
}

void paintText(QPainter& painter)
{
    painter.fillRect(QRectF(QPointF(), kSize), Qt::white);
    QFont font;
    font.setPixelSize(16);
    painter.setFont(font);
    painter.drawText(QPointF(10.0, 40.0), QStringLiteral("words"));
}

Figure figureOf(const std::function<void(QPainter&)>& paint)
{
    return {QStringLiteral("figure"), kSize, paint};
}

/// The pixels that are not white.
QRect inkOf(const QImage& image)
{
    QRect ink;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (qGray(image.pixel(x, y)) < 128)
                ink |= QRect(x, y, 1, 1);
        }
    }
    return ink;
}

/// The largest difference of a channel of any pixel.
int mostApart(const QImage& a, const QImage& b)
{
    int most = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            const QColor one = a.pixelColor(x, y);
            const QColor other = b.pixelColor(x, y);
            most = std::max({most, std::abs(one.red() - other.red()),
                             std::abs(one.green() - other.green()),
                             std::abs(one.blue() - other.blue())});
        }
    }
    return most;
}

} // namespace

class TestRecording : public QObject {
    Q_OBJECT
private slots:
    void showsWhatWasPainted_data();
    void showsWhatWasPainted();
    void textKeepsItsPlace_data();
    void textKeepsItsPlace();
    void textStaysText();
    void paintsOnlyOnce();
    void playsOnAnyThreadTheSame();
    void leavesThePainterAsItWas();
};

void TestRecording::showsWhatWasPainted_data()
{
    QTest::addColumn<double>("scale");
    for (const double scale : {0.5, 1.0, 2.0, 3.5})
        QTest::addRow("scale %g", scale) << scale;
}

/// Edges may be covered by another routine of the painter, which rounds otherwise: by a thirtieth
/// of a pixel.
void TestRecording::showsWhatWasPainted()
{
    QFETCH(double, scale);
    const auto direct = figureImage(figureOf(paintShapes), scale);
    const auto played = figureImage(figureOf(recorded(paintShapes)), scale);
    QVERIFY(direct && played);
    QCOMPARE(played->size(), direct->size());
    QVERIFY2(mostApart(*played, *direct) <= 255 / 30, "the edges");
    QVERIFY(inkOf(*direct).width() > 80 * scale);
}

void TestRecording::textKeepsItsPlace_data()
{
    showsWhatWasPainted_data();
}

/// To a pixel, for glyphs may be placed on whole ones.
void TestRecording::textKeepsItsPlace()
{
    QFETCH(double, scale);
    const QRect direct = inkOf(*figureImage(figureOf(paintText), scale));
    const QRect played = inkOf(*figureImage(figureOf(recorded(paintText)), scale));
    QVERIFY(direct.width() > 20 * scale);
    QVERIFY2(direct.adjusted(-1, -1, 1, 1).contains(played)
                 && played.adjusted(-1, -1, 1, 1).contains(direct),
             qPrintable(QStringLiteral("%1 %2, %3 %4")
                            .arg(direct.left())
                            .arg(direct.width())
                            .arg(played.left())
                            .arg(played.width())));
}

void TestRecording::textStaysText()
{
    const auto svg = figureBytes(figureOf(recorded(paintText)), FigureFormat::Svg, 1.0);
    QVERIFY(svg);
    QVERIFY(svg->contains(">words</text>"));
}

void TestRecording::paintsOnlyOnce()
{
    int calls = 0;
    const Figure figure = figureOf(recorded([&](QPainter& painter) {
        ++calls;
        paintShapes(painter);
    }));
    QCOMPARE(calls, 1);
    const auto first = figureImage(figure, 1.0);
    const auto second = figureImage(figure, 1.0);
    QCOMPARE(calls, 1);
    QCOMPARE(*first, *second);
}

void TestRecording::playsOnAnyThreadTheSame()
{
    const Figure figure = figureOf(recorded(paintText));
    const QImage here = *figureImage(figure, 2.0);
    QImage there[2];
    std::thread one([&] { there[0] = *figureImage(figure, 2.0); });
    std::thread other([&] { there[1] = *figureImage(figure, 2.0); });
    one.join();
    other.join();
    QCOMPARE(there[0], here);
    QCOMPARE(there[1], here);
}

void TestRecording::leavesThePainterAsItWas()
{
    QImage image(kSize.toSize(), QImage::Format_RGB32);
    QPainter painter(&image);
    painter.translate(3.0, 4.0);
    painter.setPen(Qt::green);
    const QTransform before = painter.transform();
    recorded(paintShapes)(painter);
    QCOMPARE(painter.transform(), before);
    QCOMPARE(painter.pen().color(), QColor(Qt::green));
    QVERIFY(painter.brush() == QBrush());
}

QTEST_MAIN(TestRecording)
#include "test_recording.moc"
