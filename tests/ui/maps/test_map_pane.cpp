#include "ui/maps/map_pane.h"

#include "tests/ui/maps/shown_panes.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

/// Maps of channels + 1, one of them all `value`.
SharedTensor mapsWith(std::int64_t channel, double value)
{
    return mapsOf(16, {40, 48}, [=](std::int64_t c, std::int64_t i) {
        return c == channel ? value : static_cast<double>(c + i % 7);
    });
}

} // namespace

class TestMapPane : public QObject {
    Q_OBJECT
private slots:
    void partsLieBelowEachOther();
    void captionsSayWhatIsSeen();
    void captionsNameTheMapsInSight();
    void theChosenMapIsOneOfTheMaps();
    void saysWhoseScaleItIs();
    void deadMapsAreMarked();
    void mapsWithoutNumbersAreMarked();
    void unrelatedWeightsAreSaidOfTheDifference();
    void aStageWithoutMapsSaysWhy();
    void colourIsOneTile();
    void aPointHitsItsPixel_data();
    void aPointHitsItsPixel();
    void thePictureShowsWhatAPointHits_data();
    void thePictureShowsWhatAPointHits();
    void beyondTheMapNothingIsHit();
    void aColourTileHitsTheChosenChannel();
    void thePictureHasThePixelsOfTheScreen();
    void oneMapIsDeadOrNot();
    void withNothingKnownNothingIsAdded();
};

void TestMapPane::partsLieBelowEachOther()
{
    Shown shown;
    for (const bool isAlone : {false, true}) {
        shown.settings.isAlone = isAlone;
        for (const Stage stage : kStages) {
            for (const QRectF& rect : {kRect, QRectF(0, 0, 160, 140), QRectF(5, 5, 900, 300)}) {
                const MapPane pane = shown.pane(stage, rect);
                QVERIFY(rect.contains(pane.mapArea) && rect.contains(pane.barArea));
                QVERIFY(pane.mapArea.top() > rect.top() + 20.0); // two lines of words
                QVERIFY(pane.barArea.top() >= pane.tiles.bottom());
                for (std::int64_t i = 0; i < pane.tiles.count(); ++i) {
                    const QRectF tile = pane.tiles.tile(pane.tiles.first() + i);
                    QVERIFY(pane.tiles.scrolls() ? pane.mapArea.intersects(tile)
                                                 : pane.mapArea.contains(tile));
                    QVERIFY(pane.scrollArea.isEmpty() || tile.right() < pane.scrollArea.left());
                }
            }
        }
    }
}

void TestMapPane::captionsSayWhatIsSeen()
{
    Shown shown;
    QCOMPARE(shown.pane(Stage::Input).caption, QStringLiteral("RGB · 48 × 40"));
    QCOMPARE(shown.pane(Stage::MidAfter).caption, QStringLiteral("16 maps · 48 × 40"));
    QCOMPARE(shown.pane(Stage::Difference).caption,
             QStringLiteral("original − decomposed · 48 × 40"));
    QCOMPARE(shown.pane(Stage::MidAfter).heading, QStringLiteral("mid, after ReLU"));
    shown.settings.isAlone = true;
    shown.settings.outChannel = 2;
    QCOMPARE(shown.pane(Stage::Original).caption, QStringLiteral("channel 3 of 16 · 48 × 40"));
    QCOMPARE(shown.pane(Stage::Input).caption, QStringLiteral("channel 1 of 3 · 48 × 40"));

    Experiment one = smallExperiment();
    one.outChannels = 1;
    QCOMPARE(Shown(one).pane(Stage::Original).caption, QStringLiteral("1 map · 48 × 40"));
}

void TestMapPane::captionsNameTheMapsInSight()
{
    Shown shown;
    shown.both = withMaps(shown.both, Stage::MidAfter,
                          mapsOf(100, {40, 48}, [](std::int64_t, std::int64_t i) { return i; }));
    shown.settings.midChannel = 99;
    const MapPane pane = shown.pane(Stage::MidAfter, {0, 0, 160, 140});
    QVERIFY(pane.tiles.shows(99) && pane.tiles.count() < 100); // scrolled to the chosen one
    QCOMPARE(pane.caption,
             QStringLiteral("100 maps · %1–100 shown · 48 × 40").arg(pane.tiles.first() + 1));
    shown.settings.scroll(Stage::MidBefore) = 0.0; // of all mid maps
    QVERIFY(shown.pane(Stage::MidAfter, {0, 0, 160, 140})
                .caption.startsWith(QStringLiteral("100 maps · 1–")));
}

