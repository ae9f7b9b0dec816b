#include "ui/view/view_keys.h"

#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QWidget>

using namespace factorscope;

namespace {

/// A window with the keys of the views: 40 × 48 pixels, 5 output maps, 3 mid maps.
struct Keyed {
    ViewState view;
    QWidget window;
    ViewKeys* keys = new ViewKeys(view, window);

    Keyed() { keys->setLimits({{40, 48}, 5, 3}); }
    const ViewSettings& now() const { return view.settings(); }
    void click(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(&window, key, modifiers);
    }
    void repeatedPress(Qt::Key key)
    {
        QKeyEvent event(QEvent::KeyPress, key, {}, QString(), true);
        QCoreApplication::sendEvent(&window, &event);
    }
    void repeatedRelease(Qt::Key key)
    {
        QKeyEvent event(QEvent::KeyRelease, key, {}, QString(), true);
        QCoreApplication::sendEvent(&window, &event);
    }
};

} // namespace

class TestViewKeys : public QObject {
    Q_OBJECT
private slots:
    void arrowsMoveTheCursor();
    void enterPinsAndEscapeLetsGo();
    void plusAndMinusZoom();
    void zeroShowsTheWholePicture();
    void aSwitchesBetweenAllAndOne();
    void pageKeysChooseTheOutputMap();
    void withShiftTheMidMap();
    void stepsAsTheMapsLie();
    void splitsOneMap();
    void movesTheDivider();
    void pageUpComesBackFromBeyondTheMaps();
    void flickersWhileFIsHeld();
    void aRepeatedFDoesNotFlash();
    void aWindowLeftStopsFlickering();
    void keysOfOthersAreLeftToThem_data();
    void keysOfOthersAreLeftToThem();
    void controlsComeFirst();
};

void TestViewKeys::arrowsMoveTheCursor()
{
    Keyed keyed;
    keyed.view.hover(Position{20, 20});
    keyed.click(Qt::Key_Left);
    QVERIFY(keyed.now().cursor == Position(20, 19));
    keyed.click(Qt::Key_Up);
    QVERIFY(keyed.now().cursor == Position(19, 19));
    keyed.click(Qt::Key_Right, Qt::ShiftModifier);
    QVERIFY(keyed.now().cursor == Position(19, 29));
    keyed.click(Qt::Key_Down, Qt::ShiftModifier);
    QVERIFY(keyed.now().cursor == Position(29, 29));
    keyed.click(Qt::Key_Right, Qt::KeypadModifier);
    QVERIFY(keyed.now().cursor == Position(29, 30));
    for (int i = 0; i < 3; ++i)
        keyed.click(Qt::Key_Right, Qt::ShiftModifier);
    QVERIFY(keyed.now().cursor == Position(29, 47));
    QVERIFY(keyed.now().isPinned);
}

void TestViewKeys::enterPinsAndEscapeLetsGo()
{
    Keyed keyed;
    keyed.click(Qt::Key_Return); // there is nothing to pin
    QVERIFY(!keyed.now().isPinned);
    keyed.view.hover(Position{3, 4});
    keyed.click(Qt::Key_Return);
    QVERIFY(keyed.now().isPinned);
    QVERIFY(keyed.now().cursor == Position(3, 4));
    keyed.click(Qt::Key_Escape);
    QVERIFY(!keyed.now().isPinned);
    QVERIFY(!keyed.now().cursor);
    keyed.view.hover(Position{5, 6});
    keyed.click(Qt::Key_Enter, Qt::KeypadModifier);
    QVERIFY(keyed.now().isPinned);
}

