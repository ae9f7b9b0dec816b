#include "core/conv/conv_pair.h"

#include "tests/support/drawn.h"
#include "tests/support/same_bits.h"

#include <QByteArrayView>
#include <QTest>

#include <limits>
#include <random>

using namespace factorscope;

namespace {

const ConvEngine& engine(const char* algorithm, const ConvProblem& problem)
{
    return **chooseEngine(algorithm, problem);
}

/// Two engines that run as one, by their labels, and what lies between them then.
struct Engines {
    const char* first;
    const char* second;
    bool inBands; ///< else in blocks
};
constexpr Engines kAllEngines[]{
    {"winograd F(1x4,3x3)", "winograd F(1x4,3x3)", true},
    {"winograd F(1x4,3x3)", "winograd F(1x4,5x5)", true},
    {"winograd F(1x4,5x5)", "winograd F(1x4,3x3)", true},
    {"winograd F(1x4,5x5)", "winograd F(1x4,5x5)", true},
    {"winograd F(1x4,3x3)", "winograd F(6x6,3x3)", true},
    {"winograd F(1x4,3x3)", "winograd F(4x4,5x5)", true},
    {"winograd F(6x6,3x3)", "winograd F(6x6,3x3)", false},
    {"winograd F(6x6,3x3)", "winograd F(4x4,3x3)", false},
    {"winograd F(4x4,5x5)", "winograd F(6x6,3x3)", false},
    {"winograd F(2x2,5x5)", "winograd F(2x2,5x5)", false},
};
constexpr Engines kRows = kAllEngines[0];

std::int64_t tapsOf(const char* label)
{
    return QByteArrayView(label).contains("5x5)") ? 5 : 3;
}

struct Channels {
    std::int64_t in = 3;
    std::int64_t mid = 5;
    std::int64_t out = 7;
};

/// Two convolutions with all that they take.
struct Two {
    Engines engines;
    ConvProblem first;
    ConvProblem second;
    Tensor input;
    Tensor firstWeights;
    Tensor secondWeights;
    Tensor firstBias;
    Tensor secondBias;

    Two(const Engines& both, Extent size, std::int64_t padding = 1, std::int64_t batch = 1,
        Channels channels = {})
        : engines(both), first{.batch = batch,
                               .inChannels = channels.in,
                               .inSize = size,
                               .outChannels = channels.mid,
                               .kernel = {tapsOf(both.first), tapsOf(both.first)},
                               .padding = {padding, padding}},
          second{.batch = batch,
                 .inChannels = channels.mid,
                 .inSize = first.outSize(),
                 .outChannels = channels.out,
                 .kernel = {tapsOf(both.second), tapsOf(both.second)},
                 .padding = {padding, padding}},
          input(drawn(first.inShape(), 1)), firstWeights(drawn(first.weightShape(), 2)),
          secondWeights(drawn(second.weightShape(), 3)), firstBias(drawn({channels.mid}, 4)),
          secondBias(drawn({channels.out}, 5))
    {}

    ConvPair pair() const
    {
        return {{engine(engines.first, first), first}, {engine(engines.second, second), second}};
    }
    ConvLayer firstLayer() const { return {firstWeights, &firstBias, 0.0F}; }
    ConvLayer secondLayer() const { return {secondWeights, &secondBias, 0.25F}; }

    Result<std::optional<Tensor>> together(const ComputeContext& context) const
    {
        return convolvePair(pair(), firstLayer(), secondLayer(), input, context);
    }
    Tensor oneBehindTheOther(const ComputeContext& context) const
    {
        const Tensor between = *convolve(engines.first, first, input, firstLayer(), context);
        return *convolve(engines.second, second, between, secondLayer(), context);
    }
};

/// Whether a pair is given up, and nothing is told of it.
bool isLeft(const Two& two, ThreadTeam& team)
{
    Progress progress;
    const auto together = two.together({.team = team, .progress = &progress});
    return together && !*together && progress.done.load() == 0;
}

} // namespace

class TestConvPair : public QObject {
    Q_OBJECT
private slots:
    void makesTheSameBits_data();
    void makesTheSameBits();
    void makesTheSameBitsOfAnyChannels();
    void makesTheSameBitsOfWideMaps();
    void leavesWhatIsNotFinite();
    void stopsWhenAsked();
    void stopsAtAnyMoment();
    void tellsAllThatItDoes();
    void takesTheEnginesThatGoTogether();
    void takesLittleMemory();
};

