#include "ui/maps/tile_layout.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace factorscope;

namespace {

const std::int64_t kChannels[] = {1, 3, 16, 64, 65, 100, 1025, 5000};
const Extent kMaps[] = {{40, 48}, {224, 224}, {1, 1}, {16, 128}, {128, 16}};
const QRectF kAreas[] = {{0, 0, 100, 80}, {12, 34, 333, 217}, {7, 5, 90, 700}, {0, 60, 1200, 900}};

/// Calls check(channels, map, area) for all of them.
template <typename Check>
void forAllShapes(const Check& check)
{
    for (const std::int64_t channels : kChannels) {
        for (const Extent& map : kMaps) {
            for (const QRectF& area : kAreas)
                check(channels, map, area);
        }
    }
}

std::vector<QRectF> tilesOf(const TileLayout& layout)
{
    std::vector<QRectF> tiles;
    for (std::int64_t i = 0; i < layout.count(); ++i)
        tiles.push_back(layout.tile(layout.first() + i));
    return tiles;
}

} // namespace

class TestTileLayout : public QObject {
    Q_OBJECT
private slots:
    void tilesLieApartInTheArea();
    void tilesStayInAnAreaBetweenPixels();
    void tilesKeepTheProportionsOfTheMaps();
    void tilesAreLegible();
    void oneTileIsAsLargeAsItFits();
    void rowsFillFromTheLeft();
    void scrollsOnlyWhereNotAllAreSeen();
    void scrolledTilesFillTheWidth();
    void scrollingMovesAllByAsMuch();
    void scrollsNoFurtherThanTheEnds();
    void everyMapComesIntoSight();
    void onlyTilesInSightAreSeen();
    void aPlaceIsScrolledIntoSight();
    void theScrollSurvivesAnotherSize();
    void placeAtIsTheInverseOfTile();
    void betweenTilesIsNoPlace();
    void oneAloneIsAsLargeAsItFits();
    void nothingHasNoTiles();
    void noRoomShowsNoTile();
};

void TestTileLayout::tilesLieApartInTheArea()
{
    forAllShapes([](std::int64_t channels, Extent map, const QRectF& area) {
        const TileLayout layout(channels, map, area, static_cast<double>(channels) / 2.0);
        const auto tiles = tilesOf(layout);
        for (std::size_t i = 0; i < tiles.size(); ++i) {
            QVERIFY(tiles[i].left() >= area.left() && tiles[i].right() <= area.right());
            QVERIFY(layout.scrolls() ? tiles[i].intersects(area) : area.contains(tiles[i]));
            QVERIFY(layout.scrolls() || tiles[i].bottom() <= layout.bottom());
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY(!tiles[i].adjusted(-1, -1, 1, 1).intersects(tiles[j]));
        }
        QVERIFY(layout.bottom() <= area.bottom());
    });
}

/// A tile beyond its area would not be drawn, nor one between pixels be sharp.
void TestTileLayout::tilesStayInAnAreaBetweenPixels()
{
    for (const double shift : {0.25, 0.5, 0.75}) {
        for (const QRectF& area : kAreas) {
            const QRectF between = area.translated(shift, shift);
            const Extent whole{static_cast<std::int64_t>(area.height()),
                               static_cast<std::int64_t>(area.width())};
            for (const auto& layout :
                 {TileLayout(16, {40, 48}, between, 0.0), TileLayout(1, whole, between, 0.0)}) {
                for (const QRectF& tile : tilesOf(layout)) {
                    QVERIFY(layout.scrolls() || between.contains(tile));
                    const QPointF inArea = tile.topLeft() - between.topLeft();
                    QCOMPARE(inArea, QPointF(inArea.toPoint()));
                }
            }
        }
    }
}

/// A tile is a whole number of pixels high and wide, so it may be less than one smaller than its
/// map on the common scale.
void TestTileLayout::tilesKeepTheProportionsOfTheMaps()
{
    forAllShapes([](std::int64_t channels, Extent map, const QRectF& area) {
        const QSizeF tile = TileLayout(channels, map, area, 0.0).tileSize();
        QCOMPARE(tile, QSizeF(tile.toSize()));
        if (tile.width() < 2.0 || tile.height() < 2.0)
            return; // at least a pixel
        const auto height = static_cast<double>(map.height);
        const auto width = static_cast<double>(map.width);
        const double least = std::max(tile.width() / width, tile.height() / height);
        const double most = std::min((tile.width() + 1) / width, (tile.height() + 1) / height);
        QVERIFY(least <= most);
    });
}

void TestTileLayout::tilesAreLegible()
{
    forAllShapes([](std::int64_t channels, Extent map, const QRectF& area) {
        const TileLayout layout(channels, map, area, 0.0);
        const QSizeF tile = layout.tileSize();
        const QSizeF alone = TileLayout(1, map, area, 0.0).tileSize();
        const double longer = std::max(tile.width(), tile.height());
        QVERIFY(layout.count() >= 1 && layout.count() <= channels);
        QVERIFY(longer >= TileLayout::kLeastTile - 1.0 || tile == alone);
        if (layout.scrolls())
            QVERIFY(longer >= 0.6 * TileLayout::kScrolledTile || tile == alone);
    });
    QCOMPARE(TileLayout(64, {40, 48}, {0, 0, 600, 400}, 0.0).count(), 64); // all where they fit
}

