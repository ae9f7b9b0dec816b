#include "core/race/race_run.h"
#include "tests/support/evaluated.h"

#include <QTest>

#include <thread>

using namespace factorscope;

namespace {

RacePlan shortPlan(std::vector<std::string> algorithms)
{
    RacePlan plan;
    plan.algorithms = std::move(algorithms);
    plan.rounds = 2;
    return plan;
}

} // namespace

class TestRace : public QObject {
    Q_OBJECT
private slots:
    void spreadIsThatOfTheSortedValues();
    void roofIsTheLesserOfBoth();
    void lanesTakeTheirTurns();
    void algorithmsThatTakeNothingHaveNoLane();
    void batchStatisticsAreCheckedToo();
    void badPlansAreRefused();
    void stopsOnRequest();
    void knowsItsExperiment();
    void tablesHaveARowForEachLane();
};

void TestRace::spreadIsThatOfTheSortedValues()
{
    const Spread spread = spreadOf({5.0, 1.0, 2.0, 4.0});
    QCOMPARE(spread.min, 1.0);
    QCOMPARE(spread.lower, 1.75);
    QCOMPARE(spread.median, 3.0);
    QCOMPARE(spread.upper, 4.25);
    QCOMPARE(spread.max, 5.0);
    QCOMPARE(spreadOf({7.0}).upper, 7.0);
}

void TestRace::roofIsTheLesserOfBoth()
{
    const Roof roof{.threads = 1, .fmaPeakGflops = 100.0, .gigabytesPerSecond = 20.0};
    QCOMPARE(roof.ridge(), 5.0);
    QCOMPARE(roof.at(2.0), 40.0);
    QCOMPARE(roof.at(50.0), 100.0);
    RaceLane lane;
    lane.work.macs = 4'000'000;
    lane.work.multiplications = 1'000'000;
    lane.rounds = {2.0};
    lane.work.traffic.input = 1'000'000;
    QCOMPARE(lane.effectiveGflops(), 4.0); // 8e6 operations in 2 ms
    QCOMPARE(lane.madeGflops(), 1.0);
    QCOMPARE(lane.work.intensity(), 2.0);
    QCOMPARE(shareOfRoof(lane, roof), 1.0 / 40.0);
}

void TestRace::lanesTakeTheirTurns()
{
    const auto both = evaluated(smallExperiment());
    ThreadTeam team(2);
    Progress progress;
    RaceBoard board;
    QVERIFY(!board.latest());
    const Result<Race> found
        = race(*both, shortPlan({"auto", "direct"}),
               {.team = team, .memoryLimitBytes = 1 << 28, .progress = &progress}, &board);
    QVERIFY(found);
    QVERIFY(found->isWhole());
    QCOMPARE(found->lanes.size(), std::size_t{8}); // 2 algorithms, 2 branches, 1 and 2 threads
    QCOMPARE(found->threadCounts(), (std::vector<int>{1, 2}));
    QCOMPARE(found->algorithms(), (std::vector<std::string>{"auto", "direct"}));
    for (const RaceLane& lane : found->lanes) {
        QCOMPARE(lane.rounds.size(), std::size_t{2});
        QVERIFY(lane.spread().min > 0.0);
        QVERIFY(lane.maxRelativeError < 1e-4);
    }
    for (const Roof& roof : found->roofs)
        QVERIFY(roof.fmaPeakGflops > 0.0 && roof.gigabytesPerSecond > 0.0);
    QCOMPARE(progress.done.load(), progress.total.load());
    QVERIFY(board.latest()->isWhole());
    QVERIFY(found->lane(false, "direct", 2) && !found->lane(false, "gemm", 2));
}

void TestRace::algorithmsThatTakeNothingHaveNoLane()
{
    Experiment experiment = smallExperiment();
    experiment.factorised = BranchKind::Asymmetric;
    const auto both = evaluated(experiment);
    ThreadTeam team(1);
    const Result<Race> found
        = race(*both, shortPlan({"winograd"}), {.team = team, .memoryLimitBytes = 1 << 28});
    QVERIFY(found);
    QCOMPARE(found->lanes.size(), std::size_t{1});
    QVERIFY(found->lanes.front().isOriginal);
}