void TestMapPane::theChosenMapIsOneOfTheMaps()
{
    Shown shown;
    shown.settings.inChannel = 2;
    shown.settings.midChannel = 5;
    shown.settings.outChannel = 60; // from an experiment with more
    QCOMPARE(shown.pane(Stage::Input).chosen, 2);
    QCOMPARE(shown.pane(Stage::MidBefore).chosen, 5);
    QCOMPARE(shown.pane(Stage::Difference).chosen, 15);
    shown.settings.isAlone = true;
    QVERIFY(shown.pane(Stage::Original).tiles.shows(15));
    shown.settings.outChannel = 3;
    QCOMPARE(shown.pane(Stage::Original).scale,
             mapScale(shown.both.experiment, shown.both.stages, Stage::Original, 3, shown.settings,
                      lightTheme()));
}

void TestMapPane::saysWhoseScaleItIs()
{
    Experiment experiment = smallExperiment();
    experiment.lift = Lift::Filterbank;
    Shown filtered(experiment);
    Shown shown;
    shown.settings.outChannel = filtered.settings.outChannel = 2;
    QCOMPARE(shown.pane(Stage::Input).scaleNote, QString()); // the picture itself
    QCOMPARE(shown.pane(Stage::Original).scaleNote, QStringLiteral("of map 3"));
    QCOMPARE(filtered.pane(Stage::Input).scaleNote, QStringLiteral("of map 1"));
    shown.settings.isAlone = true;
    QCOMPARE(shown.pane(Stage::Original).scaleNote, QString()); // there is no other
    for (Shown* each : {&shown, &filtered})
        each->settings.normalisation = Normalisation::PerLayer;
    QCOMPARE(shown.pane(Stage::Original).scaleNote, QStringLiteral("of the layer"));
    for (Shown* each : {&shown, &filtered})
        each->settings.normalisation = Normalisation::Shared;
    QCOMPARE(shown.pane(Stage::Original).scaleNote, QStringLiteral("shared"));
    QCOMPARE(filtered.pane(Stage::Input).scaleNote, QStringLiteral("of the layer"));
}

void TestMapPane::deadMapsAreMarked()
{
    Shown shown;
    QVERIFY(shown.pane(Stage::MidAfter).dead.empty());
    for (const Stage stage : kStages)
        shown.both = withMaps(shown.both, stage, mapsWith(5, 0.0));
    for (const Stage stage : {Stage::MidAfter, Stage::Original, Stage::Factorised}) {
        const MapPane pane = shown.pane(stage);
        QCOMPARE(pane.dead, std::vector<std::int64_t>{5});
        QCOMPARE(pane.warning, QStringLiteral("1 dead"));
    }
    for (const Stage stage : {Stage::MidBefore, Stage::Difference}) { // where zero is no sign
        QVERIFY(shown.pane(stage).dead.empty());
        QVERIFY(shown.pane(stage).warning.isEmpty());
    }
}

void TestMapPane::mapsWithoutNumbersAreMarked()
{
    Shown shown;
    for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
        for (const Stage stage : kStages) {
            shown.both = withMaps(shown.both, stage, mapsWith(3, value));
            const MapPane pane = shown.pane(stage);
            QCOMPARE(pane.nonFinite, std::vector<std::int64_t>{3});
            QVERIFY(pane.dead.empty());
            QCOMPARE(pane.warning, QStringLiteral("NaN or ∞ in 1"));
        }
    }
}

void TestMapPane::unrelatedWeightsAreSaidOfTheDifference()
{
    QVERIFY(Shown().pane(Stage::Difference).warning.isEmpty());
    Experiment drawn = smallExperiment();
    drawn.kernels.reset();
    const Shown shown(drawn);
    QCOMPARE(shown.pane(Stage::Difference).warning, QStringLiteral("unrelated weights"));
    QVERIFY(!shown.pane(Stage::Original).warning.contains(QStringLiteral("unrelated")));
}

