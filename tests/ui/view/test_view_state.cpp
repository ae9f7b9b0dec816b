#include "ui/view/view_state.h"

#include <QSignalSpy>
#include <QTest>

using namespace factorscope;

namespace {

/// A view state and how often it told what.
struct Watched {
    ViewState view;
    QSignalSpy changed{&view, &ViewState::changed};
    QSignalSpy cursorChanged{&view, &ViewState::cursorChanged};

    const ViewSettings& now() const { return view.settings(); }
    void forget()
    {
        changed.clear();
        cursorChanged.clear();
    }
};

constexpr Extent kSize{40, 48};

} // namespace

class TestViewState : public QObject {
    Q_OBJECT
private slots:
    void hoveringMovesTheCursor();
    void hoveringDoesNotMoveAPinnedCursor();
    void pinningAgainLetsGo();
    void pinningElsewhereMovesThePin();
    void lettingGoForgetsTheCursor();
    void movingBeginsInTheMiddle();
    void movingPinsAndStopsAtTheBorders();
    void movingInNothingDoesNothing();
    void tellsWhatChanged();
    void saysNothingWhenNothingChanged();
    void stagesOfOneKindShareTheirChannel();
    void theDivergingColoursFitTheGround();
};

void TestViewState::hoveringMovesTheCursor()
{
    Watched watched;
    QVERIFY(!watched.now().cursor);
    watched.view.hover(Position{3, 4});
    QVERIFY(watched.now().cursor == Position(3, 4));
    QVERIFY(!watched.now().isPinned);
    watched.view.hover({});
    QVERIFY(!watched.now().cursor);
    QCOMPARE(watched.cursorChanged.count(), 2);
}

void TestViewState::hoveringDoesNotMoveAPinnedCursor()
{
    Watched watched;
    watched.view.pin({3, 4});
    QVERIFY(watched.now().isPinned);
    watched.forget();
    watched.view.hover(Position{9, 9});
    watched.view.hover({});
    QVERIFY(watched.now().cursor == Position(3, 4));
    QCOMPARE(watched.cursorChanged.count(), 0);
}

void TestViewState::pinningAgainLetsGo()
{
    Watched watched;
    watched.view.hover(Position{3, 4});
    watched.view.pin({3, 4}); // only hovered over so far
    QVERIFY(watched.now().isPinned);
    watched.view.pin({3, 4});
    QVERIFY(!watched.now().isPinned);
}

void TestViewState::pinningElsewhereMovesThePin()
{
    Watched watched;
    watched.view.pin({3, 4});
    watched.view.pin({5, 4});
    QVERIFY(watched.now().isPinned);
    QVERIFY(watched.now().cursor == Position(5, 4));
}

void TestViewState::lettingGoForgetsTheCursor()
{
    Watched watched;
    watched.view.pin({3, 4});
    watched.view.letGo();
    QVERIFY(!watched.now().isPinned);
    QVERIFY(!watched.now().cursor);
    watched.view.hover(Position{1, 1});
    QVERIFY(watched.now().cursor == Position(1, 1));
}

void TestViewState::movingBeginsInTheMiddle()
{
    Watched watched;
    watched.view.moveCursor(0, 1, kSize);
    QVERIFY(watched.now().cursor == Position(20, 25));
    watched.view.moveCursor(-2, 0, kSize);
    QVERIFY(watched.now().cursor == Position(18, 25));
}

void TestViewState::movingPinsAndStopsAtTheBorders()
{
    Watched watched;
    watched.view.hover(Position{38, 1});
    watched.view.moveCursor(10, -10, kSize);
    QVERIFY(watched.now().isPinned);
    QVERIFY(watched.now().cursor == Position(39, 0));
    watched.view.moveCursor(-1000, 1000, kSize);
    QVERIFY(watched.now().cursor == Position(0, 47));
    watched.view.moveCursor(0, 0, {10, 10}); // another picture
    QVERIFY(watched.now().cursor == Position(0, 9));
}

void TestViewState::movingInNothingDoesNothing()
{
    Watched watched;
    watched.view.moveCursor(1, 1, {});
    QVERIFY(!watched.now().cursor);
    QCOMPARE(watched.cursorChanged.count(), 0);
}

void TestViewState::tellsWhatChanged()
{
    Watched watched;
    watched.view.hover(Position{3, 4});
    watched.view.pin({3, 4});
    watched.view.moveCursor(1, 0, kSize);
    watched.view.letGo();
    QCOMPARE(watched.changed.count(), 0);
    QCOMPARE(watched.cursorChanged.count(), 4);

    watched.forget();
    ViewSettings settings = watched.now();
    settings.outChannel = 3;
    watched.view.set(settings);
    settings.viewport.zoom = 2.0;
    watched.view.set(settings);
    settings.isFlickering = true;
    watched.view.set(settings);
    QCOMPARE(watched.changed.count(), 3);
    QCOMPARE(watched.cursorChanged.count(), 0);

    watched.forget();
    settings.isAlone = true;
    settings.cursor = Position{1, 1};
    watched.view.set(settings);
    QCOMPARE(watched.changed.count(), 1);
    QCOMPARE(watched.cursorChanged.count(), 1);
    QVERIFY(watched.now() == settings);
}

void TestViewState::saysNothingWhenNothingChanged()
{
    Watched watched;
    watched.view.set(watched.now());
    watched.view.hover({});
    watched.view.letGo();
    QCOMPARE(watched.changed.count(), 0);
    QCOMPARE(watched.cursorChanged.count(), 0);
}

void TestViewState::stagesOfOneKindShareTheirChannel()
{
    ViewSettings settings;
    settings.setChannel(Stage::Input, 1);
    settings.setChannel(Stage::MidAfter, 2);
    settings.setChannel(Stage::Difference, 3);
    QCOMPARE(settings.channel(Stage::Input), 1);
    QCOMPARE(settings.channel(Stage::MidBefore), 2);
    QCOMPARE(settings.channel(Stage::MidAfter), 2);
    QCOMPARE(settings.channel(Stage::Original), 3);
    QCOMPARE(settings.channel(Stage::Factorised), 3);
    for (const Stage stage : kStages) {
        settings.setChannel(stage, 7);
        QCOMPARE(settings.channel(stage), 7);
    }
}

void TestViewState::theDivergingColoursFitTheGround()
{
    ViewSettings settings;
    for (const bool isDark : {false, true}) {
        const Colormap& colours = settings.divergingOn(isDark);
        QVERIFY(colours.diverging);
        const Rgb8 zero = colours.colours[kColormapSize / 2];
        QCOMPARE(zero.g < 128, isDark);
    }
    settings.diverging = findColormap("ice-fire");
    QCOMPARE(settings.divergingOn(false).id, std::string_view("ice-fire"));
    settings.diverging = findColormap("blue-orange");
    QCOMPARE(settings.divergingOn(true).id, std::string_view("blue-orange"));
}

QTEST_GUILESS_MAIN(TestViewState)
#include "test_view_state.moc"
