#include "core/branch/executor.h"

#include "core/branch/layer_traits.h"
#include "core/branch/named_branches.h"
#include "core/weights/initialize.h"
#include "tests/support/reference_case.h"
#include "tests/support/rounding.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <latch>
#include <limits>
#include <new>
#include <thread>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

// The memory of tensors is all that is allocated with an alignment, so it can be counted here. The
// size stands before the block.
std::atomic<std::int64_t> liveBytes{0};
std::atomic<std::int64_t> mostBytes{0};

constexpr std::size_t kBefore = 64;

} // namespace

void* operator new(std::size_t size, std::align_val_t alignment)
{
    if (static_cast<std::size_t>(alignment) > kBefore)
        throw std::bad_alloc();
    const std::size_t whole = (size + kBefore + kBefore - 1) / kBefore * kBefore;
    auto* block = static_cast<char*>(std::aligned_alloc(kBefore, whole));
    if (!block)
        throw std::bad_alloc();
    std::memcpy(block, &size, sizeof size);
    const std::int64_t live = liveBytes += std::int64_t(size);
    std::int64_t most = mostBytes;
    while (live > most && !mostBytes.compare_exchange_weak(most, live)) {}
    return block + kBefore;
}

void operator delete(void* memory, std::align_val_t) noexcept
{
    if (!memory)
        return;
    auto* block = static_cast<char*>(memory) - kBefore;
    std::size_t size = 0;
    std::memcpy(&size, block, sizeof size);
    liveBytes -= std::int64_t(size);
    std::free(block);
}

void operator delete(void* memory, std::size_t, std::align_val_t alignment) noexcept
{
    operator delete(memory, alignment);
}

namespace {

const fs::path kTestData = FACTORSCOPE_TEST_DATA;

/// A case by the name of its folder.
ReferenceCase loaded(const std::string& name)
{
    auto loadedCase = loadReferenceCase(kTestData / name);
    if (!loadedCase)
        qFatal("%s", loadedCase.error().message().c_str());
    return *std::move(loadedCase);
}

Result<BranchRun> ran(const ReferenceCase& c, std::string_view algorithm, int threads,
                      Capture capture)
{
    ThreadTeam team(threads);
    return runBranch(c.spec, c.weights, c.input, algorithm, capture, {.team = team});
}

/// One problem for each thing that may not fit.
struct Misfit {
    BranchSpec spec;
    TensorMap weights;
    Shape input;
};

BranchSpec smallBranch()
{
    BranchOptions options;
    options.inChannels = 3;
    options.midChannels = 4;
    options.outChannels = 5;
    return namedBranch(BranchKind::Decomposed, options);
}

TensorMap seeded(const BranchSpec& spec)
{
    TorchGenerator generator(1);
    return initialized(spec, generator);
}

/// Runs long enough for any other thread to say stop.
struct LongRun {
    BranchSpec spec = namedBranch(BranchKind::Original, {});
    TensorMap weights = seeded(spec);
    SharedTensor input = std::make_shared<const Tensor>(Tensor::zeros({1, 64, 512, 512}));
};

} // namespace

class TestExecutor : public QObject {
    Q_OBJECT
private slots:
    void computesWhatPyTorchDoes_data();
    void computesWhatPyTorchDoes();
    void runsTwoConvolutionsAsOne_data();
    void runsTwoConvolutionsAsOne();
    void needsLittleMemoryInBands();
    void leavesNotANumberWhereItIsSeen_data();
    void leavesNotANumberWhereItIsSeen();
    void reportsTheAlgorithmOfEachConvolution();
    void refusesWhatDoesNotFit_data();
    void refusesWhatDoesNotFit();
    void refusesNormalizationOfSingleValues();
    void handsOnWhyAnAlgorithmDeclines();
    void stopsWhenAlreadyAsked();
    void stopsWhenAnotherThreadAsks_data();
    void stopsWhenAnotherThreadAsks();
    void leavesItsInputAlone();
    void predictsItsMemory_data();
    void predictsItsMemory();
};

void TestExecutor::computesWhatPyTorchDoes_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("algorithm");
    int cases = 0;
    for (const fs::path& folder : referenceCases(kTestData)) {
        const std::string name = fs::relative(folder, kTestData);
        QTest::addRow("%s auto", name.c_str()) << name << std::string("auto");
        for (const ConvEngine* engine : convEngines()) // layers it declines run as under auto
            QTest::addRow("%s %s", name.c_str(), label(*engine).c_str()) << name << label(*engine);
        ++cases;
    }
    QVERIFY2(cases >= 30, "reference cases are missing");
}

