#include "core/branch/named_branches.h"

#include "core/branch/layer_traits.h"
#include "core/branch/spec_json.h"

#include <QTest>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

const fs::path kGolden = fs::path(FACTORSCOPE_TEST_DATA) / "golden";

/// A choice of options, with the golden specification that it must make.
struct Choice {
    const char* golden;
    BranchKind kind;
    BranchOptions options;
};

BranchOptions channels(std::int64_t in, std::int64_t mid, std::int64_t out)
{
    BranchOptions options;
    options.inChannels = in;
    options.midChannels = mid;
    options.outChannels = out;
    return options;
}

/// The same with a change.
template <typename Change>
BranchOptions changed(BranchOptions options, const Change& change)
{
    change(options);
    return options;
}

BranchOptions normalized(BranchOptions options)
{
    options.batchNorm = true;
    options.bias = false;
    return options;
}

std::vector<Choice> choices()
{
    return {
        {"original_rgb", BranchKind::Original, channels(3, 6, 8)},
        {"decomposed_rgb", BranchKind::Decomposed, channels(3, 6, 8)},
        {"inception_3a_5x5", BranchKind::Original, channels(16, 1, 32)},
        {"inception_3a_3x3x2", BranchKind::Decomposed, channels(16, 32, 32)},
        {"asymmetric", BranchKind::Asymmetric, channels(4, 6, 8)},
        {"separable", BranchKind::Separable, channels(6, 8, 10)},
        {"decomposed_linear", BranchKind::Decomposed,
         changed(channels(4, 5, 6), [](BranchOptions& o) { o.between = Between::None; })},
        {"batch_norm_eval", BranchKind::Decomposed, normalized(channels(4, 6, 8))},
        {"batch_norm_train", BranchKind::Decomposed,
         changed(normalized(channels(4, 6, 8)), [](BranchOptions& o) { o.mode = Mode::Train; })},
        {"residual_identity", BranchKind::Decomposed,
         changed(channels(6, 6, 6), [](BranchOptions& o) { o.residual = ResidualKind::Identity; })},
        {"residual_conv1x1", BranchKind::Decomposed,
         changed(channels(4, 5, 6), [](BranchOptions& o) { o.residual = ResidualKind::Conv1x1; })},
    };
}

std::vector<std::string_view> ops(const std::vector<Layer>& layers)
{
    std::vector<std::string_view> result;
    for (const Layer& layer : layers)
        result.push_back(opName(layer));
    return result;
}

using Ops = std::vector<std::string_view>;

} // namespace

class TestNamedBranches : public QObject {
    Q_OBJECT
private slots:
    void makesTheGoldenBranches_data();
    void makesTheGoldenBranches();
    void putsTheChosenActivationBetween();
    void normalizesBeforeEveryActivation();
    void leavesBiasesOut();
    void keepsTheSizeOfTheMap_data();
    void keepsTheSizeOfTheMap();
};

void TestNamedBranches::makesTheGoldenBranches_data()
{
    QTest::addColumn<int>("choice");
    const std::vector<Choice> all = choices();
    for (std::size_t i = 0; i < all.size(); ++i)
        QTest::addRow("%s", all[i].golden) << int(i);
}

void TestNamedBranches::makesTheGoldenBranches()
{
    QFETCH(int, choice);
    const Choice c = choices()[std::size_t(choice)];
    const auto golden = readBranchSpec(kGolden / c.golden / "spec.json");
    QVERIFY2(golden, golden ? "" : golden.error().message().c_str());
    BranchSpec made = namedBranch(c.kind, c.options);
    QCOMPARE(made.name, std::string(branchKindName(c.kind)));
    made.name = golden->name;
    QCOMPARE(toJson(made).dump(), toJson(*golden).dump());
    QVERIFY(made == *golden);
}

void TestNamedBranches::putsTheChosenActivationBetween()
{
    BranchOptions options;
    options.between = Between::Leaky;
    options.leakySlope = 0.3;
    QVERIFY(namedBranch(BranchKind::Asymmetric, options).layers[1] == Layer{LeakyRelu{0.3}});
    // What is between has no place in a single convolution.
    QCOMPARE(ops(namedBranch(BranchKind::Original, options).layers), (Ops{"conv2d", "relu"}));
    options.between = Between::None;
    QCOMPARE(ops(namedBranch(BranchKind::Separable, options).layers),
             (Ops{"conv2d", "conv2d", "conv2d", "conv2d", "relu"}));
}

void TestNamedBranches::normalizesBeforeEveryActivation()
{
    BranchOptions options;
    options.batchNorm = true;
    QCOMPARE(
        ops(namedBranch(BranchKind::Separable, options).layers),
        (Ops{"conv2d", "conv2d", "batch_norm", "relu", "conv2d", "conv2d", "batch_norm", "relu"}));
    options.residual = ResidualKind::Identity;
    const BranchSpec spec = namedBranch(BranchKind::Original, options);
    QCOMPARE(ops(spec.layers), (Ops{"residual", "relu"}));
    QCOMPARE(ops(std::get<Residual>(spec.layers[0].type).body), (Ops{"conv2d", "batch_norm"}));
}

void TestNamedBranches::leavesBiasesOut()
{
    BranchOptions options;
    options.bias = false;
    for (const BranchKind kind : {BranchKind::Original, BranchKind::Decomposed,
                                  BranchKind::Separable, BranchKind::Asymmetric}) {
        for (const Parameter& parameter : parametersOf(namedBranch(kind, options)))
            QVERIFY(parameter.role == ParameterRole::Weight);
    }
}

void TestNamedBranches::keepsTheSizeOfTheMap_data()
{
    QTest::addColumn<int>("kind");
    for (const BranchKind kind : {BranchKind::Original, BranchKind::Decomposed,
                                  BranchKind::Separable, BranchKind::Asymmetric})
        QTest::addRow("%s", branchKindName(kind).data()) << int(kind);
}

void TestNamedBranches::keepsTheSizeOfTheMap()
{
    QFETCH(int, kind);
    BranchOptions options = normalized(channels(5, 7, 9));
    options.residual = ResidualKind::Conv1x1;
    const auto shapes = layerShapes(namedBranch(BranchKind(kind), options), {1, 5, 1, 3});
    QVERIFY2(shapes, shapes ? "" : shapes.error().message().c_str());
    QCOMPARE(shapes->back(), (Shape{1, 9, 1, 3}));
}

QTEST_APPLESS_MAIN(TestNamedBranches)
#include "test_named_branches.moc"
