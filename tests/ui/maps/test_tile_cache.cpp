#include "ui/maps/tile_cache.h"

#include "tests/support/evaluated.h"

#include <QTest>

using namespace factorscope;

namespace {

SharedTensor maps()
{
    return mapsOf(6, {40, 48}, [](std::int64_t channel, std::int64_t i) {
        return static_cast<double>((i * (channel + 3)) % 101) / 101.0;
    });
}

/// Six tiles below each other, moved up by `scroll`; the last two are ahead.
PaneToRender paneOf(const SharedTensor& of, int scroll, float high = 1.0F)
{
    PaneToRender pane{of, {60, 150}, 0xff102030U, 0xff405060U};
    pane.scrolls = true;
    for (int c = 0; c < 6; ++c) {
        const TileToRender tile{.channel = c,
                                .target = {4, c * 44 - scroll, 52, 40},
                                .view = {-3.0, 2.0, 1.5},
                                .scale = {&defaultColormap(false), {0.0F, high}}};
        (c < 4 ? pane.tiles : pane.ahead).push_back(tile);
    }
    return pane;
}

} // namespace

class TestTileCache : public QObject {
    Q_OBJECT
private slots:
    void drawsWhatIsDrawnWithout();
    void drawsEachTileOnce();
    void whatIsAheadIsThere();
    void anotherLookIsDrawnAnew();
    void anotherTensorIsDrawnAnew();
    void letsGoOfWhatIsNotSeen();
    void stopsWhenAsked();
    void anEmptyPaneIsNothing();

private:
    ThreadTeam m_team{2};
};

void TestTileCache::drawsWhatIsDrawnWithout()
{
    const SharedTensor of = maps();
    TileCache cache;
    for (const int scroll : {0, 13, 44, 100}) {
        const PaneToRender pane = paneOf(of, scroll);
        QCOMPARE(cache.rendered(pane, m_team, {}), rendered(pane));
        QCOMPARE(cache.rendered(pane, m_team, QImage(60, 150, QImage::Format_RGB32)),
                 rendered(pane));
    }
}

void TestTileCache::drawsEachTileOnce()
{
    const SharedTensor of = maps();
    TileCache cache;
    for (int scroll = 0; scroll < 40; ++scroll)
        cache.rendered(paneOf(of, scroll), m_team, {});
    QCOMPARE(cache.drawn(), std::size_t{4});
}

void TestTileCache::whatIsAheadIsThere()
{
    const SharedTensor of = maps();
    TileCache cache;
    QVERIFY(cache.renderAhead(paneOf(of, 0), m_team, {}));
    QCOMPARE(cache.tiles(), std::size_t{2});
    PaneToRender later = paneOf(of, 170);
    std::swap(later.tiles, later.ahead);
    const QImage image = cache.rendered(later, m_team, {});
    QCOMPARE(cache.drawn(), std::size_t{2});
    QCOMPARE(image, rendered(later));
}

void TestTileCache::anotherLookIsDrawnAnew()
{
    const SharedTensor of = maps();
    TileCache cache;
    cache.rendered(paneOf(of, 0), m_team, {});
    const std::size_t bytes = cache.bytes();
    const PaneToRender brighter = paneOf(of, 0, 0.5F);
    QCOMPARE(cache.rendered(brighter, m_team, {}), rendered(brighter));
    QCOMPARE(cache.drawn(), std::size_t{8});
    QCOMPARE(cache.tiles(), std::size_t{4}); // in the place of those before
    QCOMPARE(cache.bytes(), bytes);
    PaneToRender zoomed = paneOf(of, 0);
    for (TileToRender& tile : zoomed.tiles)
        tile.view.scale = 3.0;
    QCOMPARE(cache.rendered(zoomed, m_team, {}), rendered(zoomed));
    PaneToRender larger = paneOf(of, 0);
    for (TileToRender& tile : larger.tiles)
        tile.target.setWidth(56);
    QCOMPARE(cache.rendered(larger, m_team, {}), rendered(larger));
}

void TestTileCache::anotherTensorIsDrawnAnew()
{
    TileCache cache;
    const SharedTensor one = maps();
    const SharedTensor other
        = mapsOf(6, {40, 48}, [](std::int64_t, std::int64_t i) { return i % 2 == 0 ? 0.2 : 0.9; });
    cache.rendered(paneOf(one, 0), m_team, {});
    const PaneToRender pane = paneOf(other, 0);
    QCOMPARE(cache.rendered(pane, m_team, {}), rendered(pane));
    QCOMPARE(cache.tiles(), std::size_t{8});
}

void TestTileCache::letsGoOfWhatIsNotSeen()
{
    TileCache cache;
    SharedTensor gone = maps();
    const std::weak_ptr<const Tensor> watched = gone;
    const SharedTensor kept = maps();
    cache.rendered(paneOf(gone, 0), m_team, {});
    cache.rendered(paneOf(kept, 0), m_team, {});
    gone.reset();
    cache.keepOnly({paneOf(kept, 7)});
    QVERIFY(watched.expired());
    QCOMPARE(cache.tiles(), std::size_t{4});
    PaneToRender still = paneOf(kept, 0);
    still.scrolls = false; // its tiles are not asked for any more
    cache.keepOnly({still});
    QCOMPARE(cache.tiles(), std::size_t{0});
    QCOMPARE(cache.bytes(), std::size_t{0});
}

void TestTileCache::stopsWhenAsked()
{
    std::stop_source source;
    source.request_stop();
    TileCache cache;
    QVERIFY(!cache.renderAhead(paneOf(maps(), 0), m_team, source.get_token()));
    QCOMPARE(cache.tiles(), std::size_t{0});
}

void TestTileCache::anEmptyPaneIsNothing()
{
    TileCache cache;
    QVERIFY(cache.rendered({}, m_team, {}).isNull());
    QVERIFY(cache.renderAhead({}, m_team, {}));
}

QTEST_GUILESS_MAIN(TestTileCache)
#include "test_tile_cache.moc"
