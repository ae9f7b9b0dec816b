#include "ui/kernels/kernel_grid_widget.h"

#include "ui/kernels/kernel_picture_widget.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

#include <limits>

using namespace factorscope;

namespace {

/// Kernels 3×3 of one value each: 0, 1, 2 …
KernelGrid counted(int count)
{
    KernelGrid grid;
    grid.heading = QStringLiteral("first layer");
    for (int i = 0; i < count; ++i)
        grid.tiles.push_back({QStringLiteral("mid channel %1").arg(i), std::vector<double>(9, i)});
    return grid;
}

KernelPicture picture()
{
    KernelPicture shown;
    shown.heading = QStringLiteral("5×5");
    shown.rows = shown.columns = 2;
    shown.values = {0.5, -1.0, 0.0, 2.0};
    return shown;
}

} // namespace

class TestKernelGrid : public QObject {
    Q_OBJECT
private slots:
    void everyTileIsHitWhereItIsDrawn_data();
    void everyTileIsHitWhereItIsDrawn();
    void tilesStayWithinTheirPlace();
    void choosesByPointerOnce();
    void choosesByArrowKeys();
    void copiesTheChosenKernelOrAll();
    void saysWhatIsOddInAPicture();
    void picturesAreCopiedAndEmptyOnesAreNot();
    void anEmptyGridTakesNoKeys();
};

void TestKernelGrid::everyTileIsHitWhereItIsDrawn_data()
{
    QTest::addColumn<int>("count");
    for (const int count : {1, 2, 7, 64, 1000})
        QTest::addRow("%d", count) << count;
}

void TestKernelGrid::everyTileIsHitWhereItIsDrawn()
{
    QFETCH(int, count);
    const KernelGridLayout layout
        = kernelGridLayout(counted(count), {5, 5, 400, 300}, QGuiApplication::font());
    QVERIFY(layout.side > 0.0);
    for (int i = 0; i < count; ++i)
        QCOMPARE(layout.indexAt(layout.cells(i).rect().center()), std::optional(i));
    QVERIFY(!layout.indexAt({4.0, 4.0}));
    QVERIFY(!layout.indexAt({1e12, 1e12}));
    QVERIFY(!layout.indexAt(layout.cells(count - 1).rect().bottomRight() + QPointF(0.5, 0.5)));
}

void TestKernelGrid::tilesStayWithinTheirPlace()
{
    for (const int count : {1, 5, 64, 513}) {
        const QRectF rect(0, 0, 360, 280);
        const KernelGridLayout layout
            = kernelGridLayout(counted(count), rect, QGuiApplication::font());
        for (int i = 0; i < count; ++i)
            QVERIFY(rect.contains(layout.cells(i).rect()));
        QVERIFY(rect.contains(layout.scale));
        QVERIFY(layout.scale.top() >= layout.cells(count - 1).rect().bottom());
    }
}

void TestKernelGrid::choosesByPointerOnce()
{
    KernelGridWidget widget;
    widget.resize(400, 300);
    widget.show(counted(12));
    QSignalSpy chosen(&widget, &KernelGridWidget::chosen);
    constexpr double kMargin = kGrid; // about what is drawn, for the frame of the focus
    const QRectF area = QRectF(widget.rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
    const KernelGridLayout layout = kernelGridLayout(widget.grid(), area, widget.font());
    const QPoint fifth = layout.cells(5).rect().center().toPoint();
    QTest::mouseClick(&widget, Qt::LeftButton, {}, fifth);
    QTest::mouseClick(&widget, Qt::LeftButton, {}, fifth);
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen[0][0].toInt(), 5);
    QCOMPARE(widget.grid().chosen, std::optional(5));
    QVERIFY(widget.accessibleDescription().contains("mid channel 5"));
}

void TestKernelGrid::choosesByArrowKeys()
{
    KernelGridWidget widget;
    widget.resize(400, 300);
    KernelGrid grid = counted(10);
    grid.across = 4;
    grid.chosen = 0;
    widget.show(grid);
    const auto press = [&](Qt::Key key) {
        QTest::keyClick(&widget, key);
        return *widget.grid().chosen;
    };
    QCOMPARE(press(Qt::Key_Right), 1);
    QCOMPARE(press(Qt::Key_Down), 5);
    QCOMPARE(press(Qt::Key_Down), 9);
    QCOMPARE(press(Qt::Key_Down), 9); // there is none below
    QCOMPARE(press(Qt::Key_Home), 0);
    QCOMPARE(press(Qt::Key_Left), 0);
    QCOMPARE(press(Qt::Key_End), 9);
}

void TestKernelGrid::copiesTheChosenKernelOrAll()
{
    KernelGrid grid = counted(3);
    QCOMPARE(kernelText(grid).count(QStringLiteral("mid channel")), 3);
    grid.chosen = 2;
    QCOMPARE(kernelText(grid), QStringLiteral("2\t2\t2\n").repeated(3));
    grid.chosen = 77; // of a grid that was larger
    QCOMPARE(kernelText(grid).count(QStringLiteral("mid channel")), 3);
}

void TestKernelGrid::saysWhatIsOddInAPicture()
{
    KernelPicture shown = picture();
    QVERIFY(kernelNote(shown).isEmpty());
    QCOMPARE(shown.reach(), 2.0);
    shown.values[1] = std::numeric_limits<double>::quiet_NaN();
    shown.note = QStringLiteral("of two");
    QVERIFY(kernelNote(shown).contains("1 value is not finite"));
    QVERIFY(kernelNote(shown).contains("of two"));
    QVERIFY(kernelInWords(shown).contains("2×2"));
    shown.values.assign(4, std::numeric_limits<double>::infinity());
    QVERIFY(kernelInWords(shown).contains("no finite value"));
    QCOMPARE(shown.reach(), 0.0);
}

void TestKernelGrid::picturesAreCopiedAndEmptyOnesAreNot()
{
    KernelPictureWidget widget;
    widget.resize(240, 280);
    QGuiApplication::clipboard()->setText(QStringLiteral("before"));
    widget.copy();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("before"));
    widget.show(picture());
    QTest::keyClick(&widget, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("0.5\t-1\n0\t2\n"));
    const auto image = qvariant_cast<QImage>(QGuiApplication::clipboard()->mimeData()->imageData());
    QCOMPARE(image.size(), widget.size() * 2);
}

void TestKernelGrid::anEmptyGridTakesNoKeys()
{
    KernelGridWidget widget;
    widget.resize(200, 200);
    QSignalSpy chosen(&widget, &KernelGridWidget::chosen);
    for (const int key : {Qt::Key_Left, Qt::Key_Down, Qt::Key_End})
        QTest::keyClick(&widget, Qt::Key(key));
    QCOMPARE(chosen.count(), 0);
    QVERIFY(!widget.grab().isNull());
}

QTEST_MAIN(TestKernelGrid)
#include "test_kernel_grid.moc"
