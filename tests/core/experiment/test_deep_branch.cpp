#include "core/experiment/deep_branch.h"

#include "core/branch/executor.h"
#include "core/experiment/evaluate.h"
#include "core/receptive/receptive_field.h"
#include "core/weights/torch_generator.h"

#include <QTest>

#include <cstring>
#include <limits>

using namespace factorscope;

namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

Experiment small()
{
    Experiment experiment;
    experiment.inChannels = 3;
    experiment.midChannels = 4;
    experiment.outChannels = 5;
    experiment.seed = 11;
    return experiment;
}

SharedWeights ofFirst(const Experiment& experiment, BranchKind kind)
{
    TorchGenerator generator(experiment.seed);
    return *weightsOf(experiment, kind, generator, kNoLimit);
}

SharedTensor outputOf(const BranchSpec& spec, const TensorMap& weights, const SharedTensor& input)
{
    ThreadTeam team(2);
    const auto run = runBranch(spec, weights, input, "reference", Capture::Output, {.team = team});
    EXPECTS(run);
    return run->output;
}

SharedTensor normals(const Shape& shape)
{
    Tensor tensor = Tensor::uninitialized(shape);
    TorchGenerator(3).normal(tensor.values());
    return std::make_shared<const Tensor>(std::move(tensor));
}

} // namespace

class TestDeepBranch : public QObject {
    Q_OBJECT
private slots:
    void isTheBranchItselfOnce();
    void runsBlocksOneAfterTheOther_data();
    void runsBlocksOneAfterTheOther();
    void growsItsField();
    void repeatsWeightsOfAFile();
    void refusesAFileWithOtherChannels();
};

void TestDeepBranch::isTheBranchItselfOnce()
{
    const Experiment experiment = small();
    const SharedWeights first = ofFirst(experiment, BranchKind::Decomposed);
    const auto deep = deepBranch(experiment, BranchKind::Decomposed, 1, first, kNoLimit);
    QVERIFY(deep);
    QCOMPARE(deep->spec.layers.size(), std::size_t{4});
    QCOMPARE(deep->weights, first);
}

void TestDeepBranch::runsBlocksOneAfterTheOther_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("isResidual");
    for (const BranchKind kind : {BranchKind::Original, BranchKind::Decomposed,
                                  BranchKind::Separable, BranchKind::Asymmetric}) {
        QTest::addRow("%s", branchKindName(kind).data()) << int(kind) << false;
        QTest::addRow("%s, residual", branchKindName(kind).data()) << int(kind) << true;
    }
}

/// Each block by itself, drawn from the seeds one after the other, gives the same.
void TestDeepBranch::runsBlocksOneAfterTheOther()
{
    QFETCH(int, kind);
    QFETCH(bool, isResidual);
    const auto branch = static_cast<BranchKind>(kind);
    Experiment experiment = small();
    experiment.residual = isResidual ? ResidualKind::Conv1x1 : ResidualKind::None;
    experiment.midBank = 7;
    const auto deep = deepBranch(experiment, branch, 3, ofFirst(experiment, branch), kNoLimit);
    QVERIFY(deep);
    QVERIFY(requireWeights(deep->spec, *deep->weights));
    const SharedTensor input = normals({1, 3, 9, 11});
    SharedTensor expected = input;
    for (std::uint64_t block = 0; block < 3; ++block) {
        Experiment own = experiment;
        own.seed = 11 + block;
        if (block > 0)
            own.inChannels = 5;
        expected = outputOf(branchSpec(own, branch), *ofFirst(own, branch), expected);
    }
    const SharedTensor actual = outputOf(deep->spec, *deep->weights, input);
    QCOMPARE(actual->shape(), expected->shape());
    QVERIFY(std::memcmp(actual->data(), expected->data(), static_cast<std::size_t>(actual->bytes()))
            == 0);
}

void TestDeepBranch::growsItsField()
{
    const Experiment experiment = small();
    for (const std::int64_t blocks : {1, 2, 5}) {
        QCOMPARE(theoreticalField(deepSpec(experiment, BranchKind::Original, blocks)).size,
                 (Extent{4 * blocks + 1, 4 * blocks + 1}));
        QCOMPARE(theoreticalField(deepSpec(experiment, BranchKind::Decomposed, blocks)).size,
                 (Extent{4 * blocks + 1, 4 * blocks + 1}));
    }
}

void TestDeepBranch::repeatsWeightsOfAFile()
{
    Experiment experiment = small();
    experiment.inChannels = 5;
    const SharedWeights first = ofFirst(experiment, BranchKind::Decomposed);
    auto file = std::make_shared<WeightFile>();
    file->tensors = clone(*first);
    experiment.weightFile = file;
    const auto deep = deepBranch(experiment, BranchKind::Decomposed, 2, first, kNoLimit);
    QVERIFY(deep);
    const Tensor& once = deep->weights->at("branch.2.weight");
    const Tensor& again = deep->weights->at("branch.6.weight");
    QVERIFY(std::memcmp(once.data(), again.data(), static_cast<std::size_t>(once.bytes())) == 0);
}

void TestDeepBranch::refusesAFileWithOtherChannels()
{
    Experiment experiment = small();
    const SharedWeights first = ofFirst(experiment, BranchKind::Decomposed);
    experiment.weightFile = std::make_shared<WeightFile>();
    const auto deep = deepBranch(experiment, BranchKind::Decomposed, 2, first, kNoLimit);
    QVERIFY(!deep && deep.error().code == ErrorCode::Shape);
    QVERIFY(deep.error().message().find("3 and 5") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestDeepBranch)
#include "test_deep_branch.moc"
