#include "core/conv/conv_pair.h"

#include "core/weights/torch_generator.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <limits>
#include <random>

using namespace factorscope;

namespace {

Tensor drawn(const Shape& shape, std::uint64_t seed)
{
    Tensor tensor = Tensor::uninitialized(shape);
    TorchGenerator(seed).normal(tensor.values());
    return tensor;
}

const ConvEngine& engine(const char* algorithm, const ConvProblem& problem)
{
    return **chooseEngine(algorithm, problem);
}

/// Two convolutions with all that they take. The second kernel may have another size.
struct Two {
    ConvProblem first;
    ConvProblem second;
    Tensor input;
    Tensor firstWeights;
    Tensor secondWeights;
    Tensor firstBias;
    Tensor secondBias;

    Two(Extent size, std::int64_t firstTaps, std::int64_t secondTaps, std::int64_t padding = 1,
        std::int64_t batch = 1)
        : first{.batch = batch,
                .inChannels = 3,
                .inSize = size,
                .outChannels = 5,
                .kernel = {firstTaps, firstTaps},
                .padding = {padding, padding}},
          second{.batch = batch,
                 .inChannels = 5,
                 .inSize = first.outSize(),
                 .outChannels = 7,
                 .kernel = {secondTaps, secondTaps},
                 .padding = {padding, padding}},
          input(drawn(first.inShape(), 1)), firstWeights(drawn(first.weightShape(), 2)),
          secondWeights(drawn(second.weightShape(), 3)), firstBias(drawn({5}, 4)),
          secondBias(drawn({7}, 5))
    {}

    static const char* rowsOf(const ConvProblem& problem)
    {
        return problem.kernel.height == 5 ? "winograd F(1x4,5x5)" : "winograd F(1x4,3x3)";
    }

    ConvPair pair() const
    {
        return {{engine(rowsOf(first), first), first}, {engine(rowsOf(second), second), second}};
    }
    ConvLayer firstLayer() const { return {firstWeights, &firstBias, 0.0F}; }
    ConvLayer secondLayer() const { return {secondWeights, &secondBias, 0.25F}; }

    Result<std::optional<Tensor>> together(const ComputeContext& context) const
    {
        return convolvePair(pair(), firstLayer(), secondLayer(), input, context);
    }
    Tensor oneBehindTheOther(const ComputeContext& context) const
    {
        const Tensor between = *convolve(rowsOf(first), first, input, firstLayer(), context);
        return *convolve(rowsOf(second), second, between, secondLayer(), context);
    }
};

} // namespace

class TestConvPair : public QObject {
    Q_OBJECT
private slots:
    void makesTheSameBits_data();
    void makesTheSameBits();
    void makesTheSameBitsOfWideMaps();
    void leavesWhatIsNotFinite();
    void stopsWhenAsked();
    void stopsAtAnyMoment();
    void tellsAllThatItDoes();
    void takesWhatComputesRows();
    void takesLittleMemory();
};

void TestConvPair::makesTheSameBits_data()
{
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("firstTaps");
    QTest::addColumn<int>("secondTaps");
    QTest::addColumn<int>("padding");
    for (const auto& [height, width] : {std::pair{5, 5}, {9, 70}, {16, 64}, {17, 65}, {83, 31}}) {
        for (const auto& [first, second] : {std::pair{3, 3}, {3, 5}, {5, 3}, {5, 5}}) {
            for (const int padding : {0, 1, 2, 4}) {
                if (2 * padding + 5 < first + second - 1)
                    continue; // nothing would be left of the smallest
                QTest::addRow("%d on %d of %dx%d, padding %d", second, first, height, width,
                              padding)
                    << height << width << first << second << padding;
            }
        }
    }
}

void TestConvPair::makesTheSameBits()
{
    QFETCH(int, height);
    QFETCH(int, width);
    QFETCH(int, firstTaps);
    QFETCH(int, secondTaps);
    QFETCH(int, padding);
    const Two two({height, width}, firstTaps, secondTaps, padding, 2);
    for (const InstructionSet set : availableInstructionSets()) {
        for (const int threads : {1, 2, 3}) {
            ThreadTeam team(threads);
            const ComputeContext context{.team = team, .instructionSet = set};
            const auto together = two.together(context);
            QVERIFY(together && *together);
            QVERIFY(sameBits(**together, two.oneBehindTheOther(context)));
        }
    }
}

