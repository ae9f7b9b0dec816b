#include "core/conv/conv_gradient.h"

#include "core/conv/winograd_gradient.h"
#include "tests/support/drawn.h"
#include "tests/support/rounding.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <cmath>
#include <thread>

using namespace factorscope;

namespace {

/// Both gradients from their definition in double precision: each product of the forward sums hands
/// its factor on. Beside the sums those of the absolute values, for the bounds.
struct Gradients {
    std::vector<double> ofInput, ofInputMagnitude;
    std::vector<double> ofWeights, ofWeightsMagnitude;
};

Gradients expected(const ConvProblem& p, const Tensor& x, const Tensor& w, const Tensor& g)
{
    const auto count
        = [](const Shape& shape) { return static_cast<std::size_t>(shape.elements()); };
    Gradients sums;
    sums.ofInput.resize(count(p.inShape()));
    sums.ofInputMagnitude = sums.ofInput;
    sums.ofWeights.resize(count(p.weightShape()));
    sums.ofWeightsMagnitude = sums.ofWeights;
    const Extent out = p.outSize();
    std::size_t i = 0;
    for (std::int64_t n = 0; n < p.batch; ++n)
        for (std::int64_t o = 0; o < p.outChannels; ++o)
            for (std::int64_t oy = 0; oy < out.height; ++oy)
                for (std::int64_t ox = 0; ox < out.width; ++ox, ++i)
                    for (std::int64_t k = 0; k < p.patchElements(); ++k) {
                        const std::int64_t taps = p.kernel.height * p.kernel.width;
                        const std::int64_t c
                            = o / p.outChannelsPerGroup() * p.inChannelsPerGroup() + k / taps;
                        const std::int64_t y = oy * p.stride.height - p.padding.height
                            + k % taps / p.kernel.width * p.dilation.height;
                        const std::int64_t x0 = ox * p.stride.width - p.padding.width
                            + k % p.kernel.width * p.dilation.width;
                        if (y < 0 || y >= p.inSize.height || x0 < 0 || x0 >= p.inSize.width)
                            continue;
                        const auto at = static_cast<std::size_t>(
                            ((n * p.inChannels + c) * p.inSize.height + y) * p.inSize.width + x0);
                        const auto of = static_cast<std::size_t>(o * p.patchElements() + k);
                        const double value = g.values()[i];
                        sums.ofInput[at] += value * double{w.values()[of]};
                        sums.ofInputMagnitude[at] += std::abs(value * double{w.values()[of]});
                        sums.ofWeights[of] += value * double{x.values()[at]};
                        sums.ofWeightsMagnitude[of] += std::abs(value * double{x.values()[at]});
                    }
    return sums;
}

std::string firstOutsideOf(const Tensor& actual, const std::vector<double>& values,
                           const std::vector<double>& magnitudes, std::int64_t terms,
                           double amplification)
{
    BoundedTensor bounded{actual.shape(), values, {}};
    // Transforms spread the rounding errors of large values over their neighbours.
    const double largest = *std::max_element(magnitudes.begin(), magnitudes.end());
    for (const double magnitude : magnitudes)
        bounded.bounds.push_back(
            roundingBound(terms, amplification > 1.0 ? largest : magnitude, amplification) + 1e-30);
    return firstOutside(actual, bounded);
}

/// What is added up for one weight: all outputs, of tiles the whole of each.
std::int64_t termsOfWeights(const ConvProblem& problem)
{
    constexpr std::int64_t kTile = 16;
    const Extent out = problem.outSize();
    return problem.batch * std::max(out.height * out.width, kTile);
}

} // namespace

class TestConvGradient : public QObject {
    Q_OBJECT
private slots:
    void agreesWithTheDefinition_data();
    void agreesWithTheDefinition();
    void filtersTilesOnEveryInstructionSet_data();
    void filtersTilesOnEveryInstructionSet();
    void filtersOnlyWhatIsFinite();
    void hasTheSameBitsOnAnyNumberOfThreads();
    void sumsManyPixelsWithoutLoss();
    void keepsWhatIsMadeOfTheWeights();
    void turnsKernels();
    void stops();
    void refusesAnUnknownAlgorithm();
};

