#include "core/branch/backward.h"

#include "core/branch/layer_traits.h"
#include "core/branch/named_branches.h"
#include "core/weights/initialize.h"
#include "core/weights/torch_generator.h"
#include "tests/support/reference_case.h"
#include "tests/support/rounding.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

const fs::path kTestData = FACTORSCOPE_TEST_DATA;

ReferenceCase loaded(const std::string& name)
{
    auto loadedCase = loadReferenceCase(kTestData / name);
    if (!loadedCase)
        qFatal("%s", loadedCase.error().message().c_str());
    return *std::move(loadedCase);
}

double largestOf(const Tensor& tensor)
{
    double largest = 0.0;
    for (const float value : tensor.values())
        largest = std::max(largest, std::abs(double{value}));
    return largest;
}

/// max|a − b| / max|b|; the largest number there is when the shapes differ.
double relativeError(const Tensor& a, const Tensor& b)
{
    if (a.shape() != b.shape())
        return HUGE_VAL;
    double error = 0.0;
    for (std::int64_t i = 0; i < a.elements(); ++i)
        error = std::max(error, std::abs(double{a.data()[i]} - double{b.data()[i]}));
    const double largest = largestOf(b);
    return error > 0.0 ? error / largest : 0.0;
}

Result<BackwardRun> backward(const ReferenceCase& c, std::string_view algorithm,
                             Gradients gradients, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(
        const BranchRun run,
        runBranch(c.spec, c.weights, c.input, algorithm, Capture::Activations, context));
    return runBackward(c.spec, c.weights, c.input, run, c.cotangent, gradients, algorithm, context);
}

/// Σ cotangent · output in double precision, with the signs that the activations see.
struct Loss {
    double value = 0.0;
    std::vector<bool> signs;
};

Loss lossOf(const ReferenceCase& c, const TensorMap& weights, const Tensor& input)
{
    Loss loss;
    const std::vector<BoundedTensor> activations = boundedActivations(c.spec, weights, input);
    for (const BoundedTensor& activation : activations)
        for (const double value : activation.values)
            loss.signs.push_back(value > 0.0);
    for (std::size_t i = 0; i < activations.back().values.size(); ++i)
        loss.value += activations.back().values[i] * double{c.cotangent.values()[i]};
    return loss;
}

} // namespace

class TestBackward : public QObject {
    Q_OBJECT
private slots:
    void agreesWithPyTorch_data();
    void agreesWithPyTorch();
    void agreesWithCentralDifferences_data();
    void agreesWithCentralDifferences();
    void ofTheInputAloneIsTheSame();
    void hasTheSameBitsOnAnyNumberOfThreads();
    void passesNothingWhereReluIsOff();
    void announcesItsWork();
    void refusesACotangentOfAnotherShape();
    void stops();
};

void TestBackward::agreesWithPyTorch_data()
{
    QTest::addColumn<QString>("name");
    for (const fs::path& folder : referenceCases(kTestData))
        QTest::newRow(folder.filename().c_str())
            << QString::fromStdString(fs::relative(folder, kTestData).string());
}

void TestBackward::agreesWithPyTorch()
{
    constexpr double kAuto = 3e-5; // of the largest value
    constexpr double kPlain = 5e-6;
    QFETCH(QString, name);
    const ReferenceCase c = loaded(name.toStdString());
    ThreadTeam team(2);
    for (const std::string_view algorithm : convAlgorithms()) {
        const bool transforms = algorithm == "auto" || algorithm == "winograd";
        const double tolerance = transforms ? kAuto : kPlain;
        const auto run = backward(c, algorithm, Gradients::OfInputAndParameters, {.team = team});
        QVERIFY2(run, run ? "" : run.error().message().c_str());
        QVERIFY2(relativeError(run->input, c.inputGradient) <= tolerance, algorithm.data());
        QCOMPARE(run->parameters.size(), c.gradients.size());
        for (const auto& [tensor, gradient] : c.gradients) {
            const auto found = run->parameters.find(tensor);
            QVERIFY2(found != run->parameters.end(), tensor.c_str());
            // Some vanish but for rounding, as the mean before a BatchNorm of the batch.
            const double error = relativeError(found->second, gradient);
            const bool vanishes = largestOf(gradient) < 1e-5 * largestOf(c.inputGradient);
            QVERIFY2(
                error <= tolerance || vanishes,
                (tensor + " by " + std::string(algorithm) + ": " + std::to_string(error)).c_str());
        }
    }
}

void TestBackward::agreesWithCentralDifferences_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name :
         {"golden/decomposed_linear", "golden/batch_norm_train", "golden/residual_conv1x1",
          "golden/separable", "recordings/leaky_relu", "recordings/stride_mixed",
          "recordings/residual_nested", "recordings/residual_train", "recordings/groups_uneven"})
        QTest::newRow(name) << QString(name);
}

