#include "ui/image/pixels.h"

#include <QTest>

using namespace factorscope;

namespace {

/// Every pixel another colour; a width that no row padding fits.
RgbImage coloured(Extent size)
{
    RgbImage image{size, {}};
    for (std::int64_t i = 0; i < size.height * size.width; ++i)
        image.pixels.push_back({std::uint8_t(i), std::uint8_t(255 - i), std::uint8_t(7 * i)});
    return image;
}

bool hasPixelsOf(const QImage& picture, const RgbImage& image)
{
    if (picture.width() != image.size.width || picture.height() != image.size.height)
        return false;
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            const Rgb8 wanted = image.pixels[std::size_t(y * image.size.width + x)];
            if (picture.pixel(x, y) != qRgb(wanted.r, wanted.g, wanted.b))
                return false;
        }
    }
    return true;
}

} // namespace

class TestPixels : public QObject {
    Q_OBJECT
private slots:
    void keepsEveryPixel_data();
    void keepsEveryPixel();
    void hasNoTransparency();
    void refusesToWriteNothing();
};

void TestPixels::keepsEveryPixel_data()
{
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addRow("one pixel") << 1 << 1;
    QTest::addRow("wide") << 3 << 13;
    QTest::addRow("tall") << 13 << 3;
}

void TestPixels::keepsEveryPixel()
{
    QFETCH(int, height);
    QFETCH(int, width);
    const RgbImage image = coloured({height, width});
    const QImage picture = toQImage(image);
    QVERIFY(hasPixelsOf(picture, image));
    const auto png = pngBytes(picture);
    QVERIFY(png);
    QVERIFY(png->startsWith("\x89PNG\r\n\x1a\n"));
    QVERIFY(hasPixelsOf(QImage::fromData(*png, "PNG"), image));
}

void TestPixels::hasNoTransparency()
{
    QVERIFY(!toQImage(coloured({2, 2})).hasAlphaChannel());
}

void TestPixels::refusesToWriteNothing()
{
    const auto png = pngBytes(QImage());
    QVERIFY(!png);
    QCOMPARE(png.error().code, ErrorCode::Unsupported);
    QCOMPARE(png.error().message(),
             std::string("a picture of 0 x 0 pixels cannot be written as PNG"));
}

QTEST_APPLESS_MAIN(TestPixels)
#include "test_pixels.moc"