void TestTileLayout::oneTileIsAsLargeAsItFits()
{
    for (const Extent& map : kMaps) {
        for (const QRectF& area : kAreas) {
            const QSizeF tile = TileLayout(1, map, area, 0.0).tileSize();
            QVERIFY(tile.width() > area.width() - 1.0 || tile.height() > area.height() - 1.0);
        }
    }
}

void TestTileLayout::rowsFillFromTheLeft()
{
    const TileLayout layout(16, {40, 48}, {10, 20, 600, 400}, 0.0);
    const auto tiles = tilesOf(layout);
    QCOMPARE(tiles.size(), 16U);
    for (std::size_t i = 1; i < tiles.size(); ++i) {
        const bool isSameRow = tiles[i].top() == tiles[i - 1].top();
        if (isSameRow)
            QVERIFY(tiles[i].left() > tiles[i - 1].right());
        else
            QVERIFY(tiles[i].top() > tiles[i - 1].bottom() && tiles[i].left() == tiles[0].left());
    }
    QCOMPARE(tiles[0].top(), 20.0); // at the top, in the middle
    const double right = std::ranges::max(tiles, {}, &QRectF::right).right();
    QVERIFY(std::abs((tiles[0].left() - 10.0) - (610.0 - right)) <= 1.0);
}

void TestTileLayout::scrollsOnlyWhereNotAllAreSeen()
{
    forAllShapes([](std::int64_t channels, Extent map, const QRectF& area) {
        const TileLayout layout(channels, map, area, 0.0);
        const QRectF last = layout.tile(channels - 1);
        QCOMPARE(layout.scrolls(), last.bottom() > area.bottom() + 1e-9);
        QCOMPARE(layout.mostScroll() > 0.0, layout.scrolls());
        if (!layout.scrolls()) {
            QCOMPARE(layout.first(), 0);
            QCOMPARE(layout.count(), channels);
        }
    });
}

void TestTileLayout::scrolledTilesFillTheWidth()
{
    const QRectF area(10, 20, 333, 217);
    const TileLayout layout(512, {224, 224}, area, 0.0);
    QVERIFY(layout.scrolls());
    const double right = layout.tile(layout.columns() - 1).right();
    QVERIFY(area.right() - right <= static_cast<double>(layout.columns()));
    QVERIFY(layout.tileSize().width() < TileLayout::kScrolledTile + 10.0);
}

void TestTileLayout::scrollingMovesAllByAsMuch()
{
    const QRectF area(0, 0, 300, 200);
    const TileLayout top(512, {224, 224}, area, 0.0);
    const auto columns = static_cast<double>(top.columns());
    const double row = top.tile(top.columns()).top() - top.tile(0).top();
    for (const double rows : {0.5, 1.0, 7.25}) {
        const TileLayout down(512, {224, 224}, area, rows * columns);
        const double moved = std::round(rows * row); // whole points stay sharp
        for (const std::int64_t place : {0, 100, 511})
            QCOMPARE(down.tile(place), top.tile(place).translated(0.0, -moved));
        QCOMPARE(down.tileSize(), top.tileSize());
        QVERIFY(std::abs(down.scroll() - rows * columns) <= columns / row);
    }
}

void TestTileLayout::scrollsNoFurtherThanTheEnds()
{
    const QRectF area(12, 34, 300, 200);
    for (const double beyond : {-5.0, -1e12, std::nan("")})
        QCOMPARE(TileLayout(512, {40, 48}, area, beyond).scroll(), 0.0);
    const TileLayout end(512, {40, 48}, area, 1e12);
    QCOMPARE(end.scroll(), end.mostScroll());
    QVERIFY(end.shows(511));
    QCOMPARE(end.tile(511).bottom(), area.bottom());
    QCOMPARE(TileLayout(16, {40, 48}, area, 1e12).scroll(), 0.0); // all are seen
}

void TestTileLayout::everyMapComesIntoSight()
{
    const QRectF area(0, 0, 100, 80);
    for (const std::int64_t maps : {100, 5000}) {
        std::vector<bool> isSeen(static_cast<std::size_t>(maps));
        double scroll = 0.0;
        for (;;) {
            const TileLayout layout(maps, {40, 48}, area, scroll);
            for (std::int64_t i = 0; i < layout.count(); ++i) {
                if (area.contains(layout.tile(layout.first() + i)))
                    isSeen[static_cast<std::size_t>(layout.first() + i)] = true;
            }
            if (layout.scroll() >= layout.mostScroll())
                break;
            scroll = layout.scroll() + static_cast<double>(layout.page());
        }
        QVERIFY(std::ranges::all_of(isSeen, [](bool seen) { return seen; }));
    }
}