void TestMapPane::aStageWithoutMapsSaysWhy()
{
    Experiment experiment = smallExperiment();
    experiment.between = Between::None;
    experiment.originalOutChannels = 8;
    const Shown shown(experiment);
    const std::pair<Stage, QString> kAbsent[]
        = {{Stage::MidAfter, QStringLiteral("no activation between")},
           {Stage::Difference, QStringLiteral("the outputs have different channels")}};
    for (const auto& [stage, words] : kAbsent) {
        const MapPane pane = shown.pane(stage);
        QCOMPARE(pane.caption, words);
        QCOMPARE(pane.tiles.count() > 0 && !pane.tiles.tileSize().isEmpty(), false);
        QVERIFY(!hitTest(pane, {}, pane.mapArea.center()));
        QVERIFY(rendered(shown.request(pane)).isNull());
        painted(pane, shown.settings, lightTheme());
    }
}

void TestMapPane::colourIsOneTile()
{
    Shown shown;
    const MapPane pane = shown.pane(Stage::Input);
    QVERIFY(pane.isColour);
    QCOMPARE(pane.tiles.count(), 1);
    QCOMPARE(pane.tileOf(2), pane.tileOf(0));
    shown.settings.isAlone = true;
    QVERIFY(!shown.pane(Stage::Input).isColour);
    QVERIFY(!shown.pane(Stage::Original).isColour);
}

namespace {

void addZooms()
{
    QTest::addColumn<bool>("isAlone");
    QTest::addColumn<double>("zoom");
    for (const bool isAlone : {false, true}) {
        for (const double zoom : {1.0, 1.7, 4.0, 100.0})
            QTest::addRow("%s, %.1f", isAlone ? "alone" : "all", zoom) << isAlone << zoom;
    }
}

} // namespace

void TestMapPane::aPointHitsItsPixel_data()
{
    addZooms();
}

void TestMapPane::aPointHitsItsPixel()
{
    QFETCH(bool, isAlone);
    QFETCH(double, zoom);
    Shown shown;
    shown.settings.isAlone = isAlone;
    shown.settings.outChannel = 5;
    const Viewport viewport{{0.3, 0.6}, zoom};
    const MapPane pane = shown.pane(Stage::Factorised);
    const MapMapping mapping = pane.mapping(viewport);
    int hits = 0;
    for (std::int64_t i = 0; i < pane.tiles.count(); ++i) {
        const QRectF tile = pane.tiles.tile(pane.tiles.first() + i);
        for (std::int64_t y = 0; y < pane.map.height; ++y) {
            for (std::int64_t x = 0; x < pane.map.width; ++x) {
                const QPointF inTile = mapping.toTile(x, y, x, y).center();
                if (!QRectF({0, 0}, tile.size()).contains(inTile))
                    continue;
                const auto hit = hitTest(pane, viewport, tile.topLeft() + inTile);
                QVERIFY(hit);
                QCOMPARE(hit->channel, pane.tiles.first() + i);
                QVERIFY(hit->position == Position(y, x));
                QCOMPARE(hit->inTile, inTile);
                ++hits;
            }
        }
    }
    QVERIFY(hits >= pane.tiles.count());
}

void TestMapPane::thePictureShowsWhatAPointHits_data()
{
    addZooms();
}

void TestMapPane::thePictureShowsWhatAPointHits()
{
    QFETCH(bool, isAlone);
    QFETCH(double, zoom);
    Shown shown;
    shown.settings.isAlone = isAlone;
    shown.settings.viewport = {{0.3, 0.6}, zoom};
    const MapPane pane = shown.pane(Stage::Difference);
    if (pane.mapping(shown.settings.viewport).scale() < 1.0)
        shown.settings.viewport.zoom = 4.0; // reduced pixels show several values
    const QImage image = rendered(shown.request(pane));
    int hits = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QPointF point = pane.mapArea.topLeft() + QPointF(x + 0.5, y + 0.5);
            const auto hit = hitTest(pane, shown.settings.viewport, point);
            if (!hit)
                continue;
            const MapScale scale
                = mapScale(shown.both.experiment, shown.both.stages, Stage::Difference,
                           hit->channel, shown.settings, lightTheme());
            const float value = shown.both.stages[Stage::Difference].at(
                hit->channel, hit->position.y, hit->position.x);
            QCOMPARE(image.pixel(x, y),
                     packed(colourOf(*scale.colours, value, scale.range.low, scale.range.high)));
            ++hits;
        }
    }
    QVERIFY(hits > 10000);
}

