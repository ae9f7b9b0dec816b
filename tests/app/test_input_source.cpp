#include "tests/support/program.h"

#include <QBuffer>
#include <QImage>
#include <QTest>

#include <cstdint>
#include <vector>

using namespace factorscope;

namespace {

std::string png(int width, int height)
{
    QImage image(width, height, QImage::Format_RGB32);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) // hard to compress, so that half of the file is half of it
            image.setPixel(x, y, qRgb(x * 37 + y * 11, x * y * 7, x * x + 3 * y * y));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    image.save(&buffer, "PNG");
    return bytes.toStdString();
}

std::uint32_t crc32(std::string_view bytes)
{
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    return ~crc;
}

void putBigEndian(std::string& bytes, std::size_t at, std::uint32_t number)
{
    for (std::size_t i = 0; i < 4; ++i)
        bytes[at + i] = static_cast<char>(number >> (24 - 8 * i) & 0xFFU);
}

/// A small file whose header promises a picture of these sides.
std::string pngThatClaims(std::uint32_t width, std::uint32_t height)
{
    std::string bytes = png(4, 4);
    putBigEndian(bytes, 16, width);
    putBigEndian(bytes, 20, height);
    putBigEndian(bytes, 29, crc32(std::string_view(bytes).substr(12, 17)));
    return bytes;
}

/// As numpy.save() writes it, with any header.
std::string npyOfHeader(const std::string& header, const std::string& data = {})
{
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += static_cast<char>(header.size() & 0xFFU);
    bytes += static_cast<char>(header.size() >> 8U);
    return bytes + header + data;
}

std::string npy(const std::string& shape, std::size_t floats)
{
    return npyOfHeader("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n",
                       std::string(4 * floats, '\0'));
}

const QStringList kForward
    = words("forward --branch original --in-channels 3 --out-channels 2 --output y.npy "
            "--activations maps --input");

} // namespace

class TestInputSource : public QObject {
    Q_OBJECT
private slots:
    void namesTheFileThatCannotBeAnInput_data();
    void namesTheFileThatCannotBeAnInput();
    void namesWhatDoesNotFitTheBranch_data();
    void namesWhatDoesNotFitTheBranch();
    void takesEveryLayoutOfATensor_data();
    void takesEveryLayoutOfATensor();
    void liftsAPictureToTheChannels_data();
    void liftsAPictureToTheChannels();
    void saysWhatNeedsTooMuchMemory_data();
    void saysWhatNeedsTooMuchMemory();
    void fallsBackToWhatIsFree();
};

void TestInputSource::namesTheFileThatCannotBeAnInput_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("content");
    QTest::addColumn<std::string>("says");
    const auto row
        = [](const char* title, const char* name, const std::string& content, const char* says) {
              QTest::newRow(title) << std::string(name) << content << std::string(says);
          };
    const std::string whole = png(64, 64);
    std::string damaged = whole;
    damaged[whole.size() / 2] = static_cast<char>(damaged[whole.size() / 2] ^ 0x55);
    row("missing", "missing.png", {}, "No such file");
    row("folder", ".", {}, "Is a directory");
    row("device", "/dev/null", {}, "not a regular file");
    row("empty", "empty.png", "-", "is empty");
    row("half of a PNG", "half.png", whole.substr(0, whole.size() / 2), "ends before");
    row("begin of a PNG", "begin.png", whole.substr(0, 20), "ends before");
    row("damaged PNG", "damaged.png", damaged, "cannot be decoded");
    row("text named PNG", "text.png", "This is text.\n", "is not a picture");
    row("huge PNG", "huge.png", pngThatClaims(60000, 60000), "60000x60000");
    row("impossible PNG", "impossible.png", pngThatClaims(0x7FFFFFFF, 0x7FFFFFFF),
        "impossible.png");
    row("huge PNM", "huge.ppm", "P6 60000 60000 255\nabc", "60000x60000");
    row("no sides", "none.ppm", "P6 0 0 255\n", "none.ppm");
    row("empty tensor file", "empty.npy", "-", "empty.npy");
    row("text named npy", "text.npy", "This is text.\n", "is not a .npy file");
    row("half of a tensor", "half.npy", npy("(3, 8, 8)", 192).substr(0, 300), "declares 192");
    row("tensor and more", "more.npy", npy("(3, 8, 8)", 193), "declares 192");
    row("negative side", "negative.npy", npy("(-3, 8, 8)", 192), "-3");
    row("huge tensor", "huge.npy", npy("(3, 4000000000, 4000000000)", 192), "4000000000");
    row("plane", "plane.npy", npy("(8, 8)", 64), "8x8");
    row("five axes", "five.npy", npy("(1, 1, 3, 4, 4)", 48), "1x1x3x4x4");
    row("no channels", "none.npy", npy("(0, 8, 8)", 0), "0x8x8");
    row("no images", "none.npy", npy("(0, 3, 8, 8)", 0), "0x3x8x8");
    row("complex numbers", "complex.npy",
        npyOfHeader("{'descr': '<c8', 'fortran_order': False, 'shape': (1, 1, 1), }\n",
                    std::string(8, '\0')),
        "<c8");
    row("objects", "objects.npy",
        npyOfHeader("{'descr': '|O', 'fortran_order': False, 'shape': (1, 1, 1), }\n"), "|O");
    row("key twice", "twice.npy",
        npyOfHeader("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n"),
        "twice");
}

