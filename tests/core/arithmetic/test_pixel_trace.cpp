#include "core/arithmetic/pixel_trace.h"

#include "core/branch/executor.h"
#include "core/branch/named_branches.h"
#include "core/weights/initialize.h"
#include "tests/support/reference_case.h"

#include <QTest>

#include <algorithm>
#include <bit>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

const fs::path kTestData = FACTORSCOPE_TEST_DATA;

bool areSameBits(float a, float b)
{
    return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

bool isActivationOrNorm(const Layer& layer)
{
    return !std::holds_alternative<Conv2d>(layer.type)
        && !std::holds_alternative<Residual>(layer.type);
}

bool hasResidual(const std::vector<Layer>& layers)
{
    return std::ranges::any_of(
        layers, [](const Layer& layer) { return std::holds_alternative<Residual>(layer.type); });
}

/// Convolutions one after the other, at most one residual about them all, nothing in training.
bool isTaken(const BranchSpec& spec)
{
    const auto* residual = std::get_if<Residual>(&spec.layers.front().type);
    const std::vector<Layer>& body = residual ? residual->body : spec.layers;
    const auto after = std::span(spec.layers).subspan(residual ? 1 : 0);
    return spec.mode == Mode::Eval && std::holds_alternative<Conv2d>(body.front().type)
        && !hasResidual(body) && (!residual || std::ranges::all_of(after, isActivationOrNorm));
}

/// A branch on an input with weights of its own.
struct Case {
    BranchSpec spec;
    std::shared_ptr<const TensorMap> weights;
    SharedTensor input;
};

Case caseOf(BranchKind kind, const BranchOptions& options)
{
    Case c;
    c.spec = namedBranch(kind, options);
    TorchGenerator generator(3);
    c.weights = std::make_shared<const TensorMap>(initialized(c.spec, generator));
    Tensor input = Tensor::uninitialized({1, options.inChannels, 6, 7});
    generator.normal(input.values());
    c.input = std::make_shared<const Tensor>(std::move(input));
    return c;
}

Result<PixelTrace> traceOf(const Case& c, const Position& at, std::int64_t channel = 0)
{
    ThreadTeam team(2);
    return PixelTrace::of(c.spec, c.weights, c.input, at, channel, {.team = team});
}

/// The first product in a state.
std::size_t firstOf(const ProductSum& sum, Tap tap)
{
    const auto found = std::ranges::find(sum.products, tap, &Product::tap);
    return static_cast<std::size_t>(found - sum.products.begin());
}

} // namespace

class TestPixelTrace : public QObject {
    Q_OBJECT
private slots:
    void hasTheBitsOfReference_data();
    void hasTheBitsOfReference();
    void namedBranchesHaveTheBitsOfReference_data();
    void namedBranchesHaveTheBitsOfReference();

    void tapsOpenIntoTheirOwnSums();
    void tellsWhatAnActivationCuts_data();
    void tellsWhatAnActivationCuts();
    void namesPadding();
    void listsWhatComesAfterTheSum();
    void refuses_data();
    void refuses();
    void stops();
};

void TestPixelTrace::hasTheBitsOfReference_data()
{
    QTest::addColumn<QString>("name");
    for (const fs::path& folder : referenceCases(kTestData))
        QTest::newRow(folder.filename().c_str())
            << QString::fromStdString(fs::relative(folder, kTestData).string());
}

/// At corners, borders and in the middle, for every recorded branch that it takes.
void TestPixelTrace::hasTheBitsOfReference()
{
    QFETCH(QString, name);
    auto c = loadReferenceCase(kTestData / name.toStdString());
    QVERIFY(c);
    ThreadTeam team(2);
    const ComputeContext context{.team = team};
    const auto run
        = runBranch(c->spec, c->weights, c->input, "reference", Capture::Output, context);
    const auto weights = std::make_shared<const TensorMap>(std::move(c->weights));
    const Shape& out = run->output->shape();
    for (const Position at : {Position{0, 0}, Position{out[2] / 2, out[3] / 2},
                              Position{out[2] - 1, 0}, Position{out[2] - 1, out[3] - 1}}) {
        for (std::int64_t o = 0; o < out[1]; o += std::max<std::int64_t>(1, out[1] / 3)) {
            const auto trace = PixelTrace::of(c->spec, weights, c->input, at, o, context);
            QCOMPARE(bool(trace), isTaken(c->spec));
            if (!trace)
                QSKIP(trace.error().message().c_str());
            const float whole = run->output->data()[(o * out[2] + at.y) * out[3] + at.x];
            QVERIFY(areSameBits(trace->output().value, whole));
        }
    }
}