void TestRace::batchStatisticsAreCheckedToo()
{
    Experiment experiment = smallExperiment();
    experiment.batchNorm = true;
    experiment.mode = Mode::Train;
    experiment.residual = ResidualKind::Conv1x1;
    const auto both = evaluated(experiment);
    ThreadTeam team(1);
    QVERIFY(race(*both, shortPlan({"auto"}), {.team = team, .memoryLimitBytes = 1 << 28}));
}

void TestRace::badPlansAreRefused()
{
    const auto both = evaluated(smallExperiment());
    ThreadTeam team(1);
    const ComputeContext context{.team = team, .memoryLimitBytes = 1 << 28};
    const Result<Race> unknown = race(*both, shortPlan({"fft"}), context);
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().message(), std::string("unknown algorithm 'fft'"));
    QVERIFY(!race(*both, shortPlan({}), context));
    RacePlan none = shortPlan({"auto"});
    none.rounds = 0;
    QCOMPARE(race(*both, none, context).error().code, ErrorCode::InvalidArgument);
    const Result<Race> tight
        = race(*both, shortPlan({"auto"}), {.team = team, .memoryLimitBytes = 1});
    QCOMPARE(tight.error().code, ErrorCode::Memory);
}

void TestRace::stopsOnRequest()
{
    const auto both = evaluated(smallExperiment());
    ThreadTeam team(1);
    std::stop_source stop;
    RaceBoard board;
    RacePlan endless = shortPlan({"auto"});
    endless.rounds = 1'000'000;
    endless.leastRounds = 1'000'000;
    std::jthread stopper([&] {
        while (!board.latest() || board.latest()->lanes.front().rounds.empty())
            std::this_thread::yield();
        stop.request_stop();
    });
    const Result<Race> found
        = race(*both, endless,
               {.team = team, .memoryLimitBytes = 1 << 28, .stop = stop.get_token()}, &board);
    QVERIFY(!found);
    QCOMPARE(found.error().code, ErrorCode::Cancelled);
}

void TestRace::knowsItsExperiment()
{
    const Experiment experiment = smallExperiment();
    const auto both = evaluated(experiment);
    ThreadTeam team(1);
    const Result<Race> found
        = race(*both, shortPlan({"auto"}), {.team = team, .memoryLimitBytes = 1 << 28});
    QVERIFY(found);
    QVERIFY(found->isOf(*both));
    Experiment reseeded = experiment;
    reseeded.kernels = {};
    reseeded.seed = 7;
    QVERIFY(found->isOf(*evaluated(reseeded)));
    Experiment wider = experiment;
    ++wider.midChannels;
    QVERIFY(!found->isOf(*evaluated(wider)));
}

void TestRace::tablesHaveARowForEachLane()
{
    const auto both = evaluated(smallExperiment());
    ThreadTeam team(1);
    const Result<Race> found
        = race(*both, shortPlan({"auto", "gemm"}), {.team = team, .memoryLimitBytes = 1 << 28});
    QVERIFY(found);
    const std::vector<NumberTable> tables = raceTables(*found);
    QCOMPARE(tables.size(), std::size_t{3});
    QCOMPARE(tables[0].rows.size(), found->lanes.size());
    QCOMPARE(tables[1].rows.size(), std::size_t{1});
    QCOMPARE(tables[2].rows.size(), 2 * found->lanes.size());
    for (const NumberTable& table : tables) {
        for (const auto& row : table.rows)
            QCOMPARE(row.size(), table.columns.size());
    }
    QCOMPARE(tables[0].columns[9], std::string("median_ms"));
    QCOMPARE(tables[0].rows[0][9].get<double>(), found->lanes[0].medianMs());
    QVERIFY(!tables[1].rows[0][2].get<std::string>().empty());
}

QTEST_GUILESS_MAIN(TestRace)
#include "test_race.moc"
