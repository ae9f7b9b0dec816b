#include "ui/view/viewport.h"

#include <QRandomGenerator>
#include <QTest>

#include <array>
#include <cmath>

using namespace factorscope;

namespace {

const Extent kMaps[] = {{1, 1}, {7, 5}, {40, 48}, {16, 512}, {512, 16}, {1000, 1500}};
const QSizeF kTiles[] = {{16, 16}, {120, 40}, {40, 300}, {613.5, 420}};

double between(QRandomGenerator& random, double low, double high)
{
    return low + (high - low) * random.generateDouble();
}

/// Any, also one that shows more than there is.
Viewport anyViewport(QRandomGenerator& random)
{
    return {{between(random, -0.5, 1.5), between(random, -0.5, 1.5)},
            std::exp2(between(random, -1.0, 8.0))};
}

/// Calls check(map, tile, random) often for each shape of a map and a tile.
template <typename Check>
void forAllShapes(const Check& check)
{
    QRandomGenerator random(7);
    for (const Extent& map : kMaps) {
        for (const QSizeF& tile : kTiles) {
            for (int i = 0; i < 50; ++i)
                check(map, tile, random);
        }
    }
}

bool isNear(double a, double b)
{
    return std::abs(a - b) < 1e-6;
}

QSizeF sizeOf(Extent map)
{
    return {static_cast<double>(map.width), static_cast<double>(map.height)};
}

QRectF wholeMap(const MapMapping& mapping, Extent map)
{
    return mapping.toTile(0, 0, map.width - 1, map.height - 1);
}

/// One axis of a map in a tile, from `begin` to `end` in its pixels.
struct Axis {
    double begin;
    double end;
    double tile;

    double length() const { return end - begin; }
    bool fills() const { return length() > tile - 1e-6; }
    bool isCentred() const { return isNear(begin, tile - end); }
    bool coversTile() const { return begin < 1e-6 && end > tile - 1e-6; }
    bool touchesAnEdge() const { return isNear(begin, 0.0) || isNear(end, tile); }
};

std::array<Axis, 2> axesOf(const MapMapping& mapping, Extent map, const QSizeF& tile)
{
    const QRectF all = wholeMap(mapping, map);
    return {Axis{all.left(), all.right(), tile.width()},
            Axis{all.top(), all.bottom(), tile.height()}};
}

} // namespace

class TestViewport : public QObject {
    Q_OBJECT
private slots:
    void toMapAndToTileAreInverse();
    void pixelsLieSideBySide();
    void theWholeMapFitsAtZoomOne();
    void theMapStaysInTheTile();
    void zoomKeepsWhatIsUnderThePointer();
    void zoomHasLimits();
    void zoomInAndOutComesBack();
    void panningMovesWithThePointer();
    void panningStopsAtTheEdges();
    void theViewAgreesWithTheMapping();
    void theVisiblePartIsWhatTheTileShows();
};

void TestViewport::toMapAndToTileAreInverse()
{
    forAllShapes([](Extent map, const QSizeF& tile, QRandomGenerator& random) {
        const MapMapping mapping(anyViewport(random), map, tile);
        const QPointF inTile(between(random, -10.0, tile.width() + 10.0),
                             between(random, -10.0, tile.height() + 10.0));
        const QPointF back = mapping.toTile(mapping.toMap(inTile));
        QVERIFY(isNear(back.x(), inTile.x()) && isNear(back.y(), inTile.y()));
        const QPointF step = mapping.toTile(mapping.toMap(inTile) + QPointF(1.0, 1.0)) - inTile;
        QVERIFY(isNear(step.x(), mapping.scale()) && isNear(step.y(), mapping.scale()));
    });
}

