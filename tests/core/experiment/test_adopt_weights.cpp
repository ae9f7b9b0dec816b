#include "core/experiment/adopt_weights.h"

#include "core/branch/executor.h"
#include "core/experiment/prepare.h"
#include "core/weights/initialize.h"

#include <QTest>

#include <array>
#include <limits>
#include <string>

using namespace factorscope;

namespace {

constexpr std::array kKinds{BranchKind::Original, BranchKind::Decomposed, BranchKind::Separable,
                            BranchKind::Asymmetric};
constexpr std::array kResiduals{ResidualKind::None, ResidualKind::Identity, ResidualKind::Conv1x1};
constexpr std::array kBetweens{Between::None, Between::Relu, Between::Leaky};

std::shared_ptr<WeightFile> fileOf(BranchKind kind, const BranchOptions& options)
{
    TorchGenerator generator(7);
    return std::make_shared<WeightFile>(
        WeightFile{"w.safetensors", initialized(namedBranch(kind, options), generator)});
}

/// 6 → 5 → 6, so that an identity fits too; the mid channels are told apart from the others.
BranchOptions smallOptions()
{
    return {.inChannels = 6, .midChannels = 5, .outChannels = 6};
}

/// Other channels and other choices than any file of these tests has.
Experiment otherExperiment()
{
    Experiment experiment;
    experiment.inChannels = 3;
    experiment.midChannels = 16;
    experiment.outChannels = 16;
    experiment.originalInChannels = 2;
    experiment.originalOutChannels = 4;
    fitBank(experiment);
    return experiment;
}

Experiment adopted(const Experiment& experiment, const std::shared_ptr<const WeightFile>& file)
{
    auto result = withWeights(experiment, file);
    if (!result)
        qFatal("%s", result.error().message().c_str());
    return *std::move(result);
}

std::string refusal(const Experiment& experiment, const std::shared_ptr<const WeightFile>& file)
{
    const auto result = withWeights(experiment, file);
    return result ? "taken" : result.error().message();
}

/// What the branch would be computed with.
SharedWeights weightsOf(const Experiment& experiment, BranchKind kind)
{
    TorchGenerator generator(experiment.seed);
    auto weights = factorscope::weightsOf(experiment, kind, generator,
                                          std::numeric_limits<std::int64_t>::max());
    if (!weights)
        qFatal("%s", weights.error().message().c_str());
    return *std::move(weights);
}

bool sameValues(const Tensor& a, const Tensor& b)
{
    return a.shape() == b.shape() && std::ranges::equal(a.values(), b.values());
}

} // namespace

class TestAdoptWeights : public QObject {
    Q_OBJECT
private slots:
    void knowsTheBranchByItsTensors_data();
    void knowsTheBranchByItsTensors();
    void itsOwnChoicesDecideWhatNamesCannot();
    void aFactorisedFileBringsItsBank();
    void aFileOfThe5x5LeavesTheMidChannels();
    void theOtherFileStaysWhereItFits();
    void theOtherFileGoesWhereItDoesNot();
    void kernelsStayForTheOtherBranch();
    void kernelsGoWithTheLastBranchThatHasThem();
    void namesTheTensorThatDoesNotFit_data();
    void namesTheTensorThatDoesNotFit();
    void refusesChannelsThatNoBranchHas_data();
    void refusesChannelsThatNoBranchHas();
    void refusesAnIdentityBetweenDifferentChannels();
};

void TestAdoptWeights::knowsTheBranchByItsTensors_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("between");
    QTest::addColumn<bool>("batchNorm");
    QTest::addColumn<bool>("bias");
    QTest::addColumn<int>("residual");
    for (const BranchKind kind : kKinds)
        for (int rest = 0; rest < 36; ++rest)
            QTest::addRow("%s %d", branchKindName(kind).data(), rest)
                << int(kind) << rest % 3 << (rest / 3 % 2 == 1) << (rest / 6 % 2 == 1) << rest / 12;
}

