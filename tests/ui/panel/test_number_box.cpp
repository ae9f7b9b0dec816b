#include "ui/panel/number_box.h"

#include <QAccessible>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

#include <limits>

using namespace factorscope;

namespace {

constexpr qint64 kMost = std::numeric_limits<qint64>::max();

void type(QWidget& box, const QString& text)
{
    QTest::keyClick(&box, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(&box, Qt::Key_Delete);
    QTest::keyClicks(&box, text);
}

} // namespace

class TestNumberBox : public QObject {
    Q_OBJECT
private slots:
    void tellsATypedNumberOnce();
    void holdsNumbersOf64Bits();
    void staysWithinItsRange();
    void showsAWordForTheLeast();
    void keepsWhatIsBeingTyped();
    void showsNoMoreDecimalsThanThereAre();
    void isASpinBoxForAssistants();
};

void TestNumberBox::tellsATypedNumberOnce()
{
    WholeNumberBox box;
    box.setRange(1, 1000);
    QSignalSpy values(&box, &WholeNumberBox::valueChanged);
    type(box, QStringLiteral("128"));
    QCOMPARE(values.count(), 0); // "1" and "12" are half-way
    QTest::keyClick(&box, Qt::Key_Return);
    QCOMPARE(values.count(), 1);
    QCOMPARE(box.value(), 128);
    QTest::keyClick(&box, Qt::Key_Up);
    QCOMPARE(box.value(), 129);
}

void TestNumberBox::holdsNumbersOf64Bits()
{
    WholeNumberBox box;
    box.setRange(0, kMost);
    type(box, QString::number(kMost - 1));
    QTest::keyClick(&box, Qt::Key_Return);
    QCOMPARE(box.value(), kMost - 1);
    box.stepBy(10);
    QCOMPARE(box.value(), kMost);
    QCOMPARE(box.text(), QString::number(kMost));
}

void TestNumberBox::staysWithinItsRange()
{
    WholeNumberBox box;
    box.setRange(1, 64);
    type(box, QStringLiteral("900"));
    QTest::keyClick(&box, Qt::Key_Return);
    QCOMPARE(box.value(), 64);
    QCOMPARE(box.text(), QStringLiteral("64"));
    type(box, QStringLiteral("x"));
    QTest::keyClick(&box, Qt::Key_Return);
    QCOMPARE(box.text(), QStringLiteral("64")); // no number at all: as it was
    box.stepBy(-100);
    QCOMPARE(box.value(), 1);
    box.setRange(5, 6);
    QCOMPARE(box.value(), 5);
}

void TestNumberBox::showsAWordForTheLeast()
{
    WholeNumberBox box;
    box.setWordForLeast(QStringLiteral("own"));
    QCOMPARE(box.findChild<QLineEdit*>()->placeholderText(), QStringLiteral("own"));
    QVERIFY(box.text().isEmpty());
    box.setValue(7);
    QCOMPARE(box.text(), QStringLiteral("7"));
    type(box, {});
    QTest::keyClick(&box, Qt::Key_Return);
    QCOMPARE(box.value(), 0);
}

void TestNumberBox::keepsWhatIsBeingTyped()
{
    WholeNumberBox box;
    box.setValue(7);
    type(box, QStringLiteral("4"));
    box.setValue(7); // somebody tells what holds meanwhile
    QCOMPARE(box.text(), QStringLiteral("4"));
}

void TestNumberBox::showsNoMoreDecimalsThanThereAre()
{
    RealNumberBox box;
    box.setRange(-10.0, 10.0);
    box.setValue(0.1);
    QCOMPARE(box.text(), QStringLiteral("0.1"));
    box.setValue(0.0125);
    QCOMPARE(box.text(), QStringLiteral("0.0125"));
}

void TestNumberBox::isASpinBoxForAssistants()
{
    WholeNumberBox box;
    box.setValue(42);
    QAccessibleInterface* face = QAccessible::queryAccessibleInterface(&box);
    QVERIFY(face && face->valueInterface());
    QCOMPARE(face->role(), QAccessible::SpinBox);
    QCOMPARE(face->valueInterface()->currentValue().toInt(), 42);
}

QTEST_MAIN(TestNumberBox)
#include "test_number_box.moc"
