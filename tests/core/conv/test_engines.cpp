#include "core/conv/activation.h"
#include "core/conv/conv_engine.h"

#include "tests/support/rounding.h"
#include "tests/support/same_bits.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <latch>
#include <limits>
#include <map>
#include <random>
#include <thread>

using namespace factorscope;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kUntouched = -12345.0F;
constexpr std::int64_t kMargin = 64; // floats behind each buffer that nobody may touch

struct NamedProblem {
    std::string name;
    ConvProblem problem;
};

/// 3×3 and 5×5 on maps of every width that straddles a vector, a register tile or a block.
void addWidths(std::vector<NamedProblem>& problems)
{
    for (const std::int64_t width :
         {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65}) {
        problems.push_back({"5x5 width " + std::to_string(width),
                            {.inChannels = 3,
                             .inSize = {5, width},
                             .outChannels = 7,
                             .kernel = {5, 5},
                             .padding = {2, 2}}});
        problems.push_back(
            {"3x3 valid, out width " + std::to_string(width),
             {.inChannels = 2, .inSize = {6, width + 2}, .outChannels = 9, .kernel = {3, 3}}});
    }
    // Rows longer than any block are cut; the pieces are then not all of one length.
    for (const std::int64_t width : {1023, 1024, 1025, 1031, 2049})
        problems.push_back({"3x3 width " + std::to_string(width),
                            {.inChannels = 2,
                             .inSize = {3, width},
                             .outChannels = 3,
                             .kernel = {3, 3},
                             .padding = {1, 1}}});
}

/// As many channels as straddle the tiles of a matrix product.
void addChannels(std::vector<NamedProblem>& problems)
{
    for (const std::int64_t channels : {1, 2, 3, 5, 11, 12, 13, 16, 17, 24, 25, 33}) {
        problems.push_back({"3x3 to " + std::to_string(channels) + " channels",
                            {.inChannels = 4,
                             .inSize = {7, 9},
                             .outChannels = channels,
                             .kernel = {3, 3},
                             .padding = {1, 1}}});
        problems.push_back({"3x3 from " + std::to_string(channels) + " channels",
                            {.inChannels = channels,
                             .inSize = {9, 7},
                             .outChannels = 4,
                             .kernel = {3, 3},
                             .padding = {1, 1}}});
    }
}

