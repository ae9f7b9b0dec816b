#include "core/parallel/lane.h"

#include <QTest>

#include <atomic>
#include <latch>
#include <vector>

using namespace factorscope;

class TestLane : public QObject {
    Q_OBJECT
private slots:
    void theLatestOfManyWins();
    void aNewJobStopsTheRunningOne();
    void cancelDropsTheWaitingJob();
    void nothingRunsAfterTheDestructor();
};

void TestLane::theLatestOfManyWins()
{
    Lane lane;
    std::atomic<int> last{0};
    for (int i = 1; i <= 300; ++i) {
        const std::uint64_t number = lane.submit([&, i](const std::stop_token& stop) {
            if (!stop.stop_requested())
                last = i;
        });
        QCOMPARE(number, std::uint64_t(i));
    }
    lane.waitUntilIdle();
    QCOMPARE(last.load(), 300);
}

void TestLane::aNewJobStopsTheRunningOne()
{
    Lane lane;
    std::latch started(1);
    std::atomic<bool> sawStop{false};
    lane.submit([&](const std::stop_token& stop) {
        started.count_down();
        while (!stop.stop_requested())
            std::this_thread::yield();
        sawStop = true;
    });
    started.wait();
    std::atomic<bool> second{false};
    lane.submit([&](const std::stop_token&) { second = true; });
    lane.waitUntilIdle();
    QVERIFY(sawStop);
    QVERIFY(second);
}

void TestLane::cancelDropsTheWaitingJob()
{
    Lane lane;
    std::latch started(1);
    std::atomic<bool> second{false};
    lane.submit([&](const std::stop_token& stop) {
        started.count_down();
        while (!stop.stop_requested())
            std::this_thread::yield();
    });
    started.wait();
    // Replaces nothing that runs yet: the first job still waits for its stop.
    lane.cancel();
    lane.waitUntilIdle();
    lane.submit([&](const std::stop_token&) { second = true; });
    lane.waitUntilIdle();
    QVERIFY(second);
}

void TestLane::nothingRunsAfterTheDestructor()
{
    std::atomic<int> running{0};
    std::atomic<bool> dead{false};
    std::atomic<bool> late{false};
    {
        Lane lane;
        for (int i = 0; i < 20; ++i) {
            lane.submit([&](const std::stop_token& stop) {
                ++running;
                while (!stop.stop_requested())
                    std::this_thread::yield();
                late = late || dead;
                --running;
            });
        }
    }
    dead = true;
    QCOMPARE(running.load(), 0);
    QVERIFY(!late);
}

QTEST_APPLESS_MAIN(TestLane)
#include "test_lane.moc"
