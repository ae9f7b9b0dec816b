#include "ui/image/pnm.h"

#include <QTest>

#include <limits>
#include <vector>

using namespace factorscope;

using Values = std::vector<float>;

namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

Result<Picture> read(const QByteArray& file, std::int64_t limitBytes = kNoLimit)
{
    const auto* data = reinterpret_cast<const std::uint8_t*>(file.constData());
    return readPnm({data, static_cast<std::size_t>(file.size())}, "folder/some.pnm", limitBytes);
}

Values threeTimes(const Values& plane)
{
    Values values;
    for (int channel = 0; channel < 3; ++channel)
        values.insert(values.end(), plane.begin(), plane.end());
    return values;
}

} // namespace

class TestPnm : public QObject {
    Q_OBJECT
private slots:
    void readsEveryKind_data();
    void readsEveryKind();
    void refusesWhatIsNoPicture_data();
    void refusesWhatIsNoPicture();
    void refusesMoreThanTheLimit();
};

void TestPnm::readsEveryKind_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<Values>("expected");
    QTest::addColumn<int>("bits");
    // Two pixels beside each other, planes R, G, B.
    QTest::newRow("P1, 1 is black") << QByteArray("P1\n2 1\n0 1\n") << threeTimes({1, 0}) << 8;
    QTest::newRow("P1 without spaces") << QByteArray("P1 2 1 10") << threeTimes({0, 1}) << 8;
    QTest::newRow("P2") << QByteArray("P2\n2 1\n255\n0 51") << threeTimes({0, 51 / 255.0F}) << 8;
    QTest::newRow("P2 with comments")
        << QByteArray("P2 # a\n# b 9 9\n2 1\n10 #c\n10 5\n") << threeTimes({1, 0.5F}) << 8;
    QTest::newRow("P3") << QByteArray("P3 2 1 255 1 2 3 4 5 6")
                        << Values{1 / 255.0F, 4 / 255.0F, 2 / 255.0F,
                                  5 / 255.0F, 3 / 255.0F, 6 / 255.0F}
                        << 8;
    QTest::newRow("P4, the first bit leads")
        << QByteArray("P4 2 1\n\x40") << threeTimes({1, 0}) << 8;
    QTest::newRow("P5") << QByteArray("P5 2 1 255\n\xff\x33") << threeTimes({1, 51 / 255.0F}) << 8;
    QTest::newRow("P5, 16 bits, the high byte leads")
        << QByteArray("P5 2 1 65535\n\x01\x02\xff\xff", 17) << threeTimes({258 / 65535.0F, 1})
        << 16;
    QTest::newRow("P5, 10 bits") << QByteArray("P5 2 1 1023\n\x03\xff\x01\x00", 16)
                                 << threeTimes({1, 256 / 1023.0F}) << 16;
    QTest::newRow("P6") << QByteArray("P6 2 1 255\n\x01\x02\x03\x04\x05\x06")
                        << Values{1 / 255.0F, 4 / 255.0F, 2 / 255.0F,
                                  5 / 255.0F, 3 / 255.0F, 6 / 255.0F}
                        << 8;
    QTest::newRow("P6, raster that looks like space")
        << QByteArray("P6 2 1 255\n      ") << threeTimes({32 / 255.0F, 32 / 255.0F}) << 8;
    QTest::newRow("a second picture follows")
        << QByteArray("P5 2 1 255\n\xff\x33P5 9 9 255\n") << threeTimes({1, 51 / 255.0F}) << 8;
}

void TestPnm::readsEveryKind()
{
    QFETCH(QByteArray, file);
    QFETCH(Values, expected);
    QFETCH(int, bits);
    const auto picture = read(file);
    QVERIFY2(picture, picture ? "" : picture.error().message().c_str());
    QCOMPARE(picture->rgb.shape(), (Shape{3, 1, 2}));
    QCOMPARE(Values(picture->rgb.values().begin(), picture->rgb.values().end()), expected);
    QCOMPARE(picture->bitsPerChannel, bits);
}

void TestPnm::refusesWhatIsNoPicture_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("part"); // of the sentence
    const QByteArray early = "ends before the picture does";
    const QByteArray damaged = "cannot be decoded";
    QTest::newRow("header alone") << QByteArray("P5\n") << early;
    QTest::newRow("no size") << QByteArray("P5\n2") << early;
    QTest::newRow("words") << QByteArray("P5 is not a number\n") << damaged;
    QTest::newRow("zero width") << QByteArray("P5 0 1 255\n") << damaged;
    QTest::newRow("zero height") << QByteArray("P4 1 0\n") << damaged;
    QTest::newRow("maximum 0") << QByteArray("P5 1 1 0\n\x01") << damaged;
    QTest::newRow("maximum 65536") << QByteArray("P5 1 1 65536\n\x01\x01") << damaged;
    QTest::newRow("size beyond 32 bits")
        << QByteArray("P5 99999999999999999999 1 255\n") << damaged;
    QTest::newRow("negative") << QByteArray("P5 -2 1 255\n\x01\x01") << damaged;
    QTest::newRow("raw, one byte less") << QByteArray("P6 2 1 255\n12345") << early;
    QTest::newRow("raw bits, none") << QByteArray("P4 2 1\n") << early;
    QTest::newRow("16 bits, one byte less") << QByteArray("P5 1 1 300\n\x01") << early;
    QTest::newRow("text, one number less") << QByteArray("P2 3 1 255\n100 200 ") << early;
    QTest::newRow("text, far too short") << QByteArray("P2 2000 1000 255\n1 2") << early;
    QTest::newRow("above the maximum, text") << QByteArray("P2 1 1 9\n10") << damaged;
    QTest::newRow("above the maximum, raw") << QByteArray("P5 1 1 9\n\x0a") << damaged;
    QTest::newRow("text in the numbers") << QByteArray("P2 2 1 255\n1 x ") << damaged;
}

void TestPnm::refusesWhatIsNoPicture()
{
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, part);
    const auto picture = read(file);
    QVERIFY(!picture);
    QCOMPARE(picture.error().code, ErrorCode::Format);
    const auto message = QByteArray::fromStdString(picture.error().message());
    QVERIFY2(message.contains(part) && message.contains("'folder/some.pnm'"), message);
}

// The sizes are believed before the file's length is looked at: the sentence is about memory.
void TestPnm::refusesMoreThanTheLimit()
{
    const QByteArray small = "P5 2 1 255\n12"; // 2 pixels of 12 bytes beside the file
    QVERIFY(read(small, 2 * 12 + small.size()));
    QVERIFY(!read(small, 2 * 12 + small.size() - 1));
    const auto huge = read("P6 2147483647 2147483647 65535\n");
    QVERIFY(!huge);
    QCOMPARE(huge.error().code, ErrorCode::Memory);
    QVERIFY(huge.error().message().find("2147483647x2147483647") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestPnm)
#include "test_pnm.moc"
