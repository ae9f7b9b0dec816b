#include "core/collapse/collapse.h"

#include "core/branch/executor.h"
#include "core/branch/named_branches.h"
#include "core/collapse/linear_stack.h"
#include "tests/core/collapse/stacks.h"
#include "tests/support/reference_case.h"
#include "tests/support/rounding.h"

#include <QTest>

#include <cmath>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

const fs::path kTestData = FACTORSCOPE_TEST_DATA;

Result<Collapsed> collapsed(const BranchSpec& spec, const TensorMap& weights,
                            BetweenLayers between = BetweenLayers::LeaveOut)
{
    ThreadTeam team(2);
    return collapse(spec, weights, between, {.team = team});
}

/// How many pixels differ by more than rounding where they must not, and how many of those lines
/// that the ring reaches to do not differ anywhere.
struct Disagreement {
    int inside = 0;
    int linesWithout = 0;
};

/// The stack by its definition against the convolution by its definition, on an input.
Disagreement disagreement(const BranchSpec& spec, const TensorMap& weights, const Collapsed& c,
                          const Tensor& input)
{
    const BoundedTensor stack
        = boundedActivations(withSlopeBetween(spec, 1.0), weights, input).back();
    const BoundedTensor one = boundedActivations(c.spec(), *c.tensors, input).back();
    const Extent size{stack.shape[2], stack.shape[3]};
    const Ring ring = *borderRing(spec, {input.shape()[2], input.shape()[3]});
    Disagreement found;
    std::vector<bool> rows(static_cast<std::size_t>(size.height));
    std::vector<bool> columns(static_cast<std::size_t>(size.width));
    for (std::size_t i = 0; i < stack.values.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        const std::int64_t y = at / size.width % size.height;
        const std::int64_t x = at % size.width;
        if (std::abs(stack.values[i] - one.values[i]) <= one.bounds[i] + stack.bounds[i])
            continue;
        found.inside += !ring.holds(y, x, size);
        if (x >= ring.left && x < size.width - ring.right)
            rows[static_cast<std::size_t>(y)] = true;
        if (y >= ring.top && y < size.height - ring.bottom)
            columns[static_cast<std::size_t>(x)] = true;
    }
    const bool hasInside
        = ring.top + ring.bottom < size.height && ring.left + ring.right < size.width;
    const auto without = [&](std::int64_t width, const std::vector<bool>& lines, std::int64_t at) {
        found.linesWithout += hasInside && width > 0 && !lines[static_cast<std::size_t>(at)];
    };
    without(ring.top, rows, ring.top - 1);
    without(ring.left, columns, ring.left - 1);
    without(ring.bottom, rows, size.height - ring.bottom);
    without(ring.right, columns, size.width - ring.right);
    return found;
}

/// A 3×3 after corner deltas that makes any 5×5: the four of them see the quarters of its window.
TensorMap cornerDeltas(const Tensor& kernels)
{
    const std::int64_t out = kernels.shape()[0];
    const std::int64_t in = kernels.shape()[1];
    Tensor first = Tensor::zeros({4 * in, in, 3, 3});
    Tensor second = Tensor::zeros({out, 4 * in, 3, 3});
    for (std::int64_t c = 0; c < in; ++c)
        for (std::int64_t corner = 0; corner < 4; ++corner)
            first.data()[((4 * c + corner) * in + c) * 9 + corner / 2 * 6 + corner % 2 * 2] = 1.0F;
    for (std::int64_t oc = 0; oc < out; ++oc)
        for (std::int64_t c = 0; c < in; ++c)
            for (std::int64_t y = 0; y < 5; ++y)
                for (std::int64_t x = 0; x < 5; ++x) {
                    const std::int64_t corner = y / 3 * 2 + x / 3;
                    const std::int64_t tap = (y - y / 3 * 2) * 3 + x - x / 3 * 2;
                    second.data()[(oc * 4 * in + 4 * c + corner) * 9 + tap]
                        = kernels.data()[((oc * in + c) * 5 + y) * 5 + x];
                }
    TensorMap tensors;
    tensors.emplace("branch.0.weight", std::move(first));
    tensors.emplace("branch.2.weight", std::move(second));
    return tensors;
}

