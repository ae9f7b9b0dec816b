#include "core/weights/safetensors.h"

#include <QTemporaryDir>
#include <QTest>

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

std::string withHeader(const std::string& json, const std::string& data)
{
    return bytes(std::uint64_t(json.size())) + json + data;
}

std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets)
{
    // Not as raw strings: moc takes the quotes inside for the end.
    return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape
        + ",\"data_offsets\":" + offsets + "}";
}

std::vector<float> numbers(const Tensor& tensor)
{
    return {tensor.values().begin(), tensor.values().end()};
}

} // namespace

class TestSafetensors : public QObject {
    Q_OBJECT
private slots:
    void readsEveryFloatingDtype_data();
    void readsEveryFloatingDtype();
    void readsEveryValidHeader_data();
    void readsEveryValidHeader();
    void readsTensorsInTheOrderOfTheirData();
    void leavesOutCountedBatchesOfAnyInteger_data();
    void leavesOutCountedBatchesOfAnyInteger();
    void namesEveryOtherDtypeAsUnsupported_data();
    void namesEveryOtherDtypeAsUnsupported();
    void refusesHostileInput_data();
    void refusesHostileInput();
    void refusesEveryTruncation();
    void takesAHeaderOfTheGreatestLengthOnly();
    void refusesMoreThanTheLimit();
    void readsManyTensorsInTimeOfTheirNumber();
    void stopsOnRequest();
    void writesWhatItReads();
    void writesAHeaderOfWholeWords();
    void refusesToWriteATensorNamedLikeTheMetadata();
    void readsReferenceFiles();

private:
    fs::path path(const std::string& name = "x.safetensors") const
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

void TestSafetensors::readsEveryFloatingDtype_data()
{
    QTest::addColumn<std::string>("dtype");
    QTest::addColumn<std::string>("data");
    QTest::addRow("F32") << std::string("F32") << bytes(1.5F, -2.0F);
    QTest::addRow("F64") << std::string("F64") << bytes(1.5, -2.0);
    QTest::addRow("F16") << std::string("F16")
                         << bytes(std::uint16_t{0x3e00}, std::uint16_t{0xc000});
    QTest::addRow("BF16") << std::string("BF16")
                          << bytes(std::uint16_t{0x3fc0}, std::uint16_t{0xc000});
}

void TestSafetensors::readsEveryFloatingDtype()
{
    QFETCH(std::string, dtype);
    QFETCH(std::string, data);
    const std::string offsets = "[0," + std::to_string(data.size()) + "]";
    const auto tensors = readSafetensors(
        written(withHeader("{" + entry("a", dtype, "[2,1]", offsets) + "}", data)), kNoLimit);
    QVERIFY2(tensors, tensors ? "" : tensors.error().message().c_str());
    QCOMPARE(tensors->size(), std::size_t{1});
    QCOMPARE(tensors->at("a").shape(), (Shape{2, 1}));
    QCOMPARE(numbers(tensors->at("a")), (std::vector<float>{1.5F, -2.0F}));
}

void TestSafetensors::readsEveryValidHeader_data()
{
    QTest::addColumn<std::string>("json");
    const std::string one = entry("a", "F32", "[]", "[0,4]");
    QTest::addRow("plain") << "{" + one + "}";
    QTest::addRow("space before") << " \n\t{" + one + "}";
    QTest::addRow("space behind") << "{" + one + "}   \n";
    QTest::addRow("metadata") << R"({"__metadata__":{"format":"pt","":"x"},)" + one + "}";
    QTest::addRow("empty metadata") << R"({"__metadata__":{},)" + one + "}";
    QTest::addRow("fields in another order")
        << std::string(R"({"a":{"data_offsets":[0,4],"shape":[],"dtype":"F32"}})");
    QTest::addRow("escaped name") << "{" + entry("\\u0061", "F32", "[]", "[0,4]") + "}";
    QTest::addRow("empty tensor before")
        << "{" + one + "," + entry("b", "F32", "[0]", "[0,0]") + "}";
    QTest::addRow("empty tensor behind")
        << "{" + entry("b", "F16", "[3,0]", "[4,4]") + "," + one + "}";
}

void TestSafetensors::readsEveryValidHeader()
{
    QFETCH(std::string, json);
    const auto tensors = readSafetensors(written(withHeader(json, bytes(7.0F))), kNoLimit);
    QVERIFY2(tensors, tensors ? "" : tensors.error().message().c_str());
    QCOMPARE(numbers(tensors->at("a")), std::vector<float>{7.0F});
    if (tensors->contains("b"))
        QCOMPARE(tensors->at("b").elements(), std::int64_t{0});
}

void TestSafetensors::readsTensorsInTheOrderOfTheirData()
{
    const std::string json = "{" + entry("last", "F32", "[1]", "[12,16]") + ","
        + entry("first", "F64", "[1]", "[0,8]") + "," + entry("middle", "F16", "[2]", "[8,12]")
        + "}";
    const std::string data = bytes(1.0, std::uint16_t{0x4000}, std::uint16_t{0x4200}, 4.0F);
    const auto tensors = readSafetensors(written(withHeader(json, data)), kNoLimit);
    QVERIFY(tensors);
    QCOMPARE(numbers(tensors->at("first")), std::vector<float>{1.0F});
    QCOMPARE(numbers(tensors->at("middle")), (std::vector<float>{2.0F, 3.0F}));
    QCOMPARE(numbers(tensors->at("last")), std::vector<float>{4.0F});
}

void TestSafetensors::leavesOutCountedBatchesOfAnyInteger_data()
{
    QTest::addColumn<std::string>("dtype");
    QTest::addColumn<int>("size");
    QTest::addRow("I64") << std::string("I64") << 8;
    QTest::addRow("U64") << std::string("U64") << 8;
    QTest::addRow("I32") << std::string("I32") << 4;
    QTest::addRow("U32") << std::string("U32") << 4;
    QTest::addRow("I16") << std::string("I16") << 2;
    QTest::addRow("U16") << std::string("U16") << 2;
    QTest::addRow("I8") << std::string("I8") << 1;
    QTest::addRow("U8") << std::string("U8") << 1;
}

void TestSafetensors::leavesOutCountedBatchesOfAnyInteger()
{
    QFETCH(std::string, dtype);
    QFETCH(int, size);
    const std::string end = std::to_string(size);
    const std::string json = "{"
        + entry("branch.1.num_batches_tracked", dtype, "[]", "[0," + end + "]") + ","
        + entry("a", "F32", "[1]", "[" + end + "," + std::to_string(size + 4) + "]") + "}";
    const auto tensors = readSafetensors(
        written(withHeader(json, std::string(std::size_t(size), '\7') + bytes(1.0F))), kNoLimit);
    QVERIFY2(tensors, tensors ? "" : tensors.error().message().c_str());
    QCOMPARE(tensors->size(), std::size_t{1});
    QCOMPARE(numbers(tensors->at("a")), std::vector<float>{1.0F});
}

void TestSafetensors::namesEveryOtherDtypeAsUnsupported_data()
{
    QTest::addColumn<QString>("dtype");
    QTest::addColumn<int>("bits");
    const std::pair<const char*, int> rows[] = {
        {"BOOL", 8},    {"U8", 8},      {"I8", 8},      {"U16", 16}, {"I16", 16},    {"U32", 32},
        {"I32", 32},    {"U64", 64},    {"I64", 64},    {"C64", 64}, {"F8_E5M2", 8}, {"F8_E4M3", 8},
        {"F8_E8M0", 8}, {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"F4", 4}};
    for (const auto& [dtype, bits] : rows)
        QTest::addRow("%s", dtype) << QString(dtype) << bits;
}

void TestSafetensors::namesEveryOtherDtypeAsUnsupported()
{
    QFETCH(QString, dtype);
    QFETCH(int, bits);
    const std::string name = dtype.toStdString();
    const std::string json
        = "{" + entry("my.tensor", name, "[8]", "[0," + std::to_string(bits) + "]") + "}";
    const auto tensors
        = readSafetensors(written(withHeader(json, std::string(std::size_t(bits), 'x'))), kNoLimit);
    QVERIFY(!tensors);
    QCOMPARE(tensors.error().code, ErrorCode::Unsupported);
    QCOMPARE(tensors.error().message(),
             "tensor 'my.tensor' of '" + path().string() + "' is of dtype " + name
                 + ": only F32, F64, F16 and BF16 are read");
}

void TestSafetensors::refusesHostileInput_data()
{
    QTest::addColumn<std::string>("file");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<std::string>("part");
    using enum ErrorCode;
    const auto row
        = [](const char* name, const std::string& file, ErrorCode code, const std::string& part) {
              QTest::addRow("%s", name) << file << code << part;
          };
    const auto json = [&](const char* name, const std::string& text, const std::string& part) {
        row(name, withHeader(text, bytes(1.0F, 2.0F)), Format, part);
    };
    const auto one = [&](const char* name, const std::string& shape, const std::string& offsets,
                         const std::string& part) {
        json(name, "{" + entry("w", "F32", shape, offsets) + "}", part);
    };
    const std::string good = entry("w", "F32", "[2]", "[0,8]");

    row("nothing", "", Format, "it has 0 bytes");
    row("seven bytes", "1234567", Format, "it has 7 bytes");
    row("header beyond the end", bytes(std::uint64_t{3}) + "{}", Format,
        "a header of 3 bytes, at most 2 fit");
    row("header of 2^64 bytes", bytes(~std::uint64_t{0}) + "{}", Format,
        "a header of 18446744073709551615 bytes, at most 2 fit");
    row("header of 2^63 bytes", bytes(std::uint64_t{1} << 63) + "{}", Format,
        "a header of 9223372036854775808 bytes");
    row("a zip archive", "PK\x03\x04" + std::string(100, '\0'), Format, "a header of");

    json("empty header", "", "is not valid JSON: error at byte 1");
    json("cut header", "{\"w\":", "is not valid JSON");
    json("text behind", "{" + good + "} x", "is not valid JSON");
    json("comment", "{/**/" + good + "}", "is not valid JSON");
    json("broken UTF-8", "{\"\xff\":1}", "is not valid JSON");
    json("array", "[]", "is not an object");
    json("number", "7", "is not an object");
    json("deep nesting", std::string(1000, '['), "nested deeper than 64 levels");
    json("duplicate tensor", "{" + good + "," + good + "}", "the key \"w\" twice");
    json("duplicate by escape", "{" + good + "," + entry("\\u0077", "F32", "[2]", "[0,8]") + "}",
         "the key \"w\" twice");
    json("duplicate field",
         R"({"w":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
         "the key \"dtype\" twice");
    json("duplicate metadata", R"({"__metadata__":{"a":"b","a":"c"},)" + good + "}",
         "the key \"a\" twice");
    json("metadata of numbers", R"({"__metadata__":{"a":1},)" + good + "}", "__metadata__");
    json("metadata as a list", R"({"__metadata__":["a"],)" + good + "}", "__metadata__");
    json("metadata as null", R"({"__metadata__":null,)" + good + "}", "__metadata__");
    json("nested metadata", R"({"__metadata__":{"a":{}},)" + good + "}", "__metadata__");

    json("entry as a list", R"({"w":["F32",[2],[0,8]]})", "tensor 'w' of");
    json("no dtype", R"({"w":{"shape":[2],"data_offsets":[0,8]}})", "lacks the field 'dtype'");
    json("no shape", R"({"w":{"dtype":"F32","data_offsets":[0,8]}})", "lacks the field 'shape'");
    json("no offsets", R"({"w":{"dtype":"F32","shape":[2]}})", "lacks the field 'data_offsets'");
    json("unknown field", R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}})",
         "the unknown field 'x'");
    json("unknown dtype", "{" + entry("w", "F31", "[2]", "[0,8]") + "}", "invalid dtype: \"F31\"");
    json("small letters", "{" + entry("w", "f32", "[2]", "[0,8]") + "}", "invalid dtype: \"f32\"");
    json("dtype as a number", R"({"w":{"dtype":32,"shape":[2],"data_offsets":[0,8]}})",
         "invalid dtype: 32");

    one("negative size", "[-2]", "[0,8]", "invalid shape: [-2]");
    one("minus zero", "[-0]", "[0,0]", "invalid shape");
    one("fractional size", "[2.0]", "[0,8]", "invalid shape: [2.0]");
    one("size with exponent", "[2e0]", "[0,8]", "invalid shape: [2.0]");
    one("size over 64 bits", "[18446744073709551616]", "[0,8]", "invalid shape");
    one("size of 2^63", "[9223372036854775808]", "[0,8]", "invalid shape: [9223372036854775808]");
    one("product over 64 bits", "[4294967296,4294967296]", "[0,0]",
        "invalid shape: [4294967296,4294967296]");
    one("overflow behind a zero", "[0,4294967296,4294967296]", "[0,0]", "invalid shape");
    one("bits over 64 bits", "[1152921504606846976]", "[0,8]", "tensor 'w' of");
    one("bytes wrapped to nothing", "[1073741824,1073741824]", "[0,0]", "has 0 bytes");
    one("nested shape", "[[2]]", "[0,8]", "invalid shape: [[2]]");
    one("shape as a string", "\"2\"", "[0,8]", "invalid shape: \"2\"");
    one("truth as a size", "[true]", "[0,8]", "invalid shape: [true]");
    one("one offset", "[2]", "[8]", "invalid data_offsets: [8]");
    one("three offsets", "[2]", "[0,8,8]", "invalid data_offsets: [0,8,8]");
    one("negative offset", "[2]", "[-8,0]", "invalid data_offsets: [-8,0]");
    one("fractional offset", "[2]", "[0,8.0]", "invalid data_offsets: [0,8.0]");
    one("offsets backwards", "[2]", "[8,0]", "invalid data_offsets: [8,0]");
    one("offsets over 64 bits", "[2]", "[18446744073709551608,18446744073709551616]",
        "invalid data_offsets");
    one("too few bytes", "[3]", "[0,8]", "has 8 bytes, which do not make F32 of shape 3");
    one("too many bytes", "[]", "[0,8]", "has 8 bytes, which do not make F32 of shape scalar");
    one("hole at the start", "[1]", "[4,8]", "begins at byte 4 of the data instead of 0");
    one("data behind the last", "[1]", "[0,4]", "declares 4 bytes of tensors and holds 8");
    one("offsets beyond the file", "[3]", "[0,12]", "declares 12 bytes of tensors and holds 8");
    json("no tensor at all", "{}", "declares 0 bytes of tensors and holds 8");
    json("hole between",
         "{" + entry("v", "F16", "[1]", "[0,2]") + "," + entry("w", "F32", "[1]", "[4,8]") + "}",
         "tensor 'w' of");
    json("overlap",
         "{" + entry("v", "F32", "[1]", "[0,4]") + "," + entry("w", "F16", "[3]", "[2,8]") + "}",
         "begins at byte 2 of the data instead of 4");
    json("shared data",
         "{" + entry("v", "F32", "[2]", "[0,8]") + "," + entry("w", "F32", "[2]", "[0,8]") + "}",
         "begins at byte 0 of the data instead of 8");
    json("empty tensor inside another",
         "{" + entry("v", "F32", "[2]", "[0,8]") + "," + entry("w", "F32", "[0]", "[4,4]") + "}",
         "begins at byte 4 of the data instead of 8");
    json("half a byte",
         "{" + entry("v", "F4", "[1]", "[0,0]") + "," + entry("w", "F32", "[2]", "[0,8]") + "}",
         "which do not make F4 of shape 1");
    json("batches of the wrong size",
         "{" + entry("a.num_batches_tracked", "I64", "[2]", "[0,8]") + "}",
         "tensor 'a.num_batches_tracked' of");

    row("nine axes",
        withHeader("{" + entry("w", "F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]") + "}", bytes(1.0F)),
        Unsupported, "has 9 dimensions, at most 8 are read");
    row("counted batches as a truth",
        withHeader("{" + entry("a.num_batches_tracked", "BOOL", "[]", "[0,1]") + "}", "x"),
        Unsupported, "is of dtype BOOL");
    row("batches that nobody counts",
        withHeader("{" + entry("num_batches", "I64", "[1]", "[0,8]") + "}", "12345678"),
        Unsupported, "tensor 'num_batches' of");
    row("an escape sequence in a name",
        withHeader("{" + entry("\\u001b[31m\\nred", "U8", "[1]", "[0,1]") + "}", "1"), Unsupported,
        "tensor '?[31m?red' of");
}

