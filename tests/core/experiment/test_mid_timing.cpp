#include "core/experiment/mid_timing.h"

#include "core/experiment/presets.h"
#include "tests/support/evaluated.h"

#include <QTest>

using namespace factorscope;

class TestMidTiming : public QObject {
    Q_OBJECT
private slots:
    void choosesWhatIsWorthMeasuring();
    void timesEveryBranch();
    void countsTowardsItsEnd();
    void stopsWhenAsked();
    void belongsToItsExperimentWhateverItsMidChannels();
    void refusesWithoutMemory();
};

void TestMidTiming::choosesWhatIsWorthMeasuring()
{
    Experiment experiment;
    apply(*findPreset("googlenet-3a"), experiment);
    experiment.midChannels = 77;
    const std::vector<std::int64_t> all = midChannelsToTime(experiment);
    for (const std::int64_t wanted : {1, 16, 23, 32, 77, 128})
        QVERIFY(std::ranges::find(all, wanted) != all.end());
    QVERIFY(std::ranges::is_sorted(all));
    QVERIFY(std::ranges::adjacent_find(all) == all.end());
    QVERIFY(all.size() <= 13);
    experiment.midBank = 40;
    experiment.midChannels = 20;
    QCOMPARE(midChannelsToTime(experiment).back(), 40);
}

void TestMidTiming::timesEveryBranch()
{
    ThreadTeam team(1);
    const auto both = evaluated(smallExperiment());
    const std::vector<std::int64_t> mids{1, 5, 40}; // beyond the bank, too
    const auto timing = timeOverMid(*both, mids, {.team = team});
    QVERIFY(timing);
    QVERIFY(timing->originalMs > 0.0);
    QCOMPARE(timing->runs, 5);
    QCOMPARE(timing->threads, 1);
    QCOMPARE(timing->times.size(), mids.size());
    for (std::size_t i = 0; i < mids.size(); ++i) {
        QCOMPARE(timing->times[i].midChannels, mids[i]);
        QVERIFY(timing->times[i].milliseconds > 0.0);
    }
}

void TestMidTiming::countsTowardsItsEnd()
{
    ThreadTeam team(1);
    Progress progress;
    const auto both = evaluated(smallExperiment());
    const auto timing = timeOverMid(*both, std::vector<std::int64_t>{2, 3},
                                    {.team = team, .progress = &progress});
    QVERIFY(timing);
    QVERIFY(progress.total > 0);
    QCOMPARE(progress.done.load(), progress.total.load());
}

void TestMidTiming::stopsWhenAsked()
{
    ThreadTeam team(1);
    std::stop_source source;
    source.request_stop();
    const auto both = evaluated(smallExperiment());
    const auto timing = timeOverMid(*both, std::vector<std::int64_t>{2},
                                    {.team = team, .stop = source.get_token()});
    QVERIFY(!timing);
    QCOMPARE(timing.error().code, ErrorCode::Cancelled);
}

void TestMidTiming::belongsToItsExperimentWhateverItsMidChannels()
{
    Experiment other = smallExperiment();
    const MidTiming timing{.experiment = other, .times = {}};
    other.midChannels = 9;
    QVERIFY(timing.isOf(other));
    other.outChannels = 9;
    QVERIFY(!timing.isOf(other));
}

void TestMidTiming::refusesWithoutMemory()
{
    ThreadTeam team(1);
    const auto both = evaluated(smallExperiment());
    const auto timing
        = timeOverMid(*both, std::vector<std::int64_t>{2}, {.team = team, .memoryLimitBytes = 100});
    QVERIFY(!timing);
    QCOMPARE(timing.error().code, ErrorCode::Memory);
}

QTEST_GUILESS_MAIN(TestMidTiming)
#include "test_mid_timing.moc"
