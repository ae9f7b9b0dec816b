#include "tests/support/evaluated.h"
#include "ui/cost/cost_view.h"
#include "ui/export/figure_views.h"
#include "ui/maps/feature_maps_view.h"
#include "ui/receptive/receptive_view.h"
#include "ui/window/view_tabs.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTest>

#include <set>

using namespace factorscope;

namespace {

constexpr int kPatienceMs = 60'000;

} // namespace

class TestViewTabs : public QObject {
    Q_OBJECT
private slots:
    void tabsAreTheFigures();
    void everyTabHasAKeyAndATip();
    void onlyTheTabInFrontDraws();
    void aTabThatComesToTheFrontDraws();
    void costsAreCountedWithoutAnAnswer();
    void passesOnWhatIsPicked();
};

void TestViewTabs::tabsAreTheFigures()
{
    ViewState state;
    ViewTabs tabs(state);
    QCOMPARE(std::size_t(tabs.count()), figureViews().size());
    for (int i = 0; i < tabs.count(); ++i) {
        const FigureView& view = figureViews()[std::size_t(i)];
        tabs.setCurrentIndex(i);
        QVERIFY(tabs.currentId() == view.id);
        tabs.setCurrentIndex(0);
        tabs.showView(view.id);
        QCOMPARE(tabs.currentIndex(), i);
    }
}

void TestViewTabs::everyTabHasAKeyAndATip()
{
    ViewState state;
    const ViewTabs tabs(state);
    std::set<QString> keys;
    for (int i = 0; i < tabs.count(); ++i) {
        const QString key = ViewTabs::keyOf(i).toString(QKeySequence::NativeText);
        QVERIFY(i >= 9 || keys.insert(key).second);
        QVERIFY(tabs.tabToolTip(i).contains(key));
        QVERIFY(tabs.tabToolTip(i).size() > key.size() + 10);
        QVERIFY(!tabs.tabText(i).isEmpty());
    }
    QCOMPARE(ViewTabs::keyOf(0), QKeySequence(QStringLiteral("Ctrl+1")));
    QCOMPARE(ViewTabs::keyOf(8), QKeySequence(QStringLiteral("Ctrl+9")));
    QVERIFY(ViewTabs::keyOf(9).isEmpty());
}

void TestViewTabs::onlyTheTabInFrontDraws()
{
    ViewState state;
    ViewTabs tabs(state);
    tabs.resize(800, 600);
    QSignalSpy drawn(&tabs, &ViewTabs::drawn);
    QSignalSpy hidden(tabs.findChild<ReceptiveView*>(), &ReceptiveView::drawn);
    tabs.show();
    tabs.show(evaluated(smallExperiment()));
    QVERIFY(tabs.isBusy());
    QVERIFY(drawn.wait(kPatienceMs));
    QTRY_VERIFY_WITH_TIMEOUT(!tabs.isBusy(), kPatienceMs); // what layers are worth comes later
    QVERIFY(hidden.isEmpty());
}

void TestViewTabs::aTabThatComesToTheFrontDraws()
{
    ViewState state;
    ViewTabs tabs(state);
    tabs.resize(800, 600);
    tabs.show();
    tabs.show(evaluated(smallExperiment()));
    QSignalSpy drawn(tabs.findChild<ReceptiveView*>(), &ReceptiveView::drawn);
    QSignalSpy passedOn(&tabs, &ViewTabs::drawn);
    tabs.showView("receptive-field");
    QVERIFY(drawn.wait(kPatienceMs));
    QVERIFY(!passedOn.isEmpty());
}

void TestViewTabs::costsAreCountedWithoutAnAnswer()
{
    ViewState state;
    ViewTabs tabs(state);
    const auto words = [&tabs] {
        QStringList all;
        for (const QLabel* label : tabs.findChild<CostView*>()->findChildren<QLabel*>())
            all << label->text();
        return all.join(u'\n');
    };
    const QString nothing = words();
    Experiment experiment = smallExperiment();
    tabs.showCosts(experiment);
    const QString first = words();
    QVERIFY(first != nothing);
    experiment.midChannels += 3;
    tabs.showCosts(*evaluated(experiment));
    QVERIFY(words() != first);
}

void TestViewTabs::passesOnWhatIsPicked()
{
    ViewState state;
    ViewTabs tabs(state);
    QSignalSpy picked(&tabs, &ViewTabs::midChannelsPicked);
    QSignalSpy ended(&tabs, &ViewTabs::pickEnded);
    auto* cost = tabs.findChild<CostView*>();
    emit cost->midChannelsPicked(7);
    emit cost->pickEnded();
    QCOMPARE(picked.size(), 1);
    QCOMPARE(picked[0][0].toLongLong(), 7);
    QCOMPARE(ended.size(), 1);
}

QTEST_MAIN(TestViewTabs)
#include "test_view_tabs.moc"