void TestExecutor::computesWhatPyTorchDoes()
{
    QFETCH(std::string, name);
    QFETCH(std::string, algorithm);
    const ReferenceCase c = loaded(name);
    const auto expected = boundedActivations(
        c.spec, c.weights, *c.input,
        std::max(amplificationOf(algorithm),
                 algorithm.starts_with("winograd") ? amplificationOf("auto") : 1.0));
    const auto single = ran(c, algorithm, 1, Capture::Activations);
    QVERIFY2(single, single ? "" : single.error().message().c_str());
    QCOMPARE(single->layers.size(), c.activations.size());
    for (std::size_t i = 0; i < c.activations.size(); ++i) {
        const Tensor& activation = *single->layers[i].activation;
        const std::string difference = firstDifference(activation, c.activations[i], expected[i]);
        QVERIFY2(difference.empty(), difference.c_str());
    }
    const std::string difference = firstDifference(*single->output, c.output, expected.back());
    QVERIFY2(difference.empty(), difference.c_str());

    for (const int threads : {1, 2, 3}) {
        const auto whole = ran(c, algorithm, threads, Capture::Activations);
        const auto end = ran(c, algorithm, threads, Capture::Output);
        QVERIFY(whole && end);
        for (std::size_t i = 0; i < c.activations.size(); ++i) {
            QVERIFY(sameBits(*whole->layers[i].activation, *single->layers[i].activation));
            QVERIFY(!end->layers[i].activation);
        }
        QVERIFY(sameBits(*whole->output, *single->output));
        QVERIFY(sameBits(*end->output, *single->output));
    }
}

void TestExecutor::runsTwoConvolutionsAsOne_data()
{
    QTest::addColumn<QByteArray>("algorithm");
    QTest::newRow("in bands") << QByteArray("winograd F(1x4,3x3)");
    QTest::newRow("in blocks") << QByteArray("winograd F(6x6,3x3)");
}

/// With the same bits, and what is told of each, but for the time, which is that of both.
void TestExecutor::runsTwoConvolutionsAsOne()
{
    QFETCH(QByteArray, algorithm);
    const BranchSpec spec = namedBranch(BranchKind::Decomposed,
                                        {.inChannels = 3, .midChannels = 16, .outChannels = 16});
    const TensorMap weights = seeded(spec);
    Tensor drawn = Tensor::uninitialized({1, 3, 300, 300});
    TorchGenerator(2).normal(drawn.values());
    const auto input = std::make_shared<const Tensor>(std::move(drawn));
    ThreadTeam team(2);
    Progress progress;
    const auto end = runBranch(spec, weights, input, algorithm.data(), Capture::Output,
                               {.team = team, .progress = &progress});
    const auto whole
        = runBranch(spec, weights, input, algorithm.data(), Capture::Activations, {.team = team});
    QVERIFY(end && whole);
    QVERIFY(sameBits(*end->output, *whole->output));
    QCOMPARE(end->layers.size(), whole->layers.size());
    for (std::size_t i = 0; i < whole->layers.size(); ++i)
        QCOMPARE(end->layers[i].algorithm, whole->layers[i].algorithm);
    QCOMPARE(end->layers[0].milliseconds, 0.0);
    QVERIFY(end->layers[2].milliseconds > 0.0);
    QCOMPARE(progress.done.load(), std::int64_t{300 * 300 * 9} * (3 * 16 + 16 * 16));
}

/// What lies between two convolutions in bands is nowhere as a whole.
void TestExecutor::needsLittleMemoryInBands()
{
    const BranchSpec spec = namedBranch(BranchKind::Decomposed,
                                        {.inChannels = 3, .midChannels = 16, .outChannels = 16});
    const std::int64_t between = std::int64_t{4 * 300 * 300 * 16};
    QVERIFY(peakBytes(spec, {1, 3, 300, 300}, "winograd F(1x4,3x3)", Capture::Output, 1)
            < 2 * between);
}

void TestExecutor::leavesNotANumberWhereItIsSeen_data()
{
    runsTwoConvolutionsAsOne_data();
}

/// Where two convolutions as one meet it, they run one behind the other.
void TestExecutor::leavesNotANumberWhereItIsSeen()
{
    QFETCH(QByteArray, algorithm);
    const BranchSpec spec = smallBranch();
    const TensorMap weights = seeded(spec);
    Tensor drawn = Tensor::zeros({1, 3, 40, 70});
    drawn.data()[20 * 70 + 30] = std::numeric_limits<float>::quiet_NaN();
    const auto input = std::make_shared<const Tensor>(std::move(drawn));
    ThreadTeam team(2);
    const auto run
        = runBranch(spec, weights, input, algorithm.data(), Capture::Output, {.team = team});
    QVERIFY(run);
    for (std::int64_t y = 0; y < 40; ++y) {
        for (std::int64_t x = 0; x < 70; ++x)
            QCOMPARE(std::isnan(run->output->data()[y * 70 + x]),
                     std::abs(y - 20) <= 2 && std::abs(x - 30) <= 2);
    }
}