void TestConvPair::makesTheSameBits_data()
{
    QTest::addColumn<int>("engines");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("padding");
    for (int engines = 0; engines < int(std::size(kAllEngines)); ++engines) {
        const auto& [first, second, inBands] = kAllEngines[engines];
        for (const auto& [height, width] :
             {std::pair{5, 5}, {9, 70}, {16, 64}, {17, 65}, {83, 31}}) {
            for (const int padding : {0, 1, 2, 4}) {
                if (2 * padding + 5 < tapsOf(first) + tapsOf(second) - 1)
                    continue; // nothing would be left of the smallest
                QTest::addRow("%s on %s of %dx%d, padding %d", second, first, height, width,
                              padding)
                    << engines << height << width << padding;
            }
        }
    }
}

void TestConvPair::makesTheSameBits()
{
    QFETCH(int, engines);
    QFETCH(int, height);
    QFETCH(int, width);
    QFETCH(int, padding);
    const Two two(kAllEngines[engines], {height, width}, padding, 2);
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

/// Between them a block is full, has room, or holds little.
void TestConvPair::makesTheSameBitsOfAnyChannels()
{
    for (const std::int64_t mid : {1, 4, 15, 16, 17, 33, 48}) {
        for (const Engines& engines : kAllEngines) {
            const Two two(engines, {23, 29}, 1, 2, {.in = 20, .mid = mid, .out = 36});
            if (!isPair(two.pair()))
                continue; // more weights than a cache keeps beside a band
            for (const InstructionSet set : availableInstructionSets()) {
                ThreadTeam team(2);
                const ComputeContext context{.team = team, .instructionSet = set};
                const auto together = two.together(context);
                QVERIFY(together && *together);
                QVERIFY(sameBits(**together, two.oneBehindTheOther(context)));
            }
        }
    }
}

/// Whose bands have few rows.
void TestConvPair::makesTheSameBitsOfWideMaps()
{
    const Two two(kRows, {37, 9000});
    ThreadTeam team(2);
    const auto together = two.together({.team = team});
    QVERIFY(together && *together);
    QVERIFY(sameBits(**together, two.oneBehindTheOther({.team = team})));
}

void TestConvPair::leavesWhatIsNotFinite()
{
    ThreadTeam team(2);
    for (const Engines& engines : kAllEngines) {
        for (const float value :
             {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            for (const std::int64_t place : {0, 1234, 3 * 40 * 50 - 1}) {
                Two two(engines, {40, 50});
                two.input.data()[place] = value;
                QVERIFY(isLeft(two, team));
            }
        }
        Two behind(engines, {40, 50}); // what comes of the first is finite still
        behind.secondWeights.data()[0] = std::numeric_limits<float>::infinity();
        QVERIFY(isLeft(behind, team));
    }
}

void TestConvPair::stopsWhenAsked()
{
    ThreadTeam team(2);
    std::stop_source source;
    source.request_stop();
    for (const Engines& engines : kAllEngines) {
        const auto together
            = Two(engines, {40, 50}).together({.team = team, .stop = source.get_token()});
        QVERIFY(!together);
        QCOMPARE(together.error().code, ErrorCode::Cancelled);
    }
}

void TestConvPair::stopsAtAnyMoment()
{
    ThreadTeam team(2);
    std::mt19937 random(1);
    for (const Engines& engines : kAllEngines) {
        const Two two(engines, {300, 300});
        const Tensor expected = two.oneBehindTheOther({.team = team});
        for (int round = 0; round < 20; ++round) {
            std::stop_source source;
            std::jthread other([&, wait = std::chrono::microseconds(random() % 3000)] {
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
}

void TestConvPair::tellsAllThatItDoes()
{
    ThreadTeam team(2);
    for (const Engines& engines : kAllEngines) {
        const Two two(engines, {83, 31}, 2, 3);
        Progress progress;
        QVERIFY(*two.together({.team = team, .progress = &progress}));
        QCOMPARE(progress.done.load(), two.first.macs() + two.second.macs());
    }
}

void TestConvPair::takesTheEnginesThatGoTogether()
{
    for (const Engines& engines : kAllEngines) {
        const Two two(engines, {40, 50});
        QVERIFY(isPair(two.pair()));
        const auto [height, width] = two.second.inSize;
        QCOMPARE(betweenFloats(two.pair()), engines.inBands ? 0 : 16 * height * width);
    }
    const Two two(kRows, {40, 50});
    for (const char* other : {"direct", "gemm", "reference"}) {
        const ConvEngine& one = engine(other, two.first);
        QVERIFY(!isPair({{one, two.first}, two.pair().second}));
        QVERIFY(!isPair({two.pair().first, {one, two.second}}));
    }
    // One writes rows of single channels, which the other would have to turn.
    const ConvEngine& tiles = engine("winograd F(6x6,3x3)", two.first);
    QVERIFY(!isPair({{tiles, two.first}, two.pair().second}));
    // More weights than a cache keeps beside a band.
    const Two many(kAllEngines[4], {40, 50}, 1, 1, {.in = 3, .mid = 64, .out = 64});
    QVERIFY(!isPair(many.pair()));
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
