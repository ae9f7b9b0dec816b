#include "ui/compute/analysis_lane.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <atomic>
#include <new>
#include <semaphore>
#include <stdexcept>

using namespace factorscope;

namespace {

constexpr int kPatienceMs = 60'000; // on a busy machine, under a sanitizer

/// A lane, and what it made of what it was asked.
struct Asked {
    AnalysisLane lane;
    QSignalSpy busy{&lane, &AnalysisLane::busyChanged};
    std::vector<int> shown;
    std::vector<Error> errors;

    Asked()
    {
        QObject::connect(&lane, &AnalysisLane::failed, &lane,
                         [this](const Error& error) { errors.push_back(error); });
    }
    AnalysisLane::Show show(int number)
    {
        return [this, number] { shown.push_back(number); };
    }
    AnalysisLane::Work work(int number)
    {
        return [this, number](const ComputeContext&) { return Result(show(number)); };
    }
    bool waitUntilIdle()
    {
        return QTest::qWaitFor([this] { return !lane.isBusy(); }, kPatienceMs);
    }
};

/// Work that waits until it is let go, whether it is stopped or not.
struct Held {
    std::binary_semaphore begun{0};
    std::binary_semaphore let{0};

    AnalysisLane::Work then(AnalysisLane::Work work)
    {
        return [this, work = std::move(work)](const ComputeContext& context) {
            begun.release();
            let.acquire();
            return work(context);
        };
    }
};

/// Goes on until it is stopped.
Result<AnalysisLane::Show> endless(const ComputeContext& context)
{
    while (!context.stop.stop_requested())
        QThread::yieldCurrentThread();
    return cancelled();
}

} // namespace

class TestAnalysisLane : public QObject {
    Q_OBJECT
private slots:
    void showsOnThisThreadWhatWasFoundOnAnother();
    void givesTheWorkWhatItNeeds();
    void showsWhatIsDoneAndThenTheNewest();
    void stopsWhatTakesTooLong();
    void waitsUntilNothingIsAsked();
    void givesUpForWhatWaits();
    void canBeCancelledWhileItWaits();
    void cancelledWorkIsNotShown();
    void goesOnAfterACancel();
    void tellsWhyTheNewestFailed();
    void anEarlierFailureIsOfNoInterest();
    void exceptionsAreErrors();
    void tellsHowFarItIs();
    void canBeAskedByWhatItShows();
    void endsWhileItWorks();
    void nothingArrivesAfterTheEnd();
};

void TestAnalysisLane::showsOnThisThreadWhatWasFoundOnAnother()
{
    Asked asked;
    QThread* worker = nullptr;
    QThread* shower = nullptr;
    asked.lane.ask([&](const ComputeContext&) -> Result<AnalysisLane::Show> {
        worker = QThread::currentThread();
        return AnalysisLane::Show([&] {
            shower = QThread::currentThread();
            asked.shown.push_back(1);
        });
    });
    QVERIFY(asked.lane.isBusy());
    QVERIFY(asked.shown.empty());
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(asked.shown, std::vector{1});
    QVERIFY(worker && worker != shower);
    QCOMPARE(shower, QThread::currentThread());
    QCOMPARE(asked.busy.size(), 2);
    QCOMPARE(asked.busy[0][0].toBool(), true);
    QCOMPARE(asked.busy[1][0].toBool(), false);
}

void TestAnalysisLane::givesTheWorkWhatItNeeds()
{
    Asked asked;
    asked.lane.ask([&](const ComputeContext& context) -> Result<AnalysisLane::Show> {
        std::atomic<int> sum{0};
        context.team.forEach(
            100, [&](std::int64_t item, int) { sum += int(item); }, context.stop);
        const bool isWhole = context.pool && context.progress && context.memoryLimitBytes > 0;
        return asked.show(isWhole ? sum.load() : -1);
    });
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(asked.shown, std::vector{4950});
}

void TestAnalysisLane::showsWhatIsDoneAndThenTheNewest()
{
    Asked asked;
    Held held;
    asked.lane.ask(held.then(asked.work(1)));
    held.begun.acquire();
    asked.lane.ask(asked.work(2)); // never begins
    asked.lane.ask(asked.work(3));
    held.let.release();
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(asked.shown.back(), 3);
    QVERIFY(std::ranges::find(asked.shown, 2) == asked.shown.end());
    QCOMPARE(asked.busy.size(), 2); // busy all the time between
}

void TestAnalysisLane::stopsWhatTakesTooLong()
{
    Asked asked;
    asked.lane.ask(endless);
    asked.lane.ask(asked.work(2));
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(asked.shown, std::vector{2});
    QVERIFY(asked.errors.empty());
}

void TestAnalysisLane::waitsUntilNothingIsAsked()
{
    Asked asked;
    std::atomic<int> begun{0};
    for (int number = 1; number <= 3; ++number)
        asked.lane.askAtRest([&, number](const ComputeContext&) {
            ++begun;
            return Result(asked.show(number));
        });
    QVERIFY(asked.lane.isBusy());
    QCOMPARE(asked.lane.progress(), 0.0);
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(begun.load(), 1);
    QCOMPARE(asked.shown, std::vector{3});
    QCOMPARE(asked.busy.size(), 2); // busy all the time between
}

void TestAnalysisLane::givesUpForWhatWaits()
{
    Asked asked;
    asked.lane.ask(endless);
    asked.lane.askAtRest(asked.work(2));
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(asked.shown, std::vector{2});
    QVERIFY(asked.errors.empty());
    asked.lane.askAtRest(endless);
    asked.lane.ask(asked.work(4)); // at once
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(asked.shown, (std::vector{2, 4}));
}

