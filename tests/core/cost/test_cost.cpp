#include "core/cost/cost.h"

#include "core/branch/layer_traits.h"
#include "core/branch/named_branches.h"
#include "core/cost/convention.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

BranchOptions channels(std::int64_t in, std::int64_t mid, std::int64_t out, bool bias = true)
{
    BranchOptions options;
    options.inChannels = in;
    options.midChannels = mid;
    options.outChannels = out;
    options.bias = bias;
    return options;
}

/// The costs of a branch that is known to fit.
Cost total(BranchKind kind, const BranchOptions& options, std::int64_t size)
{
    const auto report = costOf(namedBranch(kind, options), {size, size});
    EXPECTS(report);
    return report->total;
}

Cost original(std::int64_t in, std::int64_t out, std::int64_t size)
{
    return total(BranchKind::Original, channels(in, 1, out), size);
}

Cost decomposed(std::int64_t in, std::int64_t mid, std::int64_t out, std::int64_t size)
{
    return total(BranchKind::Decomposed, channels(in, mid, out), size);
}

std::int64_t roundedRoot(std::int64_t in, std::int64_t out)
{
    return std::lround(std::sqrt(double(in * out)));
}

/// A number as the literature prints it.
QString printed(double value, int decimals = 3)
{
    return QString::number(value, 'f', decimals);
}

QString weightRatio(const Cost& a, const Cost& b)
{
    return printed(ratioOf(a, b).weights);
}

/// One 5×5 branch of GoogLeNet, after its reduction. Ratios are stack/original by weights.
struct Module {
    const char* name;
    std::int64_t in, out, size, weights, macs;
    const char* sameAsOut;
    std::int64_t root;
    const char* atRoot;
    const char* sameAsIn;
    const char* parity;
};

constexpr Module kModules[] = {
    {"3a", 16, 32, 28, 12800, 10035200, "1.080", 23, "0.776", "0.540", "29.63"},
    {"3b", 32, 96, 28, 76800, 60211200, "1.440", 55, "0.825", "0.480", "66.67"},
    {"4a", 16, 48, 14, 19200, 3763200, "1.440", 28, "0.840", "0.480", "33.33"},
    {"4b", 24, 64, 14, 38400, 7526400, "1.320", 39, "0.804", "0.495", "48.48"},
    {"4c", 24, 64, 14, 38400, 7526400, "1.320", 39, "0.804", "0.495", "48.48"},
    {"4d", 32, 64, 14, 51200, 10035200, "1.080", 45, "0.759", "0.540", "59.26"},
    {"4e", 32, 128, 14, 102400, 20070400, "1.800", 64, "0.900", "0.450", "71.11"},
    {"5a", 32, 128, 7, 102400, 5017600, "1.800", 64, "0.900", "0.450", "71.11"},
    {"5b", 48, 128, 7, 153600, 7526400, "1.320", 78, "0.804", "0.495", "96.97"},
};

/// The tools' own example: one convolution 64 → 64 at 28×28.
struct Counted {
    const char* convention;
    std::int64_t original;
    std::int64_t decomposed;
};

constexpr Counted kCounted[] = {
    {"weights", 80281600, 57802752},   {"fvcore", 80281600, 57802752},
    {"thop", 80281600, 57802752},      {"netscope", 80281600, 57802752},
    {"torchinfo", 80331776, 57903104}, {"ptflops", 80331776, 57903104},
    {"torch", 160563200, 115605504},   {"calflops", 160613376, 115605504 + 2 * 50176},
};

} // namespace

class TestCost : public QObject {
    Q_OBJECT
private slots:
    void countsTheArticlesExample();
    void countsEveryModuleOfGoogLeNet_data();
    void countsEveryModuleOfGoogLeNet();
    void sumsAllNineModules();
    void countsInceptionV2_data();
    void countsInceptionV2();
    void countsInceptionV3();
    void breaksEvenWhereTheFormulaSays();
    void countsAsEachToolDoes_data();
    void countsAsEachToolDoes();
    void countsNetscopesParametersWithBias();
    void countsActivationsApart();
    void separableReversesTheArgument();
    void sumsItsLayers_data();
    void sumsItsLayers();
    void countsAResidualAsOneLayer();
    void countsTheBiasOfAShortcut();
    void refusesWhatDoesNotFit();
    void refusesToOverflow();
};