void TestViewKeys::plusAndMinusZoom()
{
    Keyed keyed;
    keyed.click(Qt::Key_Minus);
    QCOMPARE(keyed.now().viewport.zoom, 1.0); // nothing is smaller than the whole
    keyed.click(Qt::Key_Plus);
    const double once = keyed.now().viewport.zoom;
    QVERIFY(once > 1.0);
    keyed.click(Qt::Key_Plus, Qt::ShiftModifier); // where + is on the number row
    keyed.click(Qt::Key_Equal);
    QVERIFY(keyed.now().viewport.zoom > once * once);
    keyed.click(Qt::Key_Minus);
    keyed.click(Qt::Key_Minus);
    QVERIFY(qFuzzyCompare(keyed.now().viewport.zoom, once));
}

void TestViewKeys::zeroShowsTheWholePicture()
{
    Keyed keyed;
    ViewSettings settings;
    settings.viewport = {{0.2, 0.9}, 7.0};
    keyed.view.set(settings);
    keyed.click(Qt::Key_0);
    QVERIFY(keyed.now().viewport == Viewport{});
}

void TestViewKeys::aSwitchesBetweenAllAndOne()
{
    Keyed keyed;
    keyed.click(Qt::Key_A);
    QVERIFY(keyed.now().isAlone);
    keyed.click(Qt::Key_A);
    QVERIFY(!keyed.now().isAlone);
}

void TestViewKeys::pageKeysChooseTheOutputMap()
{
    Keyed keyed;
    keyed.click(Qt::Key_PageUp);
    QCOMPARE(keyed.now().outChannel, 0);
    for (int i = 1; i < 5; ++i) {
        keyed.click(Qt::Key_PageDown);
        QCOMPARE(keyed.now().outChannel, i);
    }
    keyed.click(Qt::Key_PageDown);
    QCOMPARE(keyed.now().outChannel, 4);
    keyed.click(Qt::Key_PageUp);
    QCOMPARE(keyed.now().outChannel, 3);
    QCOMPARE(keyed.now().midChannel, 0);
}

void TestViewKeys::withShiftTheMidMap()
{
    Keyed keyed;
    for (int i = 0; i < 4; ++i)
        keyed.click(Qt::Key_PageDown, Qt::ShiftModifier);
    QCOMPARE(keyed.now().midChannel, 2);
    keyed.click(Qt::Key_PageUp, Qt::ShiftModifier);
    QCOMPARE(keyed.now().midChannel, 1);
    QCOMPARE(keyed.now().outChannel, 0);
}

void TestViewKeys::stepsAsTheMapsLie()
{
    Keyed keyed;
    keyed.view.setOrder(MapKind::Output, {3, 0, 4, 1, 2});
    ViewSettings settings;
    settings.outChannel = 3;
    keyed.view.set(settings);
    for (const int next : {0, 4, 1, 2, 2}) {
        keyed.click(Qt::Key_PageDown);
        QCOMPARE(keyed.now().outChannel, next);
    }
    keyed.click(Qt::Key_PageUp);
    QCOMPARE(keyed.now().outChannel, 1);
    keyed.view.setOrder(MapKind::Output, {1, 0}); // of fewer maps than there are
    keyed.click(Qt::Key_PageDown);
    QCOMPARE(keyed.now().outChannel, 2);
}

void TestViewKeys::splitsOneMap()
{
    Keyed keyed;
    keyed.click(Qt::Key_S);
    QVERIFY(keyed.now().maps.isSplit && keyed.now().isAlone);
    keyed.click(Qt::Key_S);
    QVERIFY(!keyed.now().maps.isSplit && keyed.now().isAlone);
}

void TestViewKeys::movesTheDivider()
{
    Keyed keyed;
    const double before = keyed.now().maps.splitAt;
    keyed.click(Qt::Key_Comma);
    QVERIFY(keyed.now().maps.splitAt < before);
    keyed.click(Qt::Key_Period);
    QCOMPARE(keyed.now().maps.splitAt, before);
    for (int i = 0; i < 100; ++i)
        keyed.click(Qt::Key_Period);
    QCOMPARE(keyed.now().maps.splitAt, 1.0);
}