void addShapes(std::vector<NamedProblem>& problems)
{
    const ConvProblem map{
        .inChannels = 3, .inSize = {19, 23}, .outChannels = 5, .kernel = {3, 3}, .padding = {1, 1}};
    const auto add = [&](const char* name, const auto& change) {
        ConvProblem problem = map;
        change(problem);
        problems.push_back({name, problem});
    };
    add("one pixel", [](ConvProblem& p) { p.inSize = {1, 1}; });
    add("one output", [](ConvProblem& p) { p.inSize = {3, 3}, p.padding = {0, 0}; });
    add("tall sliver", [](ConvProblem& p) { p.inSize = {2100, 1}; });
    add("tall sliver of two", [](ConvProblem& p) { p.inSize = {1500, 2}; });
    add("flat sliver", [](ConvProblem& p) { p.inSize = {1, 777}; });
    add("two bands of rows", [](ConvProblem& p) { p.inSize = {67, 61}; });
    add("1x1", [](ConvProblem& p) { p.kernel = {1, 1}, p.padding = {0, 0}; });
    add("1x1 padded", [](ConvProblem& p) { p.kernel = {1, 1}; });
    add("1x1 in groups", [](ConvProblem& p) {
        p.kernel = {1, 1}, p.padding = {0, 0}, p.inChannels = 6, p.outChannels = 9, p.groups = 3;
    });
    add("1x1 long row", [](ConvProblem& p) {
        p.kernel = {1, 1}, p.padding = {0, 0}, p.inSize = {2, 1500}, p.batch = 2;
    });
    add("1x1 stride 2", [](ConvProblem& p) {
        p.kernel = {1, 1}, p.padding = {0, 0}, p.stride = {2, 2};
    });
    add("1x5", [](ConvProblem& p) { p.kernel = {1, 5}, p.padding = {0, 2}; });
    add("5x1", [](ConvProblem& p) { p.kernel = {5, 1}, p.padding = {2, 0}; });
    add("4x2", [](ConvProblem& p) { p.kernel = {4, 2}, p.padding = {1, 2}; });
    add("7x7", [](ConvProblem& p) { p.kernel = {7, 7}, p.padding = {3, 3}; });
    add("whole map", [](ConvProblem& p) { p.kernel = {19, 23}, p.padding = {0, 0}; });
    add("stride 2", [](ConvProblem& p) { p.stride = {2, 2}; });
    add("stride 2,1", [](ConvProblem& p) { p.stride = {2, 1}; });
    add("stride 1,3", [](ConvProblem& p) { p.stride = {1, 3}; });
    add("stride 2 on wide rows", [](ConvProblem& p) { p.stride = {2, 2}, p.inSize = {9, 163}; });
    add("stride 3 on wide rows", [](ConvProblem& p) { p.stride = {3, 3}, p.inSize = {11, 200}; });
    add("stride beyond the kernel", [](ConvProblem& p) { p.stride = {5, 7}; });
    add("dilation 2", [](ConvProblem& p) { p.dilation = {2, 2}, p.padding = {2, 2}; });
    add("dilation 1,3", [](ConvProblem& p) { p.dilation = {1, 3}; });
    add("dilation beyond the map's half", [](ConvProblem& p) {
        p.dilation = {13, 15}, p.padding = {13, 15};
    });
    add("dilation and stride", [](ConvProblem& p) {
        p.dilation = {3, 2}, p.stride = {2, 3}, p.padding = {4, 1};
    });
    add("padding beyond the kernel", [](ConvProblem& p) { p.padding = {5, 4}; });
    add("padding beyond the map", [](ConvProblem& p) {
        p.inSize = {2, 3}, p.padding = {9, 40}, p.stride = {1, 2};
    });
    add("two groups", [](ConvProblem& p) { p.inChannels = 6, p.outChannels = 10, p.groups = 2; });
    add("depthwise", [](ConvProblem& p) { p.inChannels = p.outChannels = p.groups = 13; });
    add("depthwise on wide rows", [](ConvProblem& p) {
        p.inChannels = p.outChannels = p.groups = 3, p.inSize = {5, 261};
    });
    add("depthwise twofold",
        [](ConvProblem& p) { p.inChannels = p.groups = 5, p.outChannels = 10; });
    // Rows end to end, in rectangles, and in shares of the output channels.
    add("small map, many channels", [](ConvProblem& p) {
        p.inChannels = 20, p.inSize = {14, 14}, p.outChannels = 45, p.kernel = {5, 5},
        p.padding = {2, 2};
    });
    add("narrow map, many channels", [](ConvProblem& p) {
        p.inChannels = 24, p.inSize = {30, 5}, p.outChannels = 37;
    });
    add("cut into columns", [](ConvProblem& p) {
        p.inChannels = 60, p.inSize = {5, 450}, p.outChannels = 9, p.stride = {1, 1};
    });
    add("valid, as wide as two vectors and one pixel", [](ConvProblem& p) {
        p.inSize = {12, 35}, p.padding = {0, 0};
    });
    add("1x1 on maps a page apart", [](ConvProblem& p) {
        p.kernel = {1, 1}, p.padding = {0, 0}, p.inChannels = 7, p.inSize = {32, 32};
    });
    add("two images", [](ConvProblem& p) { p.batch = 2; });
    add("three images in groups",
        [](ConvProblem& p) { p.batch = 3, p.inChannels = 4, p.outChannels = 6, p.groups = 2; });
    add("many terms", [](ConvProblem& p) { p.inChannels = 300, p.inSize = {6, 11}; });
}

const std::vector<NamedProblem>& problems()
{
    static const std::vector<NamedProblem> all = [] {
        std::vector<NamedProblem> result;
        addWidths(result);
        addChannels(result);
        addShapes(result);
        return result;
    }();
    return all;
}

Tensor normals(const Shape& shape, unsigned seed, double scale = 1.0)
{
    std::mt19937 engine(seed);
    std::normal_distribution<double> normal(0.0, scale);
    Tensor tensor = Tensor::uninitialized(shape);
    std::ranges::generate(tensor.values(), [&] { return static_cast<float>(normal(engine)); });
    return tensor;
}

/// A problem with numbers.
struct Task {
    ConvProblem problem;
    Tensor input;
    Tensor weights;
    Tensor bias;

