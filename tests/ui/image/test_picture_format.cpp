#include "picture_bytes.h"

#include <QRegularExpression>
#include <QTest>

using namespace factorscope;

class TestPictureFormat : public QObject {
    Q_OBJECT
private slots:
    void init();
    void notesAJpegThatEndsEarly_data();
    void notesAJpegThatEndsEarly();
    void saysWhenATiffLosesBits();
    void refusesInOneSentence_data();
    void refusesInOneSentence();
    void refusesWhatCannotBeOpened();
    void refusesAllThatIsCutShort_data();
    void refusesAllThatIsCutShort();
    void refusesHugeSizesBeforeDecoding_data();
    void refusesHugeSizesBeforeDecoding();
    void decodesUpToTheLimit();
    void decodesMoreThanQtAllowsByItself();

private:
    PictureFolder m_folder;
};

void TestPictureFormat::init()
{
    QTest::failOnWarning(QRegularExpression(".*")); // Qt's own messages are not for the user
}

void TestPictureFormat::notesAJpegThatEndsEarly_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<bool>("endsEarly");
    const QByteArray jpeg = encoded(manyColours(64, 48), "jpeg", 90);
    const QByteArray thumbnail("\xff\xd8\xff\xda\xff\xd9", 6);
    const QByteArray withThumbnail = withSegment(jpeg, '\xe1', thumbnail);
    QTest::newRow("whole") << jpeg << false;
    QTest::newRow("whole, more follows") << jpeg + QByteArray(1000, '\0') << false;
    QTest::newRow("whole, with a thumbnail") << withThumbnail << false;
    QTest::newRow("a third less") << jpeg.first(jpeg.size() * 2 / 3) << true;
    QTest::newRow("a third less, zeros instead")
        << jpeg.first(jpeg.size() * 2 / 3) + QByteArray(1000, '\0') << true;
    QTest::newRow("a third less, with a thumbnail")
        << withThumbnail.first(withThumbnail.size() * 2 / 3) << true;
    QTest::newRow("without the end marker") << jpeg.chopped(2) << true;
    QTest::newRow("half an end marker") << jpeg.chopped(1) << true;
}

void TestPictureFormat::notesAJpegThatEndsEarly()
{
    QFETCH(QByteArray, file);
    QFETCH(bool, endsEarly);
    const auto picture = m_folder.read(file);
    QVERIFY2(picture, picture ? "" : picture.error().message().c_str());
    QCOMPARE(picture->rgb.shape(), (Shape{3, 48, 64}));
    QCOMPARE(picture->notes.size(), std::size_t(endsEarly));
    if (endsEarly) {
        const std::string note = picture->notes[0].message();
        QVERIFY2(note.find("some.file' ends before the picture does") != std::string::npos,
                 note.c_str());
    }
}

void TestPictureFormat::saysWhenATiffLosesBits()
{
    QByteArray tiff = encoded(gray16(4), "tiff");
    const QByteArray blackIsZero("\x06\x01\x03\x00\x01\x00\x00\x00\x01\x00", 10);
    const auto place = tiff.indexOf(blackIsZero);
    QVERIFY(place > 0);
    tiff[place + 8] = 0; // white is zero: Qt rounds this variant to 8 bits
    const auto picture = m_folder.read(tiff);
    QVERIFY2(picture, picture ? "" : picture.error().message().c_str());
    QCOMPARE(picture->bitsPerChannel, 8);
    QCOMPARE(picture->notes.size(), std::size_t(1));
    QVERIFY(picture->notes[0].message().find("16 bits per channel") != std::string::npos);
}

void TestPictureFormat::refusesInOneSentence_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("part");
    const auto row = [](const char* name, const QByteArray& file, const char* part) {
        QTest::newRow(name) << file << QByteArray(part);
    };
    const char* unknown = "qt6-image-formats-plugins";
    const char* damaged = "cannot be decoded";
    row("nothing in it", {}, "is empty");
    row("text", "Dear picture, \n\n", unknown);
    row("text that begins like a BMP", "BMW is not a bitmap, it is a car\n", unknown);
    row("npy", QByteArray("\x93NUMPY\x01\0v\0{'descr': '<f4'}", 26), unknown);
    row("svg", R"(<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>)", unknown);
    row("xpm", "/* XPM */\nstatic char* a[] = {\"1 1 1 1\", \"a c #000\", \"a\"};", unknown);
    row("ico", QByteArray("\0\0\1\0\1\0\1\1\0\0\1\0\x20\0", 14) + QByteArray(99, '\0'), unknown);
    row("tga", QByteArray("\0\0\x02\0\0\0\0\0\0\0\0\0\1\0\1\0\x18\0abc", 21), unknown);
    row("png, size 0x9", pngOfSize(0, 9), damaged);
    row("png, size 9x0", pngOfSize(9, 0), damaged);
    row("png, garbage", "\x89PNG\r\n\x1a\n" + QByteArray(99, '?'), "ends before");
    row("png, no pixels", pngOfSize(9, 9).first(33) + pngChunk("IEND", {}), damaged);
    QByteArray flipped = encoded(manyColours(), "png");
    flipped[flipped.indexOf("IDAT") + 20] = char(flipped[flipped.indexOf("IDAT") + 20] ^ 1);
    row("png, one bit flipped", flipped, damaged);
    row("jpeg, garbage", "\xff\xd8\xff" + QByteArray(99, '?'), "ends before");
    row("jpeg, end without a picture", "\xff\xd8\xff\xd9", damaged);
    row("gif, garbage", "GIF89a" + QByteArray(99, '?'), damaged);
    row("webp, garbage", "RIFFxxxxWEBP" + QByteArray(99, '?'), damaged);
    row("tiff, garbage", QByteArray("II*\0", 4) + QByteArray(99, '?'), damaged);
    row("bmp, garbage", QByteArray("BM????????????\x28\0\0\0", 18) + QByteArray(99, '?'), damaged);
    QByteArray tiff = encoded(manyColours16(), "tiff");
    const qsizetype planar = tiff.indexOf(QByteArray("\x1c\x01\x03\0\x01\0\0\0", 8)) + 8;
    QVERIFY(planar >= 8);
    tiff[planar] = 2;
    row("tiff, 16 bits, one channel after the other", tiff, damaged);
}