/// When there are fewer maps than before the last is shown, and the one before it comes next.
void TestViewKeys::pageUpComesBackFromBeyondTheMaps()
{
    Keyed keyed;
    ViewSettings settings;
    settings.outChannel = 60;
    settings.midChannel = 60;
    keyed.view.set(settings);
    keyed.click(Qt::Key_PageUp);
    QCOMPARE(keyed.now().outChannel, 3);
    keyed.click(Qt::Key_PageDown, Qt::ShiftModifier);
    QCOMPARE(keyed.now().midChannel, 2);
}

void TestViewKeys::flickersWhileFIsHeld()
{
    Keyed keyed;
    QTest::keyPress(&keyed.window, Qt::Key_F);
    QVERIFY(keyed.now().isFlickering);
    QTest::keyRelease(&keyed.window, Qt::Key_F);
    QVERIFY(!keyed.now().isFlickering);
}

void TestViewKeys::aRepeatedFDoesNotFlash()
{
    Keyed keyed;
    QTest::keyPress(&keyed.window, Qt::Key_F);
    QSignalSpy changed(&keyed.view, &ViewState::changed);
    for (int i = 0; i < 3; ++i) {
        keyed.repeatedRelease(Qt::Key_F);
        QVERIFY(keyed.now().isFlickering);
        keyed.repeatedPress(Qt::Key_F);
    }
    QCOMPARE(changed.count(), 0);
    QTest::keyRelease(&keyed.window, Qt::Key_F);
    QVERIFY(!keyed.now().isFlickering);
}

void TestViewKeys::aWindowLeftStopsFlickering()
{
    Keyed keyed;
    QTest::keyPress(&keyed.window, Qt::Key_F);
    QEvent left(QEvent::WindowDeactivate);
    QCoreApplication::sendEvent(&keyed.window, &left);
    QVERIFY(!keyed.now().isFlickering);
}

void TestViewKeys::keysOfOthersAreLeftToThem_data()
{
    QTest::addColumn<Qt::Key>("key");
    QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
    const Qt::Key keys[]
        = {Qt::Key_Left, Qt::Key_Return, Qt::Key_Escape,   Qt::Key_Plus, Qt::Key_Minus,
           Qt::Key_0,    Qt::Key_A,      Qt::Key_PageDown, Qt::Key_F};
    for (const Qt::Key key : keys) {
        for (const auto modifier : {Qt::ControlModifier, Qt::AltModifier, Qt::MetaModifier})
            QTest::addRow("%x with %x", unsigned(key), unsigned(modifier))
                << key << Qt::KeyboardModifiers(modifier);
    }
    QTest::newRow("another key") << Qt::Key_Z << Qt::KeyboardModifiers();
}

void TestViewKeys::keysOfOthersAreLeftToThem()
{
    QFETCH(Qt::Key, key);
    QFETCH(Qt::KeyboardModifiers, modifiers);
    Keyed keyed;
    ViewSettings settings;
    settings.viewport.zoom = 2.0;
    settings.cursor = Position{3, 4};
    settings.outChannel = 1;
    keyed.view.set(settings);
    QKeyEvent event(QEvent::KeyPress, key, modifiers);
    event.ignore();
    QCoreApplication::sendEvent(&keyed.window, &event);
    QVERIFY(keyed.now() == settings);
    QVERIFY(!event.isAccepted());
}

void TestViewKeys::controlsComeFirst()
{
    Keyed keyed;
    QLineEdit field(QStringLiteral("12"), &keyed.window);
    QTest::keyClick(&field, Qt::Key_A);
    QTest::keyClick(&field, Qt::Key_Left);
    QVERIFY(!keyed.now().isAlone);
    QVERIFY(!keyed.now().cursor);
    QTest::keyClick(&field, Qt::Key_PageDown); // of no use to a line of text
    QCOMPARE(keyed.now().outChannel, 1);
}

QTEST_MAIN(TestViewKeys)
#include "test_view_keys.moc"