/// Whose bands have few rows.
void TestConvPair::makesTheSameBitsOfWideMaps()
{
    const Two two({37, 9000}, 3, 3);
    ThreadTeam team(2);
    const auto together = two.together({.team = team});
    QVERIFY(together && *together);
    QVERIFY(sameBits(**together, two.oneBehindTheOther({.team = team})));
}

void TestConvPair::leavesWhatIsNotFinite()
{
    ThreadTeam team(2);
    for (const float value :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        for (const std::int64_t place : {0, 1234, 3 * 40 * 50 - 1}) {
            Two two({40, 50}, 3, 3);
            two.input.data()[place] = value;
            Progress progress;
            const auto together = two.together({.team = team, .progress = &progress});
            QVERIFY(together);
            QVERIFY(!*together);
            QCOMPARE(progress.done.load(), 0);
        }
    }
}

void TestConvPair::stopsWhenAsked()
{
    ThreadTeam team(2);
    std::stop_source source;
    source.request_stop();
    const auto together = Two({40, 50}, 3, 3).together({.team = team, .stop = source.get_token()});
    QVERIFY(!together);
    QCOMPARE(together.error().code, ErrorCode::Cancelled);
}

void TestConvPair::stopsAtAnyMoment()
{
    const Two two({300, 300}, 3, 3);
    ThreadTeam team(2);
    const Tensor expected = two.oneBehindTheOther({.team = team});
    std::mt19937 random(1);
    for (int round = 0; round < 40; ++round) {
        std::stop_source source;
        std::jthread other([&, wait = std::chrono::microseconds(random() % 2000)] {
            std::this_thread::sleep_for(wait);
            source.request_stop();
        });
        const auto together = two.together({.team = team, .stop = source.get_token()});
        if (together)
            QVERIFY(sameBits(**together, expected));
        else
            QCOMPARE(together.error().code, ErrorCode::Cancelled);
    }
}

void TestConvPair::tellsAllThatItDoes()
{
    const Two two({83, 31}, 5, 3, 2, 3);
    ThreadTeam team(2);
    Progress progress;
    QVERIFY(*two.together({.team = team, .progress = &progress}));
    QCOMPARE(progress.done.load(), two.first.macs() + two.second.macs());
}

void TestConvPair::takesWhatComputesRows()
{
    const Two two({40, 50}, 3, 3);
    QVERIFY(isPair(two.pair()));
    for (const char* other : {"direct", "gemm", "reference", "winograd F(6x6,3x3)"}) {
        const ConvEngine& one = engine(other, two.first);
        QVERIFY(!isPair({{one, two.first}, two.pair().second}));
        QVERIFY(!isPair({two.pair().first, {one, two.second}}));
    }
}

/// Not where what lies between fits no cache.
void TestConvPair::takesLittleMemory()
{
    constexpr std::int64_t kMost = 8 << 20;
    for (const std::int64_t width : {16, 512, 4096, 100'000, 10'000'000}) {
        const ConvProblem first{.inChannels = 3,
                                .inSize = {512, width},
                                .outChannels = 16,
                                .kernel = {3, 3},
                                .padding = {1, 1}};
        const ConvProblem second{.inChannels = 16,
                                 .inSize = {512, width},
                                 .outChannels = 16,
                                 .kernel = {3, 3},
                                 .padding = {1, 1}};
        const ConvEngine& rows = engine("winograd F(1x4,3x3)", first);
        const ConvPair pair{{rows, first}, {rows, second}};
        QCOMPARE(isPair(pair), width <= 4096);
        if (isPair(pair))
            QVERIFY(scratchFloats(pair) * std::int64_t{sizeof(float)} < kMost);
    }
}

QTEST_APPLESS_MAIN(TestConvPair)
#include "test_conv_pair.moc"
