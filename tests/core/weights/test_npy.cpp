#include "core/weights/npy.h"

#include <QTemporaryDir>
#include <QTest>

#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

std::string content(const fs::path& path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

template <typename... Numbers>
std::string bytes(Numbers... numbers)
{
    std::string result;
    (result.append(reinterpret_cast<const char*>(&numbers), sizeof numbers), ...);
    return result;
}

template <typename... Numbers>
std::string bigEndianBytes(Numbers... numbers)
{
    std::string result;
    const auto append = [&](std::string one) {
        std::ranges::reverse(one);
        result += one;
    };
    (append(bytes(numbers)), ...);
    return result;
}

std::string withHeader(const std::string& dictionary, const std::string& data, char version = 1)
{
    const auto size = std::uint32_t(dictionary.size());
    return std::string("\x93NUMPY") + version + '\0' + bytes(size).substr(0, version == 1 ? 2 : 4)
        + dictionary + data;
}

std::string dictionary(const std::string& descr, const std::string& shape,
                       const std::string& fortranOrder = "False")
{
    return "{'descr': " + descr + ", 'fortran_order': " + fortranOrder + ", 'shape': " + shape
        + ", }\n";
}

std::vector<float> numbers(const Tensor& tensor)
{
    return {tensor.values().begin(), tensor.values().end()};
}

} // namespace

class TestNpy : public QObject {
    Q_OBJECT
private slots:
    void readsEveryDtype_data();
    void readsEveryDtype();
    void readsEveryHalf();
    void readsEverySpellingOfTheHeader_data();
    void readsEverySpellingOfTheHeader();
    void transposesColumnMajorOrder();
    void convertsMoreThanOneBuffer();
    void refusesHostileInput_data();
    void refusesHostileInput();
    void refusesEveryTruncation();
    void refusesDataBeyondTheEnd();
    void refusesMoreThanTheLimit();
    void allocatesNothingForASizeThatIsNotTheFiles();
    void stopsOnRequest();
    void namesAMissingFile();
    void writesWhatNumPyWrites_data();
    void writesWhatNumPyWrites();
    void rewritesReferenceFilesByteForByte();

private:
    fs::path path(const std::string& name = "x.npy") const
    {
        return fs::path(m_directory.path().toStdString()) / name;
    }
    fs::path written(const std::string& bytes) const
    {
        std::ofstream(path(), std::ios::binary) << bytes;
        return path();
    }

    QTemporaryDir m_directory;
};

void TestNpy::readsEveryDtype_data()
{
    QTest::addColumn<std::string>("descr");
    QTest::addColumn<std::string>("data");
    QTest::addColumn<std::vector<float>>("expected");
    const auto row = [](const char* descr, const std::string& data, std::vector<float> expected) {
        QTest::addRow("%s", descr) << std::string(descr) << data << expected;
    };
    row("<f4", bytes(1.5F, -0.25F), {1.5F, -0.25F});
    row("=f4", bytes(1.5F, -0.25F), {1.5F, -0.25F});
    row(">f4", bigEndianBytes(1.5F, -0.25F), {1.5F, -0.25F});
    row("<f8", bytes(1.5, 1e-3), {1.5F, 1e-3F});
    row(">f8", bigEndianBytes(1.5, 1e-3), {1.5F, 1e-3F});
    row("<f2", bytes(std::uint16_t{0x3c00}, std::uint16_t{0xc100}), {1.0F, -2.5F});
    row(">f2", bigEndianBytes(std::uint16_t{0x3c00}, std::uint16_t{0xc100}), {1.0F, -2.5F});
    row("|i1", bytes(std::int8_t{-128}, std::int8_t{127}), {-128.0F, 127.0F});
    row("|u1", bytes(std::uint8_t{255}, std::uint8_t{1}), {255.0F, 1.0F});
    row("<i2", bytes(std::int16_t{-300}, std::int16_t{300}), {-300.0F, 300.0F});
    row(">i2", bigEndianBytes(std::int16_t{-300}, std::int16_t{300}), {-300.0F, 300.0F});
    row("<u2", bytes(std::uint16_t{65535}, std::uint16_t{2}), {65535.0F, 2.0F});
    row("<i4", bytes(std::int32_t{-70000}, std::int32_t{7}), {-70000.0F, 7.0F});
    row(">u4", bigEndianBytes(std::uint32_t{4294967295U}, 7U), {4294967296.0F, 7.0F});
    row("<i8", bytes(std::int64_t{-1} << 40, std::int64_t{9}), {-0x1p40F, 9.0F});
    row(">i8", bigEndianBytes(std::int64_t{-1} << 40, std::int64_t{9}), {-0x1p40F, 9.0F});
    row("<u8", bytes(~std::uint64_t{0}, std::uint64_t{9}), {0x1p64F, 9.0F});
    row("|b1", std::string("\x00\x01", 2), {0.0F, 1.0F});
}