void TestExecutor::reportsTheAlgorithmOfEachConvolution()
{
    const ReferenceCase c = loaded("golden/residual_conv1x1");
    const auto run = ran(c, "reference", 1, Capture::Activations);
    QVERIFY(run);
    QCOMPARE(run->layers.size(), std::size_t{2});
    const LayerRun& residual = run->layers[0];
    QCOMPARE(residual.algorithm, std::string());
    QCOMPARE(residual.body.size(), std::size_t{3});
    QCOMPARE(residual.body[0].algorithm, std::string("reference"));
    QCOMPARE(residual.body[1].algorithm, std::string());
    QCOMPARE(residual.body[2].activation->shape(), residual.activation->shape());
}

void TestExecutor::refusesWhatDoesNotFit_data()
{
    QTest::addColumn<std::shared_ptr<Misfit>>("misfit");
    QTest::addColumn<std::string>("message");
    const auto row = [](const char* name, const std::string& message, const auto& change) {
        auto misfit = std::make_shared<Misfit>();
        misfit->spec = smallBranch();
        misfit->weights = seeded(misfit->spec);
        misfit->input = {1, 3, 6, 7};
        change(*misfit);
        QTest::addRow("%s", name) << misfit << message;
    };
    row("missing tensor", "the weights lack the tensor 'branch.2.bias'",
        [](Misfit& m) { m.weights.erase("branch.2.bias"); });
    row("extra tensor", "the weights have a tensor 'branch.1.weight' that the branch does not",
        [](Misfit& m) { m.weights.emplace("branch.1.weight", Tensor::zeros({4})); });
    row("wrong shape", "the tensor 'branch.0.weight' is 4x3x3x1 and the branch takes 4x3x3x3",
        [](Misfit& m) {
            m.weights["branch.0.weight"] = Tensor::zeros({4, 3, 3, 1});
        });
    row("as many numbers in another shape",
        "the tensor 'branch.0.bias' is 1x4 and the branch takes 4", [](Misfit& m) {
            m.weights["branch.0.bias"] = Tensor::zeros({1, 4});
        });
    row("input channels", "the input has 4 channels and the branch takes 3", [](Misfit& m) {
        m.input = {1, 4, 6, 7};
    });
    row("kernel too large", "kernel 9x3 exceeds padded input 6x9 at layer 0", [](Misfit& m) {
        m.spec.layers[0].type = Conv2d{.outChannels = 4, .kernel = {9, 3}, .padding = {0, 1}};
    });
    row("body that changes the size", "kernel 3x3 exceeds padded input 2x3 at layer 0.1",
        [](Misfit& m) {
            const Conv2d shrinking{.outChannels = 3, .kernel = {5, 5}};
            m.spec.layers[0].type = Residual{
                Shortcut::Identity, {{shrinking}, {Conv2d{.outChannels = 3, .kernel = {3, 3}}}}};
        });
    row("body of another size",
        "the body makes 1x3x4x5 and the shortcut 1x3x6x7 of a residual at layer 0", [](Misfit& m) {
            m.spec.layers[0].type
                = Residual{Shortcut::Identity, {{Conv2d{.outChannels = 3, .kernel = {3, 3}}}}};
        });
}

void TestExecutor::refusesWhatDoesNotFit()
{
    QFETCH(std::shared_ptr<Misfit>, misfit);
    QFETCH(std::string, message);
    ThreadTeam team(1);
    const auto input = std::make_shared<const Tensor>(Tensor::zeros(misfit->input));
    const auto run
        = runBranch(misfit->spec, misfit->weights, input, "auto", Capture::Output, {.team = team});
    QVERIFY(!run);
    QCOMPARE(run.error().code, ErrorCode::Shape);
    QCOMPARE(run.error().message(), message);
}

