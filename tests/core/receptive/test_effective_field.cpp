#include "core/receptive/effective_field.h"

#include "core/branch/backward.h"
#include "core/branch/executor.h"
#include "core/branch/layer_traits.h"
#include "core/branch/named_branches.h"
#include "core/weights/hand_made.h"
#include "core/weights/initialize.h"
#include "core/weights/torch_generator.h"
#include "tests/support/drawn.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

/// Convolutions of one channel with equal weights, `layers` of k×k that keep the size.
BranchSpec uniformStack(std::int64_t layers, std::int64_t kernel)
{
    BranchSpec spec;
    for (std::int64_t i = 0; i < layers; ++i)
        spec.layers.push_back({Conv2d{
            .kernel = {kernel, kernel}, .padding = {kernel / 2, kernel / 2}, .bias = false}});
    return spec;
}

TensorMap uniformWeights(const BranchSpec& spec)
{
    TensorMap weights;
    for (const Parameter& parameter : parametersOf(spec))
        weights.emplace(
            parameter.name,
            Tensor::filled(parameter.shape,
                           1.0F / static_cast<float>(parameter.shape[2] * parameter.shape[3])));
    return weights;
}

SharedTensor normals(const Shape& shape, std::uint64_t seed)
{
    return std::make_shared<const Tensor>(drawn(shape, seed));
}

bool isNear(double actual, double expected, double tolerance = 1e-4)
{
    return std::abs(actual - expected) <= tolerance;
}

/// A branch of several channels with its weights, and a picture.
struct Example {
    BranchSpec spec;
    TensorMap weights;
    SharedTensor input;

    explicit Example(Between between = Between::Relu)
        : spec(
            namedBranch(BranchKind::Decomposed,
                        {.inChannels = 3, .midChannels = 5, .outChannels = 4, .between = between})),
          input(normals({1, 3, 24, 20}, 7))
    {
        TorchGenerator generator(1);
        weights = initialized(spec, generator);
    }
};

} // namespace

class TestEffectiveField : public QObject {
    Q_OBJECT
private slots:
    void ofUniformKernels_data();
    void ofUniformKernels();
    void growsAsTheRootOfTheLayers();
    void isTheMeanOfAbsoluteGradients();
    void ofSeveralPositionsIsTheirMean();
    void isCutAtTheBorder();
    void tellsOfSilence();
    void isTheSameOnAnyNumberOfThreads();
    void choosesPositionsInside();
    void refusesAndStops();
};

void TestEffectiveField::ofUniformKernels_data()
{
    QTest::addColumn<qint64>("layers");
    QTest::addColumn<qint64>("kernel");
    QTest::addColumn<double>("sigma");
    QTest::addColumn<double>("inner");
    QTest::newRow("5x5") << qint64{1} << qint64{5} << 1.4142 << 0.36;
    QTest::newRow("two 3x3") << qint64{2} << qint64{3} << 1.1547 << 49.0 / 81.0;
}

void TestEffectiveField::ofUniformKernels()
{
    QFETCH(qint64, layers);
    QFETCH(qint64, kernel);
    QFETCH(double, sigma);
    QFETCH(double, inner);
    const BranchSpec spec = uniformStack(layers, kernel);
    const TensorMap weights = uniformWeights(spec);
    const Position middle{8, 9};
    ThreadTeam team(2);
    const auto field = effectiveField(spec, weights, normals({1, 1, 17, 19}, 3), {&middle, 1}, {},
                                      {.team = team});
    QVERIFY(field);
    QCOMPARE(field->size, (Extent{5, 5}));
    const FieldSpread spread = spreadOf(*field);
    QVERIFY(isNear(spread.sigmaY, sigma) && isNear(spread.sigmaX, sigma));
    QVERIFY(isNear(uniformSigma(layers, kernel), sigma));
    QCOMPARE(spread.mass.size(), std::size_t{3});
    QVERIFY(isNear(spread.mass[1], inner));
    QVERIFY(isNear(spread.mass[2], 1.0));
    QVERIFY(isNear(field->sum(), 1.0));
    const auto paths = pathCounts(spec, {17, 19}, middle.y, middle.x); // gradient ∝ paths
    for (std::int64_t y = 0; y < 5; ++y)
        for (std::int64_t x = 0; x < 5; ++x)
            QVERIFY(isNear(field->at(y, x),
                           paths->at(6 + y, 7 + x) / std::pow(kernel * kernel, layers), 1e-6));
}

