#include "ui/compute/compute_service.h"

#include "core/image/samples.h"

#include <QDeadlineTimer>
#include <QTest>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <vector>

using namespace factorscope;

namespace {

constexpr int kPatienceMs = 60'000; // on a busy machine, under a sanitizer

/// 3 → mid → 4 channels on a picture of its own, so that the picture tells who still holds it.
Experiment experimentOf(std::int64_t midChannels, Extent size = {8, 8})
{
    Experiment experiment;
    experiment.inChannels = 3;
    experiment.midChannels = midChannels;
    experiment.outChannels = 4;
    experiment.picture = std::make_shared<const Picture>(findSample("gratings")->draw(size));
    return experiment;
}

/// What fails at once. Its error holds no picture, unlike an answer.
Experiment wrongExperiment()
{
    Experiment experiment = experimentOf(5);
    experiment.lift = Lift::Gray;
    return experiment;
}

/// Work that is still going on when the next question comes.
Experiment longExperiment()
{
    return experimentOf(64, {512, 512});
}

/// Without touching the event loop: the job of a wrong experiment has ended and its error is in the
/// queue.
bool waitsInTheQueue(const Experiment& asked)
{
    const QDeadlineTimer deadline(kPatienceMs);
    while (asked.picture.use_count() > 1 && !deadline.hasExpired())
        QThread::yieldCurrentThread();
    return asked.picture.use_count() == 1;
}

/// What has come back.
struct Arrivals {
    std::vector<quint64> generations;
    std::shared_ptr<const Answer> lastAnswer;
    std::vector<Error> errors;
    bool cameOnAnotherThread = false;

    void listenTo(ComputeService& service, QObject* context)
    {
        QObject::connect(&service, &ComputeService::answered, context,
                         [this](const std::shared_ptr<const Answer>& answer, quint64 generation) {
                             arrived(generation);
                             lastAnswer = answer;
                         });
        QObject::connect(&service, &ComputeService::failed, context,
                         [this](const Error& error, quint64 generation) {
                             arrived(generation);
                             errors.push_back(error);
                         });
    }

private:
    void arrived(quint64 generation)
    {
        generations.push_back(generation);
        cameOnAnotherThread = cameOnAnotherThread
            || QThread::currentThread() != QCoreApplication::instance()->thread();
    }
};

std::int64_t midChannelsOf(const Answer& answer)
{
    const auto& both = std::get<BothEvaluated>(answer);
    return both.factorised.run.layers.front().activation->shape()[1];
}

std::int64_t midChannelsOf(const Arrivals& arrivals)
{
    return midChannelsOf(*arrivals.lastAnswer);
}

/// A service that has answered for 20 mid channels of a bank, and what it says from then on.
struct Moving {
    Moving()
    {
        fitBank(experiment);
        QObject::connect(&service, &ComputeService::previewed, &context,
                         [this](const auto& answer) { previews.push_back(answer); });
        QObject::connect(&service, &ComputeService::answered, &context, [this](const auto& answer) {
            if (std::holds_alternative<BothEvaluated>(*answer))
                wholes.push_back(answer);
        });
        service.ask(experiment, kMayPreview);
        isReady
            = QTest::qWaitFor([this] { return !wholes.empty(); }, kPatienceMs) && previews.empty();
        wholes.swap(shown);
    }
    void moveTo(std::int64_t midChannels, const EvaluateBoth& query = kMayPreview)
    {
        experiment.midChannels = midChannels;
        service.ask(experiment, query);
    }
    /// Goes to 21 and returns with its preview.
    bool preview()
    {
        moveTo(21);
        return QTest::qWaitFor([this] { return !previews.empty(); }, kPatienceMs);
    }

    static constexpr EvaluateBoth kMayPreview{.mayPreview = true};
    Experiment experiment = experimentOf(20);
    QObject context;
    std::vector<std::shared_ptr<const Answer>> shown; ///< which a preview begins with
    std::vector<std::shared_ptr<const Answer>> previews;
    std::vector<std::shared_ptr<const Answer>> wholes;
    ComputeService service{2};
    bool isReady = false;
};

} // namespace

