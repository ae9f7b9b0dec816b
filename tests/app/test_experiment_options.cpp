#include "tests/support/program.h"

#include <QTest>

using namespace factorscope;

namespace {

// A branch with a kernel 2x2x1x1, and what the file of its weights is made of.
const char* const kConv = R"({"op":"conv2d","out_channels":2,"kernel":[1,1],"padding":[0,0]})";

std::string branchOf(const std::string& layers, const std::string& more = {})
{
    return R"({"format":"factorscope-branch/1","in_channels":2,)" + more + R"("layers":[)" + layers
        + "]}";
}

/// The layer with one more field, or another value of a field it has.
std::string convWith(const std::string& field, const std::string& value)
{
    Json conv = Json::parse(kConv);
    conv[field] = Json::parse(value);
    return branchOf(conv.dump());
}

struct Entry {
    std::string name;
    std::string dtype = "F32";
    std::string shape;
    std::vector<float> values;
};

std::string safetensors(const std::vector<Entry>& entries)
{
    std::string header;
    std::string data;
    for (const Entry& entry : entries) {
        const std::size_t begin = data.size();
        data.append(reinterpret_cast<const char*>(entry.values.data()), 4 * entry.values.size());
        const Json value{{"dtype", entry.dtype},
                         {"shape", Json::parse(entry.shape)},
                         {"data_offsets", {begin, data.size()}}};
        header += (header.empty() ? "{" : ",") + Json(entry.name).dump() + ":" + value.dump();
    }
    header += "}";
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        bytes[i] = static_cast<char>(std::uint64_t{header.size()} >> (8 * i) & 0xFFU);
    return bytes + header + data;
}

const Entry kWeight{"branch.0.weight", "F32", "[2,2,1,1]", {1, 2, 3, 4}};
const Entry kBias{"branch.0.bias", "F32", "[2]", {5, 6}};

const QStringList kForward = words("forward --branch b.json --input sample:text --lift filterbank "
                                   "--size 4x4 --output y.npy --activations maps");

} // namespace

class TestExperimentOptions : public QObject {
    Q_OBJECT
private slots:
    void namesTheBranchFileAndItsFault_data();
    void namesTheBranchFileAndItsFault();
    void namesTheWeightsAndTheirFault_data();
    void namesTheWeightsAndTheirFault();
    void takesWeightsWithTheirTrimmings_data();
    void takesWeightsWithTheirTrimmings();
    void namesTheLayerThatDoesNotFitTheInput();
    void asksForTheBranchFileByAnyPath();
};

void TestExperimentOptions::namesTheBranchFileAndItsFault_data()
{
    QTest::addColumn<std::string>("content");
    QTest::addColumn<std::string>("says");
    const auto row = [](const char* title, const std::string& content, const char* says) {
        QTest::newRow(title) << content << std::string(says);
    };
    row("empty", "", "is not valid JSON");
    row("cut off", branchOf(kConv).substr(0, 70), "is not valid JSON");
    row("list", "[]", "an object is expected");
    row("null", "null", "an object is expected");
    row("bytes that are no text", "{\"in_channels\":\"\xff\"}", "is not valid JSON");
    row("very deep", std::string(100000, '['), "64 levels");
    row("key twice", R"({"in_channels":2,"in_channels":3})", "\"in_channels\" twice");
    row("newer format", R"({"format":"factorscope-branch/2","in_channels":2,"layers":[]})",
        "factorscope-branch/2");
    row("unknown field", branchOf(kConv, R"("author":"me",)"), "\"author\"");
    row("unknown mode", branchOf(kConv, R"("mode":"dream",)"), "\"dream\"");
    row("no layers", R"({"format":"factorscope-branch/1","in_channels":2})", "\"layers\"");
    row("empty layers", branchOf(""), "layers");
    row("layer of the wrong kind", branchOf("\"relu\""), "\"relu\"");
    row("unknown operation", branchOf(R"({"op":"gelu"})"), "\"gelu\"");
    row("operation with a line break", branchOf(R"({"op":"re\nlu"})"), "\"re\\nlu\"");
    row("unknown field of a layer", convWith("colour", "1"), "\"colour\"");
    row("channels of the wrong kind", convWith("out_channels", "\"2\""), "out_channels \"2\"");
    row("no channels", convWith("out_channels", "0"), "out_channels 0");
    row("huge channels", convWith("out_channels", "1000000000000000000000"), "out_channels 1e+21");
    row("kernel of the wrong kind", convWith("kernel", "3"), "kernel 3");
    row("kernel of three", convWith("kernel", "[3,3,3]"), "kernel [3,3,3]");
    row("empty kernel", convWith("kernel", "[0,3]"), "kernel 0");
    row("half a kernel", convWith("kernel", "[1.5,3]"), "kernel 1.5");
    row("huge kernel", convWith("kernel", "[1099511627776,3]"), "kernel 1099511627776");
    row("negative padding", convWith("padding", "[-1,0]"), "padding -1");
    row("no stride", convWith("stride", "[0,1]"), "stride 0");
    row("no dilation", convWith("dilation", "[1,0]"), "dilation 0");
    row("groups that do not divide", convWith("groups", "3"), "3 groups");
    row("bias of the wrong kind", convWith("bias", "1"), "bias 1");
    row("slope of the wrong kind", branchOf(R"({"op":"leaky_relu","slope":"steep"})"), "\"steep\"");
    row("negative eps", branchOf(R"({"op":"batch_norm","eps":-1})"), "eps -1");
    row("unknown shortcut",
        branchOf(R"({"op":"residual","shortcut":"tunnel","layers":[{"op":"relu"}]})"),
        "\"tunnel\"");
    row("identity of other channels",
        branchOf(R"({"op":"residual","shortcut":"identity","layers":[{"op":"conv2d",)"
                 R"("out_channels":3,"kernel":[1,1],"padding":[0,0]}]})"),
        "keeps 2 channels and the body makes 3");
}

