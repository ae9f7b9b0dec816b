#include "ui/document/document.h"

#include "core/experiment/opening.h"
#include "tests/support/evaluated.h"

#include <QTest>

#include <vector>

using namespace factorscope;

namespace {

/// What a document has told. Whatever it tells must hold at that moment.
struct Told {
    std::vector<Experiment> changes;
    std::vector<Error> refusals;
    bool isTrue = true;
    bool wasRefusedLast = false; ///< a change hides older words, so it must not come after them

    explicit Told(Document& document)
    {
        QObject::connect(&document, &Document::changed, &document, [&](const Experiment& now) {
            isTrue = isTrue && now == document.experiment();
            changes.push_back(now);
            wasRefusedLast = false;
        });
        QObject::connect(&document, &Document::refused, &document, [this](const Error& error) {
            refusals.push_back(error);
            wasRefusedLast = true;
        });
    }
};

/// A document that opens like the window.
struct Opened {
    Document document{openingExperiment()};
    Told told{document};

    void set(std::string_view id, const ParameterValue& value, int gesture)
    {
        document.set(*findParameter(id), value, gesture);
    }
    void set(std::string_view id, const ParameterValue& value)
    {
        set(id, value, document.newGesture());
    }
    const Experiment& now() const { return document.experiment(); }
    QUndoStack& steps() { return *document.undoStack(); }
};

Experiment withMidChannels(std::int64_t midChannels)
{
    Experiment experiment = openingExperiment();
    experiment.midChannels = midChannels;
    return experiment;
}

constexpr std::int64_t number(std::int64_t value)
{
    return value;
}

} // namespace

class TestDocument : public QObject {
    Q_OBJECT
private slots:
    void setsAParameter();
    void walksBackAndForth();
    void replacesTheExperiment();
    void aGestureIsOneStep();
    void gesturesAreApart();
    void aDragThereAndBackLeavesNoStep();
    void whatFollowedADragDownFollowsItUp();
    void whatStaysIsNoStep();
    void refusesWhatDoesNotFit_data();
    void refusesWhatDoesNotFit();
    void refusesAnIdentityBetweenOtherEnds();
    void refusesAnotherExperimentThatDoesNotFit();
    void theBankFollowsTheChannels();
    void theBankOfAFileStays();
    void takesBackForGood();
    void takesBackAWholeGesture();
    void takesBackTheLastStepOnly();
    void takesBackNothingWhereNothingIs();
    void takesBackAnUndoByARedo();
    void takesBackARedoByAnUndo();
    void aChangeFromElsewhereEndsTheGesture();
};

void TestDocument::setsAParameter()
{
    Opened opened;
    opened.set("mid-channels", number(20));
    QVERIFY(opened.now() == withMidChannels(20));
    QCOMPARE(opened.told.changes.size(), 1U);
    QVERIFY(opened.told.isTrue);
    QVERIFY(opened.told.refusals.empty());
    QCOMPARE(opened.steps().count(), 1);
    QCOMPARE(opened.steps().undoText(), QStringLiteral("C_mid"));

    opened.set("between", std::string("leaky"));
    opened.set("leaky-slope", 0.3);
    opened.set("batch-norm", true);
    QVERIFY(opened.now().between == Between::Leaky);
    QCOMPARE(opened.now().leakySlope, 0.3);
    QVERIFY(opened.now().batchNorm);
    QCOMPARE(opened.steps().count(), 4);
}

void TestDocument::walksBackAndForth()
{
    Opened opened;
    std::vector<Experiment> states{opened.now()};
    for (const std::int64_t midChannels : {20, 30, 40}) {
        opened.set("mid-channels", midChannels);
        states.push_back(opened.now());
    }
    for (std::size_t i = 3; i-- > 0;) {
        opened.steps().undo();
        QVERIFY(opened.now() == states[i]);
    }
    QVERIFY(!opened.steps().canUndo());
    for (std::size_t i = 1; i < states.size(); ++i) {
        opened.steps().redo();
        QVERIFY(opened.now() == states[i]);
    }
    QCOMPARE(opened.told.changes.size(), 9U);
    QVERIFY(opened.told.isTrue);

    opened.steps().undo();
    opened.set("mid-channels", number(50)); // another way from here
    QVERIFY(!opened.steps().canRedo());
    QCOMPARE(opened.steps().count(), 3);
}