    explicit Task(const ConvProblem& p)
        : problem(p), input(normals(p.inShape(), 1)),
          weights(normals(p.weightShape(), 2, 1.0 / std::sqrt(double(p.patchElements())))),
          bias(normals({p.outChannels}, 3))
    {}
};

/// What an engine makes of a task; nothing when it was stopped.
struct Run {
    bool complete = false;
    Tensor output;
    bool keptInBounds = true;
};

bool untouched(const Tensor& buffer, std::int64_t from)
{
    return std::ranges::all_of(buffer.values().subspan(std::size_t(from)),
                               [](float x) { return x == kUntouched; });
}

/// What comes after the sums.
struct Ending {
    bool hasBias = true;
    std::optional<float> negativeSlope{};
};

/// Scratch, prepared weights and output begin as NaN, so that whatever is read or left unwritten
/// shows.
Run run(const ConvEngine& engine, const Task& task, const Ending& ending, InstructionSet set,
        int threads, const std::stop_token& stop = {})
{
    const std::int64_t preparedSize = engine.preparedFloats(task.problem);
    const std::int64_t scratchSize = engine.scratchFloats(task.problem) * threads;
    const std::int64_t outputSize = task.problem.outShape().elements();
    Tensor scratch = Tensor::filled({scratchSize + kMargin}, kUntouched);
    Tensor prepared = Tensor::filled({preparedSize + kMargin}, kUntouched);
    Tensor output = Tensor::filled({outputSize + kMargin}, kUntouched);
    std::fill_n(prepared.data(), preparedSize, kNan);
    std::fill_n(scratch.data(), scratchSize, kNan);
    std::fill_n(output.data(), outputSize, kNan);
    ThreadTeam team(threads);
    const ConvData data{.input = task.input.data(),
                        .weights = task.weights.data(),
                        .prepared = prepared.data(),
                        .bias = ending.hasBias ? task.bias.data() : nullptr,
                        .negativeSlope = ending.negativeSlope,
                        .output = output.data()};
    const ComputeContext context{.team = team, .instructionSet = set, .stop = stop};
    const bool complete
        = engine.prepare(task.problem, task.weights.data(), prepared.data(), context)
        && engine.run(task.problem, data, scratch.values().first(std::size_t(scratchSize)),
                      context);
    const auto values = output.values().first(std::size_t(outputSize));
    return {complete, Tensor::from(task.problem.outShape(), values),
            untouched(scratch, scratchSize) && untouched(prepared, preparedSize)
                && untouched(output, outputSize)};
}

/// A square kernel that the engine takes.
Extent kernelOf(const ConvEngine& engine)
{
    const bool takes3x3 = !engine.declines({.inSize = {9, 9}, .kernel = {3, 3}});
    return takes3x3 ? Extent{3, 3} : Extent{5, 5};
}

/// What a problem gives, with the bounds of an engine. Rows of one problem follow each other, and
/// it takes longer than most engines do: the newest problem's are kept.
const BoundedTensor& expectedOf(const Task& task, std::size_t problem, double amplification)
{
    static std::size_t kept = problem;
    static std::map<double, BoundedTensor> found;
    if (kept != problem)
        found.clear();
    kept = problem;
    const auto known = found.find(amplification);
    if (known != found.end())
        return known->second;
    return found
        .emplace(amplification,
                 boundedConvolution(task.problem, BoundedTensor::exactly(task.input), task.weights,
                                    &task.bias, amplification))
        .first->second;
}

/// Every engine with every instruction set.
void addEngineColumns()
{
    QTest::addColumn<int>("engine");
    QTest::addColumn<int>("set");
}

template <typename Row>
void forEngines(const Row& row)
{
    for (std::size_t engine = 0; engine < convEngines().size(); ++engine)
        for (const InstructionSet set : availableInstructionSets())
            row(label(*convEngines()[engine]) + " " + std::string(instructionSetName(set)),
                int(engine), int(set));
}

enum class Kind { Finite, Nan, PlusInfinity, MinusInfinity };

std::vector<Kind> kinds(const Tensor& tensor)
{
    std::vector<Kind> result;
    for (const float x : tensor.values())
        result.push_back(std::isnan(x)    ? Kind::Nan
                             : x == kInf  ? Kind::PlusInfinity
                             : x == -kInf ? Kind::MinusInfinity
                                          : Kind::Finite);
    return result;
}