void TestEffectiveField::growsAsTheRootOfTheLayers()
{
    ThreadTeam team(2);
    for (const std::int64_t layers : {1, 2, 4, 8}) {
        const BranchSpec spec = uniformStack(layers, 3);
        const TensorMap weights = uniformWeights(spec);
        const Position middle{20, 20};
        const auto field = effectiveField(spec, weights, normals({1, 1, 41, 41}, 3), {&middle, 1},
                                          {}, {.team = team});
        QVERIFY(isNear(spreadOf(*field).sigmaX, uniformSigma(layers, 3)));
    }
}

void TestEffectiveField::isTheMeanOfAbsoluteGradients()
{
    const Example example;
    const Position at{11, 8};
    ThreadTeam team(2);
    const ComputeContext context{.team = team};
    const auto run = runBranch(example.spec, example.weights, example.input, "reference",
                               Capture::Activations, context);
    EffectiveField sum{{5, 5}, std::vector<double>(25), 0, 0};
    for (std::int64_t o = 0; o < 4; ++o) {
        Tensor cotangent = Tensor::zeros(run->output->shape());
        cotangent.data()[(o * 24 + at.y) * 20 + at.x] = 1.0F;
        const auto back = runBackward(example.spec, example.weights, example.input, *run, cotangent,
                                      Gradients::OfInput, "reference", context);
        for (std::int64_t c = 0; c < 3; ++c)
            for (std::int64_t i = 0; i < 25; ++i)
                sum.values[static_cast<std::size_t>(i)]
                    += std::abs(
                           back->input.data()[(c * 24 + at.y - 2 + i / 5) * 20 + at.x - 2 + i % 5])
                    / 4.0;
        const auto one
            = effectiveField(example.spec, example.weights, example.input, {&at, 1}, o, context);
        QCOMPARE(one->outputs, std::int64_t{1});
    }
    const auto field
        = effectiveField(example.spec, example.weights, example.input, {&at, 1}, {}, context);
    QCOMPARE(field->outputs, std::int64_t{4});
    for (std::size_t i = 0; i < 25; ++i)
        QVERIFY(isNear(field->values[i], sum.values[i], 1e-6));
}

void TestEffectiveField::ofSeveralPositionsIsTheirMean()
{
    const Example example;
    const std::vector<Position> positions{{5, 5}, {11, 8}, {0, 19}};
    ThreadTeam team(2);
    Progress progress;
    const ComputeContext context{.team = team, .progress = &progress};
    const auto all
        = effectiveField(example.spec, example.weights, example.input, positions, 2, context);
    QCOMPARE(progress.done.load(), std::int64_t{3});
    std::vector<double> mean(25);
    for (const Position& at : positions) {
        const auto one
            = effectiveField(example.spec, example.weights, example.input, {&at, 1}, 2, context);
        for (std::size_t i = 0; i < 25; ++i)
            mean[i] += one->values[i] / 3.0;
    }
    QCOMPARE(all->outputs, std::int64_t{3});
    for (std::size_t i = 0; i < 25; ++i)
        QVERIFY(isNear(all->values[i], mean[i], 1e-9));
}

