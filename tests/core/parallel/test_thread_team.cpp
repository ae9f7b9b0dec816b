#include "core/parallel/thread_team.h"

#include <QTest>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#endif

using namespace factorscope;

class TestThreadTeam : public QObject {
    Q_OBJECT
private slots:
    void everyItemIsDoneOnce_data();
    void everyItemIsDoneOnce();
    void workIsVisibleAfterTheJoin();
    void stopLeavesTheRest();
    void threadNumbersAreInRange();
    void threadsPartWhenOnOneProcessor();
};

void TestThreadTeam::everyItemIsDoneOnce_data()
{
    QTest::addColumn<int>("threads");
    for (const int threads : {1, 2, 3, 7})
        QTest::addRow("%d threads", threads) << threads;
}

void TestThreadTeam::everyItemIsDoneOnce()
{
    QFETCH(int, threads);
    ThreadTeam team(threads);
    QCOMPARE(team.size(), threads);
    for (const int count : {0, 1, 2, 3, 100, 1000}) {
        std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
        QVERIFY(team.forEach(count, [&](std::int64_t item, int) { ++visits[std::size_t(item)]; }));
        for (const std::atomic<int>& visit : visits)
            QCOMPARE(visit.load(), 1);
    }
}

void TestThreadTeam::workIsVisibleAfterTheJoin()
{
    ThreadTeam team(2);
    std::vector<int> values(64, 0); // plain: only fork and join order the accesses
    for (int round = 1; round <= 2000; ++round) {
        team.forEach(64, [&](std::int64_t item, int) { ++values[std::size_t(item)]; });
        for (const int value : values)
            QCOMPARE(value, round);
    }
}

void TestThreadTeam::stopLeavesTheRest()
{
    ThreadTeam team(2);
    std::stop_source stop;
    std::atomic<int> done{0};
    const bool complete = team.forEach(
        100000,
        [&](std::int64_t, int) {
            if (++done == 10)
                stop.request_stop();
        },
        stop.get_token());
    QVERIFY(!complete);
    QVERIFY2(done < 100, "items were begun after the stop");
}

void TestThreadTeam::threadNumbersAreInRange()
{
    ThreadTeam team(3);
    std::atomic<bool> good{true};
    team.forEach(500, [&](std::int64_t, int thread) {
        if (thread < 0 || thread >= 3)
            good = false;
    });
    QVERIFY(good);
}

#if defined(__linux__)
/// Runs body(thread) once on each of two threads, beside each other.
template <typename Body>
void onBoth(ThreadTeam& team, const Body& body)
{
    std::atomic<int> begun{0};
    team.forEach(2, [&](std::int64_t, int thread) {
        ++begun;
        while (begun < 2)
            std::this_thread::yield();
        body(thread);
    });
}
#endif

/// As the system may have put them.
void TestThreadTeam::threadsPartWhenOnOneProcessor()
{
#if defined(__linux__)
    cpu_set_t all;
    QCOMPARE(::sched_getaffinity(0, sizeof(all), &all), 0);
    if (CPU_COUNT(&all) < 2)
        QSKIP("one processor alone");
    ThreadTeam team(2);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
    ::sched_setaffinity(0, sizeof(one), &one); // this thread's; the team's worker has its own
    constexpr int kRounds = 50;
    int apart = 0;
    for (int round = 0; round < kRounds; ++round) {
        onBoth(team, [&](int thread) {
            if (thread == 1) {
                ::sched_setaffinity(0, sizeof(one), &one);
                ::sched_setaffinity(0, sizeof(all), &all);
            }
        });
        std::array<int, 2> processors{};
        onBoth(team, [&](int thread) {
            processors[static_cast<std::size_t>(thread)] = ::sched_getcpu();
        });
        apart += processors[0] != processors[1] ? 1 : 0;
    }
    ::sched_setaffinity(0, sizeof(all), &all);
    QVERIFY2(apart > kRounds / 2, QByteArray::number(apart));
#else
    QSKIP("the system is asked on Linux alone");
#endif
}

QTEST_APPLESS_MAIN(TestThreadTeam)
#include "test_thread_team.moc"
