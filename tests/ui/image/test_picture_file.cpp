#include "picture_bytes.h"

#include <QColorSpace>
#include <QRegularExpression>
#include <QTest>

#include <array>
#include <cmath>
#include <set>
#include <thread>

using namespace factorscope;

using Rgb = std::array<float, 3>;

namespace {

float at(const Picture& picture, int channel, int y, int x)
{
    const Extent size = picture.size();
    return picture.rgb.data()[(channel * size.height + y) * size.width + x];
}

Rgb pixel(const Picture& picture, int x, int y)
{
    return {at(picture, 0, y, x), at(picture, 1, y, x), at(picture, 2, y, x)};
}

Rgb rgb8(int r, int g, int b)
{
    return {float(r) / 255.0F, float(g) / 255.0F, float(b) / 255.0F};
}

} // namespace

class TestPictureFile : public QObject {
    Q_OBJECT
private slots:
    void init();
    void keepsEveryValueOf8Bits_data();
    void keepsEveryValueOf8Bits();
    void keepsEveryValueOf16Bits_data();
    void keepsEveryValueOf16Bits();
    void spreadsGrayOverThreeChannels();
    void readsPalettesAndBits_data();
    void readsPalettesAndBits();
    void laysAlphaOverWhite_data();
    void laysAlphaOverWhite();
    void readsCmykJpeg();
    void readsTheFirstFrameOfAGif();
    void turnsAsExifSays_data();
    void turnsAsExifSays();
    void convertsAProfileToSrgb_data();
    void convertsAProfileToSrgb();
    void keeps16BitsWhenConverting();
    void takesThePngGammaOfSrgbForSrgb();
    void goesByContentAndNotByEnding();
    void readsFromAnyThread();
    void knowsTheEndings();

private:
    PictureFolder m_folder;
};

void TestPictureFile::init()
{
    QTest::failOnWarning(QRegularExpression(".*")); // Qt's own messages are not for the user
}

void TestPictureFile::keepsEveryValueOf8Bits_data()
{
    QTest::addColumn<QByteArray>("file");
    for (const char* format : {"png", "bmp", "ppm", "tiff"})
        QTest::newRow(format) << encoded(manyColours(), format);
    QTest::newRow("webp, lossless") << encoded(manyColours(), "webp", 100);
}

void TestPictureFile::keepsEveryValueOf8Bits()
{
    QFETCH(QByteArray, file);
    const QImage image = manyColours();
    const auto picture = readPicture(m_folder.write("a.picture.dat", file), kNoLimit);
    QVERIFY2(picture, picture ? "" : picture.error().message().c_str());
    QCOMPARE(picture->rgb.shape(), (Shape{3, 5, 7}));
    for (int y = 0; y < 5; ++y) {
        for (int x = 0; x < 7; ++x) {
            const QRgb colour = image.pixel(x, y);
            QCOMPARE(pixel(*picture, x, y), rgb8(qRed(colour), qGreen(colour), qBlue(colour)));
        }
    }
    QCOMPARE(picture->name, std::string("a.picture"));
    QCOMPARE(picture->bitsPerChannel, 8);
    QVERIFY(picture->notes.empty());
}

void TestPictureFile::keepsEveryValueOf16Bits_data()
{
    QTest::addColumn<QByteArray>("file");
    for (const char* format : {"png", "tiff"})
        QTest::newRow(format) << encoded(manyColours16(), format);
    QByteArray raster;
    const QImage image = manyColours16();
    for (int i = 0; i < 6; ++i) {
        const QRgba64 colour = image.pixelColor(i % 3, i / 3).rgba64();
        for (const quint16 value : {colour.red(), colour.green(), colour.blue()})
            raster += bigEndian(value).last(2);
    }
    QTest::newRow("ppm") << "P6\n3 2\n65535\n" + raster;
}

void TestPictureFile::keepsEveryValueOf16Bits()
{
    QFETCH(QByteArray, file);
    const auto picture = m_folder.read(file);
    QVERIFY2(picture, picture ? "" : picture.error().message().c_str());
    QCOMPARE(picture->rgb.shape(), (Shape{3, 2, 3}));
    for (int y = 0; y < 2; ++y) {
        for (int x = 0; x < 3; ++x) {
            const Rgb expected{float(1000 * x + 1) / 65535.0F, float(20000 * y + 7) / 65535.0F,
                               float(65535 - 300 * x) / 65535.0F};
            QCOMPARE(pixel(*picture, x, y), expected);
        }
    }
    QCOMPARE(picture->bitsPerChannel, 16);
}

