#include "ui/panel/marked_slider.h"

#include "ui/theme/theme.h"

#include <QAccessible>
#include <QSignalSpy>
#include <QTest>

using namespace factorscope;

namespace {

/// 1 … 128 at 20, marks at 64 and, as the turn, 88.9.
class Slider : public MarkedSlider {
public:
    Slider()
    {
        setRange(1, 128);
        setValue(20);
        setOfFactorised(true);
        setMarks(
            {{.value = 64, .target = 64, .label = QStringLiteral("C_in")},
             {.value = 88.9, .target = 88, .label = QStringLiteral("parity"), .isTurn = true}});
        resize(300, sizeHint().height());
        show();
    }
};

int pixelsOf(const QImage& image, const QColor& color)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, y) == color;
    }
    return count;
}

} // namespace

class TestMarkedSlider : public QObject {
    Q_OBJECT
private slots:
    void goesToAMarkThatIsClicked();
    void followsThePointerFromPressToRelease();
    void keepsTheGripOfTheHandle();
    void takesTheKeysOfASlider();
    void leavesTheWheelToOthersWithoutFocus();
    void showsWhatIsBeyondTheTurn();
    void drawsBothThemes();
    void isASliderForAssistants();
};

void TestMarkedSlider::goesToAMarkThatIsClicked()
{
    Slider slider;
    QCOMPARE(slider.placedMarks().size(), 2U);
    for (const PlacedMark& mark : slider.placedMarks()) {
        QTest::mouseClick(&slider, Qt::LeftButton, {}, slider.labelBox(mark).center());
        QCOMPARE(slider.value(), mark.target);
    }
    QCOMPARE(slider.value(), 88);
}

void TestMarkedSlider::followsThePointerFromPressToRelease()
{
    Slider slider;
    QSignalSpy pressed(&slider, &MarkedSlider::sliderPressed);
    QSignalSpy released(&slider, &MarkedSlider::sliderReleased);
    QSignalSpy values(&slider, &MarkedSlider::valueChanged);
    QTest::mousePress(&slider, Qt::LeftButton, {}, {200, 10});
    const int first = slider.value();
    for (const int x : {220, 240, 260, 1000})
        QTest::mouseMove(&slider, {x, 10});
    QVERIFY(first > 20);
    QCOMPARE(slider.value(), 128);
    QVERIFY(values.count() > 3);
    QTest::mouseRelease(&slider, Qt::LeftButton, {}, {1000, 10});
    QCOMPARE(pressed.count(), 1);
    QCOMPARE(released.count(), 1);
    QTest::mouseMove(&slider, {50, 10});
    QCOMPARE(slider.value(), 128);
}

void TestMarkedSlider::keepsTheGripOfTheHandle()
{
    Slider slider;
    slider.setValue(128); // its middle is 10 px from the right end
    QTest::mousePress(&slider, Qt::LeftButton, {}, {286, 10});
    QCOMPARE(slider.value(), 128);
    QTest::mouseMove(&slider, {285, 10});
    QTest::mouseRelease(&slider, Qt::LeftButton, {}, {285, 10});
    QCOMPARE(slider.value(), 127);
}

void TestMarkedSlider::takesTheKeysOfASlider()
{
    Slider slider;
    QTest::keyClick(&slider, Qt::Key_Right);
    QCOMPARE(slider.value(), 21);
    QTest::keyClick(&slider, Qt::Key_Left);
    QTest::keyClick(&slider, Qt::Key_Left);
    QCOMPARE(slider.value(), 19);
    QTest::keyClick(&slider, Qt::Key_PageUp);
    QCOMPARE(slider.value(), 29);
    QTest::keyClick(&slider, Qt::Key_End);
    QCOMPARE(slider.value(), 128);
    QTest::keyClick(&slider, Qt::Key_Home);
    QCOMPARE(slider.value(), 1);
}

void TestMarkedSlider::leavesTheWheelToOthersWithoutFocus()
{
    Slider slider;
    const auto turn = [&slider] {
        QWheelEvent wheel({50, 10}, slider.mapToGlobal(QPointF(50, 10)), {}, {0, 120}, Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&slider, &wheel);
        return wheel.isAccepted();
    };
    slider.clearFocus();
    QVERIFY(!turn());
    QCOMPARE(slider.value(), 20);
    slider.activateWindow();
    slider.setFocus();
    QTRY_VERIFY(slider.hasFocus());
    turn();
    QVERIFY(slider.value() > 20);
}

void TestMarkedSlider::showsWhatIsBeyondTheTurn()
{
    Slider slider;
    slider.setPalette(paletteOf(lightTheme()));
    QCOMPARE(pixelsOf(slider.grab().toImage(), lightTheme().warning), 0);
    slider.setValue(120);
    const QImage beyond = slider.grab().toImage();
    QVERIFY(pixelsOf(beyond, lightTheme().warning) > 20);
    QVERIFY(pixelsOf(beyond, lightTheme().factorised) > 100); // up to there
    slider.setWarning(true);
    QVERIFY(pixelsOf(slider.grab().toImage(), lightTheme().warning)
            > pixelsOf(beyond, lightTheme().warning) + 50); // the handle too
}

void TestMarkedSlider::drawsBothThemes()
{
    Slider slider;
    QImage images[2];
    for (const bool isDark : {false, true}) {
        const Theme& theme = isDark ? darkTheme() : lightTheme();
        slider.setPalette(paletteOf(theme));
        images[isDark] = slider.grab().toImage();
        QVERIFY(pixelsOf(images[isDark], theme.factorised) > 100);
        QVERIFY(pixelsOf(images[isDark], theme.text) > 0);
    }
    QVERIFY(images[0] != images[1]);
}

void TestMarkedSlider::isASliderForAssistants()
{
    Slider slider;
    slider.setAccessibleName(QStringLiteral("C_mid"));
    slider.setAccessibleDescription(QStringLiteral("costs 28 % less than the 5×5"));
    QAccessibleInterface* face = QAccessible::queryAccessibleInterface(&slider);
    QVERIFY(face && face->valueInterface());
    QCOMPARE(face->role(), QAccessible::Slider);
    QCOMPARE(face->text(QAccessible::Name), QStringLiteral("C_mid"));
    QCOMPARE(face->text(QAccessible::Description), QStringLiteral("costs 28 % less than the 5×5"));
    QCOMPARE(face->valueInterface()->currentValue().toInt(), 20);
    QCOMPARE(face->valueInterface()->maximumValue().toInt(), 128);
}

QTEST_MAIN(TestMarkedSlider)
#include "test_marked_slider.moc"