void TestSafetensors::refusesHostileInput()
{
    QFETCH(std::string, file);
    QFETCH(ErrorCode, code);
    QFETCH(std::string, part);
    const auto tensors = readSafetensors(written(file), kNoLimit);
    QVERIFY(!tensors);
    const std::string message = tensors.error().message();
    QVERIFY2(tensors.error().code == code, message.c_str());
    QVERIFY2(message.find(part) != std::string::npos, message.c_str());
    QVERIFY2(message.find("'" + path().string()) != std::string::npos, message.c_str());
}

void TestSafetensors::refusesEveryTruncation()
{
    const std::string whole
        = withHeader("{" + entry("a", "F32", "[2]", "[0,8]") + "}  ", bytes(1.0F, 2.0F));
    QVERIFY(readSafetensors(written(whole), kNoLimit));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto tensors = readSafetensors(written(whole.substr(0, size)), kNoLimit);
        QVERIFY2(!tensors, std::to_string(size).c_str());
        QCOMPARE(tensors.error().code, ErrorCode::Format);
    }
}

void TestSafetensors::takesAHeaderOfTheGreatestLengthOnly()
{
    const std::string json = "{" + entry("a", "F32", "[0]", "[0,0]") + "}";
    constexpr std::size_t kMost = 100'000'000;
    const std::string padding(kMost - json.size(), ' ');
    QVERIFY(readSafetensors(written(withHeader(json + padding, "")), kNoLimit));

    written(bytes(std::uint64_t{kMost + 1}) + json);
    fs::resize_file(path(), 8 + kMost + 1);
    const auto tensors = readSafetensors(path(), kNoLimit);
    QVERIFY(!tensors);
    QCOMPARE(tensors.error().message(),
             "'" + path().string()
                 + "' declares a header of 100000001 bytes, at most 100000000 fit");
    fs::remove(path());
}

