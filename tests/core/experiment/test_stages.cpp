#include "core/experiment/stages.h"

#include "core/experiment/evaluate.h"
#include "core/experiment/opening.h"
#include "core/image/samples.h"

#include <QTest>

using namespace factorscope;

namespace {

Experiment experimentOf(BranchKind kind)
{
    Experiment experiment;
    experiment.inChannels = 3;
    experiment.midChannels = 5;
    experiment.outChannels = 4;
    experiment.factorised = kind;
    experiment.picture = std::make_shared<const Picture>(findSample("gratings")->draw({9, 11}));
    return experiment;
}

std::shared_ptr<const BothEvaluated> evaluate(const Experiment& experiment,
                                              const std::shared_ptr<const Answer>& earlier = {})
{
    static ThreadTeam team(2);
    auto answered = answer(experiment, EvaluateBoth{}, {.team = team}, earlier);
    if (!answered)
        qFatal("%s", answered.error().message().c_str());
    return {*answered, &std::get<BothEvaluated>(**answered)};
}

bool sameBits(const SharedTensor& a, const SharedTensor& b)
{
    if (!a || !b)
        return !a && !b;
    return a->shape() == b->shape()
        && std::memcmp(a->data(), b->data(), static_cast<std::size_t>(a->bytes())) == 0;
}

float leakyOf(float value, float slope)
{
    return value > 0.0F ? value : slope * value;
}

} // namespace

Q_DECLARE_METATYPE(BranchKind)

class TestStages : public QObject {
    Q_OBJECT
private slots:
    void theMidMapsStandAboutTheActivation_data();
    void theMidMapsStandAboutTheActivation();
    void withoutAnActivationThereIsNoMidAfter();
    void theDifferenceIsOriginalMinusFactorised();
    void outputsOfDifferentShapesHaveNoDifference();
    void eachMapHasItsStatistics();
    void progressReachesItsEnd();
    void bothAreTimedOnTheSameInput();
    void whatAnEarlierAnswerHasIsTakenOver();
    void anotherOriginalIsComputedAnew_data();
    void anotherOriginalIsComputedAnew();
};

void TestStages::theMidMapsStandAboutTheActivation_data()
{
    QTest::addColumn<BranchKind>("kind");
    QTest::addColumn<bool>("batchNorm");
    QTest::addColumn<bool>("residual");
    for (const auto kind :
         {BranchKind::Decomposed, BranchKind::Separable, BranchKind::Asymmetric}) {
        for (const bool batchNorm : {false, true}) {
            for (const bool residual : {false, true})
                QTest::addRow("%s%s%s", branchKindName(kind).data(), batchNorm ? ", BatchNorm" : "",
                              residual ? ", residual" : "")
                    << kind << batchNorm << residual;
        }
    }
}

void TestStages::theMidMapsStandAboutTheActivation()
{
    QFETCH(BranchKind, kind);
    QFETCH(bool, batchNorm);
    QFETCH(bool, residual);
    Experiment experiment = experimentOf(kind);
    experiment.between = Between::Leaky;
    experiment.leakySlope = 0.25;
    experiment.batchNorm = batchNorm;
    experiment.residual = residual ? ResidualKind::Conv1x1 : ResidualKind::None;
    const auto both = evaluate(experiment);
    const StageMaps& before = both->stages[Stage::MidBefore];
    const StageMaps& after = both->stages[Stage::MidAfter];
    QCOMPARE(before.channels(), 5);
    QCOMPARE(before.size(), (Extent{9, 11}));
    QCOMPARE(after.channels(), 5);
    bool anyNegative = false;
    for (std::int64_t i = 0; i < before.maps->elements(); ++i) {
        const float value = before.maps->data()[i];
        anyNegative = anyNegative || value < 0.0F;
        QCOMPARE(after.maps->data()[i], leakyOf(value, 0.25F));
    }
    QVERIFY(anyNegative);
}

void TestStages::withoutAnActivationThereIsNoMidAfter()
{
    Experiment experiment = experimentOf(BranchKind::Decomposed);
    experiment.between = Between::None;
    const auto both = evaluate(experiment);
    QVERIFY(both->stages[Stage::MidBefore].maps);
    QVERIFY(!both->stages[Stage::MidAfter].maps);
    QCOMPARE(both->stages[Stage::MidAfter].channels(), 0);
}

void TestStages::theDifferenceIsOriginalMinusFactorised()
{
    const auto both = evaluate(experimentOf(BranchKind::Decomposed));
    const auto at = [&](Stage stage) { return both->stages[stage].at(2, 3, 4); };
    QCOMPARE(at(Stage::Difference), at(Stage::Original) - at(Stage::Factorised));
    QCOMPARE(both->stages[Stage::Original].maps, both->original.run.output);
    QCOMPARE(both->stages[Stage::Factorised].maps, both->factorised.run.output);
    QCOMPARE(both->stages[Stage::Input].maps, both->factorised.input);
}

void TestStages::outputsOfDifferentShapesHaveNoDifference()
{
    Experiment experiment = experimentOf(BranchKind::Decomposed);
    experiment.originalOutChannels = 7;
    const auto both = evaluate(experiment);
    QVERIFY(!both->stages[Stage::Difference].maps);
    QCOMPARE(both->stages[Stage::Original].channels(), 7);
}