void TestPixelTrace::namedBranchesHaveTheBitsOfReference_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("between");
    QTest::addColumn<bool>("batchNorm");
    QTest::addColumn<int>("residual");
    QTest::addColumn<bool>("bias");
    for (int kind = 0; kind < 4; ++kind) {
        const auto name = kBranchKindNames[std::size_t(kind)];
        QTest::addRow("%s", name.data()) << kind << int(Between::Relu) << false << 0 << true;
        QTest::addRow("%s, linear", name.data())
            << kind << int(Between::None) << false << 0 << false;
        QTest::addRow("%s, leaky, norm, shortcut", name.data())
            << kind << int(Between::Leaky) << true << int(ResidualKind::Conv1x1) << true;
        QTest::addRow("%s, norm, identity", name.data())
            << kind << int(Between::Relu) << true << int(ResidualKind::Identity) << true;
    }
}

/// Every output of every channel.
void TestPixelTrace::namedBranchesHaveTheBitsOfReference()
{
    QFETCH(int, kind);
    QFETCH(int, between);
    QFETCH(bool, batchNorm);
    QFETCH(int, residual);
    QFETCH(bool, bias);
    const Case c = caseOf(BranchKind(kind),
                          {.inChannels = 3,
                           .midChannels = 5,
                           .outChannels = 3,
                           .between = Between(between),
                           .batchNorm = batchNorm,
                           .residual = ResidualKind(residual),
                           .bias = bias});
    ThreadTeam team(2);
    const ComputeContext context{.team = team};
    const auto run = runBranch(c.spec, *c.weights, c.input, "reference", Capture::Output, context);
    const Shape& out = run->output->shape();
    for (std::int64_t i = 0; i < out.elements(); ++i) {
        const Position at{i / out[3] % out[2], i % out[3]};
        const auto trace
            = PixelTrace::of(c.spec, c.weights, c.input, at, i / out[3] / out[2], context);
        QVERIFY(trace);
        QVERIFY(areSameBits(trace->output().value, run->output->data()[i]));
        QCOMPARE(trace->output().bias.has_value(), bias);
    }
}

/// Down to the input, each value is what its own sum makes.
void TestPixelTrace::tapsOpenIntoTheirOwnSums()
{
    const Case c
        = caseOf(BranchKind::Separable, {.inChannels = 3, .midChannels = 4, .outChannels = 2});
    const auto trace = traceOf(c, {0, 3}, 1);
    QVERIFY(trace);
    QCOMPARE(trace->levels(), 4);
    std::vector<std::size_t> path;
    ProductSum sum = trace->output();
    const std::size_t products[] = {4, 9, 3, 9}; // 1×1 over mid, 3×3, 1×1 over input, 3×3
    for (int level = 0; level < 4; ++level) {
        QCOMPARE(sum.level, level);
        QCOMPARE(sum.products.size(), products[level]);
        QCOMPARE(runningSums(sum, orderedProducts(sum, ProductOrder::Natural)).back(), sum.total);
        for (std::size_t i = 0; i < sum.products.size(); ++i) {
            const Product& product = sum.products[i];
            const bool isLast = level == 3;
            QCOMPARE(trace->hasBelow(sum, i), !isLast && product.tap != Tap::Padding);
            if (!trace->hasBelow(sum, i))
                continue;
            const ProductSum below = trace->below(sum, i);
            QVERIFY(areSameBits(below.value, product.value));
            QCOMPARE(below.channel, product.channel);
            QCOMPARE(below.y, product.y);
            QCOMPARE(below.x, product.x);
        }
        if (level == 3)
            break;
        path.push_back(firstOf(sum, Tap::Taken));
        sum = trace->along(path);
    }
    for (const Product& product : sum.products) {
        if (product.tap == Tap::Padding)
            continue;
        const float input = c.input->data()[(product.channel * 6 + product.y) * 7 + product.x];
        QVERIFY(areSameBits(product.value, input));
    }
}

void TestPixelTrace::tellsWhatAnActivationCuts_data()
{
    QTest::addColumn<int>("between");
    QTest::addColumn<int>("below"); // what becomes of values below 0
    QTest::newRow("relu") << int(Between::Relu) << int(Tap::Cut);
    QTest::newRow("leaky") << int(Between::Leaky) << int(Tap::Damped);
    QTest::newRow("none") << int(Between::None) << int(Tap::Taken);
}

