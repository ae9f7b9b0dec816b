#include "core/collapse/comparison.h"

#include "core/branch/named_branches.h"
#include "tests/core/collapse/stacks.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace factorscope;

namespace {

constexpr Extent kSize{12, 15};

/// A stack with its convolution and something to run them on.
struct Scene {
    BranchSpec spec = namedBranch(BranchKind::Decomposed,
                                  {.inChannels = 3, .midChannels = 4, .outChannels = 5});
    TensorMap weights;
    SharedTensor input;
    ThreadTeam team{2};
    Collapsed collapsed;

    explicit Scene(const BranchSpec& branch) : spec(branch) { prepare(); }
    Scene() { prepare(); }

    Result<CollapseComparison> compare(std::string_view algorithm = "reference")
    {
        return compared(spec, weights, collapsed, input, algorithm, {.team = team});
    }

private:
    void prepare()
    {
        RandomStacks draw(7);
        weights = draw.weights(spec);
        input = draw.input(spec.inChannels, kSize);
        collapsed = *collapse(spec, weights, BetweenLayers::LeaveOut, {.team = team});
    }
};

} // namespace

class TestComparison : public QObject {
    Q_OBJECT
private slots:
    void findsBothEqualInsideAndTheRing();
    void mapsTheErrors();
    void findsNoErrorWhereAllIsSilent();
    void refusesWhatDoesNotFit();
    void stops();
};

void TestComparison::findsBothEqualInsideAndTheRing()
{
    // Relative to the maximum: each of two layers rounds its outputs once, and some carry over.
    constexpr double kRounding = 8 * 0x1p-24;
    Scene scene;
    const auto found = scene.compare();
    QVERIFY(found);
    QCOMPARE(found->ring, (Ring{1, 1, 1, 1}));
    QCOMPARE(found->interiorPixels, std::int64_t{10 * 13});
    QCOMPARE(found->interiorPixels + found->ringPixels, kSize.height * kSize.width);
    QVERIFY(found->maxInteriorError <= kRounding);
    QVERIFY(found->maxRingError > 0.01);
    QCOMPARE(found->largest, double{std::ranges::max(found->stack->values())});
}

void TestComparison::mapsTheErrors()
{
    Scene scene;
    const auto found = scene.compare();
    QVERIFY(found);
    const Tensor all = errorMap(*found);
    QCOMPARE(all.shape().text(), std::string("1x1x12x15"));
    const double largest = std::ranges::max(all.values());
    QVERIFY(std::abs(largest / found->largest - found->maxRingError) <= 0x1p-23);
    float ofAny = 0.0F;
    for (std::int64_t c = 0; c < 5; ++c)
        ofAny = std::max(ofAny, errorMap(*found, c).values()[3]);
    QCOMPARE(ofAny, all.values()[3]);
}

void TestComparison::findsNoErrorWhereAllIsSilent()
{
    BranchSpec spec{.name = "silent", .inChannels = 2, .layers = {{Conv2d{.outChannels = 2}}}};
    Scene scene(spec);
    for (auto& [name, tensor] : scene.weights)
        std::ranges::fill(tensor.values(), 0.0F);
    scene.collapsed = *collapse(spec, scene.weights, BetweenLayers::LeaveOut, {.team = scene.team});
    const auto found = scene.compare();
    QVERIFY(found);
    QCOMPARE(found->largest, 0.0);
    QCOMPARE(found->maxInteriorError, 0.0);
}

void TestComparison::refusesWhatDoesNotFit()
{
    Scene scene;
    const auto unknown = scene.compare("magic");
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().code, ErrorCode::InvalidArgument);
    const auto small = compared(scene.spec, scene.weights, scene.collapsed, scene.input, "auto",
                                {.team = scene.team, .memoryLimitBytes = 1000});
    QVERIFY(!small);
    QCOMPARE(small.error().code, ErrorCode::Memory);
    scene.input = RandomStacks(0).input(2, kSize);
    const auto channels = scene.compare();
    QVERIFY(!channels);
    QCOMPARE(channels.error().code, ErrorCode::Shape);
}

void TestComparison::stops()
{
    Scene scene;
    std::stop_source source;
    source.request_stop();
    const auto stopped = compared(scene.spec, scene.weights, scene.collapsed, scene.input, "auto",
                                  {.team = scene.team, .stop = source.get_token()});
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestComparison)
#include "test_comparison.moc"
