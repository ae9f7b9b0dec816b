#include "core/race/race_run.h"
#include "tests/support/shown_page.h"
#include "ui/speed/speed_picture.h"
#include "ui/speed/speed_view.h"

#include <QComboBox>
#include <QPushButton>

using namespace factorscope;

namespace {

constexpr int kPatienceMs = 60'000;

/// The view with an answer, that races in two rounds.
struct Shown {
    ViewState state;
    SpeedView view{state};
    std::shared_ptr<const BothEvaluated> both = evaluated(smallExperiment());

    explicit Shown(int rounds = 2)
    {
        ViewSettings settings;
        settings.speed.plan.algorithms = {"auto"};
        settings.speed.plan.rounds = settings.speed.plan.leastRounds = rounds;
        state.set(settings);
        view.resize(900, 600);
        view.show(both);
        view.QWidget::show();
    }
    QPushButton* button() const { return view.findChild<QPushButton*>(); }
    SpeedPicture* picture() const { return view.findChild<SpeedPicture*>(); }
    QString stateInWords() const
    {
        for (const auto* label : view.findChildren<QLabel*>()) {
            if (label->accessibleName() == QStringLiteral("State of the race"))
                return label->text();
        }
        return {};
    }
    void race()
    {
        const std::size_t before = view.races().size();
        QTest::keyClick(&view, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(view.races().size() > before, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!view.isRacing(), kPatienceMs);
    }
};

} // namespace

class TestSpeedView : public QObject {
    Q_OBJECT
private slots:
    void measuresNothingUntilAsked();
    void racesOnEnterAndShowsTheResult();
    void stopsAndKeepsWhatWasShown();
    void saysWhenTheExperimentIsAnother();
    void earlierRacesCanBeChosen();
    void threadsCanBeChosen();
    void smallWindowsScroll();
    void closesWhileRacing();
};

void TestSpeedView::measuresNothingUntilAsked()
{
    const Shown shown;
    QVERIFY(!shown.view.isRacing());
    QVERIFY(shown.view.races().empty());
    QVERIFY(!shown.picture()->race());
    QVERIFY(
        shown.picture()->accessibleDescription().contains(QStringLiteral("Nothing is measured")));
    QCOMPARE(shown.button()->text(), QStringLiteral("Race"));
}

void TestSpeedView::racesOnEnterAndShowsTheResult()
{
    Shown shown;
    QSignalSpy drawn(&shown.view, &SpeedView::drawn);
    QTest::keyClick(&shown.view, Qt::Key_Return);
    QVERIFY(shown.view.isRacing());
    QCOMPARE(shown.button()->text(), QStringLiteral("Stop"));
    QVERIFY(shown.stateInWords().contains(QStringLiteral("disturbs")));
    QTRY_COMPARE_WITH_TIMEOUT(drawn.size(), 1, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!shown.view.isRacing(), kPatienceMs);
    QVERIFY(shown.picture()->race()->isWhole());
    QCOMPARE(shown.picture()->race(), shown.state.settings().speed.race);
    QVERIFY(shown.picture()->accessibleDescription().contains(QStringLiteral("of its roof")));
    QCOMPARE(shown.button()->text(), QStringLiteral("Race"));
}

void TestSpeedView::stopsAndKeepsWhatWasShown()
{
    Shown shown;
    shown.race();
    const auto first = shown.picture()->race();
    ViewSettings settings = shown.state.settings();
    settings.speed.plan.rounds = settings.speed.plan.leastRounds = 1'000'000;
    shown.state.set(settings);
    shown.button()->click();
    QTRY_VERIFY_WITH_TIMEOUT(shown.picture()->race() != first
                                 && !shown.picture()->race()->lanes.front().rounds.empty(),
                             kPatienceMs);
    QVERIFY(!shown.picture()->race()->isWhole());
    shown.button()->click();
    QVERIFY(!shown.view.isRacing());
    QCOMPARE(shown.picture()->race(), first);
    QCOMPARE(shown.view.races().size(), std::size_t{1});
}

void TestSpeedView::saysWhenTheExperimentIsAnother()
{
    Shown shown;
    shown.race();
    QVERIFY(shown.stateInWords().contains(QStringLiteral("present")));
    QVERIFY(!shown.stateInWords().contains(QStringLiteral("another")));
    Experiment wider = smallExperiment();
    ++wider.midChannels;
    shown.view.show(evaluated(wider));
    QVERIFY(shown.stateInWords().contains(QStringLiteral("another experiment")));
    QVERIFY(shown.picture()->race());
    shown.view.show(shown.both);
    QVERIFY(!shown.stateInWords().contains(QStringLiteral("another")));
}

void TestSpeedView::earlierRacesCanBeChosen()
{
    Shown shown;
    shown.race();
    shown.race();
    auto* list = shown.view.findChild<QComboBox*>();
    QCOMPARE(list->count(), 2);
    QCOMPARE(list->currentIndex(), 0);
    QCOMPARE(shown.picture()->race(), shown.view.races()[1]);
    list->setCurrentIndex(1);
    emit list->activated(1);
    QCOMPARE(shown.picture()->race(), shown.view.races()[0]);
    QCOMPARE(list->currentIndex(), 1);
}

void TestSpeedView::threadsCanBeChosen()
{
    Shown shown;
    shown.race();
    const int all = shown.picture()->race()->machine.threads;
    for (auto* button : shown.view.findChildren<QToolButton*>()) {
        if (button->text() == QStringLiteral("1 thread") && button->isEnabled())
            button->click();
    }
    QCOMPARE(shown.state.settings().speed.threads, all > 1 ? 1 : 0);
}

void TestSpeedView::smallWindowsScroll()
{
    Shown shown;
    shown.view.resize(500, 420);
    shown.race();
    SpeedPicture* picture = shown.picture();
    QTRY_VERIFY(picture->height() >= picture->heightForWidth(picture->width()));
    QVERIFY(picture->height() > shown.view.height());
    QVERIFY(picture->width() <= shown.view.width());
}

void TestSpeedView::closesWhileRacing()
{
    Shown shown(1'000'000);
    QTest::keyClick(&shown.view, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(shown.picture()->race() != nullptr, kPatienceMs);
}

QTEST_MAIN(TestSpeedView)
#include "test_speed_view.moc"