void TestConvGradient::agreesWithTheDefinition_data()
{
    QTest::addColumn<ConvProblem>("problem");
    const auto row
        = [](const char* name, const ConvProblem& problem) { QTest::newRow(name) << problem; };
    row("3x3", {1, 3, {9, 11}, 5, {3, 3}, {1, 1}});
    row("5x5 of a batch", {2, 4, {12, 10}, 3, {5, 5}, {2, 2}});
    row("valid", {1, 2, {8, 9}, 3, {3, 3}});
    row("stride that leaves rows over", {1, 3, {12, 11}, 4, {3, 3}, {1, 1}, {3, 2}});
    row("stride wider than the kernel", {2, 2, {11, 13}, 3, {2, 1}, {0, 0}, {4, 3}});
    row("dilation", {1, 3, {13, 14}, 4, {3, 3}, {2, 2}, {1, 1}, {2, 3}});
    row("all of them", {2, 6, {14, 13}, 4, {3, 2}, {2, 3}, {2, 1}, {1, 2}, 2});
    row("depthwise", {1, 7, {10, 9}, 7, {3, 3}, {1, 1}, {1, 1}, {1, 1}, 7});
    row("depthwise, several outputs", {1, 5, {9, 9}, 10, {3, 3}, {1, 1}, {1, 1}, {1, 1}, 5});
    row("padding wider than the kernel", {1, 2, {5, 6}, 3, {3, 3}, {4, 5}});
    row("padding wider than the kernel, stride", {1, 2, {5, 6}, 3, {3, 3}, {4, 5}, {3, 2}});
    row("1x5", {1, 3, {8, 12}, 4, {1, 5}, {0, 2}});
    row("1x1", {2, 9, {6, 7}, 5, {1, 1}});
    row("one pixel", {1, 3, {1, 1}, 4, {5, 5}, {2, 2}});
    row("one row, wide", {1, 2, {1, 2100}, 3, {3, 3}, {1, 1}});
    row("many channels", {1, 40, {14, 14}, 37, {3, 3}, {1, 1}});
    row("Winograd's size", {1, 16, {40, 37}, 32, {5, 5}, {2, 2}});
}

void TestConvGradient::agreesWithTheDefinition()
{
    QFETCH(ConvProblem, problem);
    const Tensor x = drawn(problem.inShape(), 1);
    const Tensor w = drawn(problem.weightShape(), 2);
    const Tensor g = drawn(problem.outShape(), 3);
    const Gradients sums = expected(problem, x, w, g);
    ThreadTeam team(2);
    const ComputeContext context{.team = team};
    for (const std::string_view algorithm : convAlgorithms()) {
        const auto ofInput = inputGradient(algorithm, problem, g, w, context);
        QVERIFY(ofInput);
        const std::string inputText = firstOutsideOf(
            *ofInput, sums.ofInput, sums.ofInputMagnitude,
            problem.outChannelsPerGroup() * problem.kernel.height * problem.kernel.width,
            amplificationOf("auto"));
        QVERIFY2(inputText.empty(), (std::string(algorithm) + ": " + inputText).c_str());
        const auto ofWeights = weightGradient(algorithm, problem, x, g, context);
        QVERIFY(ofWeights);
        const std::string weightText = firstOutsideOf(
            *ofWeights, sums.ofWeights, sums.ofWeightsMagnitude, termsOfWeights(problem),
            WinogradGradient::takes(problem) ? amplificationOf(algorithm) : 1.0);
        QVERIFY2(weightText.empty(), (std::string(algorithm) + ": " + weightText).c_str());
    }
    const auto ofBias = biasGradient(g, context);
    QVERIFY(ofBias);
    const Extent out = problem.outSize();
    for (std::int64_t o = 0; o < problem.outChannels; ++o) {
        double sum = 0.0;
        for (std::int64_t n = 0; n < problem.batch; ++n)
            for (std::int64_t i = 0; i < out.height * out.width; ++i)
                sum += g.data()[(n * problem.outChannels + o) * out.height * out.width + i];
        QVERIFY(std::abs(ofBias->data()[o] - sum) <= 1e-6 * std::max(1.0, std::abs(sum)));
    }
}