/// More weights for each output channel than gemm takes.
ConvProblem oversized()
{
    return {.inChannels = 65537, .inSize = {2, 3}, .outChannels = 2, .stride = {2, 2}};
}

} // namespace

class TestEngines : public QObject {
    Q_OBJECT
private slots:
    void tellsWhichInstructionSetsAreTested();
    void matchesTheDefinition_data();
    void matchesTheDefinition();
    void doesWithoutBias_data();
    void doesWithoutBias();
    void appliesTheActivation_data();
    void appliesTheActivation();
    void agreesOnWhatIsNotFinite_data();
    void agreesOnWhatIsNotFinite();
    void stopsWhenAlreadyAsked_data();
    void stopsWhenAlreadyAsked();
    void stopsWhenAnotherThreadAsks_data();
    void stopsWhenAnotherThreadAsks();
    void autoTakesEveryProblem();
    void gemmDeclinesAnOversizedPatch();
    void winogradDeclinesManyChannels();
    void refusesAnUnknownAlgorithm();
    void convolvesInMemoryOfThePool();
    void cancelsInConvolve();
    void isWholeOrNothingWhenStopped_data();
    void isWholeOrNothingWhenStopped();
    void errsLittle_data();
    void errsLittle();
};

void TestEngines::tellsWhichInstructionSetsAreTested()
{
    std::string missing;
    for (const InstructionSet set : {InstructionSet::Baseline, InstructionSet::Sse4,
                                     InstructionSet::Avx2, InstructionSet::Avx512}) {
        if (std::ranges::find(availableInstructionSets(), set) == availableInstructionSets().end())
            missing += " " + std::string(instructionSetName(set));
    }
    if (!missing.empty())
        QSKIP(("this processor has not:" + missing).c_str());
}

void TestEngines::matchesTheDefinition_data()
{
    addEngineColumns();
    QTest::addColumn<int>("problem");
    for (std::size_t i = 0; i < problems().size(); ++i) {
        forEngines([&](const std::string& name, int engine, int set) {
            QTest::addRow("%s: %s", name.c_str(), problems()[i].name.c_str())
                << engine << set << int(i);
        });
    }
}

void TestEngines::matchesTheDefinition()
{
    QFETCH(int, engine);
    QFETCH(int, set);
    QFETCH(int, problem);
    const ConvEngine& e = *convEngines()[std::size_t(engine)];
    const Task task(problems()[std::size_t(problem)].problem);
    if (const auto reason = e.declines(task.problem))
        QSKIP(reason->message().c_str());
    const BoundedTensor& expected
        = expectedOf(task, std::size_t(problem), amplificationOf(label(e)));
    const Run single = run(e, task, {}, InstructionSet(set), 1);
    QVERIFY(single.complete);
    QVERIFY2(single.keptInBounds, "it wrote behind the scratch or the output");
    const std::string difference = firstOutside(single.output, expected);
    QVERIFY2(difference.empty(), difference.c_str());
    for (const int threads : {2, 3}) {
        const Run more = run(e, task, {}, InstructionSet(set), threads);
        QVERIFY(more.complete && more.keptInBounds);
        QVERIFY2(sameBits(more.output, single.output), "other bits with more threads");
    }
}

void TestEngines::doesWithoutBias_data()
{
    addEngineColumns();
    forEngines([](const std::string& name, int engine, int set) {
        QTest::addRow("%s", name.c_str()) << engine << set;
    });
}

void TestEngines::doesWithoutBias()
{
    QFETCH(int, engine);
    QFETCH(int, set);
    const ConvEngine& e = *convEngines()[std::size_t(engine)];
    const Task task({.inChannels = 4, .inSize = {9, 17}, .outChannels = 6, .kernel = kernelOf(e)});
    const BoundedTensor expected
        = boundedConvolution(task.problem, BoundedTensor::exactly(task.input), task.weights,
                             nullptr, amplificationOf(label(e)));
    const Run bare = run(e, task, {.hasBias = false}, InstructionSet(set), 2);
    QVERIFY(bare.complete);
    const std::string difference = firstOutside(bare.output, expected);
    QVERIFY2(difference.empty(), difference.c_str());
}

