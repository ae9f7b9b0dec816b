#include "core/collapse/slope_sweep.h"

#include "core/branch/named_branches.h"
#include "core/collapse/linear_stack.h"
#include "tests/core/collapse/stacks.h"
#include "tests/support/rounding.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

/// A branch with a sweep over its slopes, by the plainest engine.
struct Scene {
    BranchSpec spec;
    TensorMap weights;
    SharedTensor input;
    Collapsed collapsed;
    ThreadTeam team{2};

    explicit Scene(const BranchSpec& branch) : spec(branch)
    {
        RandomStacks draw(11);
        weights = draw.weights(spec);
        input = draw.input(spec.inChannels, {13, 19});
        collapsed = *collapse(spec, weights, BetweenLayers::LeaveOut, {.team = team});
    }

    Result<SlopeSweep> sweep(std::optional<SlopeAnchor> anchor = {})
    {
        return SlopeSweep::over(spec, weights, collapsed, input, std::move(anchor), "reference",
                                {.team = team});
    }

    BranchRun run(Capture capture, double slope)
    {
        return *runBranch(withSlopeBetween(spec, slope), weights, input, "reference", capture,
                          {.team = team});
    }
};

BranchSpec branchWith(Between between, ResidualKind residual = ResidualKind::None)
{
    return namedBranch(BranchKind::Decomposed,
                       {.inChannels = 3,
                        .midChannels = 4,
                        .outChannels = 5,
                        .between = between,
                        .leakySlope = 0.25,
                        .batchNorm = true,
                        .residual = residual});
}

/// How far interpolated values may be from those of a run: both ends and the run itself are rounded
/// as the oracle tells, the interpolation rounds three times.
double boundAt(const std::array<BoundedTensor, 3>& oracles, std::size_t i)
{
    double bound = 0.0;
    double magnitude = 0.0;
    for (const BoundedTensor& oracle : oracles) {
        bound += oracle.bounds[i];
        magnitude += std::abs(oracle.values[i]);
    }
    return bound + roundingBound(3, magnitude);
}

} // namespace

class TestSlopeSweep : public QObject {
    Q_OBJECT
private slots:
    void makesWhatARunMakes_data();
    void makesWhatARunMakes();
    void measuresWhatARunDiffersBy();
    void isExactAtSlopeOneAndBreaksTowardsZero();
    void takesARunThatIsThere();
    void givesSingleMaps();
    void measuresAllWhereTheRingIsAll();
    void showsValuesThatAreNotNumbers();
    void hasTheSameBitsOnAnyNumberOfThreads();
    void refuses();
    void stops();
};

void TestSlopeSweep::makesWhatARunMakes_data()
{
    QTest::addColumn<BranchSpec>("spec");
    QTest::newRow("plain") << branchWith(Between::Relu);
    QTest::newRow("residual") << branchWith(Between::Relu, ResidualKind::Conv1x1);
    BranchSpec leaky = branchWith(Between::Leaky);
    leaky.layers.push_back({LeakyRelu{0.5}});
    QTest::newRow("more at the end") << leaky;
    QTest::newRow("nothing at the end") << withoutTrailing(branchWith(Between::Relu));
}

void TestSlopeSweep::makesWhatARunMakes()
{
    QFETCH(BranchSpec, spec);
    Scene scene(spec);
    const auto sweep = scene.sweep();
    QVERIFY(sweep);
    const BranchSpec bare = withoutTrailing(spec); // nothing hides what is rounded before
    const auto oracle = [&](double slope) {
        return boundedActivations(withSlopeBetween(bare, slope), scene.weights, *scene.input)
            .back();
    };
    for (const double slope : {1.0, 0.7, 0.25, 0.0}) {
        const std::array oracles{oracle(1.0), oracle(slope), oracle(0.0)};
        const auto maps = sweep->stackMaps(slope, {.team = scene.team});
        QVERIFY(maps);
        const SharedTensor run = scene.run(Capture::Output, slope).output;
        QCOMPARE(maps->shape().text(), run->shape().text());
        for (std::size_t i = 0; i < oracles[0].values.size(); ++i)
            QVERIFY(std::abs(double{maps->values()[i]} - double{run->values()[i]})
                    <= boundAt(oracles, i));
    }
}

void TestSlopeSweep::measuresWhatARunDiffersBy()
{
    Scene scene(branchWith(Between::Relu));
    const auto sweep = scene.sweep();
    QVERIFY(sweep);
    const SharedTensor one
        = runBranch(scene.collapsed.spec(), *scene.collapsed.tensors, scene.input, "reference",
                    Capture::Output, {.team = scene.team})
              ->output;
    const SharedTensor run = scene.run(Capture::Output, 0.3).output;
    double squares = 0.0;
    double errorSquares = 0.0;
    double largest = 0.0;
    double largestError = 0.0;
    for (std::int64_t i = 0; i < run->elements(); ++i) {
        if (sweep->ring().holds(i / 19 % 13, i % 19, {13, 19}))
            continue;
        const double value = run->data()[i];
        const double error = std::abs(value - double{one->data()[i]});
        squares += value * value;
        errorSquares += error * error;
        largest = std::max(largest, value);
        largestError = std::max(largestError, error);
    }
    const auto point = sweep->at(0.3, {.team = scene.team});
    QVERIFY(point);
    const double rounding = roundingBound(scene.spec.inChannels * 9 + 4 * 9, 1.0);
    QVERIFY(std::abs(point->relativeError - std::sqrt(errorSquares / squares)) <= rounding);
    QVERIFY(std::abs(point->maxError - largestError / largest) <= rounding);
}

