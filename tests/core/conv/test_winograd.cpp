#include "core/conv/conv_engine.h"
#include "tests/support/drawn.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

ConvProblem square(std::int64_t taps, Extent size, std::int64_t in, std::int64_t out)
{
    return {.inChannels = in,
            .inSize = size,
            .outChannels = out,
            .kernel = {taps, taps},
            .padding = {taps / 2, taps / 2}};
}

/// Calls check(label, taps) for all variants.
template <typename Check>
void forAllVariants(const Check& check)
{
    for (const ConvEngine* engine : convEngines()) {
        if (engine->name() == "winograd")
            check(label(*engine), engine->declines(square(3, {9, 9}, 1, 1)) ? 5 : 3);
    }
}

/// Some rows of each channel, from the top.
Tensor topRows(const Tensor& maps, std::int64_t rows)
{
    const std::int64_t channels = maps.shape()[1];
    const std::int64_t width = maps.shape()[3];
    const std::int64_t plane = maps.shape()[2] * width;
    Tensor top = Tensor::uninitialized({1, channels, rows, width});
    for (std::int64_t c = 0; c < channels; ++c)
        std::copy_n(maps.data() + c * plane, rows * width, top.data() + c * rows * width);
    return top;
}

} // namespace

class TestWinograd : public QObject {
    Q_OBJECT
private slots:
    void writesLargeOutputsAsSmallOnes();
    void halvesARunToTheSameBits();
    void spreadsNothingOverAHalvedRun();
};

/// More than caches hold is written past them.
void TestWinograd::writesLargeOutputsAsSmallOnes()
{
    constexpr std::int64_t kWidth = 1024;
    constexpr std::int64_t kFewRows = 50;
    const Tensor input = drawn({1, 1, 512, kWidth}, 1);
    ThreadTeam team(2);
    forAllVariants([&](const std::string& variant, std::int64_t taps) {
        for (const InstructionSet set : availableInstructionSets()) {
            if (set == InstructionSet::Baseline)
                continue; // the same code, and slow
            const ComputeContext context{.team = team, .instructionSet = set};
            const ConvProblem large = square(taps, {512, kWidth}, 1, 17);
            const ConvProblem small = square(taps, {kFewRows, kWidth}, 1, 17);
            const Tensor weights = drawn(large.weightShape(), 2);
            const ConvLayer layer{.weights = weights, .negativeSlope = 0.5F};
            const Tensor all = *convolve(variant, large, input, layer, context);
            const Tensor some = *convolve(variant, small, topRows(input, kFewRows), layer, context);
            // The last rows of the small one see padding, and share tiles with such that do.
            QVERIFY2(sameBits(topRows(all, kFewRows - 10), topRows(some, kFewRows - 10)),
                     variant.c_str());
        }
    });
}

/// An odd number of runs of tiles, of which two threads halve one.
void TestWinograd::halvesARunToTheSameBits()
{
    for (const std::int64_t channels : {17, 32, 70}) {
        for (const Extent size : {Extent{3, 5}, {7, 7}, {28, 28}, {20, 130}}) {
            forAllVariants([&](const std::string& variant, std::int64_t taps) {
                const ConvProblem problem = square(taps, size, 5, channels);
                const Tensor input = drawn(problem.inShape(), 1);
                const Tensor weights = drawn(problem.weightShape(), 2);
                const Tensor bias = drawn({channels}, 3);
                const auto run = [&](int threads) {
                    ThreadTeam team(threads);
                    Progress progress;
                    Tensor output = *convolve(variant, problem, input, {weights, &bias, 0.0F},
                                              {.team = team, .progress = &progress});
                    return std::pair(std::move(output), progress.done.load());
                };
                const auto [output, macs] = run(1);
                QCOMPARE(macs, problem.macs());
                for (const int threads : {2, 3}) {
                    const auto [other, otherMacs] = run(threads);
                    QVERIFY2(sameBits(output, other), variant.c_str());
                    QCOMPARE(otherMacs, macs);
                }
            });
        }
    }
}

void TestWinograd::spreadsNothingOverAHalvedRun()
{
    ThreadTeam team(2);
    forAllVariants([&](const std::string& variant, std::int64_t taps) {
        const ConvProblem problem = square(taps, {28, 28}, 5, 40);
        Tensor input = drawn(problem.inShape(), 1);
        input.data()[14 * 28 + 9] = std::numeric_limits<float>::quiet_NaN();
        const Tensor weights = drawn(problem.weightShape(), 2);
        const Tensor output
            = *convolve(variant, problem, input, {.weights = weights}, {.team = team});
        for (std::int64_t i = 0; i < output.shape().elements(); ++i) {
            const std::int64_t y = i / 28 % 28;
            const std::int64_t x = i % 28;
            const bool sees = std::abs(y - 14) <= taps / 2 && std::abs(x - 9) <= taps / 2;
            QVERIFY2(std::isnan(output.data()[i]) == sees, variant.c_str());
        }
    });
}

QTEST_APPLESS_MAIN(TestWinograd)
#include "test_winograd.moc"