void TestEngines::appliesTheActivation_data()
{
    addEngineColumns();
    QTest::addColumn<float>("slope");
    forEngines([](const std::string& name, int engine, int set) {
        QTest::addRow("%s ReLU", name.c_str()) << engine << set << 0.0F;
        QTest::addRow("%s leaky", name.c_str()) << engine << set << 0.25F;
    });
}

void TestEngines::appliesTheActivation()
{
    QFETCH(int, engine);
    QFETCH(int, set);
    QFETCH(float, slope);
    const ConvEngine& e = *convEngines()[std::size_t(engine)];
    Task task({.inChannels = 4,
               .inSize = {21, 37},
               .outChannels = 18,
               .kernel = kernelOf(e),
               .padding = {1, 1}});
    task.input.data()[5 * 37 + 30] = kNan; // which stays
    Run plain = run(e, task, {}, InstructionSet(set), 2);
    const Run activated = run(e, task, {.negativeSlope = slope}, InstructionSet(set), 2);
    QVERIFY(activated.complete && activated.keptInBounds);
    activate(plain.output.data(), plain.output.data(), plain.output.elements(), slope);
    QVERIFY(sameBits(activated.output, plain.output));
}

void TestEngines::agreesOnWhatIsNotFinite_data()
{
    QTest::addColumn<float>("weight");
    QTest::addColumn<float>("pixel");
    QTest::newRow("NaN weight") << kNan << 1.0F;
    QTest::newRow("infinite weight") << kInf << 1.0F;
    QTest::newRow("negative infinite weight") << -kInf << 1.0F;
    QTest::newRow("NaN pixel") << 1.0F << kNan;
    QTest::newRow("infinite pixel") << 1.0F << kInf;
    QTest::newRow("both") << kInf << -kInf;
}

void TestEngines::agreesOnWhatIsNotFinite()
{
    QFETCH(float, weight);
    QFETCH(float, pixel);
    const ConvEngine& reference = *convEngines().back();
    QCOMPARE(reference.name(), std::string_view("reference"));
    for (const std::int64_t kernel : {3, 5}) {
        Task task({.inChannels = 2,
                   .inSize = {19, 38},
                   .outChannels = 18,
                   .kernel = {kernel, kernel},
                   .padding = {1, 1}});
        const std::int64_t patch = task.problem.patchElements();
        task.weights.data()[patch + kernel * kernel / 2] = weight; // a centre tap
        task.weights.data()[2 * patch] = weight; // a corner tap: it meets padding
        task.input.data()[4 * 38 + 6] = pixel;
        const auto expected = kinds(run(reference, task, {}, InstructionSet::Baseline, 1).output);
        QVERIFY(std::ranges::count(expected, Kind::Finite) > 0);
        QVERIFY(std::ranges::count(expected, Kind::Finite) < std::ssize(expected));
        for (const ConvEngine* engine : convEngines()) {
            if (engine->declines(task.problem))
                continue;
            for (const InstructionSet set : availableInstructionSets())
                QVERIFY2(kinds(run(*engine, task, {}, set, 2).output) == expected,
                         label(*engine).c_str());
        }
    }
}

void TestEngines::stopsWhenAlreadyAsked_data()
{
    doesWithoutBias_data();
}

void TestEngines::stopsWhenAlreadyAsked()
{
    QFETCH(int, engine);
    QFETCH(int, set);
    std::stop_source stop;
    stop.request_stop();
    const Task task({.inChannels = 2, .inSize = {5, 5}, .outChannels = 2, .kernel = {3, 3}});
    const ConvEngine& e = *convEngines()[std::size_t(engine)];
    QVERIFY(!run(e, task, {}, InstructionSet(set), 2, stop.get_token()).complete);
}

void TestEngines::stopsWhenAnotherThreadAsks_data()
{
    doesWithoutBias_data();
}

void TestEngines::stopsWhenAnotherThreadAsks()
{
    QFETCH(int, engine);
    QFETCH(int, set);
    // Longer than it takes another thread to say stop, on any machine.
    static const Task task(
        {.inChannels = 64, .inSize = {384, 384}, .outChannels = 128, .kernel = {5, 5}});
    std::stop_source stop;
    std::latch started(1);
    std::jthread other([&] {
        started.wait();
        stop.request_stop();
    });
    started.count_down();
    const ConvEngine& e = *convEngines()[std::size_t(engine)];
    QVERIFY(!run(e, task, {}, InstructionSet(set), 2, stop.get_token()).complete);
}

