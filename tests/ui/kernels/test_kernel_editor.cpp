#include "ui/kernels/kernel_editor.h"

#include "core/weights/kernel_text.h"
#include "ui/kernels/kernel_canvas.h"
#include "ui/panel/number_box.h"

#include <QAbstractButton>
#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <set>

using namespace factorscope;

namespace {

/// An editor in a window, with all that it told.
struct Editing {
    Editing() : editor([this] { return ++gestures; })
    {
        editor.resize(320, 380);
        editor.show();
        (void)QTest::qWaitForWindowActive(&editor);
        canvas.setFocus();
        QObject::connect(&editor, &KernelEditor::edited, &editor,
                         [this](const Kernel5x5& kernel, int gesture) {
                             told.push_back({kernel, gesture});
                         });
    }
    struct Told {
        Kernel5x5 kernel;
        int gesture;
    };

    QPoint at(int row, int column) const
    {
        return canvas.cells().cell({row, column}).center().toPoint();
    }
    double value(int row, int column) const
    {
        return editor.kernel()[static_cast<std::size_t>(row * 5 + column)];
    }
    std::size_t toldGestures() const
    {
        std::set<int> seen;
        for (const Told& one : told)
            seen.insert(one.gesture);
        return seen.size();
    }
    void wheel(int row, int column, int eighths)
    {
        const QPointF local = at(row, column);
        QWheelEvent event(local, canvas.mapToGlobal(local.toPoint()), {}, {0, eighths},
                          Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QGuiApplication::sendEvent(&canvas, &event);
    }

    int gestures = 0;
    std::vector<Told> told;
    KernelEditor editor;
    KernelCanvas& canvas = editor.canvas();
};

} // namespace

class TestKernelEditor : public QObject {
    Q_OBJECT
private slots:
    void aStrokePaintsAllCellsOnItsWay();
    void theRightButtonErases();
    void aLostReleaseLosesNoStroke();
    void theWheelStepsByTenths();
    void walksAndPaintsByKeys();
    void takesWhatIsTyped();
    void refusesWhatIsNoNumber();
    void pastesAKernelOrSaysWhyNot();
    void copiesPictureAndNumbers();
    void keysHeldDownAreOneGesture();
    void aNewKernelTellsNobody();
    void brushesAgree();
    void saysWhereOneIs();
};

void TestKernelEditor::aStrokePaintsAllCellsOnItsWay()
{
    Editing it;
    QTest::mousePress(&it.canvas, Qt::LeftButton, {}, it.at(0, 0));
    QTest::mouseMove(&it.canvas, it.at(0, 4)); // a fast pointer skips cells
    QTest::mouseRelease(&it.canvas, Qt::LeftButton, {}, it.at(0, 4));
    for (int column = 0; column < 5; ++column)
        QCOMPARE(it.value(0, column), 1.0);
    QCOMPARE(it.value(1, 0), 0.0);
    QVERIFY(it.told.size() >= 2); // live, not only at the end
    QCOMPARE(it.toldGestures(), 1U);
    QCOMPARE(it.canvas.current(), (KernelCell{0, 4}));
    QTest::mouseClick(&it.canvas, Qt::LeftButton, {}, it.at(3, 3));
    QCOMPARE(it.toldGestures(), 2U);
}

void TestKernelEditor::theRightButtonErases()
{
    Editing it;
    Kernel5x5 full;
    full.fill(2.0);
    it.editor.setKernel(full);
    QTest::mouseClick(&it.canvas, Qt::RightButton, {}, it.at(2, 1));
    QTest::mouseClick(&it.canvas, Qt::LeftButton, Qt::ControlModifier, it.at(2, 2));
    QCOMPARE(it.value(2, 1), 0.0);
    QCOMPARE(it.value(2, 2), 0.0);
    QCOMPARE(it.value(2, 3), 2.0);
}

void TestKernelEditor::aLostReleaseLosesNoStroke()
{
    Editing it;
    QTest::mousePress(&it.canvas, Qt::LeftButton, {}, it.at(0, 0));
    QMouseEvent press(QEvent::MouseButtonPress, it.at(4, 4), it.canvas.mapToGlobal(it.at(4, 4)),
                      Qt::LeftButton, Qt::LeftButton, Qt::NoModifier);
    QGuiApplication::sendEvent(&it.canvas, &press);
    QCOMPARE(it.value(4, 4), 1.0);
    QCOMPARE(it.value(2, 2), 0.0); // no line from the old stroke
    QCOMPARE(it.toldGestures(), 2U);
}

void TestKernelEditor::theWheelStepsByTenths()
{
    Editing it;
    for (int i = 0; i < 10; ++i)
        it.wheel(1, 1, QWheelEvent::DefaultDeltasPerStep);
    QCOMPARE(it.value(1, 1), 1.0); // exactly: steps do not drift
    it.wheel(1, 1, -QWheelEvent::DefaultDeltasPerStep / 2);
    QCOMPARE(it.value(1, 1), 1.0);
    it.wheel(1, 1, -QWheelEvent::DefaultDeltasPerStep / 2);
    QCOMPARE(it.value(1, 1), 0.9);
    QCOMPARE(it.toldGestures(), 1U);
}

void TestKernelEditor::walksAndPaintsByKeys()
{
    Editing it;
    QCOMPARE(it.canvas.current(), (KernelCell{2, 2}));
    for (const int key : {Qt::Key_Left, Qt::Key_Up, Qt::Key_Space})
        QTest::keyClick(&it.canvas, Qt::Key(key));
    QCOMPARE(it.value(1, 1), 1.0);
    QTest::keyClick(&it.canvas, Qt::Key_End, Qt::ControlModifier);
    QTest::keyClick(&it.canvas, Qt::Key_Right); // stays at the border
    QCOMPARE(it.canvas.current(), (KernelCell{4, 4}));
    QTest::keyClick(&it.canvas, Qt::Key_PageDown);
    QCOMPARE(it.value(4, 4), -0.1);
    QTest::keyClick(&it.canvas, Qt::Key_Delete);
    QCOMPARE(it.value(4, 4), 0.0);
    QTest::keyClick(&it.canvas, Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(it.canvas.current(), (KernelCell{0, 0}));
}

void TestKernelEditor::takesWhatIsTyped()
{
    Editing it;
    QTest::keyClicks(&it.canvas, "-2,5");
    QCOMPARE(it.value(2, 2), 0.0); // not before it is complete
    QTest::keyClick(&it.canvas, Qt::Key_Return);
    QCOMPARE(it.value(2, 2), -2.5);
    QTest::keyClicks(&it.canvas, "33");
    QTest::keyClick(&it.canvas, Qt::Key_Backspace);
    QTest::keyClick(&it.canvas, Qt::Key_Tab); // goes on to the next cell
    QCOMPARE(it.value(2, 2), 3.0);
    QCOMPARE(it.canvas.current(), (KernelCell{2, 3}));
    QTest::keyClicks(&it.canvas, "7");
    QTest::keyClick(&it.canvas, Qt::Key_Escape);
    QTest::keyClick(&it.canvas, Qt::Key_Right);
    QCOMPARE(it.value(2, 3), 0.0);
}

void TestKernelEditor::refusesWhatIsNoNumber()
{
    Editing it;
    QSignalSpy refused(&it.editor, &KernelEditor::refused);
    QTest::keyClicks(&it.canvas, "1e9");
    QTest::keyClick(&it.canvas, Qt::Key_Return);
    QTest::keyClicks(&it.canvas, "--1");
    QTest::keyClick(&it.canvas, Qt::Key_Return);
    QCOMPARE(refused.count(), 2);
    QVERIFY(refused[0][0].toString().contains("1e9"));
    QVERIFY(refused[1][0].toString().contains("--1"));
    QVERIFY(it.told.empty());
}

void TestKernelEditor::pastesAKernelOrSaysWhyNot()
{
    Editing it;
    QSignalSpy refused(&it.editor, &KernelEditor::refused);
    QGuiApplication::clipboard()->setText(QStringList(25, "0.5").join(u' '));
    QTest::keyClick(&it.canvas, Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(it.told.size(), 1U);
    QCOMPARE(it.value(4, 4), 0.5);
    QGuiApplication::clipboard()->setText(QStringList(25, "nan").join(u' '));
    QTest::keyClick(&it.canvas, Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(refused.count(), 1);
    QCOMPARE(it.told.size(), 1U);
    QCOMPARE(it.value(4, 4), 0.5);
}

void TestKernelEditor::copiesPictureAndNumbers()
{
    Editing it;
    QTest::mouseClick(&it.canvas, Qt::LeftButton, {}, it.at(1, 3));
    QTest::keyClick(&it.canvas, Qt::Key_C, Qt::ControlModifier);
    const QMimeData* copied = QGuiApplication::clipboard()->mimeData();
    QVERIFY(copied->hasImage() && copied->hasText());
    const Result<Kernel5x5> read = typedKernel(copied->text().toStdString());
    QVERIFY(read);
    QCOMPARE(*read, it.editor.kernel());
}

void TestKernelEditor::keysHeldDownAreOneGesture()
{
    Editing it;
    QTest::keyPress(&it.canvas, Qt::Key_PageUp);
    QTest::keyPress(&it.canvas, Qt::Key_PageUp);
    QTest::keyPress(&it.canvas, Qt::Key_PageUp);
    QTest::keyRelease(&it.canvas, Qt::Key_PageUp);
    QCOMPARE(it.value(2, 2), 0.3);
    QCOMPARE(it.toldGestures(), 1U);
    QTest::keyClick(&it.canvas, Qt::Key_PageUp);
    QCOMPARE(it.toldGestures(), 2U);
}

void TestKernelEditor::aNewKernelTellsNobody()
{
    Editing it;
    Kernel5x5 kernel{};
    kernel[12] = 4.0;
    it.editor.setKernel(kernel);
    QVERIFY(it.told.empty());
    QCOMPARE(it.editor.kernel(), kernel);
}

void TestKernelEditor::brushesAgree()
{
    Editing it;
    auto* box = it.editor.findChild<RealNumberBox*>();
    QVERIFY(box);
    QCOMPARE(box->value(), 1.0);
    int checked = 0;
    for (auto* button : it.editor.findChildren<QAbstractButton*>()) {
        button->click();
        QCOMPARE(box->value(), it.editor.brush());
        checked += button->isChecked();
    }
    QCOMPARE(checked, 5);
    box->setValue(0.3);
    QCOMPARE(it.editor.brush(), 0.3);
    for (auto* button : it.editor.findChildren<QAbstractButton*>())
        QVERIFY(!button->isChecked());
    QTest::mouseClick(&it.canvas, Qt::LeftButton, {}, it.at(0, 1));
    QCOMPARE(it.value(0, 1), 0.3);
}

void TestKernelEditor::saysWhereOneIs()
{
    Editing it;
    QVERIFY(!it.canvas.accessibleName().isEmpty());
    QTest::keyClick(&it.canvas, Qt::Key_Space);
    QTest::keyClick(&it.canvas, Qt::Key_Down);
    QVERIFY2(it.canvas.accessibleDescription().contains("row 4, column 3: 0"),
             qPrintable(it.canvas.accessibleDescription()));
    for (const auto* button : it.editor.findChildren<QAbstractButton*>())
        QVERIFY(!button->accessibleName().isEmpty());
}

QTEST_MAIN(TestKernelEditor)
#include "test_kernel_editor.moc"