void TestCost::countsTheArticlesExample()
{
    const Cost one = original(64, 64, 224);
    const Cost two = decomposed(64, 64, 64, 224);
    QCOMPARE(one.weights, std::int64_t{102400});
    QCOMPARE(one.params, std::int64_t{102464});
    QCOMPARE(one.macs, std::int64_t{5138022400});
    QCOMPARE(one.flops(), std::int64_t{2 * 5138022400});
    QCOMPARE(one.activationBytes, std::int64_t{12845056});
    QCOMPARE(two.weights, std::int64_t{73728});
    QCOMPARE(two.params, std::int64_t{73856});
    QCOMPARE(two.macs, std::int64_t{3699376128});
    QCOMPARE(two.activationBytes, std::int64_t{25690112});
    const CostRatio ratio = ratioOf(two, one);
    QCOMPARE(printed(100.0 * (1.0 - ratio.weights), 2), QStringLiteral("28.00"));
    QCOMPARE(printed(100.0 * (1.0 - ratio.params), 2), QStringLiteral("27.92"));
    QCOMPARE(printed(100.0 * (1.0 - ratio.macs), 2), QStringLiteral("28.00"));
    QCOMPARE(ratio.activationBytes, 2.0);
    QCOMPARE(printed(parityMidChannels(64, 64), 2), QStringLiteral("88.89"));

    BranchOptions bare = channels(64, 64, 64, false);
    QCOMPARE(total(BranchKind::Original, bare, 224).params, std::int64_t{102400});
    QCOMPARE(total(BranchKind::Decomposed, bare, 224).params, std::int64_t{73728});
    bare.batchNorm = true;
    QCOMPARE(total(BranchKind::Original, bare, 224).params, std::int64_t{102528});
    QCOMPARE(total(BranchKind::Decomposed, bare, 224).params, std::int64_t{73984});
    QCOMPARE(total(BranchKind::Decomposed, bare, 224).weights, std::int64_t{73728});
    QCOMPARE(total(BranchKind::Decomposed, bare, 224).macs, std::int64_t{3699376128});
}

void TestCost::countsEveryModuleOfGoogLeNet_data()
{
    QTest::addColumn<int>("module");
    for (int i = 0; i < int(std::size(kModules)); ++i)
        QTest::addRow("%s", kModules[i].name) << i;
}

void TestCost::countsEveryModuleOfGoogLeNet()
{
    QFETCH(int, module);
    const Module& m = kModules[module];
    const Cost one = original(m.in, m.out, m.size);
    QCOMPARE(one.weights, m.weights);
    QCOMPARE(one.macs, m.macs);
    QCOMPARE(roundedRoot(m.in, m.out), m.root);
    QCOMPARE(weightRatio(decomposed(m.in, m.out, m.out, m.size), one), QString(m.sameAsOut));
    QCOMPARE(weightRatio(decomposed(m.in, m.root, m.out, m.size), one), QString(m.atRoot));
    QCOMPARE(weightRatio(decomposed(m.in, m.in, m.out, m.size), one), QString(m.sameAsIn));
    QCOMPARE(printed(parityMidChannels(m.in, m.out), 2), QString(m.parity));
}

void TestCost::sumsAllNineModules()
{
    Cost one;
    Cost atOut;
    Cost atRoot;
    Cost atIn;
    const auto add = [](Cost& sum, const Cost& part) {
        sum.weights += part.weights;
        sum.macs += part.macs;
    };
    for (const Module& m : kModules) {
        add(one, original(m.in, m.out, m.size));
        add(atOut, decomposed(m.in, m.out, m.out, m.size));
        add(atRoot, decomposed(m.in, m.root, m.out, m.size));
        add(atIn, decomposed(m.in, m.in, m.out, m.size));
    }
    QCOMPARE(one.weights, std::int64_t{595200});
    QCOMPARE(one.macs, std::int64_t{131712000});
    QCOMPARE(weightRatio(atOut, one), QStringLiteral("1.479"));
    QCOMPARE(printed(ratioOf(atOut, one).macs), QStringLiteral("1.433"));
    QCOMPARE(weightRatio(atRoot, one), QStringLiteral("0.837"));
    QCOMPARE(printed(ratioOf(atRoot, one).macs), QStringLiteral("0.827"));
    QCOMPARE(weightRatio(atIn, one), QStringLiteral("0.482"));
    QCOMPARE(printed(ratioOf(atIn, one).macs), QStringLiteral("0.486"));
}