void TestExecutor::refusesNormalizationOfSingleValues()
{
    BranchSpec spec{.name = "", .inChannels = 2, .mode = Mode::Train, .layers = {{BatchNorm{}}}};
    ThreadTeam team(1);
    const auto attempt = [&](const Shape& shape) {
        return runBranch(spec, seeded(spec), std::make_shared<const Tensor>(Tensor::zeros(shape)),
                         "auto", Capture::Output, {.team = team});
    };
    const auto single = attempt({1, 2, 1, 1});
    QVERIFY(!single);
    QCOMPARE(single.error().code, ErrorCode::Shape);
    QCOMPARE(single.error().message(),
             std::string("batch_norm in training mode needs more than one value for each channel, "
                         "and 1x2x1x1 has one"));
    QVERIFY(attempt({2, 2, 1, 1}));
    QVERIFY(attempt({1, 2, 2, 1}));

    spec.layers = {{Residual{Shortcut::Identity, {{BatchNorm{}}}}}};
    QVERIFY(!attempt({1, 2, 1, 1}));
    spec.mode = Mode::Eval;
    QVERIFY(attempt({1, 2, 1, 1}));
}

void TestExecutor::handsOnWhyAnAlgorithmDeclines()
{
    const ReferenceCase c = loaded("golden/one_pixel");
    const auto run = ran(c, "quantum", 1, Capture::Output);
    QVERIFY(!run);
    QCOMPARE(run.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(run.error().message(), std::string("unknown algorithm 'quantum'"));
}

void TestExecutor::stopsWhenAlreadyAsked()
{
    std::stop_source stop;
    stop.request_stop();
    for (const char* name : {"golden/decomposed_rgb", "golden/residual_conv1x1",
                             "golden/batch_norm_train", "recordings/leaky_relu"}) {
        const ReferenceCase c = loaded(name);
        for (const std::string_view algorithm : convAlgorithms()) {
            ThreadTeam team(2);
            const auto run = runBranch(c.spec, c.weights, c.input, algorithm, Capture::Activations,
                                       {.team = team, .stop = stop.get_token()});
            QVERIFY(!run);
            QCOMPARE(run.error().code, ErrorCode::Cancelled);
        }
    }
}

void TestExecutor::stopsWhenAnotherThreadAsks_data()
{
    QTest::addColumn<std::string>("algorithm");
    for (const std::string_view algorithm : convAlgorithms())
        QTest::addRow("%s", algorithm.data()) << std::string(algorithm);
}

void TestExecutor::stopsWhenAnotherThreadAsks()
{
    QFETCH(std::string, algorithm);
    const LongRun run;
    for (const int threads : {1, 2}) {
        ThreadTeam team(threads);
        std::stop_source stop;
        std::latch started(1);
        std::jthread other([&] {
            started.wait();
            stop.request_stop();
        });
        started.count_down();
        const auto result = runBranch(run.spec, run.weights, run.input, algorithm, Capture::Output,
                                      {.team = team, .stop = stop.get_token()});
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
    }
}

void TestExecutor::leavesItsInputAlone()
{
    BranchSpec spec{.name = "", .inChannels = 2, .layers = {{Relu{}}, {BatchNorm{}}}};
    const auto input = std::make_shared<const Tensor>(Tensor::filled({1, 2, 3, 3}, -1.0F));
    ThreadTeam team(1);
    for (const Capture capture : {Capture::Output, Capture::Activations}) {
        const auto run = runBranch(spec, seeded(spec), input, "auto", capture, {.team = team});
        QVERIFY(run);
        QVERIFY(run->output != input);
        QVERIFY(std::ranges::all_of(input->values(), [](float x) { return x == -1.0F; }));
    }
}

void TestExecutor::predictsItsMemory_data()
{
    QTest::addColumn<std::string>("name");
    for (const fs::path& folder : referenceCases(kTestData))
        QTest::addRow("%s", folder.filename().c_str())
            << std::string(fs::relative(folder, kTestData));
}

void TestExecutor::predictsItsMemory()
{
    QFETCH(std::string, name);
    for (const Capture capture : {Capture::Output, Capture::Activations}) {
        for (const std::string_view algorithm : convAlgorithms()) {
            for (const int threads : {1, 3}) {
                const std::int64_t beforeAll = liveBytes;
                std::optional<ReferenceCase> fresh(loaded(name)); // nothing made of its weights yet
                const ReferenceCase& c = *fresh;
                const std::int64_t before = liveBytes;
                mostBytes = before;
                QVERIFY(ran(c, algorithm, threads, capture));
                const std::int64_t taken = mostBytes - before;
                const std::int64_t predicted
                    = peakBytes(c.spec, c.input->shape(), algorithm, capture, threads);
                // An empty scratch takes one float.
                QVERIFY2(taken == predicted || taken == predicted + std::int64_t{sizeof(float)},
                         qPrintable(QStringLiteral("%1 bytes were taken and %2 predicted")
                                        .arg(taken)
                                        .arg(predicted)));
                fresh.reset();
                QCOMPARE(liveBytes.load(), beforeAll);
            }
        }
    }
}

QTEST_APPLESS_MAIN(TestExecutor)
#include "test_executor.moc"