void TestNpy::readsEveryDtype()
{
    QFETCH(std::string, descr);
    QFETCH(std::string, data);
    QFETCH(std::vector<float>, expected);
    const auto tensor
        = readNpy(written(withHeader(dictionary("'" + descr + "'", "(2,)"), data)), kNoLimit);
    QVERIFY2(tensor, tensor ? "" : tensor.error().message().c_str());
    QCOMPARE(tensor->shape(), Shape{2});
    QCOMPARE(numbers(*tensor), expected);
}

void TestNpy::readsEveryHalf()
{
    std::vector<std::uint16_t> halves(65536);
    for (std::size_t i = 0; i < halves.size(); ++i)
        halves[i] = std::uint16_t(i);
    const std::string data(reinterpret_cast<const char*>(halves.data()), 2 * halves.size());
    const auto tensor
        = readNpy(written(withHeader(dictionary("'<f2'", "(65536,)"), data)), kNoLimit);
    QVERIFY(tensor);
    for (const std::uint16_t half : halves) {
        const int exponent = (half >> 10) & 31;
        const int fraction = half & 1023;
        const float sign = half & 0x8000 ? -1.0F : 1.0F;
        const float read = tensor->values()[half];
        if (exponent == 31 && fraction != 0)
            QVERIFY(std::isnan(read));
        else if (exponent == 31)
            QCOMPARE(read, sign * std::numeric_limits<float>::infinity());
        else if (exponent == 0)
            QVERIFY(read == sign * std::ldexp(float(fraction), -24));
        else
            QVERIFY(read == sign * std::ldexp(float(1024 + fraction), exponent - 25));
        QCOMPARE(std::signbit(read), sign < 0);
    }
}

void TestNpy::readsEverySpellingOfTheHeader_data()
{
    QTest::addColumn<std::string>("file");
    QTest::addColumn<Shape>("shape");
    const std::string one = bytes(1.0F);
    const std::string six = bytes(1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F);
    const auto row = [](const char* name, const std::string& file, const Shape& shape) {
        QTest::addRow("%s", name) << file << shape;
    };
    row("version 1", withHeader(dictionary("'<f4'", "(2, 3)"), six, 1), {2, 3});
    row("version 2", withHeader(dictionary("'<f4'", "(2, 3)"), six, 2), {2, 3});
    row("version 3", withHeader(dictionary("'<f4'", "(2, 3)"), six, 3), {2, 3});
    row("long header", withHeader(dictionary("'<f4'", "(6,)") + std::string(70000, ' '), six, 2),
        {6});
    row("scalar", withHeader(dictionary("'<f4'", "()"), one), {});
    row("eight axes", withHeader(dictionary("'<f4'", "(1, 1, 1, 1, 1, 1, 2, 3)"), six),
        {1, 1, 1, 1, 1, 1, 2, 3});
    row("empty", withHeader(dictionary("'<f4'", "(3, 0, 2)"), ""), {3, 0, 2});
    row("empty in columns", withHeader(dictionary("'<f4'", "(3, 0, 2)", "True"), ""), {3, 0, 2});
    row("Python 2 sizes", withHeader(dictionary("'<f4'", "(2L, 3L)"), six), {2, 3});
    row("double quotes",
        withHeader("{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (2, 3)}", six),
        {2, 3});
    row("other order, no commas at the end, no space",
        withHeader("{'shape':(2,3),'fortran_order':False,'descr':'<f4'}", six), {2, 3});
    row("white space everywhere",
        withHeader(" { 'shape'\t:\n( 2 , 3 , ) , 'fortran_order' : False , 'descr' : '<f4' , } \n",
                   six),
        {2, 3});
}

void TestNpy::readsEverySpellingOfTheHeader()
{
    QFETCH(std::string, file);
    QFETCH(Shape, shape);
    const auto tensor = readNpy(written(file), kNoLimit);
    QVERIFY2(tensor, tensor ? "" : tensor.error().message().c_str());
    QCOMPARE(tensor->shape().text(), shape.text());
    for (std::int64_t i = 0; i < tensor->elements(); ++i)
        QCOMPARE(tensor->values()[std::size_t(i)], float(i + 1));
}