void TestPictureFile::spreadsGrayOverThreeChannels()
{
    for (const char* format : {"png", "tiff"}) {
        const auto picture = m_folder.read(encoded(gray16(400), format));
        QVERIFY(picture);
        QCOMPARE(picture->bitsPerChannel, 16);
        for (int x = 0; x < 400; ++x) {
            const float value = float(65535 - 3 * x) / 65535.0F;
            QCOMPARE(pixel(*picture, x, 0), (Rgb{value, value, value}));
        }
    }
}

void TestPictureFile::readsPalettesAndBits_data()
{
    QTest::addColumn<QByteArray>("file");
    QImage palette(4, 1, QImage::Format_Indexed8);
    palette.setColorTable({qRgb(0, 0, 0), qRgb(255, 0, 0), qRgb(0, 255, 0), qRgb(255, 255, 255)});
    QImage bits(4, 1, QImage::Format_Mono);
    bits.setColorTable({qRgb(0, 0, 0), qRgb(255, 255, 255)});
    for (int x = 0; x < 4; ++x) {
        palette.setPixel(x, 0, uint(x));
        bits.setPixel(x, 0, x == 3 ? 1 : 0);
    }
    for (const char* format : {"png", "bmp", "tiff"}) {
        QTest::addRow("palette, %s", format) << encoded(palette, format);
        QTest::addRow("bits, %s", format) << encoded(bits, format);
    }
}

void TestPictureFile::readsPalettesAndBits()
{
    QFETCH(QByteArray, file);
    const bool hasColours = QByteArray(QTest::currentDataTag()).startsWith("palette");
    const auto picture = m_folder.read(file);
    QVERIFY(picture);
    QCOMPARE(pixel(*picture, 0, 0), (Rgb{0, 0, 0}));
    QCOMPARE(pixel(*picture, 1, 0), (hasColours ? Rgb{1, 0, 0} : Rgb{0, 0, 0}));
    QCOMPARE(pixel(*picture, 2, 0), (hasColours ? Rgb{0, 1, 0} : Rgb{0, 0, 0}));
    QCOMPARE(pixel(*picture, 3, 0), (Rgb{1, 1, 1}));
    QCOMPARE(picture->bitsPerChannel, 8);
}

void TestPictureFile::laysAlphaOverWhite_data()
{
    QTest::addColumn<QByteArray>("format");
    QTest::addColumn<int>("maximum");
    QTest::newRow("png, 8 bits") << QByteArray("png") << 255;
    QTest::newRow("png, 16 bits") << QByteArray("png") << 65535;
    QTest::newRow("tiff, 16 bits") << QByteArray("tiff") << 65535;
    QTest::newRow("webp, 8 bits") << QByteArray("webp") << 255;
}

void TestPictureFile::laysAlphaOverWhite()
{
    QFETCH(QByteArray, format);
    QFETCH(int, maximum);
    const bool isWide = maximum > 255;
    QImage image(3, 1, isWide ? QImage::Format_RGBA64 : QImage::Format_ARGB32);
    const std::array<int, 3> colour{maximum / 5, maximum / 3, maximum};
    const std::array<int, 3> alphas{0, maximum / 3, maximum};
    for (int x = 0; x < 3; ++x) {
        const int alpha = alphas[std::size_t(x)];
        if (isWide)
            image.setPixelColor(x, 0,
                                QRgba64::fromRgba64(quint16(colour[0]), quint16(colour[1]),
                                                    quint16(colour[2]), quint16(alpha)));
        else
            image.setPixel(x, 0, qRgba(colour[0], colour[1], colour[2], alpha));
    }
    const auto picture = m_folder.read(encoded(image, format, 100));
    QVERIFY(picture);
    QCOMPARE(picture->bitsPerChannel, isWide ? 16 : 8);
    for (int x = 0; x < 3; ++x) {
        const double alpha = double(alphas[std::size_t(x)]) / maximum;
        for (int c = 0; c < 3; ++c) {
            const double value = double(colour[std::size_t(c)]) / maximum;
            const double error = at(*picture, c, 0, x) - (value * alpha + 1 - alpha);
            // Five roundings of numbers up to 1, so far below one step of 1/65535.
            QVERIFY(std::abs(error) <= 5 * std::numeric_limits<float>::epsilon());
        }
    }
}