void TestSafetensors::refusesMoreThanTheLimit()
{
    const std::string json = "{" + entry("a", "F16", "[3]", "[0,6]") + ","
        + entry("b", "F32", "[2]", "[6,14]") + ","
        + entry("c.num_batches_tracked", "I64", "[]", "[14,22]") + "}";
    const fs::path file = written(withHeader(json, std::string(22, '\0')));
    QVERIFY(readSafetensors(file, 20));
    const auto tensors = readSafetensors(file, 19);
    QVERIFY(!tensors);
    QCOMPARE(tensors.error().code, ErrorCode::Memory);
    QCOMPARE(tensors.error().message(),
             "tensor 'b' of '" + file.string()
                 + "' needs 8 bytes of memory and 7 bytes are left of 19 bytes that may be used");
}

void TestSafetensors::readsManyTensorsInTimeOfTheirNumber()
{
    // Were each name compared with all before it, this would run into the limit of the test.
    constexpr int kCount = 300'000;
    std::string json = "{";
    for (int i = 0; i < kCount; ++i)
        json += (i > 0 ? "," : "") + entry("t" + std::to_string(i), "F32", "[0]", "[0,0]");
    const auto tensors = readSafetensors(written(withHeader(json + "}", "")), kNoLimit);
    QVERIFY(tensors);
    QCOMPARE(tensors->size(), std::size_t(kCount));
}

