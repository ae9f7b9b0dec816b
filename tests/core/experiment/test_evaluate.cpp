#include "core/experiment/evaluate.h"

#include "core/experiment/presets.h"
#include "core/image/samples.h"
#include "core/json/json.h"
#include "core/weights/initialize.h"
#include "tests/support/rounding.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <numbers>

using namespace factorscope;

namespace {

constexpr Extent kSize{9, 11};

std::shared_ptr<const Picture> picture(Extent size = kSize)
{
    return std::make_shared<const Picture>(findSample("scene")->draw(size));
}

/// 3 → 5 → 4 channels on a small picture.
Experiment smallExperiment()
{
    Experiment experiment;
    experiment.inChannels = 3;
    experiment.midChannels = 5;
    experiment.outChannels = 4;
    experiment.picture = picture();
    return experiment;
}

SharedTensor normalTensor(const Shape& shape)
{
    Tensor tensor = Tensor::uninitialized(shape);
    TorchGenerator(11).normal(tensor.values());
    return std::make_shared<const Tensor>(std::move(tensor));
}

BothEvaluated bothOf(const Experiment& experiment)
{
    ThreadTeam team(2);
    const auto result = answer(experiment, EvaluateBoth{}, ComputeContext{.team = team});
    if (!result)
        qFatal("%s", result.error().message().c_str());
    return std::get<BothEvaluated>(**result);
}

BranchEvaluation evaluationOf(const Experiment& experiment, BranchKind kind,
                              Capture capture = Capture::Output)
{
    ThreadTeam team(2);
    auto result = evaluateBranch(experiment, kind, capture, ComputeContext{.team = team});
    if (!result)
        qFatal("%s", result.error().message().c_str());
    return *std::move(result);
}

std::shared_ptr<const WeightFile> fileOf(const BranchSpec& spec)
{
    auto file = std::make_shared<WeightFile>();
    TorchGenerator generator(3);
    file->tensors = initialized(spec, generator);
    return file;
}

/// The values that what PyTorch continues its generator with begin with.
std::vector<double> goldenInput(const char* branch)
{
    std::ifstream file(FACTORSCOPE_TEST_DATA "/golden/article_64/samples.json");
    return Json::parse(file).at(branch).at("input_first8");
}

using Change = void (*)(Experiment&);

} // namespace
Q_DECLARE_METATYPE(Change)

class TestEvaluate : public QObject {
    Q_OBJECT
private slots:
    void bothBranchesSeeOneInput_data();
    void bothBranchesSeeOneInput();
    void answersWithEverything();
    void articleOnASmallPicture();
    void aSmallerOriginalSeesTheFirstChannels();
    void matchedBranchesDifferOnlyInTheRing();
    void continuesTheGeneratorLikePyTorch_data();
    void continuesTheGeneratorLikePyTorch();
    void randomInputOfBothComesFromAFreshSeed();
    void computesEveryImageOfABatch();
    void fileOfWeightsIsUsedAsItIs();
    void anyBranchTakesSeededWeights();
    void countsWhatIsNotFinite();
    void sameExperimentSameBits();
    void capturesOnlyWhatIsAskedFor();
    void refuses_data();
    void refuses();
    void refusesTooMuchMemoryBeforeItIsTaken();
    void bothBranchesTogetherMustFit();
    void stopsOnRequest();
};

void TestEvaluate::bothBranchesSeeOneInput_data()
{
    QTest::addColumn<Change>("change");
    const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
    row("picture", [](Experiment&) {});
    row("gray", [](Experiment& e) { e.inChannels = 1; });
    row("filter bank", [](Experiment& e) { e.inChannels = 6; });
    row("random", [](Experiment& e) { e.lift = Lift::Randn; });
    row("tensor", [](Experiment& e) { e.inputTensor = normalTensor({2, 3, 7, 6}); });
    row("matched kernels", [](Experiment& e) { e.kernels = HandMade::Matched; });
}

void TestEvaluate::bothBranchesSeeOneInput()
{
    QFETCH(Change, change);
    Experiment experiment = smallExperiment();
    change(experiment);
    const BothEvaluated both = bothOf(experiment);
    QCOMPARE(both.original.input.get(), both.factorised.input.get());
    QCOMPARE(both.original.input->shape()[1], experiment.inChannels);
}

