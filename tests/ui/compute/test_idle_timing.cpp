#include "ui/compute/idle_timing.h"

#include "tests/support/evaluated.h"
#include "ui/compute/compute_service.h"

#include <QSignalSpy>
#include <QTest>

using namespace factorscope;

namespace {

constexpr int kPatienceMs = 60'000; // on a busy machine, under a sanitizer

} // namespace

class TestIdleTiming : public QObject {
    Q_OBJECT
private slots:
    void timesWhatIsShown();
    void leavesAloneWhatTakesLong();
    void leavesAServiceAtWorkAlone();
    void waitsForWhatWouldDisturb();
};

void TestIdleTiming::timesWhatIsShown()
{
    ComputeService service(1);
    IdleTiming timing(service);
    const auto both = evaluated(smallExperiment());
    std::shared_ptr<const Answer> answer;
    connect(&service, &ComputeService::answered, this,
            [&](const std::shared_ptr<const Answer>& arrived) { answer = arrived; });
    timing.follow(*both);
    QTRY_VERIFY_WITH_TIMEOUT(answer, kPatienceMs);
    const auto* timed = std::get_if<BothTimed>(answer.get());
    QVERIFY(timed);
    QVERIFY(timed->experiment == both->experiment);
}

void TestIdleTiming::leavesAloneWhatTakesLong()
{
    ComputeService service(1);
    IdleTiming timing(service);
    BothEvaluated both = *evaluated(smallExperiment());
    timing.follow(both);
    both.original.run.milliseconds = 300.0;
    both.factorised.run.milliseconds = 300.0;
    timing.follow(both);
    QTest::qWait(3 * IdleTiming::kIdleMs / 2);
    QCOMPARE(service.ask(both.experiment, EvaluateBoth{}), quint64(1)); // the first question
}

void TestIdleTiming::leavesAServiceAtWorkAlone()
{
    ComputeService service(1);
    IdleTiming timing(service);
    const auto both = evaluated(smallExperiment());
    Experiment endless = both->experiment;
    endless.algorithm = "reference";
    endless.size = {4000, 4000};
    QCOMPARE(service.ask(endless, EvaluateBoth{}), quint64(1));
    timing.follow(*both);
    QTest::qWait(3 * IdleTiming::kIdleMs / 2);
    QVERIFY(service.isBusy());
    QCOMPARE(service.ask(both->experiment, EvaluateBoth{}), quint64(2));
}

void TestIdleTiming::waitsForWhatWouldDisturb()
{
    ComputeService service(1);
    IdleTiming timing(service);
    int asked = 0;
    bool isAtWork = true;
    timing.deferWhile([&] {
        ++asked;
        return isAtWork;
    });
    QSignalSpy answered(&service, &ComputeService::answered);
    timing.follow(*evaluated(smallExperiment()));
    QTRY_VERIFY_WITH_TIMEOUT(asked >= 2, kPatienceMs); // it looks again
    QVERIFY(!service.isBusy() && answered.isEmpty());
    isAtWork = false;
    QTRY_COMPARE_WITH_TIMEOUT(answered.count(), 1, kPatienceMs);
}

QTEST_GUILESS_MAIN(TestIdleTiming)
#include "test_idle_timing.moc"
