#include "core/branch/named_branches.h"
#include "core/race/branch_work.h"

#include <QTest>

using namespace factorscope;

namespace {

ConvProblem square(std::int64_t kernel, std::int64_t size, std::int64_t channels)
{
    return {.inChannels = channels,
            .inSize = {size, size},
            .outChannels = channels,
            .kernel = {kernel, kernel},
            .padding = {kernel / 2, kernel / 2}};
}

std::int64_t made(std::string_view algorithm, const ConvProblem& problem)
{
    return (*chooseEngine(algorithm, problem))->multiplications(problem);
}

} // namespace

class TestBranchWork : public QObject {
    Q_OBJECT
private slots:
    void winogradMultipliesByTheTile();
    void tilesAtTheBorderAreWhole();
    void theDefinitionMultipliesOnceForEachMac();
    void trafficOfTheArticlesBranches();
    void nothingMovesWithinConvolutionsThatRunAsOne();
    void blocksBetweenConvolutionsMoveWhole();
    void trafficOfBatchNormAndResidual();
    void algorithmsThatTakeNothingAreTold();
};

void TestBranchWork::winogradMultipliesByTheTile()
{
    // One tile, one pair of channels.
    QCOMPARE(made("winograd F(4x4,5x5)", square(5, 4, 1)), 64);
    QCOMPARE(made("winograd F(2x2,5x5)", square(5, 2, 1)), 36);
    QCOMPARE(made("winograd F(6x6,3x3)", square(3, 6, 1)), 64);
    QCOMPARE(made("winograd F(4x4,3x3)", square(3, 4, 1)), 36);
    // Four outputs of one row, for each row of the kernel.
    QCOMPARE(made("winograd F(1x4,5x5)", square(5, 4, 1)), 4 * 5 * 8);
    QCOMPARE(made("winograd F(1x4,3x3)", square(3, 4, 1)), 4 * 3 * 6);
    // 56 · 56 tiles of the article: 25/4 fewer than MACs.
    QCOMPARE(made("winograd F(4x4,5x5)", square(5, 224, 64)), 56LL * 56 * 64 * 64 * 64);
}

void TestBranchWork::tilesAtTheBorderAreWhole()
{
    QCOMPARE(made("winograd F(6x6,3x3)", square(3, 7, 2)), 4 * 64 * 4);
    QCOMPARE(made("winograd F(1x4,3x3)", square(3, 7, 2)), 7 * 2 * 18 * 4);
    ConvProblem batch = square(5, 5, 3);
    batch.batch = 2;
    QCOMPARE(made("winograd F(4x4,5x5)", batch), 2 * 4 * 64 * 9);
}

void TestBranchWork::theDefinitionMultipliesOnceForEachMac()
{
    for (const char* algorithm : {"direct", "gemm", "reference"})
        QCOMPARE(made(algorithm, square(5, 4, 2)), 25 * 4 * 16);
}

void TestBranchWork::trafficOfTheArticlesBranches()
{
    const Shape input{1, 2, 4, 4};
    const BranchOptions options{.inChannels = 2, .midChannels = 3, .outChannels = 5};
    const BranchWork one = workOf(namedBranch(BranchKind::Original, options), input, "direct");
    QCOMPARE(one.traffic, (Traffic{.input = 4 * 32, .weights = 4 * (250 + 5), .output = 4 * 80}));
    QCOMPARE(one.macs, 250 * 16);
    QCOMPARE(one.intensity(), 2.0 * 4000.0 / (128.0 + 1020.0 + 320.0));
    const BranchWork two = workOf(namedBranch(BranchKind::Decomposed, options), input, "direct");
    QCOMPARE(two.traffic,
             (Traffic{.input = 4 * 32,
                      .weights = 4 * (54 + 3 + 135 + 5),
                      .intermediate = 2 * 4 * 48,
                      .output = 4 * 80}));
    QCOMPARE(two.engines, std::string("direct"));
    // Winograd's kernels: 64 positions, 2 → 5 channels in lanes of 16.
    const BranchWork filtered
        = workOf(namedBranch(BranchKind::Original, options), input, "winograd F(4x4,5x5)");
    QCOMPARE(filtered.traffic.transformed, 4 * 64 * 2 * 16);
    QCOMPARE(filtered.traffic.weights, 4 * 5);
    QCOMPARE(filtered.saving(), 4000.0 / (64.0 * 10.0));
}

void TestBranchWork::nothingMovesWithinConvolutionsThatRunAsOne()
{
    const Shape input{1, 3, 40, 50};
    const BranchOptions options{.inChannels = 3, .midChannels = 4, .outChannels = 5};
    const BranchSpec spec = namedBranch(BranchKind::Decomposed, options);
    const Traffic one = workOf(spec, input, "winograd F(1x4,3x3)").traffic;
    QCOMPARE(one.intermediate, 0);
    QCOMPARE(one.input, 4 * 3 * 2000);
    QCOMPARE(one.output, 4 * 5 * 2000);
    QCOMPARE(workOf(spec, input, "direct").traffic.intermediate, 2 * 4 * 4 * 2000);
}

void TestBranchWork::blocksBetweenConvolutionsMoveWhole()
{
    const BranchOptions options{.inChannels = 3, .midChannels = 20, .outChannels = 5};
    const BranchSpec spec = namedBranch(BranchKind::Decomposed, options);
    const BranchWork tiles = workOf(spec, {1, 3, 40, 50}, "winograd F(6x6,3x3)");
    QCOMPARE(tiles.traffic.intermediate, 2 * 4 * 32 * 2000);
}

void TestBranchWork::trafficOfBatchNormAndResidual()
{
    const Shape input{1, 2, 4, 4};
    const std::int64_t map = 4 * 32;
    BranchSpec spec{.name = "branch",
                    .inChannels = 2,
                    .layers = {{Conv2d{.outChannels = 2, .bias = false}}, {BatchNorm{}}, {Relu{}}}};
    const BranchWork normed = workOf(spec, input, "direct");
    // The convolution writes, BatchNorm reads and writes, the ReLU by itself does, too.
    QCOMPARE(
        normed.traffic,
        (Traffic{
            .input = map, .weights = 4 * 4 + 4 * 4 * 2, .intermediate = 4 * map, .output = map}));
    const Layer body{Conv2d{.outChannels = 2, .bias = false}};
    spec.layers = {Layer{Residual{.shortcut = Shortcut::Identity, .body = {body}}}};
    const BranchWork sum = workOf(spec, input, "direct");
    QCOMPARE(sum.traffic,
             (Traffic{.input = 2 * map, .weights = 4 * 4, .intermediate = 2 * map, .output = map}));
}

void TestBranchWork::algorithmsThatTakeNothingAreTold()
{
    const BranchOptions options{.inChannels = 4, .midChannels = 4, .outChannels = 4};
    const Shape input{1, 4, 8, 8};
    const BranchWork none = workOf(namedBranch(BranchKind::Asymmetric, options), input, "winograd");
    QCOMPARE(none.asAsked, 0);
    QCOMPARE(none.convolutions, 2);
    const BranchWork both = workOf(namedBranch(BranchKind::Decomposed, options), input, "winograd");
    QCOMPARE(both.asAsked, 2);
    QVERIFY(both.engines.starts_with("winograd F("));
}

QTEST_GUILESS_MAIN(TestBranchWork)
#include "test_branch_work.moc"