void TestPictureFile::readsCmykJpeg()
{
    // 8x8 pixels of pure yellow and magenta, stored the other way round as Adobe does.
    const QByteArray file = QByteArray::fromBase64(
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4L"
        "CxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABQAAQAAAAAAAAAAAAAAAAAAAAn/"
        "xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgRDAE0AWQBLAAA/AFTFUKoqb//Z");
    const auto picture = m_folder.read(file);
    QVERIFY(picture);
    QCOMPARE(picture->rgb.shape(), (Shape{3, 8, 8}));
    QCOMPARE(pixel(*picture, 4, 4), (Rgb{1, 0, 0}));
}

void TestPictureFile::readsTheFirstFrameOfAGif()
{
    const auto picture = m_folder.read(gif(gifFrame({0, 1, 2, 3}) + gifFrame({3, 3, 3, 3})));
    QVERIFY2(picture, picture ? "" : picture.error().message().c_str());
    QCOMPARE(picture->rgb.shape(), (Shape{3, 2, 2}));
    QCOMPARE(pixel(*picture, 0, 0), (Rgb{0, 0, 0}));
    QCOMPARE(pixel(*picture, 1, 0), (Rgb{1, 0, 0}));
    QCOMPARE(pixel(*picture, 0, 1), (Rgb{1, 1, 1})); // transparent
    QCOMPARE(pixel(*picture, 1, 1), (Rgb{1, 1, 1}));
}

void TestPictureFile::turnsAsExifSays_data()
{
    QTest::addColumn<int>("orientation");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<QPoint>("blackCorner"); // of the upright picture; in the file it is top left
    QTest::newRow("1") << 1 << QSize(32, 16) << QPoint(0, 0);
    QTest::newRow("2, mirrored") << 2 << QSize(32, 16) << QPoint(31, 0);
    QTest::newRow("3, half a turn") << 3 << QSize(32, 16) << QPoint(31, 15);
    QTest::newRow("4, upside down") << 4 << QSize(32, 16) << QPoint(0, 15);
    QTest::newRow("5, transposed") << 5 << QSize(16, 32) << QPoint(0, 0);
    QTest::newRow("6, a quarter clockwise") << 6 << QSize(16, 32) << QPoint(15, 0);
    QTest::newRow("7, transversed") << 7 << QSize(16, 32) << QPoint(15, 31);
    QTest::newRow("8, a quarter back") << 8 << QSize(16, 32) << QPoint(0, 31);
}

void TestPictureFile::turnsAsExifSays()
{
    QFETCH(int, orientation);
    QFETCH(QSize, size);
    QFETCH(QPoint, blackCorner);
    QImage image(32, 16, QImage::Format_Grayscale8);
    image.fill(Qt::white);
    for (int i = 0; i < 64; ++i) // one whole JPEG block
        image.setPixelColor(i % 8, i / 8, Qt::black);
    const auto picture = m_folder.read(withOrientation(encoded(image, "jpeg", 100), orientation));
    QVERIFY(picture);
    QCOMPARE(picture->size(), (Extent{size.height(), size.width()}));
    for (const int x : {0, size.width() - 1}) {
        for (const int y : {0, size.height() - 1})
            QCOMPARE(at(*picture, 0, y, x) < 0.5F, QPoint(x, y) == blackCorner);
    }
}

void TestPictureFile::convertsAProfileToSrgb_data()
{
    QTest::addColumn<QByteArray>("format");
    QTest::addColumn<QImage::Format>("pixels");
    QTest::newRow("png, colours") << QByteArray("png") << QImage::Format_RGB32;
    QTest::newRow("png, alpha") << QByteArray("png") << QImage::Format_ARGB32;
    QTest::newRow("png, 16 bits") << QByteArray("png") << QImage::Format_RGBX64;
    QTest::newRow("jpeg, colours") << QByteArray("jpeg") << QImage::Format_RGB32;
    QTest::newRow("jpeg, gray") << QByteArray("jpeg") << QImage::Format_Grayscale8;
    QTest::newRow("tiff, gray") << QByteArray("tiff") << QImage::Format_Grayscale8;
    QTest::newRow("tiff, 16 bits of gray") << QByteArray("tiff") << QImage::Format_Grayscale16;
}