BranchSpec twoLayers(std::int64_t in, std::int64_t mid, std::int64_t out)
{
    return namedBranch(BranchKind::Decomposed,
                       {.inChannels = in, .midChannels = mid, .outChannels = out, .bias = false});
}

} // namespace

class TestCollapse : public QObject {
    Q_OBJECT
private slots:
    void standsForEveryReferenceCase_data();
    void standsForEveryReferenceCase();
    void standsForRandomStacks();
    void isTheFullConvolutionOfTwoKernels();
    void cornerDeltasMakeAnyKernel();
    void keepsWhatStandsAtTheEnd();
    void ofNoConvolutionIsTheIdentity();
    void namesTheActivationBetween();
    void refuses_data();
    void refuses();
    void refusesNumbersThatAreNotFinite();
    void refusesWhatDoesNotFitIntoMemory_data();
    void refusesWhatDoesNotFitIntoMemory();
    void hasTheSameBitsOnAnyNumberOfThreads();
    void announcesItsWork();
    void stops();
};

void TestCollapse::standsForEveryReferenceCase_data()
{
    QTest::addColumn<QString>("folder");
    for (const fs::path& folder : referenceCases(kTestData))
        QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.string());
}

void TestCollapse::standsForEveryReferenceCase()
{
    QFETCH(QString, folder);
    auto c = loadReferenceCase(folder.toStdString());
    QVERIFY(c);
    c->spec.mode = Mode::Eval; // the weights of those in training mode have statistics, too
    c->spec = withoutTrailing(c->spec);
    const auto one = collapsed(c->spec, c->weights);
    QVERIFY2(one, one ? "" : one.error().message().c_str());
    const Disagreement found = disagreement(c->spec, c->weights, *one, *c->input);
    QCOMPARE(found.inside, 0);
    QCOMPARE(found.linesWithout, 0);
}

void TestCollapse::standsForRandomStacks()
{
    int rings = 0;
    for (unsigned seed = 0; seed < 60; ++seed) {
        RandomStacks draw(seed);
        const BranchSpec spec = draw.spec(RandomStacks::Layers::All);
        const TensorMap weights = draw.weights(spec);
        const SharedTensor input = draw.input(spec.inChannels, {23, 26});
        if (!layerShapes(spec, input->shape()))
            continue;
        const auto one = collapsed(spec, weights);
        QVERIFY2(one, one ? "" : one.error().message().c_str());
        const Disagreement found = disagreement(spec, weights, *one, *input);
        QVERIFY2(found.inside == 0, std::to_string(seed).c_str());
        rings += !one->ring.isEmpty();
    }
    QVERIFY(rings > 20);
}

/// Against the sum over mid channels and taps, written out.
void TestCollapse::isTheFullConvolutionOfTwoKernels()
{
    const auto c = loadReferenceCase(kTestData / "golden/decomposed_linear");
    QVERIFY(c);
    const auto one = collapsed(c->spec, c->weights);
    QVERIFY(one);
    const Tensor& w1 = c->weights.at("branch.0.weight");
    const Tensor& w2 = c->weights.at("branch.1.weight");
    const auto [in, mid, out] = std::array{w1.shape()[1], w1.shape()[0], w2.shape()[0]};
    std::vector<double> sums(static_cast<std::size_t>(out * in * 25));
    std::vector<double> biases(static_cast<std::size_t>(out));
    for (std::int64_t oc = 0; oc < out; ++oc) {
        double& bias = biases[static_cast<std::size_t>(oc)];
        bias = c->weights.at("branch.1.bias").data()[oc];
        for (std::int64_t m = 0; m < mid; ++m)
            for (std::int64_t tap = 0; tap < 9; ++tap) {
                const double second = w2.data()[(oc * mid + m) * 9 + tap];
                bias += second * double{c->weights.at("branch.0.bias").data()[m]};
                for (std::int64_t i = 0; i < in * 9; ++i) {
                    const std::int64_t y = tap / 3 + i % 9 / 3;
                    const std::int64_t x = tap % 3 + i % 3;
                    sums[static_cast<std::size_t>(((oc * in + i / 9) * 5 + y) * 5 + x)]
                        += second * double{w1.data()[m * in * 9 + i]};
                }
            }
    }
    // Both add the same products up in the same order.
    QCOMPARE(one->map.weights, sums);
    QCOMPARE(one->map.bias, biases);
    QCOMPARE(one->weights().shape().text(), std::string("6x4x5x5"));
    QCOMPARE(one->weights().data()[7], static_cast<float>(sums[7]));
}