void TestSlopeSweep::isExactAtSlopeOneAndBreaksTowardsZero()
{
    Scene scene(branchWith(Between::Relu));
    const auto curve = scene.sweep()->curve(5, {.team = scene.team});
    QVERIFY(curve);
    QCOMPARE(curve->size(), std::size_t{5});
    QCOMPARE(curve->front().slope, 1.0);
    QCOMPARE(curve->back().slope, 0.0);
    QVERIFY(curve->front().maxError <= roundingBound(3 * 25 + 4 * 9, 1.0));
    for (std::size_t i = 1; i < curve->size(); ++i)
        QVERIFY((*curve)[i].relativeError > (*curve)[i - 1].relativeError);
    QVERIFY(curve->back().relativeError > 0.05);
}

void TestSlopeSweep::takesARunThatIsThere()
{
    for (const ResidualKind residual : {ResidualKind::None, ResidualKind::Conv1x1}) {
        Scene scene(branchWith(Between::Leaky, residual));
        const auto anchor = anchorOf(scene.spec, scene.run(Capture::Activations, 0.25));
        QVERIFY(anchor);
        QCOMPARE(anchor->slope, 0.25);
        const auto sweep = scene.sweep(anchor);
        QVERIFY(sweep);
        const auto own = scene.sweep();
        for (const double slope : {0.9, 0.25, 0.0}) {
            const auto point = sweep->at(slope, {.team = scene.team});
            const auto expected = own->at(slope, {.team = scene.team});
            QVERIFY(std::abs(point->relativeError - expected->relativeError)
                    <= roundingBound(3 * 9 + 4 * 9, 1.0));
        }
    }
    Scene linear(branchWith(Between::None));
    QVERIFY(!anchorOf(linear.spec, linear.run(Capture::Activations, 1.0)));
}

void TestSlopeSweep::givesSingleMaps()
{
    Scene scene(branchWith(Between::Relu));
    const auto sweep = scene.sweep();
    const auto all = sweep->stackMaps(0.4, {.team = scene.team});
    const Tensor map = sweep->stackMap(0.4, 3);
    const Tensor collapsed = sweep->collapsedMap(3);
    const Tensor difference = sweep->differenceMap(0.4, 3);
    for (std::size_t i = 0; i < 13 * 19; ++i) {
        QCOMPARE(map.values()[i], all->values()[3 * 13 * 19 + i]);
        QCOMPARE(difference.values()[i], map.values()[i] - collapsed.values()[i]);
    }
}

void TestSlopeSweep::measuresAllWhereTheRingIsAll()
{
    Scene scene(branchWith(Between::Relu));
    scene.input = RandomStacks(2).input(3, {1, 5});
    const auto point = scene.sweep()->at(0.0, {.team = scene.team});
    QVERIFY(point && point->relativeError > 0.0);
}

void TestSlopeSweep::showsValuesThatAreNotNumbers()
{
    Scene scene(branchWith(Between::Relu));
    Tensor broken = scene.input->clone();
    broken.data()[13 * 19 / 2] = NAN;
    scene.input = std::make_shared<const Tensor>(std::move(broken));
    const auto point = scene.sweep()->at(0.5, {.team = scene.team});
    QVERIFY(point && std::isnan(point->relativeError) && std::isnan(point->maxError));
}

void TestSlopeSweep::hasTheSameBitsOnAnyNumberOfThreads()
{
    Scene scene(branchWith(Between::Relu));
    const auto sweep = scene.sweep();
    ThreadTeam one(1);
    ThreadTeam three(3);
    QCOMPARE(sweep->at(0.6, {.team = one})->relativeError,
             sweep->at(0.6, {.team = three})->relativeError);
}

void TestSlopeSweep::refuses()
{
    Scene none(branchWith(Between::None));
    QCOMPARE(none.sweep().error().code, ErrorCode::Unsupported);
    BranchSpec two = branchWith(Between::Relu);
    two.layers.insert(two.layers.begin(), {Relu{}});
    Scene scene(two);
    QCOMPARE(scene.sweep().error().arguments.back(), std::string("2"));
    Scene small(branchWith(Between::Relu));
    const auto refused
        = SlopeSweep::over(small.spec, small.weights, small.collapsed, small.input, {}, "auto",
                           {.team = small.team, .memoryLimitBytes = 1000});
    QCOMPARE(refused.error().code, ErrorCode::Memory);
}

void TestSlopeSweep::stops()
{
    Scene scene(branchWith(Between::Relu));
    std::stop_source source;
    source.request_stop();
    const ComputeContext stopped{.team = scene.team, .stop = source.get_token()};
    QCOMPARE(scene.sweep()->curve(3, stopped).error().code, ErrorCode::Cancelled);
    QCOMPARE(SlopeSweep::over(scene.spec, scene.weights, scene.collapsed, scene.input, {}, "auto",
                              stopped)
                 .error()
                 .code,
             ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestSlopeSweep)
#include "test_slope_sweep.moc"