void TestNpy::transposesColumnMajorOrder()
{
    // Element (a, b, c) of shape (2, 3, 4) holds 100a + 10b + c; columns run fastest along a.
    std::string data;
    for (int c = 0; c < 4; ++c)
        for (int b = 0; b < 3; ++b)
            for (int a = 0; a < 2; ++a)
                data += bytes(std::int16_t(100 * a + 10 * b + c));
    const auto tensor
        = readNpy(written(withHeader(dictionary("'<i2'", "(2, 3, 4)", "True"), data)), kNoLimit);
    QVERIFY(tensor);
    QCOMPARE(tensor->shape().text(), std::string("2x3x4"));
    std::size_t i = 0;
    for (int a = 0; a < 2; ++a)
        for (int b = 0; b < 3; ++b)
            for (int c = 0; c < 4; ++c)
                QCOMPARE(tensor->values()[i++], float(100 * a + 10 * b + c));
}

void TestNpy::convertsMoreThanOneBuffer()
{
    constexpr int kRows = 3;
    constexpr int kColumns = 100'003;
    std::string rows;
    std::string columns;
    for (int i = 0; i < kRows * kColumns; ++i) {
        rows += bytes(double(i));
        columns += bytes(double(i % kRows * kColumns + i / kRows));
    }
    for (const bool transposed : {false, true}) {
        const std::string head = dictionary("'<f8'", "(3, 100003)", transposed ? "True" : "False");
        const auto tensor
            = readNpy(written(withHeader(head, transposed ? columns : rows)), kNoLimit);
        QVERIFY(tensor);
        for (int i = 0; i < kRows * kColumns; ++i)
            QVERIFY(tensor->values()[std::size_t(i)] == float(i));
    }
}

