#include "ui/maps/map_pane.h"

#include "tests/ui/maps/shown_panes.h"

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>
#include <QSvgRenderer>
#include <QTest>

#include <cmath>

using namespace factorscope;

class TestPanePainter : public QObject {
    Q_OBJECT
private slots:
    void marksAreDrawn();
    void theCursorIsDrawnInEachTile();
    void ofASplitPaneEachSideIsDrawn();
    void aSplitFigureShowsWhatTheWindowShows();
    void whatIsScrolledStaysInTheMapArea();
};

void TestPanePainter::marksAreDrawn()
{
    Shown shown;
    for (const Theme& theme : {lightTheme(), darkTheme()}) {
        MapPane pane = shown.pane(Stage::MidAfter);
        const QImage plain = painted(pane, shown.settings, theme);
        const auto differsAt = [&](const MapPane& marked, const QRectF& area) {
            const QImage image = painted(marked, shown.settings, theme);
            return image.copy(area.toRect()) != plain.copy(area.toRect());
        };
        MapPane dead = pane;
        dead.dead = {3};
        QVERIFY(differsAt(dead, pane.tiles.tile(3)));
        QVERIFY(!differsAt(dead, pane.tiles.tile(9)));
        MapPane broken = pane;
        broken.nonFinite = {9};
        QVERIFY(differsAt(broken, pane.tiles.tile(9)));
        QVERIFY(!differsAt(broken, pane.tiles.tile(3)));
        MapPane warned = pane;
        warned.warning = QStringLiteral("1 dead");
        QVERIFY(differsAt(warned, QRectF(pane.rect.topLeft(), pane.mapArea.topRight())));
    }
}

void TestPanePainter::theCursorIsDrawnInEachTile()
{
    Shown shown;
    const MapPane pane = shown.pane(Stage::MidAfter);
    const QImage before = painted(pane, shown.settings, lightTheme());
    shown.settings.cursor = Position{20, 24};
    const QImage after = painted(pane, shown.settings, lightTheme());
    for (std::int64_t c = 0; c < 16; ++c) {
        const QRect tile = pane.tiles.tile(c).toRect();
        QVERIFY(before.copy(tile) != after.copy(tile));
    }
}

void TestPanePainter::ofASplitPaneEachSideIsDrawn()
{
    Shown shown;
    shown.settings.isAlone = true;
    const MapPane left = shown.pane(Stage::Original);
    const MapPane right = shown.pane(Stage::Factorised);
    QImage red(left.mapArea.size().toSize(), QImage::Format_RGB32);
    red.fill(Qt::red);
    QImage blue = red;
    blue.fill(Qt::blue);
    for (const double at : {0.0, 0.3, 1.0}) {
        QImage image(460, 400, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        const SplitPanes panes{left, right, at};
        paintSplit(painter, panes, red, blue, shown.settings, fieldsOf(shown.both.experiment),
                   lightTheme());
        const QRectF tile = left.tileOf(0);
        for (double x = tile.left() + 3.0; x < tile.right() - 3.0; x += 7.0) {
            if (std::abs(x - panes.x()) > 4.0)
                QCOMPARE(image.pixelColor(int(x), int(tile.top() + 9.0)),
                         x < panes.x() ? QColor(Qt::red) : QColor(Qt::blue));
        }
    }
}

/// SVG knows no parts of pictures.
void TestPanePainter::aSplitFigureShowsWhatTheWindowShows()
{
    Shown shown;
    shown.settings.isAlone = true;
    const MapPane left = shown.pane(Stage::Original);
    const MapPane right = shown.pane(Stage::Factorised);
    const QImage ofLeft = rendered(shown.request(left, 2.0));
    QImage ofRight = ofLeft;
    ofRight.invertPixels();
    const auto paint = [&](QPainter& painter) {
        paintSplit(painter, {left, right, 0.3}, ofLeft, ofRight, shown.settings,
                   fieldsOf(shown.both.experiment), lightTheme());
    };
    QBuffer svg;
    QSvgGenerator generator;
    generator.setOutputDevice(&svg);
    generator.setResolution(96);
    generator.setSize({460, 400});
    generator.setViewBox(QRect(0, 0, 460, 400));
    {
        QPainter painter(&generator);
        paint(painter);
    }
    QImage images[2];
    for (QImage& image : images) {
        image = QImage(460, 400, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        if (&image == images)
            paint(painter);
        else
            QSvgRenderer(svg.data()).render(&painter);
    }
    const QRect tile = left.tileOf(0).toRect().adjusted(6, 6, -6, -6);
    int differing = 0;
    for (int y = tile.top(); y <= tile.bottom(); ++y) {
        for (int x = tile.left(); x <= tile.right(); ++x) {
            const int apart = std::abs(qGray(images[0].pixel(x, y)) - qGray(images[1].pixel(x, y)));
            differing += apart > 40 ? 1 : 0;
        }
    }
    QVERIFY2(differing < tile.width() * tile.height() / 20, qPrintable(QString::number(differing)));
}

/// Figures do not clip.
void TestPanePainter::whatIsScrolledStaysInTheMapArea()
{
    Shown shown;
    const SharedTensor dead = mapsOf(100, {40, 48}, [](auto, auto) { return 0.0; });
    shown.both = withMaps(shown.both, Stage::MidAfter, dead);
    const QRectF rect(60, 80, 200, 160);
    for (const double scroll : {2.0, 5.5, 60.3}) {
        shown.settings.scroll(Stage::MidAfter) = scroll;
        shown.settings.cursor = Position{1, 1};
        shown.settings.midChannel = shown.pane(Stage::MidAfter, rect).tiles.first();
        MapPane pane = shown.pane(Stage::MidAfter, rect);
        QVERIFY(pane.tiles.scrolls());
        const QImage with = painted(pane, shown.settings, lightTheme());
        pane.dead.clear();
        shown.settings.cursor.reset();
        shown.settings.isAlone = true; // no frame about the chosen map
        const QImage without = painted(pane, shown.settings, lightTheme());
        shown.settings.isAlone = false;
        const QRect area = pane.mapArea.toAlignedRect().adjusted(-2, -2, 2, 2);
        int differing = 0;
        for (int y = 0; y < with.height(); ++y) {
            for (int x = 0; x < with.width(); ++x) {
                const bool differs = with.pixel(x, y) != without.pixel(x, y);
                QVERIFY(!differs || area.contains(x, y));
                differing += differs ? 1 : 0;
            }
        }
        QVERIFY(differing > 500);
    }
}

QTEST_MAIN(TestPanePainter)
#include "test_pane_painter.moc"