void TestAdoptWeights::knowsTheBranchByItsTensors()
{
    QFETCH(int, kind);
    QFETCH(int, between);
    QFETCH(bool, batchNorm);
    QFETCH(bool, bias);
    QFETCH(int, residual);
    const auto branch = static_cast<BranchKind>(kind);
    BranchOptions options = smallOptions();
    options.between = kBetweens[std::size_t(between)];
    options.batchNorm = batchNorm;
    options.bias = bias;
    options.residual = kResiduals[std::size_t(residual)];
    const auto file = fileOf(branch, options);

    for (const BranchKind own : {BranchKind::Decomposed, BranchKind::Separable}) {
        Experiment before = otherExperiment();
        before.factorised = own;
        const Experiment after = adopted(before, file);
        QCOMPARE(after.inChannels, 6);
        QCOMPARE(after.outChannels, 6);
        QCOMPARE(after.originalInChannels, 0);
        QCOMPARE(after.originalOutChannels, 0);
        QCOMPARE(after.batchNorm, batchNorm);
        QCOMPARE(after.bias, bias);
        QCOMPARE(after.residual, options.residual);
        const bool isOriginal = branch == BranchKind::Original;
        QCOMPARE(after.originalWeightFile == file, isOriginal);
        QCOMPARE(after.weightFile == file, !isOriginal);
        QCOMPARE(after.factorised, isOriginal ? own : branch);
        if (!isOriginal)
            QCOMPARE(after.between == Between::None, options.between == Between::None);
        QVERIFY(requireWeights(branchSpec(after, branch), file->tensors));
        QCOMPARE(weightsOf(after, branch).get(), &file->tensors);
    }
}

void TestAdoptWeights::itsOwnChoicesDecideWhatNamesCannot()
{
    Experiment before = otherExperiment();
    before.between = Between::Leaky;
    QCOMPARE(adopted(before, fileOf(BranchKind::Decomposed, smallOptions())).between,
             Between::Leaky);
    QCOMPARE(adopted(before, fileOf(BranchKind::Original, smallOptions())).between, Between::Leaky);
    before.between = Between::None;
    QCOMPARE(adopted(before, fileOf(BranchKind::Decomposed, smallOptions())).between,
             Between::Relu);
    QCOMPARE(adopted(before, fileOf(BranchKind::Original, smallOptions())).between, Between::None);
}

void TestAdoptWeights::aFactorisedFileBringsItsBank()
{
    for (const std::int64_t mid : {5, 40, 300}) {
        BranchOptions options = smallOptions();
        options.midChannels = mid;
        const Experiment after
            = adopted(otherExperiment(), fileOf(BranchKind::Decomposed, options));
        QCOMPARE(after.midBank, mid);
        QCOMPARE(after.midChannels, mid);
    }
}

void TestAdoptWeights::aFileOfThe5x5LeavesTheMidChannels()
{
    const Experiment before = otherExperiment();
    const Experiment after = adopted(before, fileOf(BranchKind::Original, smallOptions()));
    QCOMPARE(after.midChannels, before.midChannels);
    QCOMPARE(after.midBank, sliderMidChannels(after));
    QVERIFY(!after.weightFile);
}

void TestAdoptWeights::theOtherFileStaysWhereItFits()
{
    const auto stack = fileOf(BranchKind::Decomposed, smallOptions());
    const auto single = fileOf(BranchKind::Original, smallOptions());
    Experiment experiment = adopted(otherExperiment(), stack);
    experiment.midChannels = 2; // within the bank of 5
    experiment = adopted(experiment, single);
    QCOMPARE(experiment.weightFile, std::shared_ptr<const WeightFile>(stack));
    QCOMPARE(experiment.originalWeightFile, std::shared_ptr<const WeightFile>(single));
    QCOMPARE(experiment.midBank, 5);
    QCOMPARE(experiment.midChannels, 2);

    const Experiment again = adopted(adopted(otherExperiment(), single), stack);
    QVERIFY(again.weightFile && again.originalWeightFile);
}

void TestAdoptWeights::theOtherFileGoesWhereItDoesNot()
{
    const Experiment stacked
        = adopted(otherExperiment(), fileOf(BranchKind::Decomposed, smallOptions()));
    BranchOptions options = smallOptions();
    options.batchNorm = true;
    const auto single = fileOf(BranchKind::Original, options);
    const Experiment experiment = adopted(stacked, single);
    QVERIFY(!experiment.weightFile);
    QCOMPARE(experiment.midBank, sliderMidChannels(experiment));
    QVERIFY(requireWeights(branchSpec(experiment, BranchKind::Decomposed),
                           *weightsOf(experiment, BranchKind::Decomposed)));

    const Experiment back = adopted(experiment, fileOf(BranchKind::Decomposed, smallOptions()));
    QVERIFY(!back.originalWeightFile);
    QVERIFY(!back.batchNorm);
}

void TestAdoptWeights::kernelsStayForTheOtherBranch()
{
    Experiment before = otherExperiment();
    before.kernels = HandMade::Matched;
    const Experiment after = adopted(before, fileOf(BranchKind::Decomposed, smallOptions()));
    QCOMPARE(after.kernels, std::optional(HandMade::Matched));
    auto made = handMadeWeights(BranchKind::Original, smallOptions(), {HandMade::Matched, 0});
    QVERIFY(made);
    QVERIFY(sameValues(weightsOf(after, BranchKind::Original)->at("branch.0.weight"),
                       made->at("branch.0.weight")));
}