void TestCollapse::cornerDeltasMakeAnyKernel()
{
    RandomStacks draw(5);
    const SharedTensor kernels = draw.input(2, {5, 15}); // 3 outputs of 2 channels of 5×5
    Tensor any = kernels->clone();
    any.reshape({3, 2, 5, 5});
    const BranchSpec spec = twoLayers(2, 8, 3);
    const TensorMap weights = cornerDeltas(any);
    const auto one = collapsed(spec, weights);
    QVERIFY(one);
    QVERIFY(std::ranges::equal(one->weights().values(), any.values()));

    // A ReLU between changes nothing where nothing is negative.
    Tensor positive = draw.input(2, {9, 11})->clone();
    std::ranges::transform(positive.values(), positive.data(),
                           [](float value) { return std::abs(value); });
    const auto rectified = boundedActivations(spec, weights, positive);
    const auto linear = boundedActivations(withSlopeBetween(spec, 1.0), weights, positive);
    QCOMPARE(rectified.back().values, linear.back().values);
}

void TestCollapse::keepsWhatStandsAtTheEnd()
{
    BranchSpec spec = twoLayers(2, 3, 4);
    spec.layers.back() = {LeakyRelu{0.25}};
    spec.layers.push_back({Relu{}});
    RandomStacks draw(1);
    const auto one = collapsed(spec, draw.weights(spec));
    QVERIFY(one);
    QCOMPARE(one->trailing, (std::vector<Layer>{{LeakyRelu{0.25}}, {Relu{}}}));
    QCOMPARE(one->spec().layers.size(), std::size_t{3});
    QVERIFY(layerShapes(one->spec(), {1, 2, 6, 6}));
    QVERIFY(requireWeights(one->spec(), *one->tensors));
}

void TestCollapse::ofNoConvolutionIsTheIdentity()
{
    const BranchSpec spec{.name = "", .inChannels = 2, .layers = {{Relu{}}}};
    const auto one = collapsed(spec, {});
    QVERIFY(one);
    QCOMPARE(one->map.weights, (std::vector<double>{1, 0, 0, 1}));
    QCOMPARE(one->map.kernel, (Extent{1, 1}));
    QVERIFY(one->leftOut.empty() && one->ring.isEmpty());
    QCOMPARE(one->trailing.size(), std::size_t{1});
}

void TestCollapse::namesTheActivationBetween()
{
    RandomStacks draw(1);
    BranchSpec spec = twoLayers(2, 3, 4);
    const TensorMap weights = draw.weights(spec);
    QCOMPARE(collapsed(spec, weights)->leftOut, (std::vector<LayerPath>{{1}}));
    const auto refused = collapsed(spec, weights, BetweenLayers::Refuse);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Unsupported);
    QCOMPARE(refused.error().arguments.front(), std::string("1"));
    spec.layers[1] = {LeakyRelu{1.0}}; // is the identity
    QVERIFY(collapsed(spec, weights, BetweenLayers::Refuse)->leftOut.empty());
}