void TestPixelTrace::tellsWhatAnActivationCuts()
{
    QFETCH(int, between);
    QFETCH(int, below);
    const Case c = caseOf(
        BranchKind::Decomposed,
        {.inChannels = 2, .midChannels = 6, .outChannels = 2, .between = Between(between)});
    const auto trace = traceOf(c, {3, 3});
    QVERIFY(trace);
    const ProductSum& sum = trace->output();
    QCOMPARE(sum.products.size(), std::size_t{54});
    std::size_t negative = 0;
    for (const Product& product : sum.products) {
        negative += product.before < 0.0F ? 1U : 0U;
        QCOMPARE(int(product.tap), product.before < 0.0F ? below : int(Tap::Taken));
        const float slope = between == int(Between::Relu) ? 0.0F
            : between == int(Between::Leaky)              ? 0.1F
                                                          : 1.0F;
        QCOMPARE(product.value, product.before < 0.0F ? product.before * slope : product.before);
    }
    QVERIFY(negative > 5 && negative < 49);
    QCOMPARE(sum.count(Tap(below)), below == int(Tap::Taken) ? std::size_t{54} : negative);
}

void TestPixelTrace::namesPadding()
{
    const BranchOptions options{.inChannels = 2, .midChannels = 3, .outChannels = 1};
    const auto direct = traceOf(caseOf(BranchKind::Original, options), {0, 0});
    const auto stacked = traceOf(caseOf(BranchKind::Decomposed, options), {0, 6});
    QVERIFY(direct && stacked);
    QCOMPARE(direct->output().count(Tap::Padding), std::size_t{2 * 16});
    QCOMPARE(stacked->output().count(Tap::Padding), std::size_t{3 * 5});
    for (const ProductSum* sum : {&direct->output(), &stacked->output()}) {
        for (const Product& product : sum->products) {
            const bool isOutside
                = product.y < 0 || product.x < 0 || product.y >= 6 || product.x >= 7;
            QCOMPARE(product.tap == Tap::Padding, isOutside);
            if (isOutside)
                QCOMPARE(product.contribution(), 0.0);
        }
    }
}

void TestPixelTrace::listsWhatComesAfterTheSum()
{
    const auto trace = traceOf(caseOf(BranchKind::Decomposed,
                                      {.inChannels = 2,
                                       .midChannels = 3,
                                       .outChannels = 2,
                                       .batchNorm = true,
                                       .residual = ResidualKind::Identity}),
                               {2, 2});
    QVERIFY(trace);
    const std::vector<PointStep>& steps = trace->output().steps;
    QCOMPARE(steps.size(), std::size_t{3});
    QVERIFY(steps[0].kind == PointStep::Kind::BatchNorm);
    QVERIFY(steps[1].kind == PointStep::Kind::Shortcut);
    QVERIFY(steps[2].kind == PointStep::Kind::Activation);
    QCOMPARE(steps[0].before, static_cast<float>(trace->output().total));
    QCOMPARE(steps[1].before, steps[0].after);
    QCOMPARE(steps[2].before, steps[1].after);
    QCOMPARE(trace->output().value, std::max(steps[2].before, 0.0F));
}

void TestPixelTrace::refuses_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("words");
    QTest::newRow("row") << "row"
                         << "position 6,0 is outside the output of 6x7";
    QTest::newRow("channel") << "channel"
                             << "there is no channel 2: channels go from 0 to 1";
    QTest::newRow("training") << "training"
                              << "batch_norm in training mode";
    QTest::newRow("layers") << "layers"
                            << "convolutions one after the other";
}

void TestPixelTrace::refuses()
{
    QFETCH(QString, what);
    QFETCH(QString, words);
    BranchOptions options{.inChannels = 2, .midChannels = 2, .outChannels = 2};
    options.batchNorm = what == u"training";
    Case c = caseOf(BranchKind::Decomposed, options);
    if (what == u"training")
        c.spec.mode = Mode::Train;
    if (what == u"layers")
        c.spec.layers.insert(c.spec.layers.begin(), Layer{Relu{}});
    const auto trace = traceOf(c, {what == u"row" ? 6 : 0, 0}, what == u"channel" ? 2 : 0);
    QVERIFY(!trace);
    QVERIFY2(trace.error().message().find(words.toStdString()) != std::string::npos,
             trace.error().message().c_str());
}

void TestPixelTrace::stops()
{
    const Case c = caseOf(BranchKind::Decomposed, {.inChannels = 2, .midChannels = 2});
    std::stop_source stop;
    stop.request_stop();
    ThreadTeam team(1);
    const auto trace = PixelTrace::of(c.spec, c.weights, c.input, {1, 1}, 0,
                                      {.team = team, .stop = stop.get_token()});
    QVERIFY(!trace);
    QVERIFY(trace.error().code == ErrorCode::Cancelled);
}

QTEST_MAIN(TestPixelTrace)
#include "test_pixel_trace.moc"