void TestSafetensors::stopsOnRequest()
{
    std::stop_source source;
    source.request_stop();
    const auto tensors = readSafetensors(
        written(withHeader("{" + entry("a", "F32", "[1]", "[0,4]") + "}", bytes(1.0F))), kNoLimit,
        source.get_token());
    QVERIFY(!tensors);
    QCOMPARE(tensors.error().code, ErrorCode::Cancelled);

    OutputFiles files;
    const auto added = addSafetensors(files, path("y"), {}, source.get_token());
    QVERIFY(!added);
    QCOMPARE(added.error().code, ErrorCode::Cancelled);
}

void TestSafetensors::writesWhatItReads()
{
    TensorMap tensors;
    tensors.emplace("b.weight", Tensor::from({2, 1}, std::vector{1.0F, -0.0F}));
    tensors.emplace("a \"quoted\" n\u00e4me", Tensor::from({}, std::vector{3.0F}));
    tensors.emplace("", Tensor::zeros({0, 5}));
    OutputFiles files;
    QVERIFY(addSafetensors(files, path(), tensors));
    QVERIFY(files.commit());
    const auto read = readSafetensors(path(), 12);
    QVERIFY2(read, read ? "" : read.error().message().c_str());
    QCOMPARE(read->size(), tensors.size());
    for (const auto& [name, tensor] : tensors) {
        QVERIFY2(read->contains(name), name.c_str());
        QCOMPARE(read->at(name).shape(), tensor.shape());
        QCOMPARE(numbers(read->at(name)), numbers(tensor));
    }
}