void TestAnalysisLane::canBeCancelledWhileItWaits()
{
    Asked asked;
    asked.lane.askAtRest(asked.work(1));
    asked.lane.cancel();
    QVERIFY(!asked.lane.isBusy());
    QTest::qWait(2 * kWorkPatienceMs);
    QVERIFY(asked.shown.empty());
}

void TestAnalysisLane::cancelledWorkIsNotShown()
{
    Asked asked;
    Held held;
    asked.lane.ask(held.then(asked.work(1)));
    held.begun.acquire();
    asked.lane.ask(asked.work(2));
    asked.lane.cancel();
    QVERIFY(!asked.lane.isBusy());
    held.let.release();
    asked.lane.ask(asked.work(3)); // runs after the first
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(asked.shown, std::vector{3});
    QVERIFY(asked.errors.empty());
}

/// What was done, but not yet shown, is cancelled too.
void TestAnalysisLane::goesOnAfterACancel()
{
    Asked asked;
    std::binary_semaphore done{0};
    asked.lane.ask([&](const ComputeContext&) -> Result<AnalysisLane::Show> {
        const std::shared_ptr<void> end(nullptr, [&](void*) { done.release(); });
        return asked.show(1);
    });
    done.acquire();
    asked.lane.cancel();
    asked.lane.ask(asked.work(2));
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(asked.shown, std::vector{2});
    asked.lane.cancel();
    asked.lane.cancel();
    QVERIFY(!asked.lane.isBusy());
}

void TestAnalysisLane::tellsWhyTheNewestFailed()
{
    Asked asked;
    asked.lane.ask([](const ComputeContext&) -> Result<AnalysisLane::Show> {
        return Error{ErrorCode::Shape, "no such shape: %1", {"3"}};
    });
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(asked.errors.size(), std::size_t{1});
    QCOMPARE(asked.errors[0].message(), std::string("no such shape: 3"));
    asked.lane.ask([](const ComputeContext&) -> Result<AnalysisLane::Show> { return cancelled(); });
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(asked.errors.size(), std::size_t{1});
    QVERIFY(asked.shown.empty());
}

void TestAnalysisLane::anEarlierFailureIsOfNoInterest()
{
    Asked asked;
    Held held;
    asked.lane.ask(held.then([](const ComputeContext&) -> Result<AnalysisLane::Show> {
        return Error{ErrorCode::Shape, "earlier", {}};
    }));
    held.begun.acquire();
    asked.lane.ask(asked.work(2));
    held.let.release();
    QVERIFY(asked.waitUntilIdle());
    QVERIFY(asked.errors.empty());
    QCOMPARE(asked.shown, std::vector{2});
}

void TestAnalysisLane::exceptionsAreErrors()
{
    Asked asked;
    asked.lane.ask([](const ComputeContext&) -> Result<AnalysisLane::Show> {
        throw std::runtime_error("the reason");
    });
    QVERIFY(asked.waitUntilIdle());
    asked.lane.ask(
        [](const ComputeContext&) -> Result<AnalysisLane::Show> { throw std::bad_alloc(); });
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(asked.errors.size(), std::size_t{2});
    QVERIFY(asked.errors[0].message().find("the reason") != std::string::npos);
    QCOMPARE(asked.errors[1].code, ErrorCode::Memory);
}

void TestAnalysisLane::tellsHowFarItIs()
{
    Asked asked;
    std::binary_semaphore begun{0};
    std::binary_semaphore let{0};
    QCOMPARE(asked.lane.progress(), 0.0);
    asked.lane.ask([&](const ComputeContext& context) -> Result<AnalysisLane::Show> {
        context.progress->total = 4;
        context.advance(1);
        begun.release();
        let.acquire();
        return asked.show(1);
    });
    begun.acquire();
    QCOMPARE(asked.lane.progress(), 0.25);
    let.release();
    QVERIFY(asked.waitUntilIdle());
    QCOMPARE(asked.lane.progress(), 0.0);
}

void TestAnalysisLane::canBeAskedByWhatItShows()
{
    Asked asked;
    asked.lane.ask([&](const ComputeContext&) -> Result<AnalysisLane::Show> {
        return AnalysisLane::Show([&] { asked.lane.ask(asked.work(2)); });
    });
    QTRY_COMPARE_WITH_TIMEOUT(asked.shown, std::vector{2}, kPatienceMs);
    QVERIFY(!asked.lane.isBusy());
}

void TestAnalysisLane::endsWhileItWorks()
{
    std::binary_semaphore begun{0};
    bool wasShown = false;
    {
        AnalysisLane lane;
        lane.ask([&](const ComputeContext& context) -> Result<AnalysisLane::Show> {
            begun.release();
            return endless(context);
        });
        begun.acquire();
        lane.ask([&](const ComputeContext&) -> Result<AnalysisLane::Show> {
            return AnalysisLane::Show([&] { wasShown = true; });
        });
    }
    QCoreApplication::processEvents();
    QVERIFY(!wasShown);
}

void TestAnalysisLane::nothingArrivesAfterTheEnd()
{
    bool wasShown = false;
    {
        AnalysisLane lane;
        std::binary_semaphore done{0};
        lane.ask([&](const ComputeContext&) -> Result<AnalysisLane::Show> {
            done.release();
            return AnalysisLane::Show([&] { wasShown = true; });
        });
        done.acquire();
    }
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QVERIFY(!wasShown);
}

QTEST_GUILESS_MAIN(TestAnalysisLane)
#include "test_analysis_lane.moc"
