#include "core/experiment/prepare.h"

#include "core/image/samples.h"
#include "core/weights/initialize.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <limits>

using namespace factorscope;

namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

/// 3 → 5 → 4 channels on a picture of 9x11.
Experiment smallExperiment()
{
    Experiment experiment;
    experiment.inChannels = 3;
    experiment.midChannels = 5;
    experiment.outChannels = 4;
    experiment.seed = 6;
    experiment.picture = std::make_shared<const Picture>(findSample("scene")->draw({9, 11}));
    return experiment;
}

BranchSpec decomposed(std::int64_t midChannels)
{
    return namedBranch(BranchKind::Decomposed,
                       {.inChannels = 3, .midChannels = midChannels, .outChannels = 4});
}

TensorMap drawn(const BranchSpec& spec, std::uint64_t seed)
{
    TorchGenerator generator(seed);
    return initialized(spec, generator);
}

std::shared_ptr<const WeightFile> fileOf(const BranchSpec& spec)
{
    return std::make_shared<const WeightFile>(WeightFile{"some.safetensors", drawn(spec, 3)});
}

bool sameBits(const TensorMap& a, const TensorMap& b)
{
    return std::ranges::equal(a, b, [](const auto& one, const auto& two) {
        return one.first == two.first && sameBits(one.second, two.second);
    });
}

float nextNumber(TorchGenerator& generator)
{
    float number = 0.0F;
    generator.uniform({&number, 1}, 0.0F, 1.0F);
    return number;
}

SharedWeights weightsOf(const Experiment& experiment)
{
    TorchGenerator generator(experiment.seed);
    auto weights = factorscope::weightsOf(experiment, BranchKind::Decomposed, generator, kNoLimit);
    if (!weights)
        qFatal("%s", weights.error().message().c_str());
    return *std::move(weights);
}

SharedTensor inputOf(const Experiment& experiment, TorchGenerator generator = TorchGenerator(0))
{
    auto input = factorscope::inputOf(experiment, 3, generator, kNoLimit, {});
    if (!input)
        qFatal("%s", input.error().message().c_str());
    return *std::move(input);
}

/// Ways to come by weights without drawing them.
enum class Source { Kernels, File, FileOfABank };

} // namespace
Q_DECLARE_METATYPE(Source)

class TestPrepare : public QObject {
    Q_OBJECT
private slots:
    void seedDrawsTheWeights();
    void fileIsUsedAsItIs();
    void fileOfTheOriginalHasNoBank();
    void bankOfAFileIsNested();
    void bankOfASeedIsNested_data();
    void bankOfASeedIsNested();
    void leavesTheGeneratorAlone_data();
    void leavesTheGeneratorAlone();
    void refusesAFileOfFewerMidChannels();
    void refusesWeightsBeyondTheLimit();
    void anyBranchHasSeededWeightsOrAFile();
    void anyBranchHasNoKernelsOrBank();
    void tensorIsTheInput();
    void pictureIsBroughtToTheSize();
    void randomInputGoesOnFromTheGenerator();
    void refusesAnInputBeyondTheLimit();
    void liftedPictureMakesWayForItsInput();
    void knowsTheSizeBeforehand();
};

void TestPrepare::seedDrawsTheWeights()
{
    QVERIFY(sameBits(*weightsOf(smallExperiment()), drawn(decomposed(5), 6)));
}

void TestPrepare::fileIsUsedAsItIs()
{
    Experiment experiment = smallExperiment();
    auto file = fileOf(decomposed(5));
    experiment.weightFile = file;
    const SharedWeights weights = weightsOf(experiment);
    QCOMPARE(weights.get(), &file->tensors);
    const std::weak_ptr<const WeightFile> watched = file;
    file = nullptr;
    experiment.weightFile = nullptr;
    QVERIFY(!watched.expired()); // the weights keep the file
}

void TestPrepare::fileOfTheOriginalHasNoBank()
{
    Experiment experiment = smallExperiment();
    experiment.midBank = 9;
    experiment.originalWeightFile = fileOf(branchSpec(experiment, BranchKind::Original));
    TorchGenerator generator(0);
    const auto weights
        = factorscope::weightsOf(experiment, BranchKind::Original, generator, kNoLimit);
    QVERIFY(weights);
    QCOMPARE(weights->get(), &experiment.originalWeightFile->tensors);
}