void TestExperimentOptions::namesTheBranchFileAndItsFault()
{
    QFETCH(std::string, content);
    QFETCH(std::string, says);
    const Workplace place;
    place.write("b.json", content);
    QCOMPARE(wrongWithFailure(place, kForward, 1, "'b.json"), QString());
    for (const QStringList& arguments :
         {kForward, words("cost --branch b.json"), words("rf --branch b.json"),
          words("init --branch b.json --output w.safetensors")})
        QCOMPARE(wrongWithFailure(place, arguments, 1, says), QString());
}

void TestExperimentOptions::namesTheWeightsAndTheirFault_data()
{
    QTest::addColumn<std::string>("content");
    QTest::addColumn<std::string>("says");
    const auto row = [](const char* title, const std::string& content, const char* says) {
        QTest::newRow(title) << content << std::string(says);
    };
    const std::string whole = safetensors({kWeight, kBias});
    row("empty", "", "'w.safetensors'");
    row("text", "These are not weights.\n", "'w.safetensors'");
    row("cut in its header", whole.substr(0, 40), "'w.safetensors'");
    row("cut in its data", whole.substr(0, whole.size() - 1), "'w.safetensors'");
    row("longer than it says", whole + "x", "'w.safetensors'");
    row("huge header", std::string("\0\0\0\0\0\0\0\x7f", 8) + "{}", "'w.safetensors'");
    row("key twice", safetensors({kBias, kBias}), "\"branch.0.bias\" twice");
    row("missing", safetensors({kWeight}), "'branch.0.bias'");
    row("extra", safetensors({kWeight, kBias, {"branch.1.bias", "F32", "[1]", {0}}}),
        "'branch.1.bias'");
    row("wrong shape", safetensors({{"branch.0.weight", "F32", "[2,1,1,2]", {1, 2, 3, 4}}, kBias}),
        "2x1x1x2");
    row("integers", safetensors({kWeight, {"branch.0.bias", "I32", "[2]", {0, 0}}}), "I32");
    row("negative shape", safetensors({kWeight, {"branch.0.bias", "F32", "[-2]", {0, 0}}}), "-2");
    row("shape of more than there is",
        safetensors({kWeight, {"branch.0.bias", "F32", "[3]", {0, 0}}}), "branch.0.bias");
}

void TestExperimentOptions::namesTheWeightsAndTheirFault()
{
    QFETCH(std::string, content);
    QFETCH(std::string, says);
    const Workplace place;
    place.write("y.npy", "old");
    place.write("b.json", branchOf(kConv));
    place.write("w.safetensors", content);
    QCOMPARE(wrongWithFailure(place, kForward + words("--weights w.safetensors"), 1, says),
             QString());
    QCOMPARE(wrongWithFailure(place, kForward + words("--weights lost.safetensors"), 1,
                              "'lost.safetensors'"),
             QString());
}

void TestExperimentOptions::takesWeightsWithTheirTrimmings_data()
{
    QTest::addColumn<std::string>("content");
    QTest::newRow("plain") << safetensors({kWeight, kBias});
    QTest::newRow("other order") << safetensors({kBias, kWeight});
    QTest::newRow("counter of batches")
        << safetensors({kWeight, kBias, {"branch.0.num_batches_tracked", "I64", "[]", {0, 0}}});
}

void TestExperimentOptions::takesWeightsWithTheirTrimmings()
{
    QFETCH(std::string, content);
    const Workplace place;
    place.write("b.json", branchOf(kConv));
    place.write("w.safetensors", content);
    const ProgramRun run = runProgram(place, kForward + words("--weights w.safetensors"));
    QCOMPARE(run.err, std::string());
    QCOMPARE(run.exitCode, 0);
}

void TestExperimentOptions::namesTheLayerThatDoesNotFitTheInput()
{
    const Workplace place;
    place.write("b.json",
                branchOf(std::string(kConv)
                         + R"(,{"op":"relu"},{"op":"conv2d",)"
                           R"("out_channels":2,"kernel":[5,3],)"
                           R"("padding":[0,1]})"));
    QCOMPARE(wrongWithFailure(place, kForward, 1, "kernel 5x3 exceeds padded input 4x6 at layer 2"),
             QString());
    QCOMPARE(wrongWithFailure(place, words("cost --branch b.json --size 4x4"), 1, "layer 2"),
             QString());
}

void TestExperimentOptions::asksForTheBranchFileByAnyPath()
{
    const Workplace place;
    for (const char* path : {"lost.json", "./lost", "lost/branch", "/"}) {
        const QStringList arguments = QStringList{"cost", "--branch", path};
        QCOMPARE(wrongWithFailure(place, arguments, 1, "'" + std::string(path) + "'"), QString());
    }
}

QTEST_GUILESS_MAIN(TestExperimentOptions)
#include "test_experiment_options.moc"