class TestComputeService : public QObject {
    Q_OBJECT
private slots:
    void answersWithTheGenerationOfTheQuestion();
    void theLastOfManyIsAnsweredAtLast();
    void thereIsProgressWhileQuestionsKeepComing();
    void whatTakesLongIsStoppedForTheNext();
    void cancelledIsNotAnswered();
    void nothingArrivesAfterTheEnd();
    void endsWhileItComputes();
    void errorsArriveAsFailures();
    void anErrorIsOvertakenToo();
    void eventsAreHandledWhileItComputes();
    void aSmallMoveIsPreviewedAndTheWholeFollows();
    void withoutLeaveNothingIsPreviewed();
    void theWholeWaitsUntilTheHandRests();
    void theWholeFollowsWhateverElseIsAsked_data();
    void theWholeFollowsWhateverElseIsAsked();
    void aStoppedPreviewStaysWithoutTheWhole();
};

void TestComputeService::answersWithTheGenerationOfTheQuestion()
{
    ComputeService service(2);
    Arrivals arrivals;
    arrivals.listenTo(service, this);
    const Experiment experiment = experimentOf(5);
    const quint64 first = service.ask(experiment, EvaluateBoth{});
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.generations, std::vector{first}, kPatienceMs);
    QVERIFY(arrivals.errors.empty());
    QCOMPARE(midChannelsOf(arrivals), 5);

    const quint64 second = service.ask(experimentOf(6), EvaluateBoth{});
    QVERIFY(second > first);
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.generations, (std::vector{first, second}), kPatienceMs);
    QCOMPARE(midChannelsOf(arrivals), 6);
    QVERIFY(!arrivals.cameOnAnotherThread);
}

/// Those on the way may be answered where they are finished soon, in order; the last is at last.
void TestComputeService::theLastOfManyIsAnsweredAtLast()
{
    constexpr int kQuestions = 300;
    ComputeService service(2);
    Arrivals arrivals;
    arrivals.listenTo(service, this);
    quint64 last = 0;
    for (int i = 1; i <= kQuestions; ++i)
        last = service.ask(experimentOf(i), EvaluateBoth{});
    QCOMPARE(last, quint64(kQuestions));
    QTRY_VERIFY_WITH_TIMEOUT(!service.isBusy(), kPatienceMs);
    QCoreApplication::processEvents();
    QCOMPARE(arrivals.generations.back(), last);
    QVERIFY(arrivals.generations.size() <= 2); // the first and the last
    QCOMPARE(midChannelsOf(arrivals), kQuestions);
}

void TestComputeService::thereIsProgressWhileQuestionsKeepComing()
{
    ComputeService service(2);
    Arrivals arrivals;
    arrivals.listenTo(service, this);
    const QDeadlineTimer deadline(kPatienceMs);
    int mid = 0;
    while (arrivals.generations.size() < 5 && !deadline.hasExpired()) {
        service.ask(experimentOf(1 + mid++ % 100), EvaluateBoth{});
        QCoreApplication::processEvents();
    }
    QVERIFY(arrivals.generations.size() >= 5);
    QVERIFY(std::ranges::is_sorted(arrivals.generations));
}

void TestComputeService::whatTakesLongIsStoppedForTheNext()
{
    ComputeService service(2);
    Arrivals arrivals;
    arrivals.listenTo(service, this);
    Experiment endless = experimentOf(512, {512, 512});
    endless.outChannels = 512;
    endless.algorithm = "reference";
    service.ask(endless, EvaluateBoth{});
    const quint64 last = service.ask(experimentOf(7), EvaluateBoth{});
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.generations, std::vector{last}, kPatienceMs);
    QCOMPARE(midChannelsOf(arrivals), 7);
}

