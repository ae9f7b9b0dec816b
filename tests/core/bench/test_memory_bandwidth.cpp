#include "core/bench/memory_bandwidth.h"

#include <QTest>

using namespace factorscope;

class TestMemoryBandwidth : public QObject {
    Q_OBJECT
private slots:
    void everyInstructionSetMakesTheTriad();
    void arraysStayWithinTheMemory();
    void stopsOnRequest();
};

void TestMemoryBandwidth::everyInstructionSetMakesTheTriad()
{
    ThreadTeam team(2);
    for (const InstructionSet set : availableInstructionSets()) {
        const ComputeContext context{
            .team = team, .instructionSet = set, .memoryLimitBytes = 12 << 20};
        Result<StreamArrays> arrays = StreamArrays::create(context);
        QVERIFY(arrays);
        QVERIFY(!arrays->holdsTriad());
        const Result<double> rate = arrays->gigabytesPerSecond(context);
        QVERIFY(rate && *rate > 0.0);
        QVERIFY(arrays->holdsTriad());
    }
}

void TestMemoryBandwidth::arraysStayWithinTheMemory()
{
    ThreadTeam team(1);
    const ComputeContext context{.team = team, .memoryLimitBytes = 24 << 20};
    const Result<StreamArrays> arrays = StreamArrays::create(context);
    QVERIFY(arrays);
    QCOMPARE(arrays->bytes(), 6LL << 20);
    QVERIFY(lastCacheBytes() >= 1 << 15);
}

void TestMemoryBandwidth::stopsOnRequest()
{
    ThreadTeam team(1);
    std::stop_source stop;
    stop.request_stop();
    const Result<StreamArrays> arrays = StreamArrays::create(
        {.team = team, .memoryLimitBytes = 12 << 20, .stop = stop.get_token()});
    QVERIFY(!arrays);
    QCOMPARE(arrays.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestMemoryBandwidth)
#include "test_memory_bandwidth.moc"