void TestPictureFormat::refusesInOneSentence()
{
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, part);
    const auto picture = m_folder.read(file);
    QVERIFY(!picture);
    const auto message = QByteArray::fromStdString(picture.error().message());
    QVERIFY2(picture.error().code == ErrorCode::Format, message);
    QVERIFY2(message.contains(part) && message.contains("some.file'"), message);
    QVERIFY2(!message.contains('\n'), message);
}

void TestPictureFormat::refusesWhatCannotBeOpened()
{
    const std::filesystem::path folder
        = std::filesystem::path(m_folder.write("a.png", "")).parent_path();
    for (const auto& path : {folder, folder / "missing.png"}) {
        const auto picture = readPicture(path, kNoLimit);
        QVERIFY(!picture);
        QCOMPARE(picture.error().code, ErrorCode::File);
        QVERIFY(picture.error().message().find("'" + path.string() + "'") != std::string::npos);
    }
}

void TestPictureFormat::refusesAllThatIsCutShort_data()
{
    QTest::addColumn<QByteArray>("file");
    for (const char* format : {"png", "bmp", "ppm", "tiff", "webp"})
        QTest::newRow(format) << encoded(manyColours(), format);
    QImage palette(9, 9, QImage::Format_Indexed8);
    palette.setColorTable({qRgb(0, 0, 0), qRgb(255, 0, 0)});
    palette.fill(1);
    QTest::newRow("bmp, palette") << encoded(palette, "bmp");
    QTest::newRow("gif") << gif(gifFrame({0, 1, 2, 3})).chopped(1); // the ';' holds no picture
}

void TestPictureFormat::refusesAllThatIsCutShort()
{
    QFETCH(QByteArray, file);
    QVERIFY(m_folder.read(file));
    for (qsizetype size = 0; size < file.size(); ++size) {
        const auto picture = m_folder.read(file.first(size));
        QVERIFY2(!picture, QByteArray::number(size));
        QCOMPARE(picture.error().code, ErrorCode::Format);
    }
}

void TestPictureFormat::refusesHugeSizesBeforeDecoding_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("png") << pngOfSize(100'000, 100'000);
    QTest::newRow("ppm") << QByteArray("P6 100000 100000 255\n");
    QByteArray hugeGif = gif(gifFrame({0, 1, 2, 3}));
    hugeGif.replace(6, 4, "\xff\xff\xff\xff");
    QTest::newRow("gif, its screen") << hugeGif;
    QByteArray bmp = encoded(manyColours(), "bmp");
    bmp.replace(18, 8, QByteArray("\x10\x27\0\0\x10\x27\0\0", 8));
    QTest::newRow("bmp") << bmp;
}

void TestPictureFormat::refusesHugeSizesBeforeDecoding()
{
    QFETCH(QByteArray, file);
    const auto picture = m_folder.read(file, 1'000'000'000);
    QVERIFY(!picture);
    const std::string message = picture.error().message();
    QVERIFY2(picture.error().code == ErrorCode::Memory, message.c_str());
    QVERIFY2(message.find("some.file' is too large") != std::string::npos, message.c_str());
    QVERIFY2(message.find("may be used") != std::string::npos, message.c_str());
}

void TestPictureFormat::decodesUpToTheLimit()
{
    const QByteArray file = encoded(manyColours(), "png");
    const std::int64_t need = 7 * 5 * (4 + 12) + file.size(); // pixels, numbers and the file
    QVERIFY(m_folder.read(file, need));
    const auto refused = m_folder.read(file, need - 1);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Memory);
    QCOMPARE(m_folder.read(file, file.size() - 1).error().code, ErrorCode::Memory);
}

void TestPictureFormat::decodesMoreThanQtAllowsByItself()
{
    QImage image(6000, 6000, QImage::Format_Mono); // 144 MB at 32 bits a pixel, Qt allows 128
    image.fill(1);
    const auto picture = m_folder.read(encoded(image, "png"));
    QVERIFY2(picture, picture ? "" : picture.error().message().c_str());
    QCOMPARE(picture->size(), (Extent{6000, 6000}));
}

QTEST_APPLESS_MAIN(TestPictureFormat)
#include "test_picture_format.moc"