void TestConvGradient::filtersTilesOnEveryInstructionSet_data()
{
    QTest::addColumn<ConvProblem>("problem");
    QTest::newRow("one tile") << ConvProblem{1, 1, {4, 4}, 1, {3, 3}, {1, 1}};
    QTest::newRow("a vector and one") << ConvProblem{1, 17, {9, 13}, 33, {3, 3}, {1, 1}};
    QTest::newRow("one less") << ConvProblem{1, 15, {7, 5}, 31, {5, 5}, {2, 2}};
    QTest::newRow("several blocks of channels") << ConvProblem{1, 70, {8, 9}, 130, {3, 3}, {1, 1}};
    QTest::newRow("wide, of a batch") << ConvProblem{3, 5, {6, 301}, 18, {5, 5}, {2, 2}};
    QTest::newRow("valid") << ConvProblem{2, 6, {11, 12}, 7, {5, 5}};
    QTest::newRow("wide padding") << ConvProblem{1, 6, {5, 6}, 7, {3, 3}, {4, 3}};
}

void TestConvGradient::filtersTilesOnEveryInstructionSet()
{
    QFETCH(ConvProblem, problem);
    QVERIFY(WinogradGradient::takes(problem));
    const Tensor x = drawn(problem.inShape(), 1);
    const Tensor g = drawn(problem.outShape(), 3);
    const Gradients sums = expected(problem, x, drawn(problem.weightShape(), 2), g);
    ThreadTeam team(2);
    for (const InstructionSet set : availableInstructionSets()) {
        const ComputeContext context{.team = team, .instructionSet = set};
        const auto result = WinogradGradient(problem).compute(x, g, context);
        QVERIFY(result && *result);
        const std::string text
            = firstOutsideOf(**result, sums.ofWeights, sums.ofWeightsMagnitude,
                             termsOfWeights(problem), amplificationOf("winograd"));
        QVERIFY2(text.empty(), text.c_str());
    }
}

/// One value that is not reaches those weights only that meet it, whatever the algorithm.
void TestConvGradient::filtersOnlyWhatIsFinite()
{
    const ConvProblem problem{1, 16, {12, 12}, 16, {3, 3}, {1, 1}};
    const Tensor x = drawn(problem.inShape(), 1);
    Tensor g = drawn(problem.outShape(), 3);
    g.data()[5 * 144 + 40] = std::numeric_limits<float>::infinity();
    ThreadTeam team(2);
    const auto filtered = weightGradient("winograd", problem, x, g, {.team = team});
    QVERIFY(filtered);
    for (std::int64_t i = 0; i < filtered->elements(); ++i)
        QCOMPARE(std::isfinite(filtered->data()[i]), i / problem.patchElements() != 5);
}

void TestConvGradient::hasTheSameBitsOnAnyNumberOfThreads()
{
    const ConvProblem problem{2, 20, {37, 41}, 24, {5, 5}, {2, 2}};
    const Tensor x = drawn(problem.inShape(), 1);
    const Tensor w = drawn(problem.weightShape(), 2);
    const Tensor g = drawn(problem.outShape(), 3);
    ThreadTeam one(1);
    const auto input = inputGradient("auto", problem, g, w, {.team = one});
    const auto weights = weightGradient("auto", problem, x, g, {.team = one});
    const auto bias = biasGradient(g, {.team = one});
    for (const int threads : {2, 3}) {
        ThreadTeam team(threads);
        const ComputeContext context{.team = team};
        QVERIFY(sameBits(*inputGradient("auto", problem, g, w, context), *input));
        QVERIFY(sameBits(*weightGradient("auto", problem, x, g, context), *weights));
        QVERIFY(sameBits(*biasGradient(g, context), *bias));
    }
}