void TestEngines::autoTakesEveryProblem()
{
    for (const NamedProblem& named : problems()) {
        const auto engine = chooseEngine("auto", named.problem);
        QVERIFY(engine);
        QVERIFY(!(*engine)->declines(named.problem));
    }
    QVERIFY(chooseEngine("auto", oversized()));
}

void TestEngines::gemmDeclinesAnOversizedPatch()
{
    ConvProblem problem = oversized();
    const auto refused = chooseEngine("gemm", problem);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Unsupported);
    QCOMPARE(refused.error().message(),
             std::string(
                 "gemm takes kernels of at most 65536 weights for each output channel, not 65537"));
    QCOMPARE((*chooseEngine("auto", problem))->name(), std::string_view("reference"));

    const Task task(problem);
    ThreadTeam team(2);
    const auto output = convolve("auto", problem, task.input,
                                 {.weights = task.weights, .bias = &task.bias}, {.team = team});
    QVERIFY(output);
    const std::string difference = firstOutside(
        *output,
        boundedConvolution(problem, BoundedTensor::exactly(task.input), task.weights, &task.bias));
    QVERIFY2(difference.empty(), difference.c_str());

    problem.inChannels = 65536;
    QVERIFY(chooseEngine("gemm", problem));
}

void TestEngines::winogradDeclinesManyChannels()
{
    const auto many = [](std::int64_t in, std::int64_t out) {
        return ConvProblem{
            .inChannels = in, .inSize = {28, 28}, .outChannels = out, .kernel = {3, 3}};
    };
    QVERIFY(chooseEngine("winograd", many(512, 1024)));
    for (const auto& [in, out] : {std::pair{1024, 1024}, {20000, 1}, {1, 20000}}) {
        const auto refused = chooseEngine("winograd", many(in, out));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
    }
    // As many as one block takes in its least form.
    const ConvProblem problem{
        .inChannels = 300, .inSize = {40, 11}, .outChannels = 20, .kernel = {3, 3}};
    const Task task(problem);
    ThreadTeam team(2);
    for (const char* algorithm : {"winograd F(6x6,3x3)", "winograd F(4x4,3x3)"}) {
        const auto result = convolve(algorithm, problem, task.input,
                                     {.weights = task.weights, .bias = &task.bias}, {.team = team});
        QVERIFY(result);
        const std::string difference = firstOutside(
            *result,
            boundedConvolution(problem, BoundedTensor::exactly(task.input), task.weights,
                               &task.bias, amplificationOf(algorithm)));
        QVERIFY2(difference.empty(), difference.c_str());
    }
}

void TestEngines::refusesAnUnknownAlgorithm()
{
    const auto refused = chooseEngine("Gemm", problems()[0].problem);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(refused.error().message(), std::string("unknown algorithm 'Gemm'"));
    QCOMPARE(convAlgorithms().front(), std::string_view("auto"));
    QCOMPARE(convAlgorithms().back(), std::string_view("reference"));
}

void TestEngines::convolvesInMemoryOfThePool()
{
    const auto pool = TensorPool::create(1 << 20);
    const Task task({.inChannels = 2, .inSize = {5, 6}, .outChannels = 3, .kernel = {3, 3}});
    ThreadTeam team(1);
    const float* first = nullptr;
    for (int round = 0; round < 2; ++round) {
        const auto output = convolve("gemm", task.problem, task.input, {.weights = task.weights},
                                     {.team = team, .pool = pool.get()});
        QVERIFY(output);
        QCOMPARE(output->shape(), (Shape{1, 3, 3, 4}));
        QVERIFY(!first || output->data() == first);
        first = output->data();
    }
    QVERIFY(pool->unusedBytes() > 0);
}

void TestEngines::cancelsInConvolve()
{
    std::stop_source stop;
    stop.request_stop();
    const Task task({.inChannels = 2, .inSize = {5, 6}, .outChannels = 3, .kernel = {3, 3}});
    ThreadTeam team(1);
    const auto output = convolve("auto", task.problem, task.input, {.weights = task.weights},
                                 {.team = team, .stop = stop.get_token()});
    QVERIFY(!output);
    QCOMPARE(output.error().code, ErrorCode::Cancelled);
}