void TestPrepare::bankOfAFileIsNested()
{
    Experiment experiment = smallExperiment();
    experiment.midBank = 9;
    experiment.weightFile = fileOf(decomposed(9));
    const SharedWeights weights = weightsOf(experiment);
    const auto expected = leadingPart(decomposed(5), experiment.weightFile->tensors);
    QVERIFY(expected);
    QVERIFY(sameBits(*weights, *expected));
    // Rows of W1, columns of W2, b2 whole.
    QVERIFY(weights->at("branch.0.weight").shape() == (Shape{5, 3, 3, 3}));
    QVERIFY(weights->at("branch.0.bias").shape() == Shape{5});
    QVERIFY(weights->at("branch.2.weight").shape() == (Shape{4, 5, 3, 3}));
    QVERIFY(
        sameBits(weights->at("branch.2.bias"), experiment.weightFile->tensors.at("branch.2.bias")));
}

void TestPrepare::bankOfASeedIsNested_data()
{
    QTest::addColumn<QString>("kernels");
    QTest::addRow("drawn") << "";
    QTest::addRow("matched") << "matched";
    QTest::addRow("random kernel") << "random";
}

void TestPrepare::bankOfASeedIsNested()
{
    QFETCH(QString, kernels);
    Experiment experiment = smallExperiment();
    if (kernels == "matched")
        experiment.kernels = HandMade::Matched;
    if (kernels == "random")
        experiment.kernels = HandMade::Random;
    experiment.midBank = 12;
    experiment.midChannels = 12;
    const SharedWeights bank = weightsOf(experiment);
    for (const std::int64_t midChannels : {1, 5, 11}) {
        experiment.midChannels = midChannels;
        const auto expected = leadingPart(decomposed(midChannels), *bank);
        QVERIFY(expected);
        QVERIFY(sameBits(*weightsOf(experiment), *expected));
    }
    experiment.midBank = 0; // another bank: of drawn weights, other numbers
    experiment.midChannels = 5;
    const auto first = leadingPart(decomposed(5), *bank);
    QCOMPARE(sameBits(*weightsOf(experiment), *first), !kernels.isEmpty());
}

void TestPrepare::leavesTheGeneratorAlone_data()
{
    QTest::addColumn<Source>("source");
    QTest::addRow("kernels") << Source::Kernels;
    QTest::addRow("file") << Source::File;
    QTest::addRow("file of a bank") << Source::FileOfABank;
}

void TestPrepare::leavesTheGeneratorAlone()
{
    QFETCH(Source, source);
    Experiment experiment = smallExperiment();
    if (source == Source::Kernels)
        experiment.kernels = HandMade::Random;
    else
        experiment.weightFile = fileOf(decomposed(source == Source::File ? 5 : 9));
    experiment.midBank = source == Source::FileOfABank ? 9 : 0;
    TorchGenerator generator(6);
    TorchGenerator fresh(6);
    QVERIFY(factorscope::weightsOf(experiment, BranchKind::Decomposed, generator, kNoLimit));
    QCOMPARE(nextNumber(generator), nextNumber(fresh));
}

void TestPrepare::refusesAFileOfFewerMidChannels()
{
    Experiment experiment = smallExperiment();
    experiment.midBank = 9;
    experiment.weightFile = fileOf(decomposed(4));
    TorchGenerator generator(0);
    const auto weights
        = factorscope::weightsOf(experiment, BranchKind::Decomposed, generator, kNoLimit);
    QVERIFY(!weights);
    QCOMPARE(weights.error().code, ErrorCode::Shape);
    QCOMPARE(weights.error().message(),
             std::string("the weights have no branch.0.weight of at least 5x3x3x3"));
}

void TestPrepare::refusesWeightsBeyondTheLimit()
{
    Experiment experiment = smallExperiment();
    const auto within = [&](std::int64_t limitBytes) {
        TorchGenerator generator(0);
        return factorscope::weightsOf(experiment, BranchKind::Decomposed, generator, limitBytes);
    };
    constexpr std::int64_t kBytes = 4 * (5 * 3 * 9 + 5 + 4 * 5 * 9 + 4);
    for (const auto& kernels : {std::optional<HandMade>(), std::optional(HandMade::Box)}) {
        experiment.kernels = kernels;
        QVERIFY(within(kBytes));
        const auto refused = within(kBytes - 1);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Memory);
    }
    experiment.midBank = 6; // the whole bank is made
    QVERIFY(!within(kBytes));
}