void TestViewport::pixelsLieSideBySide()
{
    const MapMapping mapping({{0.3, 0.6}, 3.0}, {40, 48}, {200, 100});
    const QRectF one = mapping.toTile(20, 11, 20, 11);
    QVERIFY(isNear(one.width(), mapping.scale()) && isNear(one.height(), mapping.scale()));
    const QRectF next = mapping.toTile(21, 12, 21, 12);
    QVERIFY(isNear(next.left(), one.right()) && isNear(next.top(), one.bottom()));
    const QRectF both = mapping.toTile(20, 11, 21, 12);
    QVERIFY(isNear(both.left(), one.left()) && isNear(both.bottom(), next.bottom()));
    QVERIFY(one.contains(mapping.toTile(QPointF(20.5, 11.5))));
}

void TestViewport::theWholeMapFitsAtZoomOne()
{
    forAllShapes([](Extent map, const QSizeF& tile, QRandomGenerator& random) {
        const Viewport anywhere{anyViewport(random).center, 1.0};
        const auto axes = axesOf(MapMapping(anywhere, map, tile), map, tile);
        QVERIFY(axes[0].isCentred() && axes[1].isCentred());
        QVERIFY(axes[0].begin > -1e-6 && axes[1].begin > -1e-6);
        QVERIFY(axes[0].fills() || axes[1].fills());
    });
}

void TestViewport::theMapStaysInTheTile()
{
    forAllShapes([](Extent map, const QSizeF& tile, QRandomGenerator& random) {
        for (const Axis& axis : axesOf(MapMapping(anyViewport(random), map, tile), map, tile))
            QVERIFY(axis.fills() ? axis.coversTile() : axis.isCentred());
    });
}

/// Except where the map would leave the tile: there it stays at the edge or in the middle.
void TestViewport::zoomKeepsWhatIsUnderThePointer()
{
    int held = 0;
    forAllShapes([&](Extent map, const QSizeF& tile, QRandomGenerator& random) {
        const Viewport before = anyViewport(random);
        const MapMapping mapping(before, map, tile);
        const QPointF pointer(between(random, 0.0, tile.width()),
                              between(random, 0.0, tile.height()));
        const double factor = std::exp2(between(random, -3.0, 3.0));
        const MapMapping zoomed(zoomedAt(before, factor, pointer, map, tile), map, tile);
        const QPointF now = zoomed.toTile(mapping.toMap(pointer));
        const auto axesBefore = axesOf(mapping, map, tile);
        const auto axes = axesOf(zoomed, map, tile);
        const double shifts[] = {now.x() - pointer.x(), now.y() - pointer.y()};
        for (int i = 0; i < 2; ++i) {
            const bool isHeld = isNear(shifts[i], 0.0);
            held += isHeld;
            if (factor >= 1.0 && axesBefore[i].fills())
                QVERIFY(isHeld);
            else
                QVERIFY(isHeld || axes[i].touchesAnEdge() || axes[i].isCentred());
        }
    });
    QVERIFY(held > 1000);
}

void TestViewport::zoomHasLimits()
{
    forAllShapes([](Extent map, const QSizeF& tile, QRandomGenerator& random) {
        const Viewport start = anyViewport(random);
        const QPointF pointer(tile.width() / 3.0, tile.height() / 4.0);
        const double whole = MapMapping({}, map, tile).scale();
        const Viewport nearest = zoomedAt(start, 1e9, pointer, map, tile);
        QVERIFY(
            isNear(MapMapping(nearest, map, tile).scale(), std::max(whole, Viewport::kMostPixels)));
        const Viewport furthest = zoomedAt(start, 1e-9, pointer, map, tile);
        QCOMPARE(furthest.zoom, 1.0);
        QCOMPARE(furthest.center, QPointF(0.5, 0.5));
        const Viewport back = zoomedAt(nearest, 0.5, pointer, map, tile); // not stuck up there
        QVERIFY(back.zoom < nearest.zoom || nearest.zoom == 1.0);
        QVERIFY(isNear(MapMapping({start.center, 1e9}, map, tile).scale(),
                       std::max(whole, Viewport::kMostPixels)));
    });
}

