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
    void refusesSeveralActivations();
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

void TestSlopeStudy::refusesSeveralActivations()
{
    Scene scene;
    scene.spec.layers.insert(scene.spec.layers.begin(), {Relu{}});
    const auto study = scene.study();
    QVERIFY(!study);
    QVERIFY(study.error().code == ErrorCode::Unsupported);
    QVERIFY(study.error().message().find("2 activations between") != std::string::npos);
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