void TestDocument::replacesTheExperiment()
{
    Opened opened;
    const Experiment before = opened.now();
    const Experiment other = smallExperiment();
    opened.document.replace(other, QStringLiteral("Open scene"));
    QVERIFY(opened.now() == other);
    QCOMPARE(opened.steps().undoText(), QStringLiteral("Open scene"));
    opened.document.replace(withMidChannels(30), QStringLiteral("Preset"));
    QCOMPARE(opened.steps().count(), 2);
    opened.steps().undo();
    QVERIFY(opened.now() == other);
    opened.steps().undo();
    QVERIFY(opened.now() == before);
    QVERIFY(opened.told.isTrue);
}

void TestDocument::aGestureIsOneStep()
{
    Opened opened;
    const Experiment before = opened.now();
    const int gesture = opened.document.newGesture();
    for (const std::int64_t midChannels : {17, 25, 60, 40})
        opened.set("mid-channels", midChannels, gesture);
    QCOMPARE(opened.told.changes.size(), 4U);
    QCOMPARE(opened.steps().count(), 1);
    opened.steps().undo();
    QVERIFY(opened.now() == before);
    opened.steps().redo();
    QVERIFY(opened.now() == withMidChannels(40));
}

void TestDocument::gesturesAreApart()
{
    Opened opened;
    const int first = opened.document.newGesture();
    const int second = opened.document.newGesture();
    QVERIFY(first != second);
    opened.set("mid-channels", number(20), first);
    opened.set("mid-channels", number(21), second);
    opened.set("mid-channels", number(22), second);
    QCOMPARE(opened.steps().count(), 2);
    opened.steps().undo();
    QCOMPARE(opened.now().midChannels, 20);
}

void TestDocument::aDragThereAndBackLeavesNoStep()
{
    Opened opened;
    opened.set("out-channels", number(24));
    const Experiment before = opened.now();
    const int gesture = opened.document.newGesture();
    for (const std::int64_t midChannels : {17, 25, 16})
        opened.set("mid-channels", midChannels, gesture);
    QVERIFY(opened.now() == before);
    QCOMPARE(opened.steps().count(), 1);
    QVERIFY(!opened.steps().canRedo());
    QVERIFY(opened.told.isTrue);
    QVERIFY(opened.told.changes.back() == before);

    opened.set("mid-channels", number(30), gesture); // and on, before the button is let go
    QCOMPARE(opened.steps().count(), 2);
    opened.steps().undo();
    QVERIFY(opened.now() == before);
}

void TestDocument::whatFollowedADragDownFollowsItUp()
{
    Experiment experiment;
    experiment.inChannels = experiment.outChannels = 200;
    experiment.midChannels = 300;
    fitBank(experiment);
    Document document(experiment);
    const int gesture = document.newGesture();
    const ExperimentParameter& outChannels = *findParameter("out-channels");
    document.set(*findParameter("in-channels"), std::int64_t{1}, document.newGesture());
    for (const std::int64_t out : {150, 10, 1})
        document.set(outChannels, out, gesture);
    QCOMPARE(document.experiment().midChannels, std::int64_t{128}); // all that the bank has
    document.set(outChannels, std::int64_t{200}, gesture);
    QCOMPARE(document.experiment().midChannels, std::int64_t{300});
}

void TestDocument::whatStaysIsNoStep()
{
    Opened opened;
    opened.set("mid-channels", number(16));
    opened.document.replace(opened.now(), QStringLiteral("nothing"));
    QCOMPARE(opened.steps().count(), 0);
    QVERIFY(opened.told.changes.empty());
    QVERIFY(opened.told.refusals.empty());
}

