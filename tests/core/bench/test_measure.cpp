#include "core/bench/measure.h"

#include <QTest>

#include <stop_token>
#include <string>
#include <vector>

using namespace factorscope;

namespace {

/// Tells the times one after the other, each after one that does not count, and writes down whose
/// turn it was. Times above 3 ms, which a turn lasts, are told once a turn.
Candidate told(std::vector<double> times, char name, std::string& order)
{
    Candidate candidate;
    candidate.time = [times, name, &order, next = std::size_t{0}]() mutable -> Result<double> {
        const std::size_t call = next++;
        if (call % 2 == 0)
            return 0.5;
        order += name;
        return times[call / 2 % times.size()];
    };
    return candidate;
}

} // namespace

class TestMeasure : public QObject {
    Q_OBJECT
private slots:
    void timesAllInTurn();
    void letsNobodyAlwaysBeFirst();
    void endsWithItsBudgetButNotBeforeTheLeastRounds();
    void repeatsShortRunsAndLeavesTheFirstOut();
    void runsLongOnesOnce();
    void measuresThePeak_data();
    void measuresThePeak();
    void stops();
    void handsAnErrorOn();
};

void TestMeasure::timesAllInTurn()
{
    ThreadTeam team(2);
    std::string order;
    const std::vector<Candidate> candidates{told({9.0, 4.0, 5.0}, 'a', order),
                                            told({20.0, 60.0, 70.0}, 'b', order)};
    const auto measured = measuredInTurn(candidates, {.rounds = 3}, {.team = team});
    QVERIFY(measured);
    QCOMPARE(order.size(), std::size_t{6});
    for (std::size_t round = 0; round < order.size(); round += 2)
        QVERIFY(order[round] != order[round + 1]);
    QCOMPARE(measured->timings.size(), candidates.size());
    QCOMPARE(measured->timings[0].medianMs, 5.0);
    QCOMPARE(measured->timings[0].minMs, 4.0);
    QCOMPARE(measured->timings[0].rounds, 3);
    QCOMPARE(measured->timings[1].medianMs, 60.0);
    QCOMPARE(measured->timings[1].minMs, 20.0);
}

void TestMeasure::letsNobodyAlwaysBeFirst()
{
    ThreadTeam team(1);
    const auto orderOf = [&] {
        std::string order;
        const std::vector<Candidate> candidates{told({4.0}, 'a', order), told({4.0}, 'b', order)};
        (void)measuredInTurn(candidates, {.rounds = 12}, {.team = team});
        return order;
    };
    const std::string order = orderOf();
    std::size_t firstOfA = 0;
    for (std::size_t round = 0; round < order.size(); round += 2)
        firstOfA += order[round] == 'a' ? 1 : 0;
    QVERIFY(firstOfA > 0 && firstOfA < 12);
    QCOMPARE(orderOf(), order);
}

void TestMeasure::endsWithItsBudgetButNotBeforeTheLeastRounds()
{
    ThreadTeam team(1);
    std::string order;
    const std::vector<Candidate> candidates{told({4.0}, 'a', order)};
    const auto measured = measuredInTurn(
        candidates, {.rounds = 50, .budgetMs = 0.0, .leastRounds = 2}, {.team = team});
    QVERIFY(measured);
    QCOMPARE(measured->timings[0].rounds, 2);
}

void TestMeasure::repeatsShortRunsAndLeavesTheFirstOut()
{
    int runs = 0;
    const auto times = turn([&]() -> Result<double> { return ++runs == 1 ? 7.0 : 1.0; }, {});
    QVERIFY(times);
    QCOMPARE(*times, (std::vector{1.0, 1.0, 1.0}));
}

void TestMeasure::runsLongOnesOnce()
{
    int runs = 0;
    const auto times = turn([&]() -> Result<double> { return 100.0 + runs++; }, {});
    QVERIFY(times);
    QCOMPARE(*times, std::vector{100.0});
}

void TestMeasure::measuresThePeak_data()
{
    QTest::addColumn<int>("set");
    for (const InstructionSet set : availableInstructionSets())
        QTest::newRow(instructionSetName(set).data()) << static_cast<int>(set);
}

void TestMeasure::measuresThePeak()
{
    QFETCH(int, set);
    ThreadTeam team(2);
    const auto burst = fmaBurst({.team = team, .instructionSet = static_cast<InstructionSet>(set)});
    QVERIFY(burst);
    QVERIFY(burst->flops > 1'000'000);
    QCOMPARE(burst->gflops(), 1e-6 * double(burst->flops) / burst->milliseconds);
    // Any processor of this century, emulated even; no processor yet.
    QVERIFY2(burst->gflops() > 0.01 && burst->gflops() < 10'000.0,
             std::to_string(burst->gflops()).c_str());
}

void TestMeasure::stops()
{
    ThreadTeam team(1);
    std::stop_source source;
    std::string order;
    source.request_stop();
    const auto measured = measuredInTurn(std::vector{told({4.0}, 'a', order)}, {},
                                         {.team = team, .stop = source.get_token()});
    QVERIFY(!measured);
    QCOMPARE(measured.error().code, ErrorCode::Cancelled);
    QCOMPARE(order, std::string());
}

void TestMeasure::handsAnErrorOn()
{
    ThreadTeam team(1);
    Candidate failing;
    failing.time = []() -> Result<double> { return Error{ErrorCode::Memory, "full", {}}; };
    const auto measured = measuredInTurn(std::vector{failing}, {}, {.team = team});
    QVERIFY(!measured);
    QCOMPARE(measured.error().code, ErrorCode::Memory);
}

QTEST_GUILESS_MAIN(TestMeasure)
#include "test_measure.moc"