void TestSafetensors::writesAHeaderOfWholeWords()
{
    TensorMap tensors;
    tensors.emplace("b", Tensor::from({1}, std::vector{2.0F}));
    tensors.emplace("a", Tensor::from({}, std::vector{1.0F}));
    OutputFiles files;
    QVERIFY(addSafetensors(files, path(), tensors));
    QVERIFY(files.commit());
    const std::string json = R"({"__metadata__":{"format":"pt"},)"
        + entry("a", "F32", "[]", "[0,4]") + "," + entry("b", "F32", "[1]", "[4,8]") + "}";
    const std::string padding((8 - json.size() % 8) % 8, ' ');
    QCOMPARE(content(path()), withHeader(json + padding, bytes(1.0F, 2.0F)));
}

void TestSafetensors::refusesToWriteATensorNamedLikeTheMetadata()
{
    TensorMap tensors;
    tensors.emplace("__metadata__", Tensor::zeros({1}));
    OutputFiles files;
    const auto added = addSafetensors(files, path("y"), tensors);
    QVERIFY(!added);
    QCOMPARE(added.error().code, ErrorCode::InvalidArgument);
}

void TestSafetensors::readsReferenceFiles()
{
    int files = 0;
    for (const auto& file : fs::recursive_directory_iterator(FACTORSCOPE_TEST_DATA "/golden")) {
        if (file.path().extension() != ".safetensors")
            continue;
        const auto tensors = readSafetensors(file.path(), kNoLimit);
        QVERIFY2(tensors, tensors ? file.path().c_str() : tensors.error().message().c_str());
        QVERIFY(!tensors->empty());
        ++files;
    }
    QVERIFY(files > 20);

    const auto weights = readSafetensors(
        FACTORSCOPE_TEST_DATA "/golden/init/original_seed0.safetensors", kNoLimit);
    QVERIFY(weights);
    QCOMPARE(weights->at("branch.0.weight").shape().text(), std::string("5x3x5x5"));
    QCOMPARE(weights->at("branch.0.bias").shape().text(), std::string("5"));
}

QTEST_APPLESS_MAIN(TestSafetensors)
#include "test_safetensors.moc"