void TestDocument::refusesWhatDoesNotFit_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<ParameterValue>("value");
    QTest::addColumn<QByteArray>("named");
    QTest::newRow("no channels") << QByteArray("mid-channels") << ParameterValue(number(0))
                                 << QByteArray("'0'");
    QTest::newRow("too many") << QByteArray("in-channels") << ParameterValue(number(65537))
                              << QByteArray("'65537'");
    QTest::newRow("steep") << QByteArray("leaky-slope") << ParameterValue(11.0)
                           << QByteArray("'11'");
    QTest::newRow("no word of it")
        << QByteArray("between") << ParameterValue(std::string("tanh")) << QByteArray("'tanh'");
}

void TestDocument::refusesWhatDoesNotFit()
{
    QFETCH(QByteArray, id);
    QFETCH(ParameterValue, value);
    QFETCH(QByteArray, named);
    Opened opened;
    opened.set("mid-channels", number(20));
    const Experiment before = opened.now();
    opened.told.changes.clear();
    opened.set(id.toStdString(), value);
    QCOMPARE(opened.told.refusals.size(), 1U);
    const std::string message = opened.told.refusals[0].message();
    QVERIFY2(message.find(named.toStdString()) != std::string::npos, message.c_str());
    QVERIFY(opened.now() == before);
    QCOMPARE(opened.steps().count(), 1);
    QVERIFY(!opened.told.changes.empty()); // so that the control shows what holds
    QVERIFY(opened.told.wasRefusedLast);
    QVERIFY(opened.told.isTrue);
}

void TestDocument::refusesAnIdentityBetweenOtherEnds()
{
    Opened opened;
    opened.set("residual", std::string("identity")); // 3 → 16 channels
    QCOMPARE(opened.told.refusals.size(), 1U);
    QVERIFY(opened.now() == openingExperiment());
    QCOMPARE(opened.steps().count(), 0);

    opened.set("in-channels", number(16));
    opened.set("residual", std::string("identity"));
    QCOMPARE(opened.told.refusals.size(), 1U);
    QVERIFY(opened.now().residual == ResidualKind::Identity);
    const Experiment before = opened.now();
    opened.set("out-channels", number(17)); // the other way round
    QCOMPARE(opened.told.refusals.size(), 2U);
    QVERIFY(opened.now() == before);
    QCOMPARE(opened.steps().count(), 2);
    QVERIFY(opened.told.isTrue);
}

void TestDocument::refusesAnotherExperimentThatDoesNotFit()
{
    Opened opened;
    Experiment wrong = openingExperiment();
    wrong.residual = ResidualKind::Identity;
    opened.document.replace(wrong, QStringLiteral("wrong"));
    QCOMPARE(opened.told.refusals.size(), 1U);
    QVERIFY(opened.told.wasRefusedLast);
    QVERIFY(opened.now() == openingExperiment());
    QCOMPARE(opened.steps().count(), 0);
}

void TestDocument::theBankFollowsTheChannels()
{
    Opened opened;
    opened.set("out-channels", number(100));
    QCOMPARE(opened.now().midBank, 200);
    QCOMPARE(opened.now().midChannels, 16);
    opened.set("mid-channels", number(190));
    QCOMPARE(opened.now().midChannels, 190);
    opened.set("out-channels", number(10));
    QCOMPARE(opened.now().midBank, 128);
    QCOMPARE(opened.now().midChannels, 128);
    opened.steps().undo(); // one step for both
    QCOMPARE(opened.now().midBank, 200);
    QCOMPARE(opened.now().midChannels, 190);
}

void TestDocument::theBankOfAFileStays()
{
    Experiment experiment = openingExperiment();
    experiment.kernels.reset();
    experiment.weightFile = std::make_shared<const WeightFile>();
    experiment.midBank = 24;
    Document document(experiment);
    document.set(*findParameter("mid-channels"), number(20), document.newGesture());
    QCOMPARE(document.experiment().midChannels, 20);
    document.set(*findParameter("mid-channels"), number(30), document.newGesture());
    QCOMPARE(document.experiment().midChannels, 24);
    QCOMPARE(document.experiment().midBank, 24);
}