void TestStages::eachMapHasItsStatistics()
{
    const auto both = evaluate(experimentOf(BranchKind::Decomposed));
    for (const Stage stage : kStages) {
        const StageMaps& maps = both->stages[stage];
        QCOMPARE(std::ssize(maps.statistics), maps.channels());
        for (std::int64_t c = 0; c < maps.channels(); ++c)
            QCOMPARE(maps.statistics[static_cast<std::size_t>(c)], statisticsOf(maps.map(c)));
    }
}

void TestStages::bothAreTimedOnTheSameInput()
{
    ThreadTeam team(2);
    const Experiment experiment = experimentOf(BranchKind::Decomposed);
    const auto answered = answer(experiment, TimeBoth{}, {.team = team});
    QVERIFY(answered);
    const auto& timed = std::get<BothTimed>(**answered);
    QVERIFY(timed.originalMs > 0.0 && timed.factorisedMs > 0.0);
    QVERIFY(timed.runs >= 3);
    QVERIFY(timed.experiment == experiment);
    Experiment larger = experiment;
    larger.midChannels = 200;
    const auto again = answer(larger, TimeBoth{}, {.team = team});
    QVERIFY(again); // forty times the work takes longer, however busy the machine is
    QVERIFY(std::get<BothTimed>(**again).factorisedMs > timed.factorisedMs);
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = answer(experiment, TimeBoth{}, {.team = team, .stop = stop.get_token()});
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
}

void TestStages::progressReachesItsEnd()
{
    ThreadTeam team(2);
    for (const char* algorithm : {"gemm", "reference"}) {
        for (const auto kind : {BranchKind::Decomposed, BranchKind::Separable}) {
            Experiment experiment = experimentOf(kind);
            experiment.algorithm = algorithm;
            Progress first;
            const auto earlier
                = answer(experiment, EvaluateBoth{}, {.team = team, .progress = &first});
            QVERIFY(earlier);
            QVERIFY(first.total > 0);
            QCOMPARE(first.done.load(), first.total.load());
            experiment.midChannels = 6;
            Progress second; // of the factorised branch alone
            QVERIFY(
                answer(experiment, EvaluateBoth{}, {.team = team, .progress = &second}, *earlier));
            QCOMPARE(second.done.load(), second.total.load());
            QCOMPARE(second.share(), 1.0);
        }
    }
}

/// The slow twin: the same experiment, computed without what came before.
void TestStages::whatAnEarlierAnswerHasIsTakenOver()
{
    Experiment experiment = openingExperiment();
    experiment.picture = std::make_shared<const Picture>(findSample("scene")->draw({20, 24}));
    ThreadTeam team(2);
    std::shared_ptr<const Answer> earlier;
    for (const std::int64_t mid : {16, 3, 40, 128, 1}) {
        experiment.midChannels = mid;
        const auto taken = answer(experiment, EvaluateBoth{}, {.team = team}, earlier);
        QVERIFY(taken);
        const auto& both = std::get<BothEvaluated>(**taken);
        const auto fresh = evaluate(experiment);
        for (const Stage stage : kStages) {
            QVERIFY(sameBits(both.stages[stage].maps, fresh->stages[stage].maps));
            QCOMPARE(both.stages[stage].statistics, fresh->stages[stage].statistics);
        }
        if (earlier) {
            const auto& before = std::get<BothEvaluated>(*earlier);
            QCOMPARE(both.original.run.output, before.original.run.output); // the same tensor
            QCOMPARE(both.factorised.input, before.factorised.input);
        }
        earlier = *taken;
    }
}

void TestStages::anotherOriginalIsComputedAnew_data()
{
    using Change = void (*)(Experiment&);
    QTest::addColumn<Change>("change");
    const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
    row("seed", [](Experiment& e) { e.seed = 9; });
    row("channels", [](Experiment& e) { e.outChannels = 6; });
    row("bias", [](Experiment& e) { e.bias = false; });
    row("BatchNorm", [](Experiment& e) { e.batchNorm = true; });
    row("residual", [](Experiment& e) { e.residual = ResidualKind::Conv1x1; });
    row("kernels", [](Experiment& e) { e.kernels = HandMade::Sobel; });
    row("size", [](Experiment& e) { e.size = {7, 7}; });
    row("algorithm", [](Experiment& e) { e.algorithm = "reference"; });
    row("picture", [](Experiment& e) {
        e.picture = std::make_shared<const Picture>(findSample("scene")->draw({9, 11}));
    });
}

void TestStages::anotherOriginalIsComputedAnew()
{
    using Change = void (*)(Experiment&);
    QFETCH(Change, change);
    ThreadTeam team(2);
    Experiment experiment = experimentOf(BranchKind::Decomposed);
    const auto earlier = answer(experiment, EvaluateBoth{}, {.team = team});
    QVERIFY(earlier);
    change(experiment);
    const auto taken = answer(experiment, EvaluateBoth{}, {.team = team}, *earlier);
    QVERIFY(taken);
    const auto fresh = evaluate(experiment);
    const auto& both = std::get<BothEvaluated>(**taken);
    for (const Stage stage : kStages)
        QVERIFY(sameBits(both.stages[stage].maps, fresh->stages[stage].maps));
}

QTEST_GUILESS_MAIN(TestStages)
#include "test_stages.moc"
