#include "core/branch/layer_traits.h"

#include <QTest>

#include <limits>

using namespace factorscope;

namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

std::vector<std::string> names(const std::vector<Parameter>& parameters)
{
    std::vector<std::string> result;
    for (const Parameter& parameter : parameters)
        result.push_back(parameter.name);
    return result;
}

/// One layer of each type; whoever adds a type adds it here.
const std::vector<Layer> kOneOfEach{
    {Conv2d{.outChannels = 6, .kernel = {3, 3}, .padding = {1, 1}}},
    {Relu{}},
    {LeakyRelu{}},
    {BatchNorm{}},
    {Residual{Shortcut::Conv1x1, {{Conv2d{.outChannels = 5}}}}},
};

} // namespace

class TestLayerTraits : public QObject {
    Q_OBJECT
private slots:
    void knowsEveryType();
    void shapesAConvolution_data();
    void shapesAConvolution();
    void refusesWhatDoesNotFit_data();
    void refusesWhatDoesNotFit();
    void namesParametersAsPyTorchDoes();
    void countsTermsOfEachSum();
    void followsChannels();
    void countsOperations();
    void refusesCountsBeyondTheLargest();
    void shapesAWholeBranch();
    void knowsWhatDependsOnTheBatch();
};

void TestLayerTraits::knowsEveryType()
{
    QCOMPARE(kOneOfEach.size(), std::variant_size_v<decltype(Layer::type)>);
    std::vector<std::string_view> ops;
    for (const Layer& layer : kOneOfEach)
        ops.push_back(opName(layer));
    QCOMPARE(
        ops,
        (std::vector<std::string_view>{"conv2d", "relu", "leaky_relu", "batch_norm", "residual"}));
    std::vector<bool> inPlace;
    for (const Layer& layer : kOneOfEach)
        inPlace.push_back(worksInPlace(layer));
    QCOMPARE(inPlace, (std::vector<bool>{false, true, true, false, false}));
    QCOMPARE(windowOf(kOneOfEach[0])->padding, (Extent{1, 1}));
    QCOMPARE(windowOf(kOneOfEach[3])->kernel, (Extent{1, 1}));
    QVERIFY(!windowOf(kOneOfEach[4]));
}

void TestLayerTraits::shapesAConvolution_data()
{
    QTest::addColumn<Conv2d>("conv");
    QTest::addColumn<Extent>("out");
    const auto row = [](const char* name, const Conv2d& conv, Extent out) {
        QTest::addRow("%s", name) << conv << out;
    };
    // On an input of 10x11.
    row("same", {.kernel = {3, 3}, .padding = {1, 1}}, {10, 11});
    row("valid", {.kernel = {5, 5}}, {6, 7});
    row("stride rounds down", {.kernel = {3, 3}, .stride = {2, 2}}, {4, 5});
    row("dilation", {.kernel = {3, 3}, .dilation = {2, 5}}, {6, 1});
    row("whole image", {.kernel = {10, 11}}, {1, 1});
    row("wide padding", {.kernel = {1, 3}, .padding = {2, 4}}, {14, 17});
    row("stride beyond the image", {.kernel = {1, 1}, .stride = {100, 3}}, {1, 4});
}

void TestLayerTraits::shapesAConvolution()
{
    QFETCH(Conv2d, conv);
    QFETCH(Extent, out);
    conv.outChannels = 4;
    const auto shape = outShape({conv}, {2, 3, 10, 11}, {});
    QVERIFY2(shape, shape ? "" : shape.error().message().c_str());
    QCOMPARE(*shape, (Shape{2, 4, out.height, out.width}));
}

void TestLayerTraits::refusesWhatDoesNotFit_data()
{
    QTest::addColumn<Conv2d>("conv");
    QTest::addColumn<std::string>("message");
    const auto row = [](const char* name, const Conv2d& conv, const char* message) {
        QTest::addRow("%s", name) << conv << std::string(message);
    };
    // On an input of 6x4x4.
    row("too high", {.kernel = {7, 3}, .padding = {1, 1}},
        "kernel 7x3 exceeds padded input 6x6 at layer 1.2");
    row("too wide by its dilation", {.kernel = {1, 3}, .dilation = {1, 2}},
        "kernel 1x5 exceeds padded input 4x4 at layer 1.2");
    row("input channels", {.outChannels = 8, .groups = 4},
        "6 input channels do not divide into 4 groups at layer 1.2");
    row("output channels", {.outChannels = 8, .groups = 3},
        "8 output channels do not divide into 3 groups at layer 1.2");
    row("too large", {.outChannels = 1 << 16, .padding = {1 << 26, 1 << 26}},
        "the output 65536x134217732x134217732 is too large at layer 1.2");
}

void TestLayerTraits::refusesWhatDoesNotFit()
{
    QFETCH(Conv2d, conv);
    QFETCH(std::string, message);
    const auto shape = outShape({conv}, {1, 6, 4, 4}, {1, 2});
    QVERIFY(!shape);
    QCOMPARE(shape.error().code, ErrorCode::Shape);
    QCOMPARE(shape.error().message(), message);
}