void TestMapPane::beyondTheMapNothingIsHit()
{
    Shown shown;
    shown.settings.isAlone = true;
    const MapPane pane
        = shown.pane(Stage::Original, {0, 0, 800, 300}); // wide, so free at the sides
    QVERIFY(hitTest(pane, {}, pane.mapArea.center()));
    QVERIFY(!hitTest(pane, {}, pane.mapArea.topLeft() + QPointF(2, 2)));
    QVERIFY(!hitTest(pane, {}, pane.mapArea.bottomRight() - QPointF(2, 2)));
    QVERIFY(!hitTest(pane, {}, pane.rect.topLeft() + QPointF(1, 1)));
    QVERIFY(!hitTest(pane, {}, {-50, -50}));
}

void TestMapPane::aColourTileHitsTheChosenChannel()
{
    Shown shown;
    shown.settings.inChannel = 2;
    const MapPane pane = shown.pane(Stage::Input);
    const auto hit = hitTest(pane, {}, pane.tiles.tile(0).center());
    QVERIFY(hit && hit->channel == 2 && hit->position == Position(20, 24));
}

void TestMapPane::thePictureHasThePixelsOfTheScreen()
{
    const Shown shown;
    for (const Stage stage : kStages) {
        const MapPane pane = shown.pane(stage, {0.5, 0.25, 333, 271});
        for (const double ratio : {1.0, 1.25, 1.5, 2.0}) {
            const PaneToRender request = shown.request(pane, ratio);
            QVERIFY(std::abs(request.pixels.width() - pane.mapArea.width() * ratio) <= 1.0);
            QVERIFY(std::abs(request.pixels.height() - pane.mapArea.height() * ratio) <= 1.0);
            QCOMPARE(static_cast<std::int64_t>(request.tiles.size()), pane.tiles.count());
            for (const TileToRender& tile : request.tiles) {
                QVERIFY(QRect({0, 0}, request.pixels).contains(tile.target));
                QCOMPARE(tile.view, request.tiles.front().view);
                const double width = pane.tiles.tileSize().width() * ratio;
                QVERIFY(std::abs(tile.target.width() - width) <= 1.0);
            }
        }
    }
}

void TestMapPane::oneMapIsDeadOrNot()
{
    Shown shown;
    shown.both = withMaps(shown.both, Stage::Original, mapsWith(5, 0.0));
    shown.settings.isAlone = true;
    QVERIFY(shown.pane(Stage::Original).warning.isEmpty());
    shown.settings.outChannel = 5;
    QCOMPARE(shown.pane(Stage::Original).warning, QStringLiteral("dead"));
    shown.both = withMaps(shown.both, Stage::Original, mapsWith(5, std::nan("")));
    QCOMPARE(shown.pane(Stage::Original).warning, QStringLiteral("NaN or ∞"));
}

void TestMapPane::withNothingKnownNothingIsAdded()
{
    Shown shown;
    const MapKnowledge nothing;
    const auto known = [&](Stage stage) {
        return mapPane(shown.both, shown.settings, stage, kRect, QFont(), lightTheme(), &nothing);
    };
    QVERIFY(known(Stage::Original).caption.contains(QStringLiteral("rank –")));
    shown.settings.isAlone = true;
    QVERIFY(!known(Stage::Original).statistics.isEmpty());
    QVERIFY(!known(Stage::Original).histogram);
    QVERIFY(shown.pane(Stage::Original).statistics.isEmpty());
    QVERIFY(shown.pane(Stage::Original).mapArea.height() > known(Stage::Original).mapArea.height());
}

QTEST_MAIN(TestMapPane)
#include "test_map_pane.moc"