void TestEngines::isWholeOrNothingWhenStopped_data()
{
    QTest::addColumn<std::string>("algorithm");
    for (const ConvEngine* engine : convEngines()) {
        if (engine->name() != "reference") // it takes too long to be whole
            QTest::newRow(label(*engine).c_str()) << label(*engine);
    }
}

/// Stopped at random moments from before the beginning to after the end.
void TestEngines::isWholeOrNothingWhenStopped()
{
    QFETCH(std::string, algorithm);
    const ConvEngine& engine = **std::ranges::find(convEngines(), algorithm,
                                                   [](const ConvEngine* e) { return label(*e); });
    const Task task({.inChannels = 32,
                     .inSize = {96, 96},
                     .outChannels = 32,
                     .kernel = kernelOf(engine),
                     .padding = {1, 1}});
    const auto pool = TensorPool::create(std::size_t{64} << 20);
    ThreadTeam team(2);
    const auto ran = [&](const std::stop_token& stop) {
        return convolve(algorithm, task.problem, task.input, {.weights = task.weights},
                        {.team = team, .pool = pool.get(), .stop = stop});
    };
    QElapsedTimer timer;
    timer.start();
    const auto whole = ran({});
    QVERIFY(whole);
    const std::int64_t wholeNs = timer.nsecsElapsed();
    std::mt19937 random(1);
    std::uniform_int_distribution<std::int64_t> moment(0, wholeNs * 3 / 2);
    for (int round = 0; round < 40; ++round) {
        std::stop_source stop;
        std::jthread other([&, wait = moment(random)] {
            std::this_thread::sleep_for(std::chrono::nanoseconds(wait));
            stop.request_stop();
        });
        const auto result = ran(stop.get_token());
        if (result) {
            QVERIFY(sameBits(*result, *whole));
        } else {
            QCOMPARE(result.error().code, ErrorCode::Cancelled);
        }
    }
}

void TestEngines::errsLittle_data()
{
    QTest::addColumn<std::string>("algorithm");
    QTest::addColumn<double>("limit");
    QTest::newRow("auto") << std::string("auto") << 3e-5;
    QTest::newRow("direct") << std::string("direct") << 5e-6;
    QTest::newRow("gemm") << std::string("gemm") << 5e-6;
    QTest::newRow("1x6 tile of 3x3") << std::string("winograd F(1x4,3x3)") << 5e-6;
    QTest::newRow("1x8 tile of 5x5") << std::string("winograd F(1x4,5x5)") << 1e-5;
    QTest::newRow("6x6 tile of 3x3") << std::string("winograd F(4x4,3x3)") << 1e-5;
    QTest::newRow("6x6 tile of 5x5") << std::string("winograd F(2x2,5x5)") << 1e-5;
    QTest::newRow("8x8 tile of 3x3") << std::string("winograd F(6x6,3x3)") << 3e-5;
    QTest::newRow("8x8 tile of 5x5") << std::string("winograd F(4x4,5x5)") << 3e-5;
}

/// The error as it is told everywhere: the largest, as a part of the largest output.
void TestEngines::errsLittle()
{
    QFETCH(std::string, algorithm);
    QFETCH(double, limit);
    for (const std::int64_t kernel : {3, 5}) {
        const Task task({.inChannels = 64,
                         .inSize = {40, 40},
                         .outChannels = 24,
                         .kernel = {kernel, kernel},
                         .padding = {kernel / 2, kernel / 2}});
        if (!chooseEngine(algorithm, task.problem))
            continue;
        const ConvLayer layer{.weights = task.weights, .bias = &task.bias};
        ThreadTeam team(2);
        const auto expected
            = convolve("reference", task.problem, task.input, layer, {.team = team});
        QVERIFY(expected);
        for (const InstructionSet set : availableInstructionSets()) {
            const auto result = convolve(algorithm, task.problem, task.input, layer,
                                         {.team = team, .instructionSet = set});
            QVERIFY(result);
            double largest = 0.0;
            double error = 0.0;
            for (std::int64_t i = 0; i < result->elements(); ++i) {
                const double value = std::as_const(*expected).data()[i];
                largest = std::max(largest, std::abs(value));
                error = std::max(error, std::abs(std::as_const(*result).data()[i] - value));
            }
            QVERIFY2(error < limit * largest, std::to_string(error / largest).c_str());
        }
    }
}

QTEST_APPLESS_MAIN(TestEngines)
#include "test_engines.moc"
