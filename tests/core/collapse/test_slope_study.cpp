#include "core/collapse/slope_study.h"

#include "core/branch/executor.h"
#include "core/branch/named_branches.h"
#include "core/collapse/linear_stack.h"
#include "tests/core/collapse/stacks.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

constexpr Extent kSize{12, 15};
constexpr std::string_view kAlgorithm = "reference";
/// Relative to the maximum: each of two layers rounds its outputs once, and some carry over.
constexpr double kRounding = 8 * 0x1p-24;

/// A branch with an activation between, studied.
struct Scene {
    BranchSpec spec;
    TensorMap weights;
    SharedTensor input;
    ThreadTeam team{2};
    Collapsed collapsed;

    explicit Scene(const BranchOptions& options
                   = {.inChannels = 3, .midChannels = 4, .outChannels = 5})
        : spec(namedBranch(BranchKind::Decomposed, options))
    {
        RandomStacks draw(7);
        weights = draw.weights(spec);
        input = draw.input(spec.inChannels, kSize);
        collapsed = *collapse(spec, weights, BetweenLayers::LeaveOut, {.team = team});
    }
    Result<SlopeStudy> study(std::stop_token stop = {})
    {
        return studySlopes(spec, weights, collapsed, input, kAlgorithm,
                           {.team = team, .stop = stop});
    }
    /// The slow twin: the branch run with a leaky ReLU of the slope.
    SharedTensor run(double slope)
    {
        return runBranch(withSlopeBetween(spec, slope), weights, input, kAlgorithm, Capture::Output,
                         {.team = team})
            ->output;
    }
};

double largest(const Tensor& tensor)
{
    double most = 0.0;
    for (const float value : tensor.values())
        most = std::max(most, std::abs(double{value}));
    return most;
}

} // namespace

class TestSlopeStudy : public QObject {
    Q_OBJECT
private slots:
    void mapsAreThoseOfTheLeakyBranch_data();
    void mapsAreThoseOfTheLeakyBranch();
    void errorsAreThoseOfTheMaps();
    void theErrorIsStraightBeforeTheLastActivation();
    void withoutActivationOnlyTheRingDiffers();
    void theCurveIsItsPoints();
    void ofAllMapsItIsTheWorstOfEach();
    void theRelativeErrorIsThatOfARun();
    void showsValuesThatAreNotNumbers();
    void hasTheSameBitsOnAnyNumberOfThreads();
    void refusesOtherThanOneActivation();
    void stops();
};

void TestSlopeStudy::mapsAreThoseOfTheLeakyBranch_data()
{
    QTest::addColumn<double>("slope");
    QTest::addColumn<bool>("batchNorm");
    QTest::addColumn<int>("residual");
    for (const double slope : {0.0, 0.1, 0.5, 1.0}) {
        QTest::addRow("plain %g", slope) << slope << false << 0;
        QTest::addRow("norm %g", slope) << slope << true << 0;
        QTest::addRow("shortcut %g", slope) << slope << true << 2;
    }
}

void TestSlopeStudy::mapsAreThoseOfTheLeakyBranch()
{
    QFETCH(double, slope);
    QFETCH(bool, batchNorm);
    QFETCH(int, residual);
    Scene scene({.inChannels = 3,
                 .midChannels = 4,
                 .outChannels = 5,
                 .batchNorm = batchNorm,
                 .residual = static_cast<ResidualKind>(residual)});
    const auto study = scene.study();
    QVERIFY2(study, study ? "" : study.error().message().c_str());
    const SharedTensor expected = scene.run(slope);
    const double bound = kRounding * std::max(largest(*study->linear), largest(*study->rectified));
    const std::int64_t plane = kSize.height * kSize.width;
    for (std::int64_t channel = 0; channel < 5; ++channel) {
        const SlopeMaps maps = slopeMaps(*study, channel, slope);
        for (std::int64_t i = 0; i < plane; ++i) {
            const float stack = maps.stack->data()[i];
            QVERIFY(std::abs(stack - expected->data()[channel * plane + i]) <= bound);
            const float difference = maps.difference->data()[i];
            QVERIFY(std::abs(difference - (stack - maps.collapsed->data()[i])) <= bound);
        }
    }
}

