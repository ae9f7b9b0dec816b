#include "core/conv/convolve_onto.h"

#include "tests/support/drawn.h"
#include "tests/support/rounding.h"

#include <QTest>

using namespace factorscope;

namespace {

struct Task {
    ConvProblem problem;
    Tensor input;
    Tensor weights;
    Tensor sums;
};

Task task(int width, int channels)
{
    const ConvProblem problem{.inChannels = channels,
                              .inSize = {9, width},
                              .outChannels = 19,
                              .kernel = {3, 3},
                              .padding = {1, 1}};
    return {problem, drawn(problem.inShape(), 1), drawn(problem.weightShape(), 2),
            drawn(problem.outShape(), 3)};
}

} // namespace

class TestConvolveOnto : public QObject {
    Q_OBJECT
private slots:
    void addsToWhatIsThere_data();
    void addsToWhatIsThere();
    void activatesToTheSameBits_data() { addsToWhatIsThere_data(); }
    void activatesToTheSameBits();
    void isCancelled();
};

void TestConvolveOnto::addsToWhatIsThere_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("set");
    for (const InstructionSet set : availableInstructionSets()) {
        for (const int width : {1, 5, 15, 16, 17, 31, 32, 33, 50}) {
            for (const int channels : {1, 3})
                QTest::addRow("%s, width %d, %d channels", instructionSetName(set).data(), width,
                              channels)
                    << width << channels << int(set);
        }
    }
}

void TestConvolveOnto::addsToWhatIsThere()
{
    QFETCH(int, width);
    QFETCH(int, channels);
    QFETCH(int, set);
    const Task t = task(width, channels);
    // The oracle takes the sums for a further input channel that goes to one output each.
    BoundedTensor expected
        = boundedConvolution(t.problem, BoundedTensor::exactly(t.input), t.weights, nullptr);
    for (std::size_t i = 0; i < expected.values.size(); ++i) {
        expected.values[i] += double{t.sums.data()[i]};
        expected.bounds[i] += roundingBound(t.problem.patchElements(), std::abs(t.sums.data()[i]));
    }
    for (const int threads : {1, 2, 3}) {
        ThreadTeam team(threads);
        const auto result = convolveOnto(t.sums, t.problem, t.input.data(), t.weights, {},
                                         {.team = team, .instructionSet = InstructionSet(set)});
        QVERIFY(result);
        const std::string difference = firstOutside(result->sums, expected);
        QVERIFY2(difference.empty(), difference.c_str());
    }
}

void TestConvolveOnto::activatesToTheSameBits()
{
    QFETCH(int, width);
    QFETCH(int, channels);
    QFETCH(int, set);
    const Task t = task(width, channels);
    ThreadTeam team(2);
    const auto ask = [&](std::optional<float> slope) {
        return convolveOnto(t.sums, t.problem, t.input.data(), t.weights, slope,
                            {.team = team, .instructionSet = InstructionSet(set)});
    };
    const auto plain = ask({});
    QVERIFY(plain && !plain->activated);
    for (const float slope : {0.0F, 0.25F}) {
        const auto result = ask(slope);
        QVERIFY(result && result->activated);
        QVERIFY(std::ranges::equal(result->sums.values(), plain->sums.values()));
        const auto isActivated = [&](float before, float after) {
            return after == (before > 0 ? before : before * slope);
        };
        QVERIFY(
            std::ranges::equal(result->sums.values(), result->activated->values(), isActivated));
    }
}

void TestConvolveOnto::isCancelled()
{
    const ConvProblem problem{.inSize = {5, 5}, .kernel = {3, 3}};
    std::stop_source stop;
    stop.request_stop();
    ThreadTeam team(1);
    const auto result = convolveOnto(
        Tensor::zeros(problem.outShape()), problem, Tensor::zeros(problem.inShape()).data(),
        Tensor::zeros(problem.weightShape()), {}, {.team = team, .stop = stop.get_token()});
    QVERIFY(!result && result.error().code == ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestConvolveOnto)
#include "test_convolve_onto.moc"