/// A float sum of 2^22 tenths is off in its third digit.
void TestConvGradient::sumsManyPixelsWithoutLoss()
{
    const ConvProblem problem{1, 1, {2048, 2048}, 1, {1, 1}};
    const Tensor ones = Tensor::filled(problem.inShape(), 1.0F);
    const Tensor tenths = Tensor::filled(problem.outShape(), 0.1F);
    ThreadTeam team(2);
    const double exact = double{0.1F} * 2048.0 * 2048.0;
    const auto weights = weightGradient("auto", problem, ones, tenths, {.team = team});
    QVERIFY(std::abs(weights->data()[0] - exact) < 1e-5 * exact);
    const auto bias = biasGradient(tenths, {.team = team});
    QVERIFY(std::abs(bias->data()[0] - exact) < 1e-7 * exact);
}

void TestConvGradient::keepsWhatIsMadeOfTheWeights()
{
    const ConvProblem problem{1, 2, {6, 6}, 3, {3, 3}, {1, 1}};
    Tensor w = drawn(problem.weightShape(), 2);
    const Tensor g = drawn(problem.outShape(), 3);
    ThreadTeam team(1);
    const auto before = inputGradient("auto", problem, g, w, {.team = team});
    QVERIFY(sameBits(*inputGradient("auto", problem, g, w, {.team = team}), *before));
    w.data()[0] += 1.0F; // and forgets it when they change
    QVERIFY(!sameBits(*inputGradient("auto", problem, g, w, {.team = team}), *before));
}

void TestConvGradient::turnsKernels()
{
    // Two groups of one input and two outputs: kernels 1x2 named by output and tap.
    const Tensor kernels
        = Tensor::from({4, 1, 1, 2}, std::vector{10.F, 11.F, 20.F, 21.F, 30.F, 31.F, 40.F, 41.F});
    const Tensor turned = turnedKernels(kernels, 2);
    QCOMPARE(turned.shape(), (Shape{2, 2, 1, 2}));
    const std::vector<float> values(turned.values().begin(), turned.values().end());
    QCOMPARE(values, (std::vector{11.F, 10.F, 21.F, 20.F, 31.F, 30.F, 41.F, 40.F}));
}

void TestConvGradient::stops()
{
    const ConvProblem problem{1, 64, {256, 256}, 64, {5, 5}, {2, 2}};
    const Tensor x = drawn(problem.inShape(), 1);
    const Tensor w = drawn(problem.weightShape(), 2);
    const Tensor g = drawn(problem.outShape(), 3);
    ThreadTeam team(2);
    std::stop_source source;
    const ComputeContext context{.team = team, .stop = source.get_token()};
    std::jthread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        source.request_stop();
    });
    const auto weights = weightGradient("auto", problem, x, g, context);
    QVERIFY(!weights && weights.error().code == ErrorCode::Cancelled);
    const auto input = inputGradient("auto", problem, g, w, context);
    QVERIFY(!input && input.error().code == ErrorCode::Cancelled);
    const auto bias = biasGradient(g, context);
    QVERIFY(!bias && bias.error().code == ErrorCode::Cancelled);
}

void TestConvGradient::refusesAnUnknownAlgorithm()
{
    const ConvProblem problem{1, 1, {4, 4}, 1, {3, 3}, {1, 1}};
    const Tensor x = drawn(problem.inShape(), 1);
    const Tensor w = drawn(problem.weightShape(), 2);
    ThreadTeam team(1);
    const auto input = inputGradient("fft", problem, x, w, {.team = team});
    QVERIFY(!input && input.error().code == ErrorCode::InvalidArgument);
    const auto weights = weightGradient("fft", problem, x, x, {.team = team});
    QVERIFY(!weights && weights.error().code == ErrorCode::InvalidArgument);
}

QTEST_APPLESS_MAIN(TestConvGradient)
#include "test_conv_gradient.moc"