void TestComputeService::cancelledIsNotAnswered()
{
    ComputeService service(2);
    Arrivals arrivals;
    arrivals.listenTo(service, this);
    const Experiment waiting = wrongExperiment();
    service.ask(waiting, EvaluateBoth{});
    QVERIFY(waitsInTheQueue(waiting));
    service.cancel();
    QVERIFY(!service.isBusy());
    service.ask(longExperiment(), EvaluateBoth{});
    service.ask(longExperiment(), EvaluateBoth{});
    service.cancel();
    const quint64 last = service.ask(experimentOf(6), EvaluateBoth{});
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.generations, std::vector{last}, kPatienceMs);
}

void TestComputeService::nothingArrivesAfterTheEnd()
{
    Arrivals arrivals;
    {
        ComputeService service(1);
        arrivals.listenTo(service, this);
        const Experiment experiment = wrongExperiment();
        service.ask(experiment, EvaluateBoth{});
        QVERIFY(waitsInTheQueue(experiment));
    }
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QVERIFY(arrivals.generations.empty());
}

void TestComputeService::endsWhileItComputes()
{
    Arrivals arrivals;
    const Experiment experiment = longExperiment();
    for (const int others : {0, 3}) {
        ComputeService service(2);
        arrivals.listenTo(service, this);
        for (int i = 0; i <= others; ++i)
            service.ask(experiment, EvaluateBoth{});
    }
    QCOMPARE(experiment.picture.use_count(), 1L); // nobody works on it any more
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QVERIFY(arrivals.generations.empty());
}

void TestComputeService::errorsArriveAsFailures()
{
    ComputeService service(1);
    Arrivals arrivals;
    arrivals.listenTo(service, this);
    const quint64 generation = service.ask(Experiment{}, EvaluateBoth{});
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.generations, std::vector{generation}, kPatienceMs);
    QVERIFY(!arrivals.lastAnswer);
    QCOMPARE(arrivals.errors.size(), std::size_t(1));
    QCOMPARE(arrivals.errors[0].code, ErrorCode::InvalidArgument);
    QCOMPARE(arrivals.errors[0].message(),
             std::string("there is neither an input nor a size for one"));

    service.ask(experimentOf(5), EvaluateBoth{}); // and it goes on
    QTRY_VERIFY_WITH_TIMEOUT(arrivals.lastAnswer, kPatienceMs);
}

void TestComputeService::anErrorIsOvertakenToo()
{
    ComputeService service(1);
    Arrivals arrivals;
    arrivals.listenTo(service, this);
    const Experiment wrong = wrongExperiment();
    service.ask(wrong, EvaluateBoth{});
    QVERIFY(waitsInTheQueue(wrong));
    const quint64 last = service.ask(experimentOf(6), EvaluateBoth{});
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.generations, std::vector{last}, kPatienceMs);
    QVERIFY(arrivals.errors.empty());
}

/// Each turn of the event loop asks anew, so that the service is at work all the time.
void TestComputeService::eventsAreHandledWhileItComputes()
{
    constexpr int kTurns = 50;
    ComputeService service(2);
    Arrivals arrivals;
    arrivals.listenTo(service, this);
    const Experiment experiment = longExperiment();
    int turns = 0;
    quint64 last = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] {
        last = service.ask(experiment, EvaluateBoth{});
        if (++turns == kTurns)
            timer.stop();
    });
    timer.start(0);
    QTRY_VERIFY_WITH_TIMEOUT(turns == kTurns && !arrivals.generations.empty()
                                 && arrivals.generations.back() == last,
                             kPatienceMs);
    QVERIFY(arrivals.errors.empty());
}

void TestComputeService::aSmallMoveIsPreviewedAndTheWholeFollows()
{
    Moving moving;
    QVERIFY(moving.isReady);
    QVERIFY(!moving.service.isPreviewing());
    QVERIFY(moving.preview());
    QVERIFY(moving.service.isPreviewing());
    QVERIFY(moving.wholes.empty());
    QVERIFY(!moving.service.isBusy());
    QCOMPARE(midChannelsOf(*moving.previews[0]), 21);
    QVERIFY(std::get<BothEvaluated>(*moving.previews[0]).isPreview());

    QTRY_COMPARE_WITH_TIMEOUT(moving.wholes.size(), std::size_t(1), kPatienceMs); // not asked for
    QVERIFY(!moving.service.isPreviewing());
    const auto& whole = std::get<BothEvaluated>(*moving.wholes[0]);
    QVERIFY(whole.experiment == moving.experiment);
    QVERIFY(!whole.isPreview());
    QCOMPARE(moving.previews.size(), std::size_t(1));
}

