#include "core/branch/spec_json.h"

#include "tests/support/reference_case.h"

#include <QTest>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

const fs::path kTestData = FACTORSCOPE_TEST_DATA;

Result<BranchSpec> parsed(const std::string& text)
{
    ASSIGN_OR_RETURN(const Json json, parseJson(text, "b.json"));
    return branchSpecFromJson(json, "b.json");
}

/// A specification of one layer list.
std::string withLayers(const std::string& layers)
{
    return R"({"format":"factorscope-branch/1","in_channels":4,"layers":)" + layers + "}";
}

const std::string kGoodConv = R"("op":"conv2d","out_channels":6,"kernel":[3,3],"padding":[1,1])";

std::string withConv(const std::string& fields)
{
    return withLayers("[{" + fields + "}]");
}

/// `depth` residuals within each other, around a ReLU.
std::string nested(int depth)
{
    std::string before;
    std::string after;
    for (int i = 0; i < depth; ++i) {
        before += R"([{"op":"residual","shortcut":"identity","layers":)";
        after += "}]";
    }
    return withLayers(before + R"([{"op":"relu"}])" + after);
}

} // namespace

class TestSpecJson : public QObject {
    Q_OBJECT
private slots:
    void readsBackWhatItWrites_data();
    void readsBackWhatItWrites();
    void fillsInWhatMayBeLeftOut();
    void readsEveryField();
    void refusesHostileInput_data();
    void refusesHostileInput();
    void nestsSixteenLevels();
    void namesAMissingFile();
};

void TestSpecJson::readsBackWhatItWrites_data()
{
    QTest::addColumn<std::string>("file");
    for (const fs::path& folder : referenceCases(kTestData))
        QTest::addRow("%s", folder.filename().c_str()) << std::string(folder / "spec.json");
}

void TestSpecJson::readsBackWhatItWrites()
{
    QFETCH(std::string, file);
    const auto spec = readBranchSpec(file);
    QVERIFY2(spec, spec ? "" : spec.error().message().c_str());
    QVERIFY(!spec->layers.empty());
    const auto again = parsed(toJson(*spec).dump());
    QVERIFY2(again, again ? "" : again.error().message().c_str());
    QVERIFY(*again == *spec);
    QCOMPARE(toJson(*again).dump(), toJson(*spec).dump());
}

void TestSpecJson::fillsInWhatMayBeLeftOut()
{
    const auto spec
        = parsed(withLayers("[{" + kGoodConv + R"(},{"op":"leaky_relu"},{"op":"batch_norm"}])"));
    QVERIFY2(spec, spec ? "" : spec.error().message().c_str());
    QCOMPARE(spec->name, std::string());
    QVERIFY(spec->mode == Mode::Eval);
    const Conv2d conv{.outChannels = 6, .kernel = {3, 3}, .padding = {1, 1}};
    QVERIFY(spec->layers[0] == Layer{conv});
    QVERIFY(spec->layers[1] == Layer{LeakyRelu{0.01}});
    QVERIFY(spec->layers[2] == Layer{BatchNorm{1e-5}});
}

void TestSpecJson::readsEveryField()
{
    const auto spec = parsed(
        R"({"format":"factorscope-branch/1","name":"é","in_channels":4,"mode":"train","layers":[
            {"op":"residual","shortcut":"conv1x1","layers":[
                {"op":"conv2d","out_channels":6,"kernel":[1,2],"padding":[3,4],"stride":[5,6],
                 "dilation":[7,8],"groups":2,"bias":false},
                {"op":"leaky_relu","slope":0.25},
                {"op":"batch_norm","eps":0.5}]},
            {"op":"relu"}]})");
    QVERIFY2(spec, spec ? "" : spec.error().message().c_str());
    const Conv2d conv{.outChannels = 6,
                      .kernel = {1, 2},
                      .padding = {3, 4},
                      .stride = {5, 6},
                      .dilation = {7, 8},
                      .groups = 2,
                      .bias = false};
    const Residual residual{Shortcut::Conv1x1, {{conv}, {LeakyRelu{0.25}}, {BatchNorm{0.5}}}};
    const BranchSpec expected{
        .name = "é", .inChannels = 4, .mode = Mode::Train, .layers = {{residual}, {Relu{}}}};
    QVERIFY(*spec == expected);
}