void TestInputSource::namesTheFileThatCannotBeAnInput()
{
    QFETCH(std::string, name);
    QFETCH(std::string, content);
    QFETCH(std::string, says);
    const Workplace place;
    place.write("y.npy", "old");
    if (!content.empty())
        place.write(name, content == "-" ? "" : content);
    const QStringList arguments = kForward + QStringList{QString::fromStdString(name)};
    QCOMPARE(wrongWithFailure(place, arguments, 1, "'" + name + "'"), QString());
    QCOMPARE(wrongWithFailure(place, arguments, 1, says), QString());
}

void TestInputSource::namesWhatDoesNotFitTheBranch_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<std::string>("named");
    const auto row = [](const char* arguments, const char* named) {
        QTest::newRow(arguments) << words(arguments) << std::string(named);
    };
    row("--in-channels 64 --input p.png --lift rgb",
        "'rgb' makes 3 channels and the branch takes 64");
    row("--in-channels 3 --input p.png --lift gray",
        "'gray' makes 1 channel and the branch takes 3");
    row("--in-channels 1 --input sample:text --lift rgb", "'rgb'");
    row("--in-channels 4 --input x.npy", "the input has 3 channels and the branch takes 4");
    row("--in-channels 3 --input x.npy --size 8x9", "8x9");
    row("--in-channels 3 --input x.npy --preset article", "224x224");
}

void TestInputSource::namesWhatDoesNotFitTheBranch()
{
    QFETCH(QStringList, arguments);
    QFETCH(std::string, named);
    const Workplace place;
    place.write("p.png", png(8, 8));
    place.write("x.npy", npy("(3, 8, 8)", 192));
    QCOMPARE(wrongWithFailure(place, words("forward --branch original --output y.npy") + arguments,
                              1, named),
             QString());
}

void TestInputSource::takesEveryLayoutOfATensor_data()
{
    QTest::addColumn<std::string>("shape");
    QTest::addColumn<std::vector<std::int64_t>>("output");
    QTest::newRow("one image") << std::string("(3, 4, 5)") << std::vector<std::int64_t>{1, 2, 4, 5};
    QTest::newRow("batch of 1") << std::string("(1, 3, 4, 5)")
                                << std::vector<std::int64_t>{1, 2, 4, 5};
    QTest::newRow("batch of 3") << std::string("(3, 3, 4, 5)")
                                << std::vector<std::int64_t>{3, 2, 4, 5};
    QTest::newRow("one pixel") << std::string("(3, 1, 1)") << std::vector<std::int64_t>{1, 2, 1, 1};
}

void TestInputSource::takesEveryLayoutOfATensor()
{
    QFETCH(std::string, shape);
    QFETCH(std::vector<std::int64_t>, output);
    const Workplace place;
    const std::size_t floats = static_cast<std::size_t>(3 * output[0] * output[2] * output[3]);
    place.write("anything", npy(shape, floats)); // the content tells, not the name
    const Json json = programJson(place, kForward + QStringList{"anything"});
    QCOMPARE(json.at("shape").get<std::vector<std::int64_t>>(), output);
}

