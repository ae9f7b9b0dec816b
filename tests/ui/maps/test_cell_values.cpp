#include "ui/maps/cell_values.h"

#include "tests/ui/maps/shown_panes.h"

#include <QFontMetricsF>
#include <QTest>

#include <cmath>

using namespace factorscope;

class TestCellValues : public QObject {
    Q_OBJECT
private slots:
    void valuesAreReadWherePixelsAreLarge();
    void valuesFitTheirCells_data();
    void valuesFitTheirCells();
    void valuesAreReadOnTheirColours();
};

void TestCellValues::valuesAreReadWherePixelsAreLarge()
{
    Shown shown;
    shown.settings.isAlone = true;
    shown.settings.outChannel = 3;
    QVERIFY(shown.pane(Stage::Original).cells.empty());
    shown.settings.viewport = {{0.5, 0.5}, 5.0};
    const MapPane pane = shown.pane(Stage::Original);
    const MapMapping mapping = pane.mapping(shown.settings.viewport);
    QVERIFY(mapping.scale() >= kLeastCell);
    QVERIFY(pane.cells.size() > 20);
    const QPointF corner = pane.tileOf(3).topLeft();
    for (const CellValue& cell : pane.cells) {
        const QPointF at = mapping.toMap(cell.cell.center() - corner);
        const float value = shown.both.stages[Stage::Original].at(
            3, static_cast<std::int64_t>(at.y()), static_cast<std::int64_t>(at.x()));
        QString text = cell.text;
        const double read = text.replace(u'−', u'-').toDouble();
        const auto point = text.indexOf(u'.');
        const double lastDigit = point < 0 ? 1.0 : std::pow(10.0, double(point - text.size() + 1));
        QVERIFY2(text.contains(u'e') || std::abs(read - value) <= 0.501 * lastDigit,
                 qPrintable(cell.text));
        QVERIFY2(value == 0.0F || read != 0.0, qPrintable(cell.text));
    }
    MapPane without = pane;
    without.cells.clear();
    QVERIFY(painted(pane, shown.settings, lightTheme())
            != painted(without, shown.settings, lightTheme()));
}

void TestCellValues::valuesFitTheirCells_data()
{
    QTest::addColumn<double>("value");
    for (const double value :
         {0.0, 1.0, -0.12345, 0.98765, 123.456, -98765.4, 1.2345e-7, -3e12, std::nan(""), HUGE_VAL})
        QTest::addRow("%g", value) << value;
}

void TestCellValues::valuesFitTheirCells()
{
    QFETCH(double, value);
    Shown shown;
    shown.both = withMaps(shown.both, Stage::Original,
                          mapsOf(4, {9, 9}, [=](std::int64_t, std::int64_t) { return value; }));
    for (const double zoom : {1.0, 1.3, 2.0}) {
        shown.settings.isAlone = true;
        shown.settings.viewport = {{0.5, 0.5}, zoom};
        const MapPane pane = shown.pane(Stage::Original);
        const QFontMetricsF metrics(cellFont(QFont(), pane.cellSide));
        for (const CellValue& cell : pane.cells) {
            QVERIFY(metrics.horizontalAdvance(cell.text) <= cell.cell.width());
            QVERIFY(metrics.height() <= cell.cell.height());
            QVERIFY(pane.mapArea.contains(cell.cell));
        }
        QVERIFY(pane.cellSide < kLeastCell || !pane.cells.empty());
    }
}

void TestCellValues::valuesAreReadOnTheirColours()
{
    Shown shown;
    shown.settings.isAlone = true;
    shown.settings.viewport = {{0.4, 0.5}, 5.0};
    const MapPane pane = shown.pane(Stage::MidBefore);
    const QImage image = rendered(shown.request(pane));
    QVERIFY(!pane.cells.empty());
    for (const CellValue& cell : pane.cells) {
        const QRgb ground = image.pixel((cell.cell.center() - pane.mapArea.topLeft()).toPoint());
        QCOMPARE(cell.colour, readableOn(ground));
    }
}

QTEST_MAIN(TestCellValues)
#include "test_cell_values.moc"