void TestNpy::refusesHostileInput_data()
{
    QTest::addColumn<std::string>("file");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<std::string>("part");
    const std::string one = bytes(1.0F);
    const auto row
        = [](const char* name, const std::string& file, ErrorCode code, const char* part) {
              QTest::addRow("%s", name) << file << code << std::string(part);
          };
    const auto header = [&](const char* name, const std::string& dict, ErrorCode code,
                            const char* part) { row(name, withHeader(dict, one), code, part); };
    using enum ErrorCode;

    row("nothing", "", Format, "is not a .npy file");
    row("other magic", "\x89NUMPY\x01" + withHeader(dictionary("'<f4'", "()"), one), Format,
        "is not a .npy file");
    row("version 0", withHeader(dictionary("'<f4'", "()"), one, 0), Unsupported, "version 0.0");
    row("version 4", withHeader(dictionary("'<f4'", "()"), one, 4), Unsupported, "version 4.0");
    row("version 1.1", std::string("\x93NUMPY\x01\x01\x00\x00", 10), Unsupported, "version 1.1");
    row("header beyond the end", std::string("\x93NUMPY\x01\x00\xff\xff{}", 12), Format,
        "a header of 65535 bytes, at most 2 fit");
    row("header of 4 GB", std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12), Format,
        "a header of 4294967295 bytes, at most 0 fit");
    row("no header", withHeader("", one), Format, "ends too early");

    header("no dictionary", "['descr']", Format, "wrong at byte 0: \"['descr']\"");
    header("open dictionary", "{'descr': '<f4',", Format, "ends too early");
    header("open string", "{'descr", Format, "ends too early");
    header("no comma", "{'descr': '<f4' 'shape': ()}", Format, "wrong at byte 16");
    header("text behind", dictionary("'<f4'", "()") + "import os", Format, "\"import os\"");
    header("zeros behind", dictionary("'<f4'", "()") + std::string(1, '\0'), Format, "wrong at");
    header("unknown key", "{'descr': '<f4', 'order': 'C'}", Format, "unknown key 'order'");
    header("duplicate key", "{'shape': (), 'shape': ()}", Format, "the key 'shape' twice");
    header("duplicate dtype", "{'descr': '<f4', 'descr': '<f4'}", Format, "'descr' twice");
    header("duplicate order", "{'fortran_order': False, 'fortran_order': True}", Format,
           "'fortran_order' twice");
    header("empty", "{}", Format, "lacks the key 'descr'");
    header("no order", "{'descr': '<f4', 'shape': ()}", Format, "lacks the key 'fortran_order'");
    header("no shape", "{'descr': '<f4', 'fortran_order': True}", Format, "lacks the key 'shape'");
    header("order as a number", dictionary("'<f4'", "()", "0"), Format, "wrong at byte 34");
    header("order as a call", dictionary("'<f4'", "()", "Falsey()"), Format, "Falsey()");

    header("negative size", dictionary("'<f4'", "(-1,)"), Format, "impossible size -1");
    header("minus zero", dictionary("'<f4'", "(-0,)"), Format, "impossible size -0");
    header("size over 64 bits", dictionary("'<f4'", "(99999999999999999999,)"), Format,
           "impossible size 99999999999999999999");
    header("product over 64 bits", dictionary("'<f4'", "(4294967296, 4294967296, 4)"), Format,
           "impossible shape 4294967296x4294967296x4");
    header("overflow behind a zero", dictionary("'<f4'", "(0, 4294967296, 4294967296)"), Format,
           "impossible shape");
    header("bytes over 64 bits", dictionary("'<f8'", "(1152921504606846976,)"), Format,
           "1152921504606846976 numbers of 8 bytes and holds 4 bytes");
    header("fractional size", dictionary("'<f4'", "(1.0,)"), Format, "\".0,)");
    header("size as a string", dictionary("'<f4'", "('1',)"), Format, "\"'1',)");
    header("number in parentheses", dictionary("'<f4'", "(1)"), Format, "\"), }");
    header("list of sizes", dictionary("'<f4'", "[1]"), Format, "\"[1], }");
    header("comma alone", dictionary("'<f4'", "(,)"), Format, "\",), }");
    header("nine axes", dictionary("'<f4'", "(1,1,1,1,1,1,1,1,1)"), Unsupported, "9 dimensions");

    header("objects", dictionary("'|O'", "()"), Unsupported, "dtype \"|O\"");
    header("bytes", dictionary("'|S4'", "()"), Unsupported, "dtype \"|S4\"");
    header("strings", dictionary("'<U1'", "()"), Unsupported, "dtype \"<U1\"");
    header("nothingness", dictionary("'|V4'", "()"), Unsupported, "dtype \"|V4\"");
    header("complex", dictionary("'<c8'", "()"), Unsupported, "dtype \"<c8\"");
    header("long double", dictionary("'<f16'", "()"), Unsupported, "dtype \"<f16\"");
    header("dates", dictionary("'<M8[ns]'", "()"), Unsupported, "dtype \"<M8[ns]\"");
    header("structure", dictionary("[('a', '<f4')]", "()"), Unsupported, "dtype \"[('a', '<f4')]");
    header("subarray", dictionary("('<f4', (1,))", "()"), Unsupported, "dtype \"('<f4', (1,))");
    header("width of 3", dictionary("'<f3'", "()"), Unsupported, "dtype \"<f3\"");
    header("float of 1 byte", dictionary("'|f1'", "()"), Unsupported, "dtype \"|f1\"");
    header("no byte order", dictionary("'|f4'", "()"), Unsupported, "dtype \"|f4\"");
    header("empty dtype", dictionary("''", "()"), Unsupported, "dtype \"\"");
    header("dtype as a number", dictionary("4", "()"), Format, "wrong at byte 10");
    header("control characters", dictionary("'<\n\x1b\x9b'", "()"), Unsupported, "dtype \"<???\"");
}

void TestNpy::refusesHostileInput()
{
    QFETCH(std::string, file);
    QFETCH(ErrorCode, code);
    QFETCH(std::string, part);
    const auto tensor = readNpy(written(file), kNoLimit);
    QVERIFY(!tensor);
    const std::string message = tensor.error().message();
    QVERIFY2(tensor.error().code == code, message.c_str());
    QVERIFY2(message.find(part) != std::string::npos, message.c_str());
    QVERIFY2(message.find("'" + path().string() + "'") != std::string::npos, message.c_str());
}

void TestNpy::refusesEveryTruncation()
{
    const std::string whole = withHeader(dictionary("'>f8'", "(1, 3)"), bytes(1.0, 2.0, 3.0), 2);
    QVERIFY(readNpy(written(whole), kNoLimit));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto tensor = readNpy(written(whole.substr(0, size)), kNoLimit);
        QVERIFY2(!tensor, std::to_string(size).c_str());
        QCOMPARE(tensor.error().code, ErrorCode::Format);
    }
}