void TestEffectiveField::isCutAtTheBorder()
{
    const BranchSpec spec = uniformStack(2, 3);
    const TensorMap weights = uniformWeights(spec);
    const Position corner{0, 0};
    ThreadTeam team(1);
    const auto field
        = effectiveField(spec, weights, normals({1, 1, 9, 9}, 3), {&corner, 1}, {}, {.team = team});
    QCOMPARE(field->at(0, 2), 0.0);
    QCOMPARE(field->at(2, 1), 0.0);
    QVERIFY(isNear(field->at(2, 2), 4.0 / 81.0, 1e-6)); // the mid map is cut, too
    QVERIFY(isNear(field->at(4, 4), 1.0 / 81.0, 1e-6));
}

/// Silent is what no input moves: all zero, and no NaN anywhere.
void TestEffectiveField::tellsOfSilence()
{
    Example example;
    for (float& bias : example.weights.at("branch.0.bias").values())
        bias = -1e6F; // no mid channel is ever on
    const Position at{11, 8};
    ThreadTeam team(2);
    const auto field = effectiveField(example.spec, example.weights, example.input, {&at, 1}, {},
                                      {.team = team});
    QVERIFY(field->isSilent());
    QCOMPARE(field->silentOutputs, std::int64_t{4});
    const FieldSpread spread = spreadOf(*field);
    QCOMPARE(spread.sigmaY, 0.0);
    QCOMPARE(spread.mass, std::vector<double>(3, 0.0));

    const Example some; // and some outputs are off behind their own ReLU
    const auto positions = spreadPositions(theoreticalField(some.spec), {24, 20}, {24, 20}, 30);
    const auto mixed
        = effectiveField(some.spec, some.weights, some.input, positions, {}, {.team = team});
    QVERIFY(!mixed->isSilent());
    QVERIFY(mixed->silentOutputs > 0);
}

void TestEffectiveField::isTheSameOnAnyNumberOfThreads()
{
    const Example example;
    const auto positions = spreadPositions(theoreticalField(example.spec), {24, 20}, {24, 20}, 100);
    std::optional<std::vector<double>> first;
    for (const int threads : {1, 2, 3}) {
        ThreadTeam team(threads);
        const auto field = effectiveField(example.spec, example.weights, example.input, positions,
                                          {}, {.team = team});
        if (!first)
            first = field->values;
        QCOMPARE(field->values, *first);
    }
}

void TestEffectiveField::choosesPositionsInside()
{
    const BranchSpec spec = uniformStack(2, 3);
    const TheoreticalField field = theoreticalField(spec);
    const auto positions = spreadPositions(field, {40, 60}, {40, 60}, 64);
    QVERIFY(positions.size() > 48 && positions.size() <= 64);
    for (const Position& at : positions) {
        const PixelBox box = fieldBox(field, at.y, at.x);
        QCOMPARE(clippedTo(box, {40, 60}), box);
    }
    QVERIFY(!spreadPositions(field, {3, 3}, {3, 3}, 64).empty()); // none is inside
    QCOMPARE(spreadPositions(field, {1, 1}, {1, 1}, 64).size(), std::size_t{1});
}

void TestEffectiveField::refusesAndStops()
{
    Example example;
    const std::vector<Position> positions{{5, 5}, {11, 8}};
    ThreadTeam team(2);
    std::stop_source source;
    const ComputeContext context{.team = team, .stop = source.get_token()};
    const auto channel
        = effectiveField(example.spec, example.weights, example.input, positions, 4, context);
    QVERIFY(!channel && channel.error().code == ErrorCode::InvalidArgument);
    const Position outside{24, 0};
    const auto position
        = effectiveField(example.spec, example.weights, example.input, {&outside, 1}, {}, context);
    QVERIFY(!position && position.error().code == ErrorCode::InvalidArgument);
    TensorMap broken = clone(example.weights);
    broken.at("branch.2.weight").data()[3] = NAN;
    const auto notANumber
        = effectiveField(example.spec, broken, example.input, positions, {}, context);
    QVERIFY(!notANumber && notANumber.error().code == ErrorCode::Unsupported);
    source.request_stop();
    const auto stopped
        = effectiveField(example.spec, example.weights, example.input, positions, {}, context);
    QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestEffectiveField)
#include "test_effective_field.moc"