void TestDocument::takesBackForGood()
{
    Opened opened;
    opened.set("mid-channels", number(20));
    opened.document.takeBack();
    QVERIFY(opened.now() == openingExperiment());
    QCOMPARE(opened.steps().count(), 0);
    QVERIFY(!opened.steps().canUndo());
    QVERIFY(!opened.steps().canRedo());
    QCOMPARE(opened.told.changes.size(), 2U);
    QVERIFY(opened.told.isTrue);
}

void TestDocument::takesBackAWholeGesture()
{
    Opened opened;
    const int gesture = opened.document.newGesture();
    opened.set("mid-channels", number(20), gesture);
    opened.set("mid-channels", number(100), gesture);
    opened.document.takeBack();
    QVERIFY(opened.now() == openingExperiment());
    QCOMPARE(opened.steps().count(), 0);
    opened.set("mid-channels", number(21), gesture);
    QCOMPARE(opened.now().midChannels, 21);
    opened.steps().undo();
    QVERIFY(opened.now() == openingExperiment());
}

void TestDocument::takesBackTheLastStepOnly()
{
    Opened opened;
    opened.set("mid-channels", number(20));
    opened.set("mid-channels", number(30));
    opened.document.takeBack();
    QCOMPARE(opened.now().midChannels, 20);
    QCOMPARE(opened.steps().count(), 1);
    QVERIFY(!opened.steps().canRedo());
    opened.steps().undo();
    QVERIFY(opened.now() == openingExperiment());
    opened.steps().redo();
    QCOMPARE(opened.now().midChannels, 20);
}

void TestDocument::takesBackAnUndoByARedo()
{
    Document document{Experiment{}};
    const ExperimentParameter& mid = *findParameter("mid-channels");
    document.set(mid, std::int64_t{10}, document.newGesture());
    document.set(mid, std::int64_t{20}, document.newGesture());
    document.undoStack()->undo();
    document.takeBack();
    QCOMPARE(document.experiment().midChannels, std::int64_t{20});
    QCOMPARE(document.undoStack()->count(), 2); // nothing is lost
    document.takeBack(); // it is as it was
    QCOMPARE(document.experiment().midChannels, std::int64_t{20});
}

void TestDocument::takesBackARedoByAnUndo()
{
    Document document{Experiment{}};
    const ExperimentParameter& mid = *findParameter("mid-channels");
    document.set(mid, std::int64_t{10}, document.newGesture());
    document.set(mid, std::int64_t{20}, document.newGesture());
    document.undoStack()->undo();
    document.undoStack()->redo();
    document.takeBack();
    QCOMPARE(document.experiment().midChannels, std::int64_t{10});
    QCOMPARE(document.undoStack()->count(), 2);
}

/// A picture that arrives while the slider is held stays.
void TestDocument::aChangeFromElsewhereEndsTheGesture()
{
    Document document{Experiment{}};
    const ExperimentParameter& mid = *findParameter("mid-channels");
    const int gesture = document.newGesture();
    document.set(mid, std::int64_t{10}, gesture);
    Experiment other = document.experiment();
    other.seed = 99;
    document.replace(other, QStringLiteral("other"));
    document.set(mid, std::int64_t{20}, gesture);
    QCOMPARE(document.experiment().seed, std::uint64_t{99});
    QCOMPARE(document.experiment().midChannels, std::int64_t{20});
    document.undoStack()->undo();
    document.undoStack()->undo();
    document.set(mid, std::int64_t{30}, gesture); // still held
    QCOMPARE(document.experiment().seed, std::uint64_t{0});
    QCOMPARE(document.experiment().midChannels, std::int64_t{30});
}

void TestDocument::takesBackNothingWhereNothingIs()
{
    Opened opened;
    opened.document.takeBack();
    QVERIFY(opened.now() == openingExperiment());
    QVERIFY(opened.told.changes.empty());
}

QTEST_MAIN(TestDocument)
#include "test_document.moc"