void TestPrepare::anyBranchHasSeededWeightsOrAFile()
{
    Experiment experiment = smallExperiment();
    const BranchSpec spec{"mine", 3, Mode::Eval, {{Conv2d{.outChannels = 2, .kernel = {3, 3}}}}};
    TorchGenerator generator(6);
    const auto seeded = factorscope::weightsOf(experiment, spec, generator, kNoLimit);
    QVERIFY(seeded);
    QVERIFY(sameBits(**seeded, drawn(spec, 6)));
    experiment.weightFile = fileOf(spec);
    const auto read = factorscope::weightsOf(experiment, spec, generator, kNoLimit);
    QVERIFY(read);
    QCOMPARE(read->get(), &experiment.weightFile->tensors);
}

void TestPrepare::anyBranchHasNoKernelsOrBank()
{
    const BranchSpec spec{"mine", 3, Mode::Eval, {{Conv2d{.outChannels = 2}}}};
    Experiment withKernels = smallExperiment();
    withKernels.kernels = HandMade::Box;
    Experiment withBank = smallExperiment();
    withBank.midBank = 8;
    for (const Experiment* experiment : {&withKernels, &withBank}) {
        TorchGenerator generator(0);
        const auto weights = factorscope::weightsOf(*experiment, spec, generator, kNoLimit);
        QVERIFY(!weights);
        QCOMPARE(weights.error().code, ErrorCode::InvalidArgument);
        QVERIFY(weights.error().message().ends_with("not for 'mine'"));
    }
}

void TestPrepare::tensorIsTheInput()
{
    Experiment experiment = smallExperiment();
    experiment.inputTensor = std::make_shared<const Tensor>(Tensor::zeros({2, 3, 4, 5}));
    QCOMPARE(inputOf(experiment).get(), experiment.inputTensor.get());
}

void TestPrepare::pictureIsBroughtToTheSize()
{
    Experiment experiment = smallExperiment();
    Tensor rgb = experiment.picture->rgb.clone();
    rgb.reshape({1, 3, 9, 11});
    QVERIFY(sameBits(*inputOf(experiment), rgb));
    experiment.size = {5, 7};
    QVERIFY(inputOf(experiment)->shape() == (Shape{1, 3, 5, 7}));
}

void TestPrepare::randomInputGoesOnFromTheGenerator()
{
    Experiment experiment = smallExperiment();
    experiment.lift = Lift::Randn;
    TorchGenerator generator(6);
    nextNumber(generator);
    Tensor expected = Tensor::uninitialized({1, 3, 9, 11});
    TorchGenerator(generator).normal(expected.values());
    QVERIFY(sameBits(*inputOf(experiment, generator), expected));
}

void TestPrepare::refusesAnInputBeyondTheLimit()
{
    Experiment experiment = smallExperiment();
    for (const Lift lift : {Lift::Rgb, Lift::Randn}) {
        experiment.lift = lift;
        experiment.size = {65536, 65536}; // 48 GiB
        TorchGenerator generator(0);
        const auto input
            = factorscope::inputOf(experiment, 3, generator, std::int64_t{1} << 30, {});
        QVERIFY(!input);
        QCOMPARE(input.error().code, ErrorCode::Memory);
    }
}

void TestPrepare::liftedPictureMakesWayForItsInput()
{
    Experiment experiment = smallExperiment();
    experiment.size = {5, 7};
    const SharedTensor expected = inputOf(experiment);
    const std::weak_ptr<const Picture> picture = experiment.picture;
    QVERIFY(liftPicture(experiment, 3, kNoLimit, {}));
    QVERIFY(picture.expired());
    QVERIFY(sameBits(*experiment.inputTensor, *expected));

    Experiment without;
    QVERIFY(liftPicture(without, 3, kNoLimit, {}));
    QVERIFY(without == Experiment{});
}

void TestPrepare::knowsTheSizeBeforehand()
{
    Experiment experiment = smallExperiment();
    const auto is = [&](Extent expected) { return *inputSize(experiment) == expected; };
    QVERIFY(is({9, 11}));
    experiment.size = {5, 7};
    QVERIFY(is({5, 7}));
    experiment.inputTensor = std::make_shared<const Tensor>(Tensor::zeros({2, 3, 4, 6}));
    QVERIFY(is({4, 6}));
    QVERIFY(!inputSize(Experiment{}));
}

QTEST_APPLESS_MAIN(TestPrepare)
#include "test_prepare.moc"