void TestAdoptWeights::kernelsGoWithTheLastBranchThatHasThem()
{
    Experiment before = otherExperiment();
    before.kernels = HandMade::Gabor;
    const Experiment both = adopted(adopted(before, fileOf(BranchKind::Original, smallOptions())),
                                    fileOf(BranchKind::Decomposed, smallOptions()));
    QVERIFY(!both.kernels);

    // A separable branch cannot have the matched ones, once its file is gone.
    before.kernels = HandMade::Matched;
    Experiment separable = adopted(before, fileOf(BranchKind::Separable, smallOptions()));
    QVERIFY(separable.kernels);
    BranchOptions options = smallOptions();
    options.outChannels = 8;
    separable = adopted(separable, fileOf(BranchKind::Original, options));
    QVERIFY(!separable.weightFile);
    QVERIFY(!separable.kernels);
}

void TestAdoptWeights::namesTheTensorThatDoesNotFit_data()
{
    QTest::addColumn<int>("change");
    QTest::addColumn<std::string>("says");
    const auto row = [](const char* title, int change, const char* says) {
        QTest::newRow(title) << change
                             << "'w.safetensors' fits neither the 5x5 nor a factorised branch: "
                + std::string(says);
    };
    row("nothing in it", 0, "there is no tensor 'branch.0.weight'");
    row("another network", 1, "there is no tensor 'branch.0.weight'");
    row("one is missing", 2, "there is no tensor 'branch.2.weight'");
    row("one too many", 3, "the tensor 'fc.weight' belongs to none");
    row("bias of another length", 4, "the tensor 'branch.0.bias' is 4");
    row("kernels of another size", 5, "the tensor 'branch.0.weight' is 5x6x7x7");
    row("halves that do not meet", 6, "the tensor 'branch.2.weight' is 6x9x3x3");
    row("weights of a linear layer", 7, "the tensor 'branch.0.weight' is 5x54");
}

void TestAdoptWeights::namesTheTensorThatDoesNotFit()
{
    QFETCH(int, change);
    QFETCH(std::string, says);
    const auto file = fileOf(BranchKind::Decomposed, smallOptions());
    TensorMap& tensors = file->tensors;
    const auto set = [&](const char* name, const Shape& shape) {
        tensors.insert_or_assign(name, Tensor::zeros(shape));
    };
    switch (change) {
    case 0:
        tensors.clear();
        break;
    case 1:
        tensors.clear();
        set("conv1.weight", {8, 3, 7, 7});
        break;
    case 2:
        tensors.erase("branch.2.weight");
        break;
    case 3:
        set("fc.weight", {10, 6});
        break;
    case 4:
        set("branch.0.bias", {4});
        break;
    case 5:
        set("branch.0.weight", {5, 6, 7, 7});
        break;
    case 6:
        set("branch.2.weight", {6, 9, 3, 3});
        break;
    case 7:
        set("branch.0.weight", {5, 54});
        break;
    }
    const auto result = withWeights(otherExperiment(), file);
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Shape);
    QCOMPARE(result.error().message(), says);
}

void TestAdoptWeights::refusesChannelsThatNoBranchHas_data()
{
    QTest::addColumn<qint64>("out");
    QTest::addColumn<qint64>("in");
    QTest::newRow("none") << qint64(4) << qint64(0);
    QTest::newRow("without an output") << qint64(0) << qint64(3);
    QTest::newRow("too many") << qint64(70'000) << qint64(1);
}

void TestAdoptWeights::refusesChannelsThatNoBranchHas()
{
    QFETCH(qint64, out);
    QFETCH(qint64, in);
    const auto file = std::make_shared<WeightFile>(WeightFile{"w.safetensors", {}});
    file->tensors.emplace("branch.0.weight", Tensor::zeros({out, in, 3, 3}));
    file->tensors.emplace("branch.2.weight", Tensor::zeros({in, out, 3, 3}));
    const std::string says = refusal(otherExperiment(), file);
    QVERIFY2(says.find("the tensor 'branch.0.weight' is ") != std::string::npos, says.c_str());
}

void TestAdoptWeights::refusesAnIdentityBetweenDifferentChannels()
{
    const auto file = std::make_shared<WeightFile>(WeightFile{"w.safetensors", {}});
    file->tensors.emplace("branch.0.body.0.weight", Tensor::zeros({4, 3, 5, 5}));
    QCOMPARE(
        refusal(otherExperiment(), file),
        std::string("an identity residual needs as many output as input channels, not 4 and 3"));
}

QTEST_APPLESS_MAIN(TestAdoptWeights)
#include "test_adopt_weights.moc"