void TestTileLayout::onlyTilesInSightAreSeen()
{
    const QRectF area(0, 0, 300, 200);
    for (double scroll = 0.0; scroll < 400.0; scroll += 3.7) {
        const TileLayout layout(512, {224, 224}, area, scroll);
        for (std::int64_t place = 0; place < 512; ++place)
            QCOMPARE(layout.shows(place), layout.tile(place).intersects(area));
    }
}

void TestTileLayout::aPlaceIsScrolledIntoSight()
{
    const QRectF area(5, 7, 300, 200);
    for (const double from : {0.0, 133.0, 1e9}) {
        const TileLayout before(512, {224, 224}, area, from);
        for (const std::int64_t place : {0, 3, 140, 333, 511}) {
            const TileLayout after(512, {224, 224}, area, before.scrollShowing(place));
            QVERIFY(area.contains(after.tile(place)));
            if (area.contains(before.tile(place)))
                QCOMPARE(after.scroll(), before.scroll());
        }
    }
}

/// About the same maps are at the top when there are more columns.
void TestTileLayout::theScrollSurvivesAnotherSize()
{
    const TileLayout small(512, {224, 224}, {0, 0, 300, 200}, 200.0);
    const TileLayout large(512, {224, 224}, {0, 0, 500, 300}, small.scroll());
    QVERIFY(small.columns() < large.columns());
    QVERIFY(std::abs(small.first() - large.first()) <= large.columns());
}

void TestTileLayout::placeAtIsTheInverseOfTile()
{
    forAllShapes([](std::int64_t channels, Extent map, const QRectF& area) {
        const TileLayout layout(channels, map, area, static_cast<double>(channels - 1));
        for (std::int64_t i = 0; i < layout.count(); ++i) {
            const std::int64_t channel = layout.first() + i;
            if (!area.contains(layout.tile(channel)))
                continue;
            const QRectF inside = layout.tile(channel).adjusted(0.1, 0.1, -0.1, -0.1);
            for (const QPointF& point : {inside.center(), inside.topLeft(), inside.topRight(),
                                         inside.bottomLeft(), inside.bottomRight()})
                QVERIFY(layout.placeAt(point) == channel);
        }
    });
}

void TestTileLayout::betweenTilesIsNoPlace()
{
    forAllShapes([](std::int64_t channels, Extent map, const QRectF& area) {
        const TileLayout layout(channels, map, area, 0.0);
        const auto tiles = tilesOf(layout);
        for (double y = area.top() - 20.0; y < area.bottom() + 20.0; y += 7.3) {
            for (double x = area.left() - 20.0; x < area.right() + 20.0; x += 7.7) {
                const auto hit = std::ranges::find_if(tiles, [&](const QRectF& tile) {
                    return tile.contains(QPointF(x, y))
                        && (!layout.scrolls() || area.contains(QPointF(x, y)));
                });
                const auto channel = layout.placeAt({x, y});
                QCOMPARE(channel.has_value(), hit != tiles.end());
                QVERIFY(!channel || *channel == layout.first() + (hit - tiles.begin()));
            }
        }
    });
}

void TestTileLayout::oneAloneIsAsLargeAsItFits()
{
    const QRectF area(10, 20, 300, 200);
    const TileLayout layout = TileLayout::alone({40, 40}, area, 12);
    QCOMPARE(layout.count(), 1);
    QVERIFY(layout.shows(12) && !layout.shows(11) && !layout.shows(13));
    QCOMPARE(layout.tile(12), QRectF(60, 20, 200, 200));
    QCOMPARE(layout.bottom(), area.bottom());
    QVERIFY(layout.placeAt(area.center()) == 12);
    QVERIFY(!layout.placeAt(area.topLeft()));
}

void TestTileLayout::nothingHasNoTiles()
{
    const TileLayout layout(0, {40, 48}, {0, 0, 100, 80}, 0.0);
    QCOMPARE(layout.count(), 0);
    QVERIFY(!layout.shows(0));
    QVERIFY(!layout.placeAt({50, 40}));
    QCOMPARE(TileLayout(3, {0, 0}, {0, 0, 100, 80}, 0.0).count(), 0);
}

/// Such as a pane that is laid out before its window has a size.
void TestTileLayout::noRoomShowsNoTile()
{
    for (const QSizeF& size : {QSizeF(0, 0), QSizeF(0, 30), QSizeF(200, 0), QSizeF(200, -1),
                               QSizeF(-4, -40), QSizeF(100, -500)}) {
        const QRectF area(QPointF(12, 34), size);
        for (const std::int64_t channels : {1, 3, 64, 5000}) {
            for (const double scroll : {0.0, 3.0, 1e9}) {
                const TileLayout layout(channels, {40, 48}, area, scroll);
                QVERIFY(layout.first() >= 0 && layout.first() < channels);
                QCOMPARE(layout.count(), 0);
                QVERIFY(layout.page() >= 1 && layout.page() <= channels);
            }
        }
        QCOMPARE(TileLayout::alone({40, 48}, area, 7).count(), 0);
    }
}

QTEST_GUILESS_MAIN(TestTileLayout)
#include "test_tile_layout.moc"