void TestInputSource::liftsAPictureToTheChannels_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<std::vector<std::int64_t>>("output");
    const auto row = [](const char* arguments, std::vector<std::int64_t> output) {
        QTest::newRow(arguments) << words(arguments) << std::move(output);
    };
    row("--in-channels 3 --input p.png", {1, 2, 6, 9});
    row("--in-channels 1 --input p.png", {1, 2, 6, 9});
    row("--in-channels 64 --input p.png", {1, 2, 6, 9});
    row("--in-channels 3 --input p.png --lift filterbank", {1, 2, 6, 9});
    row("--in-channels 3 --input p.png --size 4x5", {1, 2, 4, 5});
    row("--in-channels 3 --input sample:zone-plate --size 4x5", {1, 2, 4, 5});
    row("--in-channels 3 --input sample:siemens-star --size 1x1", {1, 2, 1, 1});
    row("--in-channels 3 --input sample:gratings --size 4x5", {1, 2, 4, 5});
    row("--in-channels 3 --lift randn --size 4x5", {1, 2, 4, 5});
}

void TestInputSource::liftsAPictureToTheChannels()
{
    QFETCH(QStringList, arguments);
    QFETCH(std::vector<std::int64_t>, output);
    const Workplace place;
    place.write("p.png", png(9, 6));
    const Json json = programJson(
        place, words("forward --branch original --out-channels 2 --output y.npy") + arguments);
    QCOMPARE(json.at("shape").get<std::vector<std::int64_t>>(), output);
}

void TestInputSource::saysWhatNeedsTooMuchMemory_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<std::string>("lower");
    const auto row = [](const char* arguments, const char* lower) {
        QTest::newRow(arguments) << words(arguments) << std::string(lower);
    };
    const char* both = "lower the size or the channels";
    row("forward --branch original --lift randn --size 65536x65536 --output y.npy", both);
    row("forward --branch original --lift randn --size 64x64 --memory-limit 1 --output y.npy",
        both);
    row("forward --branch decomposed --mid-channels 65536 --in-channels 65536 --out-channels 65536 "
        "--lift randn --size 65536x65536 --output y.npy",
        both);
    row("forward --branch original --in-channels 65536 --out-channels 65536 --lift randn --size "
        "8x8 "
        "--output y.npy",
        "lower the channels");
    row("forward --branch original --in-channels 3 --input sample:scene --size 600x600 "
        "--memory-limit 1 --output y.npy",
        "lower the size");
    row("export sample:scene --size 65536x65536 --format png --output d", "lower the size");
    row("export --size 300x300 --memory-limit 2 --format png --output d", both);
    row("init --branch original --in-channels 65536 --out-channels 65536 --output y.npy",
        "lower the channels");
    row("init --branch original --in-channels 256 --out-channels 256 --memory-limit 1 --output "
        "y.npy",
        "lower the channels");
    row("rf --branch decomposed --size 600x600 --memory-limit 1 --output y.npy", "lower the size");
}

void TestInputSource::saysWhatNeedsTooMuchMemory()
{
    QFETCH(QStringList, arguments);
    QFETCH(std::string, lower);
    const Workplace place;
    place.write("y.npy", "old");
    QCOMPARE(wrongWithFailure(place, arguments, 1, "this needs "), QString());
    QCOMPARE(wrongWithFailure(place, arguments, 1, "of memory and "), QString());
    QCOMPARE(wrongWithFailure(place, arguments, 1, lower), QString());
}

void TestInputSource::fallsBackToWhatIsFree()
{
    const Workplace place;
    const QStringList arguments
        = words("forward --branch original --lift randn --size 64x64 --output "
                "y.npy --memory-limit");
    QCOMPARE(runProgram(place, arguments + QStringList{"0"}).exitCode, 0);
    QCOMPARE(runProgram(place, arguments + QStringList{"100"}).exitCode, 0);
    QCOMPARE(wrongWithFailure(place, arguments + QStringList{"1"}, 1, "1.0 MB may be used"),
             QString());
}

QTEST_GUILESS_MAIN(TestInputSource)
#include "test_input_source.moc"