void TestCost::countsInceptionV2_data()
{
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("out");
    QTest::addColumn<int>("size");
    QTest::addColumn<QString>("ratio");
    QTest::newRow("3a") << 64 << 96 << 28 << "0.900";
    QTest::newRow("4a") << 96 << 128 << 14 << "0.840";
    QTest::newRow("4c") << 128 << 160 << 14 << "0.810";
    QTest::newRow("4d") << 160 << 192 << 14 << "0.792";
    QTest::newRow("5a") << 160 << 224 << 7 << "0.864";
    QTest::newRow("5b") << 192 << 224 << 7 << "0.780";
}

void TestCost::countsInceptionV2()
{
    QFETCH(int, in);
    QFETCH(int, out);
    QFETCH(int, size);
    QFETCH(QString, ratio);
    QCOMPARE(weightRatio(decomposed(in, out, out, size), original(in, out, size)), ratio);
}

void TestCost::countsInceptionV3()
{
    const Cost v2 = decomposed(64, 96, 96, 28);
    QCOMPARE(v2.weights, std::int64_t{138240});
    QCOMPARE(v2.macs, std::int64_t{108380160});
    QCOMPARE(original(64, 96, 28).weights, std::int64_t{153600});
    QCOMPARE(original(48, 64, 35).weights, std::int64_t{76800});
    QCOMPARE(original(48, 64, 35).macs, std::int64_t{94080000});
    QCOMPARE(decomposed(64, 96, 96, 35).weights, std::int64_t{138240});
    QCOMPARE(decomposed(64, 96, 96, 35).macs, std::int64_t{169344000});
}

void TestCost::breaksEvenWhereTheFormulaSays()
{
    // 25·C_in·C_out is divisible by 9·(C_in + C_out) here, so parity is a whole number.
    QCOMPARE(parityMidChannels(36, 36), 50.0);
    QCOMPARE(decomposed(36, 50, 36, 14).weights, original(36, 36, 14).weights);
    // C_mid = C_out costs as much as the 5×5 at C_out = 16/9 of C_in.
    QCOMPARE(decomposed(9, 16, 16, 14).weights, original(9, 16, 14).weights);
}

void TestCost::countsAsEachToolDoes_data()
{
    QTest::addColumn<int>("row");
    for (int i = 0; i < int(std::size(kCounted)); ++i)
        QTest::addRow("%s", kCounted[i].convention) << i;
    QCOMPARE(countingConventions().size(), std::size(kCounted));
}

void TestCost::countsAsEachToolDoes()
{
    QFETCH(int, row);
    const Counted& c = kCounted[row];
    const CountingConvention* convention = findConvention(c.convention);
    QVERIFY(convention);
    const auto one = counted(namedBranch(BranchKind::Original, {}), {28, 28}, *convention);
    const auto two = counted(namedBranch(BranchKind::Decomposed, {}), {28, 28}, *convention);
    QVERIFY(one && two);
    QCOMPARE(*one, c.original);
    QCOMPARE(*two, c.decomposed);
    QVERIFY(!findConvention("Torch"));
}

void TestCost::countsNetscopesParametersWithBias()
{
    QCOMPARE(original(64, 64, 28).params, std::int64_t{102464});
}

void TestCost::countsActivationsApart()
{
    const auto relus = countedActivations(namedBranch(BranchKind::Original, {}), {28, 28});
    QVERIFY(relus);
    QCOMPARE(*relus, std::int64_t{50176});
    for (const CountingConvention& convention : countingConventions())
        QCOMPARE(convention.backendMayCountRelu, convention.id == "ptflops");
}

void TestCost::separableReversesTheArgument()
{
    const Conv2d depthwise{
        .outChannels = 64, .kernel = {5, 5}, .padding = {2, 2}, .groups = 64, .bias = false};
    const Conv2d pointwise{.outChannels = 64, .bias = false};
    const auto one
        = costOf({.name = "", .inChannels = 64, .layers = {{depthwise}, {pointwise}}}, {28, 28});
    QVERIFY(one);
    QCOMPARE(one->total.weights, std::int64_t{5696});
    const Cost two = total(BranchKind::Separable, channels(64, 64, 64), 28);
    QCOMPARE(two.weights, std::int64_t{9344});
    QCOMPARE(two.macs, std::int64_t{9344 * 28 * 28});
}

void TestCost::sumsItsLayers_data()
{
    QTest::addColumn<int>("kind");
    for (const BranchKind kind : {BranchKind::Original, BranchKind::Decomposed,
                                  BranchKind::Separable, BranchKind::Asymmetric})
        QTest::addRow("%s", branchKindName(kind).data()) << int(kind);
}