/// Every parameter in turn, some values of each, a step to both sides in double precision. Steps
/// that carry a value over the kink of an activation are left out.
void TestBackward::agreesWithCentralDifferences()
{
    constexpr float kStep = 0x1p-18F;
    QFETCH(QString, name);
    const ReferenceCase c = loaded(name.toStdString());
    ThreadTeam team(2);
    const auto run = backward(c, "direct", Gradients::OfInputAndParameters, {.team = team});
    QVERIFY(run);
    int compared = 0;
    int leftOut = 0;
    const auto compare = [&](Tensor& values, const Tensor& gradient, const auto& loss) {
        const double largest = largestOf(gradient);
        const std::int64_t stride = std::max<std::int64_t>(1, values.elements() / 7);
        for (std::int64_t i = 0; i < values.elements(); i += stride) {
            const float before = values.data()[i];
            const float up = before + kStep;
            const float down = before - kStep;
            values.data()[i] = up;
            const Loss above = loss();
            values.data()[i] = down;
            const Loss below = loss();
            values.data()[i] = before;
            if (above.signs != below.signs) {
                ++leftOut;
                continue;
            }
            const double slope = (above.value - below.value) / (double{up} - double{down});
            const double error = std::abs(slope - double{gradient.data()[i]});
            QVERIFY2(error <= 1e-4 * std::max(largest, 1e-2),
                     qPrintable(QStringLiteral("%1 for %2").arg(gradient.data()[i]).arg(slope)));
            ++compared;
        }
    };
    TensorMap weights = clone(c.weights);
    Tensor input = c.input->clone();
    for (const auto& [tensor, gradient] : run->parameters)
        compare(weights.at(tensor), gradient, [&] { return lossOf(c, weights, input); });
    compare(input, run->input, [&] { return lossOf(c, weights, input); });
    QVERIFY(compared >= 10);
    QVERIFY2(leftOut * 2 < compared, qPrintable(QString::number(leftOut)));
}

void TestBackward::ofTheInputAloneIsTheSame()
{
    const ReferenceCase c = loaded("golden/residual_conv1x1");
    ThreadTeam team(2);
    const auto both = backward(c, "auto", Gradients::OfInputAndParameters, {.team = team});
    const auto alone = backward(c, "auto", Gradients::OfInput, {.team = team});
    QVERIFY(alone->parameters.empty());
    QCOMPARE(relativeError(alone->input, both->input), 0.0);
}

void TestBackward::hasTheSameBitsOnAnyNumberOfThreads()
{
    const ReferenceCase c = loaded("golden/batch_norm_train");
    ThreadTeam one(1);
    const auto expected = backward(c, "auto", Gradients::OfInputAndParameters, {.team = one});
    for (const int threads : {2, 3}) {
        ThreadTeam team(threads);
        const auto run = backward(c, "auto", Gradients::OfInputAndParameters, {.team = team});
        QCOMPARE(relativeError(run->input, expected->input), 0.0);
        for (const auto& [tensor, gradient] : expected->parameters)
            QCOMPARE(relativeError(run->parameters.at(tensor), gradient), 0.0);
    }
}

void TestBackward::passesNothingWhereReluIsOff()
{
    const BranchSpec spec{.name = "off", .layers = {{Conv2d{.bias = false}}, {Relu{}}}};
    TensorMap weights;
    weights.emplace("branch.0.weight", Tensor::filled({1, 1, 1, 1}, 1.0F));
    const auto input = std::make_shared<const Tensor>(
        Tensor::from({1, 1, 1, 4}, std::vector{-1.0F, 0.0F, 1.0F, 2.0F}));
    const Tensor cotangent = Tensor::from({1, 1, 1, 4}, std::vector{HUGE_VALF, 5.0F, 7.0F, 11.0F});
    ThreadTeam team(1);
    const ComputeContext context{.team = team};
    const auto run = runBranch(spec, weights, input, "auto", Capture::Activations, context);
    const auto back = runBackward(spec, weights, input, *run, cotangent, Gradients::OfInput,
                                  "reference", context);
    const std::vector<float> values(back->input.values().begin(), back->input.values().end());
    QCOMPARE(values, (std::vector{0.0F, 0.0F, 7.0F, 11.0F}));
}

void TestBackward::announcesItsWork()
{
    const ReferenceCase c = loaded("golden/residual_conv1x1");
    ThreadTeam team(2);
    const ComputeContext quiet{.team = team};
    const auto run = runBranch(c.spec, c.weights, c.input, "gemm", Capture::Activations, quiet);
    Progress progress;
    const ComputeContext context{.team = team, .progress = &progress};
    progress.total = backwardMacs(c.spec, c.input->shape(), Gradients::OfInputAndParameters);
    QVERIFY(runBackward(c.spec, c.weights, c.input, *run, c.cotangent,
                        Gradients::OfInputAndParameters, "gemm", context));
    QVERIFY2(std::abs(progress.share() - 1.0) < 0.05,
             qPrintable(QString::number(progress.share())));
    QVERIFY(backwardBytes(c.spec, c.input->shape(), Gradients::OfInputAndParameters)
            > c.input->bytes());
}

void TestBackward::refusesACotangentOfAnotherShape()
{
    ReferenceCase c = loaded("golden/original_rgb");
    c.cotangent = Tensor::zeros({1, 2, 3, 4});
    ThreadTeam team(1);
    const auto run = backward(c, "auto", Gradients::OfInput, {.team = team});
    QVERIFY(!run && run.error().code == ErrorCode::Shape);
    QVERIFY(run.error().message().find("1x2x3x4") != std::string::npos);
}

void TestBackward::stops()
{
    const ReferenceCase c = loaded("golden/batch_norm_train");
    ThreadTeam team(2);
    const auto run
        = runBranch(c.spec, c.weights, c.input, "auto", Capture::Activations, {.team = team});
    std::stop_source source;
    source.request_stop();
    const auto back = runBackward(c.spec, c.weights, c.input, *run, c.cotangent,
                                  Gradients::OfInputAndParameters, "auto",
                                  {.team = team, .stop = source.get_token()});
    QVERIFY(!back && back.error().code == ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestBackward)
#include "test_backward.moc"