void TestSlopeStudy::errorsAreThoseOfTheMaps()
{
    Scene scene;
    const auto study = scene.study();
    QVERIFY(study);
    const SlopeErrors errors = slopeErrors(*study, 2, 0.3);
    const SlopeMaps maps = slopeMaps(*study, 2, 0.3);
    double interior = 0.0;
    double ring = 0.0;
    for (std::int64_t y = 0; y < kSize.height; ++y) {
        for (std::int64_t x = 0; x < kSize.width; ++x) {
            const bool isInside
                = y > 0 && x > 0 && y < kSize.height - 1 && x < kSize.width - 1; // one pixel
            double& worst = isInside ? interior : ring;
            worst = std::max(worst, std::abs(double{maps.difference->data()[y * kSize.width + x]}));
        }
    }
    QVERIFY(std::abs(errors.interior * errors.largest - interior) <= kRounding * errors.largest);
    QVERIFY(std::abs(errors.ring * errors.largest - ring) <= kRounding * errors.largest);
    QVERIFY(errors.interior > 0.01);
}

void TestSlopeStudy::theErrorIsStraightBeforeTheLastActivation()
{
    Scene scene;
    const auto study = scene.study();
    QVERIFY(study);
    for (std::int64_t channel = 0; channel < 5; ++channel) {
        const double whole = slopeErrors(*study, channel, 0.0).interiorBefore;
        QVERIFY(whole > 0.01);
        for (const double slope : {0.25, 0.5, 0.9}) {
            const SlopeErrors errors = slopeErrors(*study, channel, slope);
            QVERIFY(std::abs(errors.interiorBefore - (1.0 - slope) * whole) <= kRounding);
            QVERIFY(errors.interior <= errors.interiorBefore); // ReLU brings nothing apart
        }
    }
}

void TestSlopeStudy::withoutActivationOnlyTheRingDiffers()
{
    Scene scene;
    const auto study = scene.study();
    QVERIFY(study);
    QCOMPARE(study->ring, (Ring{1, 1, 1, 1}));
    const SlopeErrors errors = slopeErrors(*study, 0, 1.0);
    QVERIFY(errors.interior <= kRounding);
    QVERIFY(errors.interiorBefore <= kRounding);
    QVERIFY(errors.ring > 0.001);
}

void TestSlopeStudy::theCurveIsItsPoints()
{
    Scene scene;
    const auto study = scene.study();
    QVERIFY(study);
    const auto curve = slopeCurve(*study, 1, 8, {.team = scene.team});
    QVERIFY(curve);
    QCOMPARE(curve->size(), std::size_t{9});
    for (std::size_t i = 0; i < curve->size(); ++i)
        QCOMPARE((*curve)[i], slopeErrors(*study, 1, static_cast<double>(i) / 8.0));
}

void TestSlopeStudy::ofAllMapsItIsTheWorstOfEach()
{
    Scene scene;
    const auto study = scene.study();
    QVERIFY(study);
    const auto all = slopeErrors(*study, 0.3, {.team = scene.team});
    QVERIFY(all);
    SlopeErrors worst;
    for (std::int64_t channel = 0; channel < 5; ++channel) {
        const SlopeErrors one = slopeErrors(*study, channel, 0.3);
        worst.largest = std::max(worst.largest, one.largest);
        worst.interior = std::max(worst.interior, one.interior * one.largest);
        worst.ring = std::max(worst.ring, one.ring * one.largest);
    }
    QCOMPARE(all->largest, worst.largest);
    QCOMPARE(all->interior, worst.interior / worst.largest);
    QCOMPARE(all->ring, worst.ring / worst.largest);
    const auto curve = slopeCurve(*study, {}, 4, {.team = scene.team});
    QVERIFY(curve);
    QCOMPARE(curve->size(), std::size_t{5});
    QVERIFY(curve->back().relative <= kRounding);
    for (std::size_t i = 1; i < curve->size(); ++i)
        QVERIFY((*curve)[i].relative < (*curve)[i - 1].relative);
}