void TestCost::sumsItsLayers()
{
    QFETCH(int, kind);
    BranchOptions options = channels(6, 8, 10);
    options.batchNorm = true;
    for (const ResidualKind residual : {ResidualKind::None, ResidualKind::Conv1x1}) {
        options.residual = residual;
        const BranchSpec spec = namedBranch(BranchKind(kind), options);
        const auto report = costOf(spec, {9, 11});
        QVERIFY(report);
        QCOMPARE(report->layers.size(), spec.layers.size());
        Cost sum;
        for (std::size_t i = 0; i < spec.layers.size(); ++i) {
            const LayerCost& layer = report->layers[i];
            QCOMPARE(layer.op, std::string(opName(spec.layers[i])));
            const auto* conv = std::get_if<Conv2d>(&spec.layers[i].type);
            QCOMPARE(layer.kernel, conv ? conv->kernel : Extent(0, 0));
            QCOMPARE(layer.groups, conv ? conv->groups : std::int64_t{1});
            sum.params += layer.cost.params;
            sum.weights += layer.cost.weights;
            sum.macs += layer.cost.macs;
            sum.activationBytes += layer.cost.activationBytes;
        }
        QVERIFY(sum == report->total);
        QCOMPARE(report->layers.back().shape, (Shape{10, 9, 11}));
        QCOMPARE(report->layers.back().cost.activationBytes, std::int64_t{0}); // ReLU in place
        QCOMPARE(report->receptiveField, (Extent{5, 5}));
    }
}

void TestCost::countsAResidualAsOneLayer()
{
    BranchOptions options = channels(4, 5, 6);
    options.residual = ResidualKind::Conv1x1;
    const auto report = costOf(namedBranch(BranchKind::Decomposed, options), {7, 9});
    QVERIFY(report);
    const LayerCost& residual = report->layers[0];
    QCOMPARE(residual.cost.weights, std::int64_t{9 * 4 * 5 + 9 * 5 * 6 + 4 * 6});
    QCOMPARE(residual.cost.params, residual.cost.weights + 5 + 6 + 6);
    QCOMPARE(residual.cost.macs, residual.cost.weights * 63);
    // Both convolutions of the body, the shortcut and the sum.
    QCOMPARE(residual.cost.activationBytes, std::int64_t{4 * 63 * (5 + 6 + 6 + 6)});
}

void TestCost::countsTheBiasOfAShortcut()
{
    BranchOptions options = channels(4, 5, 6);
    options.residual = ResidualKind::Conv1x1;
    const BranchSpec spec = namedBranch(BranchKind::Decomposed, options);
    const auto bare = counted(spec, {7, 9}, *findConvention("thop"));
    const auto biased = counted(spec, {7, 9}, *findConvention("torchinfo"));
    QVERIFY(bare && biased);
    QCOMPARE(*biased - *bare, std::int64_t{63 * (5 + 6 + 6)});
    const auto relus = countedActivations(spec, {7, 9});
    QVERIFY(relus);
    QCOMPARE(*relus, std::int64_t{63 * (5 + 6)});
}

void TestCost::refusesWhatDoesNotFit()
{
    const BranchSpec spec{.name = "", .inChannels = 3, .layers = {{Conv2d{.kernel = {5, 5}}}}};
    const std::string message = "kernel 5x5 exceeds padded input 4x9 at layer 0";
    const auto report = costOf(spec, {4, 9});
    QVERIFY(!report);
    QCOMPARE(report.error().code, ErrorCode::Shape);
    QCOMPARE(report.error().message(), message);
    QCOMPARE(counted(spec, {4, 9}, countingConventions()[0]).error().message(), message);
    QCOMPARE(countedActivations(spec, {4, 9}).error().message(), message);
}

void TestCost::refusesToOverflow()
{
    const std::int64_t many = 1 << 16;
    const BranchSpec spec{.name = "",
                          .inChannels = many,
                          .layers
                          = {{Conv2d{.outChannels = many, .kernel = {3, 3}, .padding = {1, 1}}}}};
    // 9·2^32 weights; 2^28 pixels make more than 2^63 operations of them, 2^26 more than 2^62.
    QVERIFY(costOf(spec, {1 << 10, 1 << 10}));
    for (const Extent size : {Extent{1 << 14, 1 << 14}, Extent{1 << 13, 1 << 14}}) {
        const auto report = costOf(spec, size);
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Shape);
        QCOMPARE(report.error().message(),
                 "the costs at " + size.text() + " are too large to count");
        QVERIFY(!counted(spec, size, *findConvention("torch")));
    }
}

QTEST_APPLESS_MAIN(TestCost)
#include "test_cost.moc"