void TestCollapse::refuses_data()
{
    QTest::addColumn<BranchSpec>("spec");
    QTest::addColumn<ErrorCode>("code");
    const auto residual = [](const Conv2d& conv, Shortcut shortcut) {
        return BranchSpec{.name = "r",
                          .inChannels = 2,
                          .layers = {{Residual{.shortcut = shortcut, .body = {{conv}}}}}};
    };
    QTest::newRow("batch statistics")
        << BranchSpec{.name = "b", .inChannels = 2, .mode = Mode::Train, .layers = {{BatchNorm{}}}}
        << ErrorCode::Unsupported;
    QTest::newRow("a stride in a residual")
        << residual({.outChannels = 2, .kernel = {3, 3}, .padding = {1, 1}, .stride = {2, 2}},
                    Shortcut::Conv1x1)
        << ErrorCode::Unsupported;
    QTest::newRow("a residual that shrinks")
        << residual({.outChannels = 2, .kernel = {3, 3}}, Shortcut::Identity) << ErrorCode::Shape;
    QTest::newRow("a residual of other channels")
        << residual({.outChannels = 3}, Shortcut::Identity) << ErrorCode::Shape;
}

void TestCollapse::refuses()
{
    QFETCH(BranchSpec, spec);
    QFETCH(ErrorCode, code);
    const auto refused = collapsed(spec, RandomStacks(0).weights(spec));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, code);
}

void TestCollapse::refusesNumbersThatAreNotFinite()
{
    const BranchSpec spec = twoLayers(2, 3, 4);
    for (const float number : {NAN, HUGE_VALF, 3e38F}) { // of two, the product is infinite
        TensorMap weights = RandomStacks(0).weights(spec);
        for (auto& [name, tensor] : weights)
            tensor.data()[4] = number;
        const auto refused = collapsed(spec, weights);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::InvalidArgument);
    }
    QVERIFY(!collapsed(spec, {}));
}

void TestCollapse::refusesWhatDoesNotFitIntoMemory_data()
{
    QTest::addColumn<BranchSpec>("spec");
    QTest::newRow("moderate") << twoLayers(2, 3, 4);
    BranchSpec far = twoLayers(1, 1, 1); // each stride spreads the next kernel
    const Conv2d step{.kernel = {2, 2}, .stride = {65536, 65536}, .bias = false};
    far.layers.assign(6, {step});
    QTest::newRow("beyond all numbers") << far;
}

void TestCollapse::refusesWhatDoesNotFitIntoMemory()
{
    QFETCH(BranchSpec, spec);
    ThreadTeam team(1);
    const auto refused = collapse(spec, RandomStacks(0).weights(spec), BetweenLayers::LeaveOut,
                                  {.team = team, .memoryLimitBytes = 1000});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Memory);
}

void TestCollapse::hasTheSameBitsOnAnyNumberOfThreads()
{
    RandomStacks draw(3);
    const BranchSpec spec = twoLayers(5, 6, 7);
    const TensorMap weights = draw.weights(spec);
    ThreadTeam one(1);
    ThreadTeam three(3);
    QCOMPARE(collapse(spec, weights, BetweenLayers::LeaveOut, {.team = one})->map,
             collapse(spec, weights, BetweenLayers::LeaveOut, {.team = three})->map);
}

void TestCollapse::announcesItsWork()
{
    const BranchSpec spec = twoLayers(2, 3, 4);
    ThreadTeam team(2);
    Progress progress;
    QVERIFY(collapse(spec, RandomStacks(0).weights(spec), BetweenLayers::LeaveOut,
                     {.team = team, .progress = &progress}));
    QVERIFY(progress.total > 0);
    QCOMPARE(progress.done.load(), progress.total.load());
}

void TestCollapse::stops()
{
    const BranchSpec spec = twoLayers(2, 3, 4);
    ThreadTeam team(2);
    std::stop_source source;
    source.request_stop();
    const auto stopped = collapse(spec, RandomStacks(0).weights(spec), BetweenLayers::LeaveOut,
                                  {.team = team, .stop = source.get_token()});
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestCollapse)
#include "test_collapse.moc"