void TestLayerTraits::namesParametersAsPyTorchDoes()
{
    const Conv2d bare{.outChannels = 6, .kernel = {3, 3}, .groups = 2, .bias = false};
    const Residual residual{Shortcut::Conv1x1, {{bare}, {BatchNorm{}}, {Relu{}}}};
    const BranchSpec spec{
        .name = "", .inChannels = 4, .layers = {{Relu{}}, {residual}, {Conv2d{.outChannels = 2}}}};
    const std::vector<Parameter> parameters = parametersOf(spec);
    QCOMPARE(
        names(parameters),
        (std::vector<std::string>{"branch.1.body.0.weight", "branch.1.body.1.weight",
                                  "branch.1.body.1.bias", "branch.1.body.1.running_mean",
                                  "branch.1.body.1.running_var", "branch.1.shortcut.weight",
                                  "branch.1.shortcut.bias", "branch.2.weight", "branch.2.bias"}));
    QCOMPARE(parameters[0].shape, (Shape{6, 2, 3, 3}));
    QCOMPARE(parameters[1].shape, Shape{6});
    QCOMPARE(parameters[5].shape, (Shape{6, 4, 1, 1}));
    QCOMPARE(parameters[7].shape, (Shape{2, 6, 1, 1}));
    QVERIFY(isLearned(parameters[2].role));
    QVERIFY(!isLearned(parameters[3].role));
    QVERIFY(!isLearned(parameters[4].role));
}

void TestLayerTraits::countsTermsOfEachSum()
{
    const BranchSpec spec{.name = "",
                          .inChannels = 6,
                          .layers = {{Conv2d{.outChannels = 4, .kernel = {3, 5}, .groups = 2}}}};
    for (const Parameter& parameter : parametersOf(spec))
        QCOMPARE(parameter.fanIn, std::int64_t{3 * 3 * 5});
}

void TestLayerTraits::followsChannels()
{
    QCOMPARE(channelsAfter({}, 3), std::int64_t{3});
    QCOMPARE(channelsAfter({{Relu{}}, {BatchNorm{}}}, 3), std::int64_t{3});
    QCOMPARE(channelsAfter(kOneOfEach, 3), std::int64_t{5});
}

void TestLayerTraits::countsOperations()
{
    const Shape in{2, 4, 10, 10};
    const Conv2d conv{.outChannels = 6, .kernel = {3, 3}, .padding = {1, 1}, .groups = 2};
    QCOMPARE(macs({conv}, in), std::optional<std::int64_t>(2 * 6 * 100 * 18));
    QCOMPARE(macs({Relu{}}, in), std::optional<std::int64_t>(0));
    QCOMPARE(macs({BatchNorm{}}, in), std::optional<std::int64_t>(0));
    const Residual residual{Shortcut::Conv1x1, {{conv}, {Relu{}}, {Conv2d{.outChannels = 5}}}};
    QCOMPARE(macs({residual}, in), std::optional<std::int64_t>(2 * 100 * (6 * 18 + 5 * 6 + 5 * 4)));
}

void TestLayerTraits::refusesCountsBeyondTheLargest()
{
    const Shape in{1, 1 << 16, 1 << 12, 1 << 12};
    const Conv2d conv{.outChannels = 1 << 16, .kernel = {1 << 10, 1 << 10}, .padding = {512, 512}};
    QVERIFY(!macs({conv}, in));
    QVERIFY(!macs({Residual{Shortcut::Identity, {{conv}}}}, in));
    // Each half fits and the sum does not.
    const Conv2d half{.outChannels = 1 << 16, .kernel = {8, 8}, .padding = {4, 4}};
    const auto one = macs({half}, in);
    QVERIFY(one && *one > kLargest / 2);
    QVERIFY(!macs({Residual{Shortcut::Identity, {{half}, {half}}}}, in));
}

void TestLayerTraits::shapesAWholeBranch()
{
    BranchSpec spec{.name = "", .inChannels = 3, .layers = kOneOfEach};
    const auto shapes = layerShapes(spec, {1, 3, 7, 8});
    QVERIFY2(shapes, shapes ? "" : shapes.error().message().c_str());
    QCOMPARE(shapes->size(), std::size_t{5});
    QCOMPARE((*shapes)[0], (Shape{1, 6, 7, 8}));
    QCOMPARE((*shapes)[4], (Shape{1, 5, 7, 8}));

    const auto refused = layerShapes(spec, {1, 4, 7, 8});
    QVERIFY(!refused);
    QCOMPARE(refused.error().message(),
             std::string("the input has 4 channels and the branch takes 3"));

    spec.layers.push_back({Conv2d{.outChannels = 1, .kernel = {8, 1}}});
    QVERIFY(!layerShapes(spec, {1, 3, 7, 8}));
}

void TestLayerTraits::knowsWhatDependsOnTheBatch()
{
    const BranchSpec none{.name = "none", .mode = Mode::Train, .layers = {{Conv2d{}}, {Relu{}}}};
    QVERIFY(!usesBatchStatistics(none));
    BranchSpec within{.name = "within",
                      .mode = Mode::Train,
                      .layers = {{Residual{Shortcut::Conv1x1, {{BatchNorm{}}}}}}};
    QVERIFY(usesBatchStatistics(within));
    within.mode = Mode::Eval;
    QVERIFY(!usesBatchStatistics(within));
}

QTEST_APPLESS_MAIN(TestLayerTraits)
#include "test_layer_traits.moc"