void TestSlopeStudy::theRelativeErrorIsThatOfARun()
{
    Scene scene;
    const SharedTensor one
        = runBranch(scene.collapsed.spec(), *scene.collapsed.tensors, scene.input, kAlgorithm,
                    Capture::Output, {.team = scene.team})
              ->output;
    const SharedTensor run = scene.run(0.3);
    double squares = 0.0;
    double errorSquares = 0.0;
    for (std::int64_t i = 0; i < run->elements(); ++i) {
        const Ring ring{1, 1, 1, 1};
        if (ring.holds(i / kSize.width % kSize.height, i % kSize.width, kSize))
            continue;
        const double value = run->data()[i];
        squares += value * value;
        errorSquares += std::pow(value - double{one->data()[i]}, 2);
    }
    const auto errors = slopeErrors(*scene.study(), 0.3, {.team = scene.team});
    QVERIFY(errors);
    QVERIFY(std::abs(errors->relative - std::sqrt(errorSquares / squares)) <= kRounding);
    QVERIFY(errors->relative > 0.01);
    scene.input = RandomStacks(2).input(3, {1, 5}); // all of it is ring
    QVERIFY(slopeErrors(*scene.study(), 0.0, {.team = scene.team})->relative > 0.0);
}

void TestSlopeStudy::showsValuesThatAreNotNumbers()
{
    Scene scene;
    Tensor broken = scene.input->clone();
    broken.data()[kSize.height * kSize.width / 2] = NAN;
    scene.input = std::make_shared<const Tensor>(std::move(broken));
    const auto errors = slopeErrors(*scene.study(), 0.5, {.team = scene.team});
    QVERIFY(errors && std::isnan(errors->relative) && std::isnan(errors->interiorBefore));
}

void TestSlopeStudy::hasTheSameBitsOnAnyNumberOfThreads()
{
    Scene scene;
    const auto study = scene.study();
    ThreadTeam one(1);
    ThreadTeam three(3);
    QCOMPARE(*slopeErrors(*study, 0.6, {.team = one}), *slopeErrors(*study, 0.6, {.team = three}));
}

void TestSlopeStudy::refusesOtherThanOneActivation()
{
    Scene scene;
    scene.spec.layers.insert(scene.spec.layers.begin(), {Relu{}});
    const auto two = scene.study();
    QVERIFY(!two);
    QCOMPARE(two.error().code, ErrorCode::Unsupported);
    QCOMPARE(two.error().arguments.back(), std::string("2"));
    Scene linear({.inChannels = 3, .midChannels = 4, .outChannels = 5, .between = Between::None});
    QCOMPARE(linear.study().error().arguments.back(), std::string("0"));
    Scene small;
    const auto refused = studySlopes(small.spec, small.weights, small.collapsed, small.input,
                                     kAlgorithm, {.team = small.team, .memoryLimitBytes = 1000});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Memory);
}

void TestSlopeStudy::stops()
{
    Scene scene;
    std::stop_source source;
    source.request_stop();
    const auto stopped = scene.study(source.get_token());
    QVERIFY(!stopped);
    QVERIFY(stopped.error().code == ErrorCode::Cancelled);
    const auto study = scene.study();
    const auto curve = slopeCurve(*study, 0, 4, {.team = scene.team, .stop = source.get_token()});
    QVERIFY(!curve);
    QVERIFY(curve.error().code == ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestSlopeStudy)
#include "test_slope_study.moc"