void TestPictureFile::convertsAProfileToSrgb()
{
    QFETCH(QByteArray, format);
    QFETCH(QImage::Format, pixels);
    QImage image(8, 8, QImage::Format_RGB32);
    image.fill(qRgb(51, 51, 51)); // a fifth of the light of white
    image.convertTo(pixels);
    image.setColorSpace(QColorSpace::SRgbLinear);
    QByteArray file = encoded(image, format, 100);
    if (format == "jpeg" && pixels == QImage::Format_Grayscale8) {
        const QByteArray profile = QColorSpace(QColorSpace::SRgbLinear).iccProfile(); // Qt drops it
        file = withSegment(file, '\xe2', QByteArray("ICC_PROFILE\0\1\1", 14) + profile);
    }
    const auto picture = m_folder.read(file);
    QVERIFY(picture);
    const double expected = 1.055 * std::pow(0.2, 1 / 2.4) - 0.055; // the curve of IEC 61966-2-1
    for (const float value : pixel(*picture, 3, 3)) // one step: the result has 8 bits
        QVERIFY2(std::abs(value - expected) <= 1.0 / 255, QByteArray::number(value));
}

void TestPictureFile::keeps16BitsWhenConverting()
{
    QImage image = gray16(3000);
    image.setColorSpace(QColorSpace::SRgbLinear);
    const auto picture = m_folder.read(encoded(image, "tiff"));
    QVERIFY(picture);
    const auto values = picture->rgb.values().first(3000);
    // The values span an eighth of the scale, where 8 bits would leave 32 steps.
    QVERIFY(std::set<float>(values.begin(), values.end()).size() > 256);
}

void TestPictureFile::takesThePngGammaOfSrgbForSrgb()
{
    const QByteArray png = encoded(manyColours(), "png");
    const auto withGamma = [&](quint32 gamma) { // right after the header
        return png.first(33) + pngChunk("gAMA", bigEndian(gamma)) + png.mid(33);
    };
    const auto plain = m_folder.read(png);
    const auto srgb = m_folder.read(withGamma(45455));
    const auto linear = m_folder.read(withGamma(100000));
    QVERIFY(plain && srgb && linear);
    QCOMPARE(pixel(*srgb, 2, 2), pixel(*plain, 2, 2));
    QVERIFY(pixel(*linear, 2, 2)[0] > pixel(*plain, 2, 2)[0]);
}

void TestPictureFile::goesByContentAndNotByEnding()
{
    const QByteArray png = encoded(manyColours(), "png");
    for (const char* name : {"photo.jpg", "photo.svg", "photo.npy", "photo"}) {
        const auto picture = readPicture(m_folder.write(name, png), kNoLimit);
        QVERIFY(picture);
        QCOMPARE(picture->name, std::string("photo"));
    }
}

void TestPictureFile::readsFromAnyThread()
{
    const std::string path = m_folder.write("threads.png", encoded(manyColours(), "png"));
    std::array<bool, 4> isRight{};
    {
        std::vector<std::jthread> threads;
        for (bool& one : isRight)
            threads.emplace_back([&] {
                const auto picture = readPicture(path, kNoLimit);
                one = picture && pixel(*picture, 0, 0) == rgb8(1, 3, 255);
            });
    }
    QCOMPARE(isRight, (std::array<bool, 4>{true, true, true, true}));
}

void TestPictureFile::knowsTheEndings()
{
    const QStringList endings = pictureFileEndings();
    for (const char* ending :
         {"png", "jpg", "jpeg", "bmp", "pbm", "pgm", "ppm", "gif", "webp", "tif", "tiff"})
        QVERIFY2(endings.contains(ending), ending);
    for (const char* ending : {"tga", "svg", "ico", "npy"})
        QVERIFY2(!endings.contains(ending), ending);
}

QTEST_APPLESS_MAIN(TestPictureFile)
#include "test_picture_file.moc"