void TestViewport::zoomInAndOutComesBack()
{
    const Extent map{40, 48};
    const QSizeF tile(200, 150);
    const Viewport start{{0.4, 0.6}, 4.0};
    const QPointF pointer(20, 120);
    const Viewport back
        = zoomedAt(zoomedAt(start, 1.5, pointer, map, tile), 1 / 1.5, pointer, map, tile);
    QVERIFY(isNear(back.zoom, start.zoom));
    QVERIFY(isNear(back.center.x(), start.center.x()));
    QVERIFY(isNear(back.center.y(), start.center.y()));
}

void TestViewport::panningMovesWithThePointer()
{
    const Extent map{40, 48};
    const QSizeF tile(200, 150);
    const Viewport start{{0.5, 0.5}, 4.0};
    const QPointF pointer(70, 60);
    const QPointF delta(13, -21.5);
    const QPointF held = MapMapping(start, map, tile).toMap(pointer);
    const MapMapping moved(panned(start, delta, map, tile), map, tile);
    const QPointF now = moved.toTile(held);
    QVERIFY(isNear(now.x(), pointer.x() + delta.x()));
    QVERIFY(isNear(now.y(), pointer.y() + delta.y()));
}

void TestViewport::panningStopsAtTheEdges()
{
    forAllShapes([](Extent map, const QSizeF& tile, QRandomGenerator& random) {
        const Viewport start = anyViewport(random);
        const QPointF far(random.bounded(2) ? 1e7 : -1e7, random.bounded(2) ? 1e7 : -1e7);
        const Viewport moved = panned(start, far, map, tile);
        const auto axes = axesOf(MapMapping(moved, map, tile), map, tile);
        for (const Axis& axis : axes)
            QVERIFY(axis.fills() ? axis.coversTile() : axis.isCentred());
        QVERIFY(!axes[0].fills()
                || isNear(far.x() > 0 ? axes[0].begin : axes[0].end - axes[0].tile, 0.0));
        QVERIFY(!axes[1].fills()
                || isNear(far.y() > 0 ? axes[1].begin : axes[1].end - axes[1].tile, 0.0));
        const Viewport back = panned(moved, -far / std::abs(far.x()), map, tile); // by one pixel
        const MapMapping there(moved, map, tile);
        const MapMapping here(back, map, tile);
        for (int i = 0; i < 2; ++i) {
            const Axis axis = axes[i];
            const QPointF step = here.toTile(QPointF()) - there.toTile(QPointF());
            if (axis.length() > axis.tile + 1.0)
                QVERIFY(isNear(std::abs(i == 0 ? step.x() : step.y()), 1.0));
        }
    });
}

void TestViewport::theViewAgreesWithTheMapping()
{
    forAllShapes([](Extent map, const QSizeF& tile, QRandomGenerator& random) {
        const MapMapping mapping(anyViewport(random), map, tile);
        for (const double ratio : {1.0, 1.5, 2.0}) {
            const MapView view = mapping.view(ratio);
            for (const double pixel : {0.0, 3.0, 17.5}) {
                const QPointF inMap = mapping.toMap(QPointF(pixel, pixel) / ratio);
                QVERIFY(isNear(view.left + pixel / view.scale, inMap.x()));
                QVERIFY(isNear(view.top + pixel / view.scale, inMap.y()));
            }
        }
    });
}

void TestViewport::theVisiblePartIsWhatTheTileShows()
{
    const Extent map{40, 48};
    const QSizeF tile(200, 100); // the map is 120 wide in it
    QCOMPARE(MapMapping({}, map, tile).visible(), QRectF(40, 0, 120, 100));
    QCOMPARE(MapMapping({{0.5, 0.5}, 8.0}, map, tile).visible(), QRectF({0, 0}, tile));
    QCOMPARE(sizeOf(map) * MapMapping({}, map, tile).scale(), QSizeF(120, 100));
}

QTEST_GUILESS_MAIN(TestViewport)
#include "test_viewport.moc"