void TestNpy::refusesDataBeyondTheEnd()
{
    const auto tensor
        = readNpy(written(withHeader(dictionary("'<f4'", "(1,)"), bytes(1.0F) + "x")), kNoLimit);
    QVERIFY(!tensor);
    QCOMPARE(tensor.error().message(),
             "'" + path().string() + "' declares 1 numbers of 4 bytes and holds 5 bytes");
}

void TestNpy::refusesMoreThanTheLimit()
{
    const fs::path file = written(withHeader(dictionary("'|u1'", "(100,)"), std::string(100, 'x')));
    QVERIFY(readNpy(file, 400));
    const auto tensor = readNpy(file, 399);
    QVERIFY(!tensor);
    QCOMPARE(tensor.error().code, ErrorCode::Memory);
    QCOMPARE(tensor.error().message(),
             "'" + file.string() + "' needs 400 bytes of memory and 399 bytes may be used");
}

void TestNpy::allocatesNothingForASizeThatIsNotTheFiles()
{
    // 2^59 bytes could not be had: the answer must come before anybody asks for them.
    const auto tensor
        = readNpy(written(withHeader(dictionary("'|u1'", "(576460752303423488,)"), "x")), kNoLimit);
    QVERIFY(!tensor);
    QCOMPARE(tensor.error().code, ErrorCode::Format);
}

void TestNpy::stopsOnRequest()
{
    std::stop_source source;
    source.request_stop();
    for (const char* descr : {"'<f4'", "'<i4'"}) {
        const auto tensor = readNpy(written(withHeader(dictionary(descr, "(1,)"), bytes(1.0F))),
                                    kNoLimit, source.get_token());
        QVERIFY(!tensor);
        QCOMPARE(tensor.error().code, ErrorCode::Cancelled);
    }
}

void TestNpy::namesAMissingFile()
{
    const auto tensor = readNpy(path("none.npy"), kNoLimit);
    QVERIFY(!tensor);
    QCOMPARE(tensor.error().code, ErrorCode::File);
    QCOMPARE(tensor.error().message(),
             "cannot read '" + path("none.npy").string() + "': No such file or directory");
}

void TestNpy::writesWhatNumPyWrites_data()
{
    QTest::addColumn<Shape>("shape");
    QTest::addColumn<std::string>("tuple");
    QTest::addRow("scalar") << Shape{} << std::string("()");
    QTest::addRow("one axis") << Shape{50} << std::string("(50,)");
    QTest::addRow("four axes") << Shape{1, 4, 16, 18} << std::string("(1, 4, 16, 18)");
    QTest::addRow("eight axes") << Shape{1, 1, 1, 1000000000, 1, 1, 0, 1}
                                << std::string("(1, 1, 1, 1000000000, 1, 1, 0, 1)");
    QTest::addRow("longest") << Shape{1152921504606846976, 1, 1, 1, 1, 1, 1, 1}
                             << std::string("(1152921504606846976, 1, 1, 1, 1, 1, 1, 1)");
}

void TestNpy::writesWhatNumPyWrites()
{
    QFETCH(Shape, shape);
    QFETCH(std::string, tuple);
    constexpr std::size_t kSize = 128; // numpy.save of NumPy 1.24 for each of these shapes
    const std::string preamble = npyPreamble(shape);
    const std::string wanted = "{'descr': '<f4', 'fortran_order': False, 'shape': " + tuple + ", }";
    QCOMPARE(preamble.size(), kSize);
    QCOMPARE(preamble.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
    QCOMPARE(preamble.substr(10, wanted.size()), wanted);
    QCOMPARE(preamble.substr(10 + wanted.size()),
             std::string(kSize - 11 - wanted.size(), ' ') + "\n");
}

void TestNpy::rewritesReferenceFilesByteForByte()
{
    int files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(FACTORSCOPE_TEST_DATA "/golden")) {
        if (entry.path().extension() != ".npy")
            continue;
        const auto tensor = readNpy(entry.path(), kNoLimit);
        QVERIFY2(tensor, entry.path().c_str());
        OutputFiles output;
        QVERIFY(addNpy(output, path("copy.npy"), *tensor));
        QVERIFY(output.commit());
        QVERIFY2(content(path("copy.npy")) == content(entry.path()), entry.path().c_str());
        ++files;
    }
    QVERIFY(files > 50);
}

QTEST_APPLESS_MAIN(TestNpy)
#include "test_npy.moc"