void TestComputeService::withoutLeaveNothingIsPreviewed()
{
    Moving moving;
    QVERIFY(moving.isReady);
    moving.moveTo(21, EvaluateBoth{});
    QTRY_COMPARE_WITH_TIMEOUT(moving.wholes.size(), std::size_t(1), kPatienceMs);
    QVERIFY(moving.previews.empty());
}

/// Each preview is followed by a further move before the whole would be computed.
void TestComputeService::theWholeWaitsUntilTheHandRests()
{
    constexpr std::int64_t kLast = 26;
    Moving moving;
    QVERIFY(moving.isReady);
    QTimer pause;
    pause.setSingleShot(true);
    pause.setInterval(ComputeService::kRestMs / 3);
    connect(&pause, &QTimer::timeout, this, [&] {
        if (moving.experiment.midChannels < kLast)
            moving.moveTo(moving.experiment.midChannels + 1);
    });
    connect(&moving.service, &ComputeService::previewed, &pause, qOverload<>(&QTimer::start));
    moving.moveTo(21);
    QTRY_COMPARE_WITH_TIMEOUT(moving.wholes.size(), std::size_t(1), kPatienceMs);
    QCOMPARE(moving.previews.size(), std::size_t(6));
    QCOMPARE(midChannelsOf(*moving.wholes[0]), kLast);
    QVERIFY(!moving.service.isPreviewing());
}

void TestComputeService::theWholeFollowsWhateverElseIsAsked_data()
{
    QTest::addColumn<bool>("isForTimes");
    QTest::addColumn<bool>("isWrong");
    QTest::addColumn<bool>("isAtOnce");
    QTest::newRow("times, after the preview") << true << false << false;
    QTest::newRow("times, before the preview is there") << true << false << true;
    QTest::newRow("times that fail, after the preview") << true << true << false;
    QTest::newRow("what fails, after the preview") << false << true << false;
}

void TestComputeService::theWholeFollowsWhateverElseIsAsked()
{
    QFETCH(bool, isForTimes);
    QFETCH(bool, isWrong);
    QFETCH(bool, isAtOnce);
    Moving moving;
    QVERIFY(moving.isReady);
    if (isAtOnce)
        moving.moveTo(21);
    else
        QVERIFY(moving.preview());
    moving.service.ask(isWrong ? wrongExperiment() : moving.experiment,
                       isForTimes ? Query(TimeBoth{}) : Query(EvaluateBoth{}));
    QTRY_COMPARE_WITH_TIMEOUT(moving.wholes.size(), std::size_t(1), kPatienceMs);
    QCOMPARE(moving.previews.size(), std::size_t(1));
    QCOMPARE(midChannelsOf(*moving.wholes[0]), 21);
    QVERIFY(!moving.service.isPreviewing());
}

void TestComputeService::aStoppedPreviewStaysWithoutTheWhole()
{
    Moving moving;
    QVERIFY(moving.isReady);
    QVERIFY(moving.preview());
    moving.service.cancel();
    QVERIFY(!moving.service.isPreviewing());
    QTest::qWait(2 * ComputeService::kRestMs);
    QVERIFY(moving.wholes.empty());
    moving.moveTo(22); // and it goes on
    QTRY_COMPARE_WITH_TIMEOUT(moving.wholes.size(), std::size_t(1), kPatienceMs);
    QCOMPARE(midChannelsOf(*moving.wholes[0]), 22);
}

QTEST_GUILESS_MAIN(TestComputeService)
#include "test_compute_service.moc"