void TestEvaluate::answersWithEverything()
{
    Experiment experiment = smallExperiment();
    experiment.factorised = BranchKind::Separable;
    const BothEvaluated both = bothOf(experiment);
    for (const BranchEvaluation* branch : {&both.original, &both.factorised}) {
        const BranchKind kind
            = branch == &both.original ? BranchKind::Original : BranchKind::Separable;
        QVERIFY(branch->spec == branchSpec(experiment, kind));
        QCOMPARE(branch->cost, *costOf(branch->spec, kSize));
        QCOMPARE(branch->run.layers.size(), branch->spec.layers.size());
        const auto expected = boundedActivations(branch->spec, *branch->weights, *branch->input,
                                                 amplificationOf(experiment.algorithm));
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto& activation = branch->run.layers[i].activation;
            const std::string problem = firstOutside(*activation, expected[i]);
            QVERIFY2(problem.empty(), problem.c_str());
        }
        QCOMPARE(branch->run.output.get(), branch->run.layers.back().activation.get());
    }
}

void TestEvaluate::articleOnASmallPicture()
{
    Experiment experiment;
    apply(*findPreset("article"), experiment);
    experiment.size = kSize;
    experiment.picture = picture({20, 30});
    const BothEvaluated both = bothOf(experiment);
    QVERIFY(both.original.input->shape() == (Shape{1, 64, 9, 11}));
    QVERIFY(both.original.run.output->shape() == (Shape{1, 64, 9, 11}));
    QVERIFY(both.factorised.run.output->shape() == (Shape{1, 64, 9, 11}));
    QCOMPARE(both.original.cost.total.macs, 102'400 * 9 * 11);
    QCOMPARE(both.factorised.cost.total.macs, 73'728 * 9 * 11);
    QCOMPARE(both.original.cost.total.params, 102'464);
    QCOMPARE(both.factorised.cost.total.params, 73'856);
}

void TestEvaluate::aSmallerOriginalSeesTheFirstChannels()
{
    Experiment experiment;
    apply(*findPreset("inception-v3-a"), experiment);
    experiment.size = {8, 8};
    experiment.picture = picture();
    const BothEvaluated both = bothOf(experiment);
    QVERIFY(both.original.input->shape() == (Shape{1, 48, 8, 8}));
    QVERIFY(both.factorised.input->shape() == (Shape{1, 64, 8, 8}));
    QVERIFY(std::memcmp(both.original.input->data(), both.factorised.input->data(),
                        std::size_t(both.original.input->bytes()))
            == 0);
    QCOMPARE(both.original.run.output->shape()[1], 64);
    QCOMPARE(both.factorised.run.output->shape()[1], 96);
}

void TestEvaluate::matchedBranchesDifferOnlyInTheRing()
{
    Experiment experiment = smallExperiment();
    experiment.midChannels = experiment.outChannels = 16;
    experiment.kernels = HandMade::Matched;
    experiment.between = Between::None;
    const BothEvaluated both = bothOf(experiment);
    const auto bounded = [&](const BranchEvaluation& branch) {
        return boundedActivations(branch.spec, *branch.weights, *branch.input,
                                  amplificationOf(experiment.algorithm))
            .back();
    };
    const BoundedTensor original = bounded(both.original);
    const BoundedTensor factorised = bounded(both.factorised);
    bool differInTheRing = false;
    for (std::int64_t i = 0; i < both.original.run.output->elements(); ++i) {
        const auto at = std::size_t(i);
        const std::int64_t y = i / kSize.width % kSize.height;
        const std::int64_t x = i % kSize.width;
        const bool isRing = y == 0 || x == 0 || y == kSize.height - 1 || x == kSize.width - 1;
        const double difference = std::abs(double{both.original.run.output->data()[i]}
                                           - double{both.factorised.run.output->data()[i]});
        // The kernels of the two are rounded each by itself, at most as much as their sums.
        const double bound = 2.0 * (original.bounds[at] + factorised.bounds[at]);
        if (isRing)
            differInTheRing = differInTheRing || difference > bound;
        else
            QVERIFY2(difference <= bound, std::to_string(i).c_str());
    }
    QVERIFY(differInTheRing);
}

void TestEvaluate::continuesTheGeneratorLikePyTorch_data()
{
    QTest::addColumn<BranchKind>("kind");
    QTest::addRow("original") << BranchKind::Original;
    QTest::addRow("decomposed") << BranchKind::Decomposed;
}

void TestEvaluate::continuesTheGeneratorLikePyTorch()
{
    QFETCH(BranchKind, kind);
    Experiment experiment;
    experiment.lift = Lift::Randn;
    experiment.size = {2, 2}; // the first numbers are the same at any size from 16 values on
    const BranchEvaluation evaluation = evaluationOf(experiment, kind);
    const std::vector<double> expected = goldenInput(branchKindName(kind).data());
    QCOMPARE(expected.size(), std::size_t(8));
    // radius · cos(angle) in float32; the radius is at most √(−2 ln 2^-24) and the angle 2π.
    const double bound
        = roundingBound(1, std::sqrt(48.0 * std::numbers::ln2) * 2.0 * std::numbers::pi);
    for (std::size_t i = 0; i < 8; ++i)
        QVERIFY(std::abs(double{evaluation.input->data()[i]} - expected[i]) <= bound);
}

void TestEvaluate::randomInputOfBothComesFromAFreshSeed()
{
    Experiment experiment = smallExperiment();
    experiment.picture = nullptr;
    experiment.lift = Lift::Randn;
    experiment.size = kSize;
    experiment.seed = 42;
    Tensor expected = Tensor::uninitialized({1, 3, 9, 11});
    TorchGenerator(42).normal(expected.values());
    QVERIFY(sameBits(*bothOf(experiment).original.input, expected));
    QVERIFY(!sameBits(*evaluationOf(experiment, BranchKind::Original).input, expected));
}

void TestEvaluate::computesEveryImageOfABatch()
{
    Experiment experiment = smallExperiment();
    experiment.algorithm = "reference"; // whose sums do not depend on what lies beside
    experiment.inputTensor = normalTensor({2, 3, 9, 11});
    const BothEvaluated both = bothOf(experiment);
    QVERIFY(both.factorised.run.output->shape() == (Shape{2, 4, 9, 11}));
    QCOMPARE(both.factorised.cost, *costOf(both.factorised.spec, kSize)); // of one image
    for (const std::int64_t image : {0, 1}) {
        const auto values = experiment.inputTensor->values().subspan(std::size_t(image) * 297, 297);
        Experiment single = experiment;
        single.inputTensor = std::make_shared<const Tensor>(Tensor::from({1, 3, 9, 11}, values));
        const BothEvaluated one = bothOf(single);
        const auto expected = one.factorised.run.output->values();
        const auto part = both.factorised.run.output->values().subspan(
            std::size_t(image) * expected.size(), expected.size());
        QVERIFY(std::ranges::equal(part, expected));
    }
}

void TestEvaluate::fileOfWeightsIsUsedAsItIs()
{
    Experiment experiment = smallExperiment();
    const auto file = fileOf(branchSpec(experiment, BranchKind::Decomposed));
    experiment.weightFile = file;
    const BranchEvaluation evaluation = evaluationOf(experiment, BranchKind::Decomposed);
    QCOMPARE(evaluation.weights.get(), &file->tensors);
}

void TestEvaluate::anyBranchTakesSeededWeights()
{
    const Experiment experiment = smallExperiment();
    const BranchSpec spec{
        "mine", 3, Mode::Eval, {{Conv2d{.outChannels = 2, .kernel = {3, 3}, .stride = {2, 2}}}}};
    ThreadTeam team(1);
    const ComputeContext context{.team = team};
    const auto evaluation = evaluateBranch(experiment, spec, Capture::Output, context);
    QVERIFY(evaluation);
    QVERIFY(evaluation->run.output->shape() == (Shape{1, 2, 4, 5}));
    TorchGenerator generator(experiment.seed);
    QVERIFY(sameBits(evaluation->weights->at("branch.0.weight"),
                     initialized(spec, generator).at("branch.0.weight")));
    Experiment withFile = experiment;
    const auto file = fileOf(spec);
    withFile.weightFile = file;
    const auto again = evaluateBranch(withFile, spec, Capture::Output, context);
    QVERIFY(again);
    QCOMPARE(again->weights.get(), &file->tensors);
}

void TestEvaluate::countsWhatIsNotFinite()
{
    Experiment experiment = smallExperiment();
    QCOMPARE(bothOf(experiment).factorised.inOutput, NonFinite{});
    auto file = std::make_shared<WeightFile>();
    file->tensors = clone(fileOf(branchSpec(experiment, BranchKind::Decomposed))->tensors);
    file->tensors.at("branch.2.bias").data()[1] = std::numeric_limits<float>::quiet_NaN();
    file->tensors.at("branch.2.bias").data()[3] = std::numeric_limits<float>::infinity();
    experiment.weightFile = file;
    const BranchEvaluation evaluation = evaluationOf(experiment, BranchKind::Decomposed);
    QCOMPARE(evaluation.inWeights, (NonFinite{.nan = 1, .infinite = 1}));
    QCOMPARE(evaluation.inOutput, (NonFinite{.nan = 9 * 11, .infinite = 9 * 11}));
}

void TestEvaluate::sameExperimentSameBits()
{
    const Experiment experiment = smallExperiment();
    const BothEvaluated one = bothOf(experiment);
    const BothEvaluated two = bothOf(experiment);
    QVERIFY(sameBits(*one.original.run.output, *two.original.run.output));
    QVERIFY(sameBits(*one.factorised.run.output, *two.factorised.run.output));
    const BranchEvaluation alone = evaluationOf(experiment, BranchKind::Decomposed);
    QVERIFY(sameBits(*one.factorised.run.output, *alone.run.output));
}

void TestEvaluate::capturesOnlyWhatIsAskedFor()
{
    const Experiment experiment = smallExperiment();
    for (const Capture capture : {Capture::Output, Capture::Activations}) {
        const auto evaluation = evaluationOf(experiment, BranchKind::Decomposed, capture);
        for (const LayerRun& layer : evaluation.run.layers)
            QCOMPARE(layer.activation != nullptr, capture == Capture::Activations);
    }
}

void TestEvaluate::refuses_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, Change change, ErrorCode code, const char* sentence) {
        QTest::newRow(name) << change << code << QString(sentence);
    };
    using enum ErrorCode;
    const char* const noInput = "there is neither an input nor a size for one";
    row(
        "nothing to look at", [](Experiment& e) { e.picture = nullptr; }, InvalidArgument, noInput);
    row(
        "no size for random numbers",
        [](Experiment& e) {
            e.picture = nullptr;
            e.lift = Lift::Randn;
        },
        InvalidArgument, noInput);
    row(
        "a size and no picture",
        [](Experiment& e) {
            e.picture = nullptr;
            e.size = kSize;
        },
        InvalidArgument, "there is no picture to lift to 3 channels");
    row(
        "half a size",
        [](Experiment& e) {
            e.size = {4, 0};
        },
        InvalidArgument, "the size 4x0 has no area");
    row(
        "rgb for another number of channels",
        [](Experiment& e) {
            e.inChannels = 4;
            e.lift = Lift::Rgb;
        },
        Shape, "the lift 'rgb' makes 3 channels and the branch takes 4");
    row(
        "gray for three channels", [](Experiment& e) { e.lift = Lift::Gray; }, Shape,
        "the lift 'gray' makes 1 channel and the branch takes 3");
    row(
        "tensor of other channels",
        [](Experiment& e) {
            e.inputTensor = normalTensor({1, 2, 8, 8});
        },
        Shape, "the input has 2 channels and the branch takes 3");
    row(
        "weights of another branch",
        [](Experiment& e) { e.originalWeightFile = fileOf(branchSpec(e, BranchKind::Separable)); },
        Shape, "the tensor 'branch.0.weight' is 3x1x3x3 and the branch takes 4x3x5x5");
    row(
        "no weights",
        [](Experiment& e) { e.originalWeightFile = std::make_shared<const WeightFile>(); }, Shape,
        "the weights lack the tensor 'branch.0.weight'");
    row(
        "more mid channels than the bank has", [](Experiment& e) { e.midBank = 4; },
        InvalidArgument, "5 mid channels cannot be the first of a bank of 4");
    row(
        "identity about other ends", [](Experiment& e) { e.residual = ResidualKind::Identity; },
        InvalidArgument,
        "an identity residual needs as many output as input channels, not 4 and 3");
    row(
        "matched kernels, separable",
        [](Experiment& e) {
            e.kernels = HandMade::Matched;
            e.factorised = BranchKind::Separable;
        },
        InvalidArgument, "the kernels 'matched' do not exist for the branch 'separable'");
    row(
        "unknown algorithm", [](Experiment& e) { e.algorithm = "abacus"; }, InvalidArgument,
        "unknown algorithm 'abacus'");
    row(
        "training on one value",
        [](Experiment& e) {
            e.batchNorm = true;
            e.mode = Mode::Train;
            e.size = {1, 1};
        },
        Shape,
        "batch_norm in training mode needs more than one value for each channel, and 1x4x1x1 has "
        "one");
}

void TestEvaluate::refuses()
{
    QFETCH(Change, change);
    QFETCH(ErrorCode, code);
    QFETCH(QString, sentence);
    Experiment experiment = smallExperiment();
    change(experiment);
    ThreadTeam team(1);
    const auto result = answer(experiment, EvaluateBoth{}, ComputeContext{.team = team});
    QVERIFY(!result);
    QCOMPARE(result.error().message(), sentence.toStdString());
    QCOMPARE(result.error().code, code);
    const bool isOfTheFactorised = result.error().message().ends_with("'separable'");
    const auto alone = evaluateBranch(
        experiment, isOfTheFactorised ? experiment.factorised : BranchKind::Original,
        Capture::Output, ComputeContext{.team = team});
    QVERIFY(!alone);
    QCOMPARE(alone.error().message(), sentence.toStdString());
}

/// Of what is asked for here no machine could give a part.
void TestEvaluate::refusesTooMuchMemoryBeforeItIsTaken()
{
    Experiment experiment;
    experiment.lift = Lift::Randn;
    experiment.size = {65536, 65536};
    ThreadTeam team(1);
    const ComputeContext context{.team = team, .memoryLimitBytes = std::int64_t{1} << 30};
    const auto both = answer(experiment, EvaluateBoth{}, context);
    QVERIFY(!both);
    QCOMPARE(both.error().code, ErrorCode::Memory);
    QVERIFY(both.error().message().ends_with(": lower the size or the channels"));
    const auto one = evaluateBranch(experiment, BranchKind::Original, Capture::Output, context);
    QVERIFY(!one);
    QCOMPARE(one.error().code, ErrorCode::Memory);

    experiment.size = {1, 1};
    experiment.inChannels = experiment.outChannels = 65536; // 430 GB of weights
    const auto wide = answer(experiment, EvaluateBoth{}, context);
    QVERIFY(!wide);
    QCOMPARE(wide.error().code, ErrorCode::Memory);
    QVERIFY(wide.error().message().ends_with(": lower the channels"));
}

/// The results of both are kept, so that room for each by itself is not enough.
void TestEvaluate::bothBranchesTogetherMustFit()
{
    Experiment experiment = smallExperiment();
    experiment.picture = picture({256, 256}); // beside which the weights are small
    const Shape input{1, 3, 256, 256};
    std::int64_t alone = 0;
    std::int64_t together = 0;
    for (const BranchKind kind : {BranchKind::Original, BranchKind::Decomposed}) {
        const std::int64_t bytes = input.elements() * std::int64_t{sizeof(float)}
            + peakBytes(branchSpec(experiment, kind), input, "auto", Capture::Activations, 1);
        alone = std::max(alone, bytes);
        together += bytes;
    }
    together += Shape{1, experiment.outChannels, 256, 256}.elements()
        * std::int64_t{sizeof(float)}; // their difference
    ThreadTeam team(1);
    const auto within = [&](std::int64_t bytes) {
        return ComputeContext{.team = team, .memoryLimitBytes = bytes};
    };
    for (const BranchKind kind : {BranchKind::Original, BranchKind::Decomposed})
        QVERIFY(evaluateBranch(experiment, kind, Capture::Activations, within(alone)));
    QVERIFY(answer(experiment, EvaluateBoth{}, within(together)));
    const auto refused = answer(experiment, EvaluateBoth{}, within(together - 1));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Memory);
}

void TestEvaluate::stopsOnRequest()
{
    std::stop_source source;
    source.request_stop();
    ThreadTeam team(2);
    const ComputeContext context{.team = team, .stop = source.get_token()};
    for (const Lift lift : {Lift::Rgb, Lift::Randn}) {
        Experiment experiment = smallExperiment();
        experiment.lift = lift;
        const auto both = answer(experiment, EvaluateBoth{}, context);
        QVERIFY(!both);
        QCOMPARE(both.error().code, ErrorCode::Cancelled);
        const auto one
            = evaluateBranch(experiment, BranchKind::Decomposed, Capture::Output, context);
        QVERIFY(!one);
        QCOMPARE(one.error().code, ErrorCode::Cancelled);
    }
}

QTEST_APPLESS_MAIN(TestEvaluate)
#include "test_evaluate.moc"