void TestSpecJson::refusesHostileInput_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("message");
    const auto row = [](const char* name, const std::string& text, const std::string& message) {
        QTest::addRow("%s", name) << text << message;
    };
    const std::string layer0 = "'b.json', layer 0: ";
    row("not an object", "[]", "'b.json': an object is expected, not []");
    row("a number", "17", "'b.json': an object is expected, not 17");
    row("no format", R"({"in_channels":3,"layers":[{"op":"relu"}]})",
        R"('b.json': the field "format" is missing)");
    row("format version 2", R"({"format":"factorscope-branch/2","in_channels":3,"layers":[]})",
        R"('b.json': format "factorscope-branch/2" is none of: factorscope-branch/1)");
    row("unknown field", R"({"format":"factorscope-branch/1","in_channel":3})",
        R"('b.json': unknown field "in_channel")");
    row("no channels", R"({"format":"factorscope-branch/1","layers":[{"op":"relu"}]})",
        R"('b.json': the field "in_channels" is missing)");
    row("no layers", R"({"format":"factorscope-branch/1","in_channels":3})",
        R"('b.json': the field "layers" is missing)");
    row("name of another kind",
        R"({"format":"factorscope-branch/1","name":3,"in_channels":3,"layers":[{"op":"relu"}]})",
        "'b.json': name 3 is not a text");
    row("unknown mode",
        R"({"format":"factorscope-branch/1","mode":"test","in_channels":3,"layers":[{"op":"relu"}]})",
        R"('b.json': mode "test" is none of: eval, train)");
    row("zero input channels",
        R"({"format":"factorscope-branch/1","in_channels":0,"layers":[{"op":"relu"}]})",
        "'b.json': in_channels 0 is not a whole number from 1 to 65536");
    row("key twice", R"({"format":"factorscope-branch/1","in_channels":3,"in_channels":4})",
        R"('b.json' has the key "in_channels" twice)");
    row("no layer at all", withLayers("[]"), "'b.json': layers is not a list of 1 to 1024 layers");
    row("layers of another kind", withLayers("{}"),
        "'b.json': layers is not a list of 1 to 1024 layers");
    row("a layer of another kind", withLayers(R"([{"op":"relu"},[]])"),
        "'b.json', layer 1: an object is expected, not []");
    row("no op", withLayers("[{}]"), layer0 + R"(the field "op" is missing)");
    row("unknown op", withLayers(R"([{"op":"gelu"}])"),
        layer0 + R"(op "gelu" is none of: conv2d, relu, leaky_relu, batch_norm, residual)");
    row("op of another kind", withLayers(R"([{"op":5}])"),
        layer0 + "op 5 is none of: conv2d, relu, leaky_relu, batch_norm, residual");
    row("unknown field of a convolution", withConv(kGoodConv + R"(,"dilations":[1,1])"),
        layer0 + R"(unknown field "dilations")");
    row("unknown field of a ReLU", withLayers(R"([{"op":"relu","slope":0.1}])"),
        layer0 + R"(unknown field "slope")");
    row("no kernel", withConv(R"("op":"conv2d","out_channels":6,"padding":[1,1])"),
        layer0 + R"(the field "kernel" is missing)");
    row("no padding", withConv(R"("op":"conv2d","out_channels":6,"kernel":[1,1])"),
        layer0 + R"(the field "padding" is missing)");
    row("no output channels", withConv(R"("op":"conv2d","padding":[1,1],"kernel":[1,1])"),
        layer0 + R"(the field "out_channels" is missing)");
    const auto outChannels = [&](const char* name, const std::string& value) {
        row(name,
            withConv(R"("op":"conv2d","kernel":[1,1],"padding":[0,0],"out_channels":)" + value),
            layer0 + "out_channels " + value + " is not a whole number from 1 to 65536");
    };
    outChannels("zero channels", "0");
    outChannels("negative channels", "-3");
    outChannels("fractional channels", "2.5");
    outChannels("channels with a point", "2.0");
    outChannels("huge channels", "65537");
    outChannels("channels beyond 2^63", "18446744073709551615");
    outChannels("channels as text", R"("6")");
    outChannels("no number at all", "null");
    const auto kernel = [&](const char* name, const std::string& value,
                            const std::string& problem) {
        row(name, withConv(R"("op":"conv2d","out_channels":6,"padding":[1,1],"kernel":)" + value),
            layer0 + "kernel " + problem);
    };
    kernel("kernel as a number", "3", "3 is not [height, width]");
    kernel("kernel of three", "[3,3,3]", "[3,3,3] is not [height, width]");
    kernel("kernel of nothing", "[]", "[] is not [height, width]");
    kernel("kernel of zero", "[3,0]", "0 is not a whole number from 1 to 1024");
    kernel("huge kernel", "[1025,3]", "1025 is not a whole number from 1 to 1024");
    row("negative padding",
        withConv(R"("op":"conv2d","out_channels":6,"kernel":[3,3],"padding":[-1,0])"),
        layer0 + "padding -1 is not a whole number from 0 to 65536");
    row("zero stride", withConv(kGoodConv + R"(,"stride":[1,0])"),
        layer0 + "stride 0 is not a whole number from 1 to 65536");
    row("zero dilation", withConv(kGoodConv + R"(,"dilation":[0,1])"),
        layer0 + "dilation 0 is not a whole number from 1 to 65536");
    row("bias of another kind", withConv(kGoodConv + R"(,"bias":1)"),
        layer0 + "bias 1 is neither true nor false");
    row("zero groups", withConv(kGoodConv + R"(,"groups":0)"),
        layer0 + "groups 0 is not a whole number from 1 to 65536");
    row("groups that do not divide the input", withConv(kGoodConv + R"(,"groups":3)"),
        layer0 + "4 input and 6 output channels do not divide into 3 groups");
    row("groups that do not divide the output", withConv(kGoodConv + R"(,"groups":4)"),
        layer0 + "4 input and 6 output channels do not divide into 4 groups");
    row("groups that do not divide what comes before",
        withLayers("[{" + kGoodConv + "},{" + kGoodConv + R"(,"groups":2},{)" + kGoodConv
                   + R"(,"groups":4}])"),
        "'b.json', layer 2: 6 input and 6 output channels do not divide into 4 groups");
    row("slope as text", withLayers(R"([{"op":"leaky_relu","slope":"0.1"}])"),
        layer0 + R"(slope "0.1" is not a number from -1000000.0 to 1000000.0)");
    row("huge slope", withLayers(R"([{"op":"leaky_relu","slope":1e7}])"),
        layer0 + "slope 10000000.0 is not a number from -1000000.0 to 1000000.0");
    row("negative eps", withLayers(R"([{"op":"batch_norm","eps":-1e-5}])"),
        layer0 + "eps -1e-05 is not a number from 0.0 to 1000000.0");
    row("unknown shortcut", withLayers(R"([{"op":"residual","shortcut":"none","layers":[]}])"),
        layer0 + R"(shortcut "none" is none of: identity, conv1x1)");
    row("no body", withLayers(R"([{"op":"residual","shortcut":"identity"}])"),
        layer0 + R"(the field "layers" is missing)");
    row("empty body", withLayers(R"([{"op":"residual","shortcut":"identity","layers":[]}])"),
        layer0 + "layers is not a list of 1 to 1024 layers");
    row("identity over other channels",
        withLayers(R"([{"op":"relu"},{"op":"residual","shortcut":"identity","layers":[{)"
                   + kGoodConv + "}]}]"),
        "'b.json', layer 1: an identity shortcut keeps 4 channels and the body makes 6");
    row("mistake within a body",
        withLayers(
            R"([{"op":"residual","shortcut":"identity","layers":[{"op":"relu"},{"op":"x"}]}])"),
        R"('b.json', layer 0.1: op "x" is none of: conv2d, relu, leaky_relu, batch_norm, residual)");
    row("nested too deep", nested(16),
        "'b.json', layer 0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0: residuals are nested deeper than 16");
    row("nested without end", nested(10000), "'b.json' is nested deeper than 64 levels");
}

void TestSpecJson::refusesHostileInput()
{
    QFETCH(std::string, text);
    QFETCH(std::string, message);
    const auto spec = parsed(text);
    QVERIFY2(!spec, "it was accepted");
    QCOMPARE(spec.error().code, ErrorCode::Format);
    QCOMPARE(spec.error().message(), message);
}

void TestSpecJson::nestsSixteenLevels()
{
    const auto spec = parsed(nested(15));
    QVERIFY2(spec, spec ? "" : spec.error().message().c_str());
}

void TestSpecJson::namesAMissingFile()
{
    const auto spec = readBranchSpec("/nowhere/b.json");
    QVERIFY(!spec);
    QCOMPARE(spec.error().code, ErrorCode::File);
    QVERIFY(spec.error().message().find("/nowhere/b.json") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestSpecJson)
#include "test_spec_json.moc"
