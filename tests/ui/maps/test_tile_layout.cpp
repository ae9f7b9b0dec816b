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
    void thePageShowsTheWantedChannel();
    void everyChannelIsOnOnePage();
    void pagesLieAlike();
    void channelAtIsTheInverseOfTile();
    void betweenTilesIsNoChannel();
    void oneAloneIsAsLargeAsItFits();
    void nothingHasNoTiles();
};

void TestTileLayout::tilesLieApartInTheArea()
{
    forAllShapes([](std::int64_t channels, Extent map, const QRectF& area) {
        const TileLayout layout(channels, map, area, channels / 2);
        const auto tiles = tilesOf(layout);
        for (std::size_t i = 0; i < tiles.size(); ++i) {
            QVERIFY(area.contains(tiles[i]));
            QVERIFY(tiles[i].bottom() <= layout.bottom());
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
                 {TileLayout(16, {40, 48}, between, 0), TileLayout(1, whole, between, 0)}) {
                for (const QRectF& tile : tilesOf(layout)) {
                    QVERIFY(between.contains(tile));
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
        const QSizeF tile = TileLayout(channels, map, area, 0).tileSize();
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
        const TileLayout layout(channels, map, area, 0);
        const double longer = std::max(layout.tileSize().width(), layout.tileSize().height());
        QVERIFY(layout.count() >= 1 && layout.count() <= channels);
        QVERIFY(layout.count() == 1 || longer >= TileLayout::kLeastTile);
    });
    QCOMPARE(TileLayout(64, {40, 48}, {0, 0, 600, 400}, 0).count(), 64); // all where they fit
}

void TestTileLayout::oneTileIsAsLargeAsItFits()
{
    for (const Extent& map : kMaps) {
        for (const QRectF& area : kAreas) {
            const QSizeF tile = TileLayout(1, map, area, 0).tileSize();
            QVERIFY(tile.width() > area.width() - 1.0 || tile.height() > area.height() - 1.0);
        }
    }
}

void TestTileLayout::rowsFillFromTheLeft()
{
    const TileLayout layout(16, {40, 48}, {10, 20, 600, 400}, 0);
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

void TestTileLayout::thePageShowsTheWantedChannel()
{
    forAllShapes([](std::int64_t channels, Extent map, const QRectF& area) {
        for (const std::int64_t wanted : {std::int64_t{0}, channels / 3, channels - 1}) {
            const TileLayout layout(channels, map, area, wanted);
            QVERIFY(layout.shows(wanted));
            QVERIFY(layout.first() >= 0 && layout.first() + layout.count() <= channels);
        }
        QVERIFY(TileLayout(channels, map, area, channels + 7).shows(channels - 1));
        QVERIFY(TileLayout(channels, map, area, -1).shows(0));
    });
}

void TestTileLayout::everyChannelIsOnOnePage()
{
    for (const std::int64_t channels : {100, 5000}) {
        std::int64_t next = 0;
        while (next < channels) {
            const TileLayout page(channels, {40, 48}, {0, 0, 100, 80}, next);
            QCOMPARE(page.first(), next);
            next += page.count();
            const TileLayout same(channels, {40, 48}, {0, 0, 100, 80}, next - 1);
            QCOMPARE(same.first(), page.first());
            QCOMPARE(same.count(), page.count());
        }
        QCOMPARE(next, channels);
    }
}

/// Tiles do not jump from page to page, not even on the last.
void TestTileLayout::pagesLieAlike()
{
    const QRectF area(0, 0, 100, 80);
    const TileLayout first(101, {40, 48}, area, 0);
    const TileLayout last(101, {40, 48}, area, 100);
    QVERIFY(last.first() > 0);
    QCOMPARE(last.tileSize(), first.tileSize());
    QCOMPARE(last.bottom(), first.bottom());
    for (std::int64_t i = 0; i < last.count(); ++i)
        QCOMPARE(last.tile(last.first() + i), first.tile(i));
}

void TestTileLayout::channelAtIsTheInverseOfTile()
{
    forAllShapes([](std::int64_t channels, Extent map, const QRectF& area) {
        const TileLayout layout(channels, map, area, channels - 1);
        for (std::int64_t i = 0; i < layout.count(); ++i) {
            const std::int64_t channel = layout.first() + i;
            const QRectF inside = layout.tile(channel).adjusted(0.1, 0.1, -0.1, -0.1);
            for (const QPointF& point : {inside.center(), inside.topLeft(), inside.topRight(),
                                         inside.bottomLeft(), inside.bottomRight()})
                QVERIFY(layout.channelAt(point) == channel);
        }
    });
}

void TestTileLayout::betweenTilesIsNoChannel()
{
    forAllShapes([](std::int64_t channels, Extent map, const QRectF& area) {
        const TileLayout layout(channels, map, area, 0);
        const auto tiles = tilesOf(layout);
        for (double y = area.top() - 20.0; y < area.bottom() + 20.0; y += 7.3) {
            for (double x = area.left() - 20.0; x < area.right() + 20.0; x += 7.7) {
                const auto hit = std::ranges::find_if(
                    tiles, [&](const QRectF& tile) { return tile.contains(QPointF(x, y)); });
                const auto channel = layout.channelAt({x, y});
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
    QVERIFY(layout.channelAt(area.center()) == 12);
    QVERIFY(!layout.channelAt(area.topLeft()));
}

void TestTileLayout::nothingHasNoTiles()
{
    const TileLayout layout(0, {40, 48}, {0, 0, 100, 80}, 0);
    QCOMPARE(layout.count(), 0);
    QVERIFY(!layout.shows(0));
    QVERIFY(!layout.channelAt({50, 40}));
    QCOMPARE(TileLayout(3, {0, 0}, {0, 0, 100, 80}, 0).count(), 0);
}

QTEST_GUILESS_MAIN(TestTileLayout)
#include "test_tile_layout.moc"
