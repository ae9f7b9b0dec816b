#include "ui/maps/feature_maps_view.h"

#include "tests/support/shown_page.h"
#include "ui/maps/map_pane_widget.h"
#include "ui/text/text.h"

#include <QAccessible>
#include <QScrollBar>
#include <QTest>
#include <QWheelEvent>

#include <cmath>

using namespace factorscope;

namespace {

/// The view of an answer, shown and drawn.
struct Shown : ShownPage<FeatureMapsView> {
    explicit Shown(const Experiment& experiment = smallExperiment(), QSize size = {880, 640})
        : ShownPage(experiment, size)
    {}
    MapPaneWidget& widget(Stage stage) const
    {
        return *page.panes()[static_cast<std::size_t>(stage)];
    }
    const MapPane& pane(Stage stage) const { return widget(stage).pane(); }
    template <typename Change>
    void changeAndWait(const Change& changes)
    {
        change(changes);
        waitForDrawing();
    }
};

/// More maps than are told apart in a pane.
Experiment manyMaps()
{
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    experiment.outChannels = 200;
    return experiment;
}

void turnWheel(QWidget& widget, int notches, Qt::KeyboardModifiers modifiers = {})
{
    const QPointF middle = QRectF(widget.rect()).center();
    QWheelEvent event(middle, widget.mapToGlobal(middle), {}, {0, notches * 120}, Qt::NoButton,
                      modifiers, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&widget, &event);
}

} // namespace

class TestFeatureMapsView : public QObject {
    Q_OBJECT
private slots:
    void tellsTheRankOfEachLayer();
    void aPreviewIsNotLookedInto();
    void oneMapHasStatisticsAndAHistogram();
    void theHistogramFollowsTheChosenMap();
    void ordersTheMapsByEnergy();
    void likeOutputsLieBesideEachOther();
    void theChosenMapStaysChosen();
    void theChosenMapStaysInOtherExperiments();
    void bothOutputsShareAPane();
    void theDividerIsDragged();
    void splitOutputsShareTheirScale();
    void theWheelScrollsManyMaps();
    void withCtrlTheWheelZooms();
    void fewMapsAreZoomedByTheWheel();
    void keysTurnPages();
    void theScrollBarScrolls();
    void aMapChosenElsewhereIsScrolledTo();
    void flickersInTheSplitPane();
    void everythingHasAName();
};

void TestFeatureMapsView::tellsTheRankOfEachLayer()
{
    const Shown shown;
    QVERIFY(shown.page.known().analysis);
    for (const Stage stage : kStages) {
        const double rank = *shown.page.known().analysis->rank(stage).effective;
        QVERIFY(rank >= 1.0 && rank <= 16.0);
        const QString words = QStringLiteral(" · rank %1").arg(rank, 0, 'f', 1);
        QVERIFY2(shown.pane(stage).caption.contains(words + QStringLiteral(" · ")),
                 qPrintable(shown.pane(stage).caption));
    }
}

void TestFeatureMapsView::aPreviewIsNotLookedInto()
{
    Shown shown;
    auto preview = std::make_shared<BothEvaluated>(*evaluated(smallExperiment()));
    preview->moves = 1;
    shown.page.show(std::shared_ptr<const BothEvaluated>(preview));
    shown.waitForDrawing();
    QVERIFY(shown.pane(Stage::Original).caption.contains(QStringLiteral("rank …")));
    preview = std::make_shared<BothEvaluated>(*preview);
    preview->moves = 0;
    shown.page.show(std::shared_ptr<const BothEvaluated>(preview));
    shown.waitForDrawing();
    QVERIFY(!shown.pane(Stage::Original).caption.contains(QStringLiteral("rank …")));
}

void TestFeatureMapsView::oneMapHasStatisticsAndAHistogram()
{
    Shown shown;
    QVERIFY(shown.pane(Stage::Original).statistics.isEmpty());
    QVERIFY(!shown.pane(Stage::Original).histogram);
    shown.changeAndWait([](ViewSettings& s) { s.isAlone = true; });
    const auto both = evaluated(smallExperiment());
    for (const Stage stage : kStages) {
        const MapPane& pane = shown.pane(stage);
        const MapStatistics& map = both->stages[stage].statistics[0];
        QCOMPARE(pane.statistics.size(), 5);
        QCOMPARE(pane.statistics.front(), QStringLiteral("mean %1").arg(significant(map.mean, 3)));
        QVERIFY(pane.histogram);
        std::int64_t values = pane.histogram->zeros + pane.histogram->outside;
        for (const std::int64_t count : pane.histogram->counts)
            values += count;
        QCOMPARE(values, 40 * 48);
        QCOMPARE(pane.histogram->zeros, map.zeros);
        QCOMPARE(pane.histogram->range, pane.scale.range);
        QVERIFY(pane.histogramArea.bottom() <= pane.barArea.top());
        QVERIFY(pane.rect.contains(pane.statisticsArea));
    }
}

void TestFeatureMapsView::theHistogramFollowsTheChosenMap()
{
    Shown shown;
    shown.changeAndWait([](ViewSettings& s) { s.isAlone = true; });
    const Histogram before = *shown.pane(Stage::Original).histogram;
    shown.changeAndWait([](ViewSettings& s) { s.outChannel = 3; });
    QVERIFY(shown.pane(Stage::Original).histogram->counts != before.counts);
    QCOMPARE(shown.pane(Stage::Original).histogram->range, shown.pane(Stage::Original).scale.range);
}

void TestFeatureMapsView::ordersTheMapsByEnergy()
{
    Shown shown;
    shown.changeAndWait([](ViewSettings& s) { s.maps.sort = MapSort::Energy; });
    const auto both = evaluated(smallExperiment());
    for (const Stage stage : {Stage::MidAfter, Stage::Original, Stage::Difference}) {
        const MapPane& pane = shown.pane(stage);
        QCOMPARE(pane.order, channelOrder(both->stages, stage, MapSort::Energy, nullptr));
        for (std::int64_t channel = 0; channel < 16; ++channel) {
            QCOMPARE(pane.channelAt(pane.placeOf(channel)), channel);
            const auto hit = hitTest(pane, {}, pane.tileOf(channel).center());
            QVERIFY(hit && hit->channel == channel);
        }
    }
    QVERIFY(shown.pane(Stage::Original).caption.contains(QStringLiteral("by energy")));
    QCOMPARE(shown.state.neighbour(MapKind::Output, shown.pane(Stage::Original).order[0], 1, 16),
             shown.pane(Stage::Original).order[1]);
}

void TestFeatureMapsView::likeOutputsLieBesideEachOther()
{
    Experiment unrelated = smallExperiment();
    unrelated.kernels.reset();
    Shown shown(unrelated);
    shown.changeAndWait([](ViewSettings& s) { s.maps.sort = MapSort::Similarity; });
    const auto& matches = shown.page.known().analysis->ofOriginal;
    const MapPane& original = shown.pane(Stage::Original);
    const MapPane& factorised = shown.pane(Stage::Factorised);
    QVERIFY(original.order != factorised.order);
    for (std::int64_t place = 0; place < 16; ++place) {
        const auto channel = static_cast<std::size_t>(original.channelAt(place));
        QCOMPARE(matches[channel]->channel, factorised.channelAt(place));
    }
    QCOMPARE(shown.pane(Stage::Difference).order, original.order);
}

/// Whatever is done with the panes, and in both branches.
void TestFeatureMapsView::theChosenMapStaysChosen()
{
    Shown shown;
    QTest::mouseClick(&shown.widget(Stage::Original), Qt::LeftButton, {},
                      shown.pane(Stage::Original).tileOf(6).center().toPoint());
    shown.waitForDrawing();
    const auto isChosen = [&](std::int64_t channel) {
        return shown.pane(Stage::Original).chosen == channel
            && shown.pane(Stage::Factorised).chosen == channel
            && shown.pane(Stage::Difference).chosen == channel;
    };
    QVERIFY(isChosen(6));
    for (const MapSort sort : {MapSort::Energy, MapSort::Similarity, MapSort::Index}) {
        shown.changeAndWait([sort](ViewSettings& s) { s.maps.sort = sort; });
        QVERIFY(isChosen(6));
    }
    shown.changeAndWait([](ViewSettings& s) { s.isAlone = true; });
    QVERIFY(isChosen(6));
    shown.changeAndWait([](ViewSettings& s) { s.maps.isSplit = true; });
    QCOMPARE(shown.pane(Stage::Original).chosen, 6);
    QCOMPARE(shown.widget(Stage::Original).right()->chosen, 6);
}

void TestFeatureMapsView::theChosenMapStaysInOtherExperiments()
{
    Shown shown;
    shown.changeAndWait([](ViewSettings& s) { s.outChannel = 12; });
    Experiment fewer = smallExperiment();
    fewer.outChannels = 5;
    fewer.midChannels = 5;
    shown.page.show(evaluated(fewer));
    shown.waitForDrawing();
    QCOMPARE(shown.pane(Stage::Factorised).chosen, 4); // there is no twelfth
    shown.page.show(evaluated(smallExperiment()));
    shown.waitForDrawing();
    QCOMPARE(shown.pane(Stage::Factorised).chosen, 12); // and now there is again
}

void TestFeatureMapsView::bothOutputsShareAPane()
{
    Shown shown;
    shown.changeAndWait([](ViewSettings& s) { s.isAlone = s.maps.isSplit = true; });
    QVERIFY(shown.widget(Stage::Factorised).isHidden());
    MapPaneWidget& split = shown.widget(Stage::Original);
    QVERIFY(split.right());
    QVERIFY(split.width() > shown.widget(Stage::Difference).width());
    QCOMPARE(split.pane().mapArea, split.right()->mapArea);
    shown.changeAndWait([](ViewSettings& s) { s.maps.isSplit = false; });
    QVERIFY(!shown.widget(Stage::Factorised).isHidden());
    QVERIFY(!split.right());
}

void TestFeatureMapsView::theDividerIsDragged()
{
    Experiment unrelated = smallExperiment();
    unrelated.kernels.reset();
    Shown shown(unrelated);
    shown.changeAndWait([](ViewSettings& s) { s.isAlone = s.maps.isSplit = true; });
    MapPaneWidget& split = shown.widget(Stage::Original);
    const QRectF tile = split.pane().tileOf(0);
    const auto at = [&](double share) {
        return QPointF(tile.left() + share * tile.width(), tile.center().y() - 20.0).toPoint();
    };
    const QImage before = split.grab().toImage();
    QTest::mousePress(&split, Qt::LeftButton, {}, at(0.5));
    QTest::mouseMove(&split, at(0.75));
    QTest::mouseRelease(&split, Qt::LeftButton, {}, at(0.75));
    QVERIFY(std::abs(shown.state.settings().maps.splitAt - 0.75) < 0.01);
    QVERIFY(!shown.state.settings().isPinned); // no click
    shown.settle();
    const QImage after = split.grab().toImage();
    const auto part = [&](const QImage& image, double from, double to) {
        return image.copy(QRect(at(from), at(to)).adjusted(0, -20, 0, -5));
    };
    QCOMPARE(part(after, 0.1, 0.4), part(before, 0.1, 0.4));
    QVERIFY(part(after, 0.55, 0.7) != part(before, 0.55, 0.7)); // now of the other branch
    QCOMPARE(part(after, 0.8, 0.95), part(before, 0.8, 0.95));
}

void TestFeatureMapsView::splitOutputsShareTheirScale()
{
    Experiment unrelated = smallExperiment();
    unrelated.kernels.reset();
    Shown shown(unrelated);
    for (const Normalisation one :
         {Normalisation::PerMap, Normalisation::PerLayer, Normalisation::Shared}) {
        shown.changeAndWait([one](ViewSettings& s) {
            s.isAlone = s.maps.isSplit = true;
            s.normalisation = one;
            s.outChannel = static_cast<std::int64_t>(one); // so that something changes
        });
        const MapPaneWidget& split = shown.widget(Stage::Original);
        QCOMPARE(split.pane().scale.range, split.right()->scale.range);
    }
}

void TestFeatureMapsView::theWheelScrollsManyMaps()
{
    Shown shown(manyMaps());
    const MapPane before = shown.pane(Stage::Original);
    QVERIFY(before.tiles.scrolls());
    turnWheel(shown.widget(Stage::Original), -2);
    shown.waitForDrawing();
    for (const Stage stage : {Stage::Original, Stage::Factorised, Stage::Difference}) {
        const TileLayout& tiles = shown.pane(stage).tiles;
        QVERIFY(std::abs(tiles.scroll() - 2.0 * static_cast<double>(tiles.columns())) < 1.0);
        QCOMPARE(shown.widget(stage).maps(),
                 rendered(renderingOf(shown.pane(stage), *evaluated(manyMaps()),
                                      shown.state.settings(), 1.0, lightTheme())));
    }
    QVERIFY(!shown.pane(Stage::MidAfter).tiles.scrolls());
    turnWheel(shown.widget(Stage::Original), 100);
    shown.waitForDrawing();
    QCOMPARE(shown.pane(Stage::Original).tiles.scroll(), 0.0);
    QCOMPARE(shown.state.settings().viewport, Viewport());
}

void TestFeatureMapsView::withCtrlTheWheelZooms()
{
    Shown shown(manyMaps());
    MapPaneWidget& widget = shown.widget(Stage::Original);
    const QPoint middle = shown.pane(Stage::Original).tiles.tile(0).center().toPoint();
    QWheelEvent event(middle, widget.mapToGlobal(middle), {}, {0, 480}, Qt::NoButton,
                      Qt::ControlModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&widget, &event);
    QCOMPARE(shown.state.settings().viewport.zoom, 2.0);
}

void TestFeatureMapsView::fewMapsAreZoomedByTheWheel()
{
    Shown shown;
    MapPaneWidget& widget = shown.widget(Stage::Original);
    const QPoint middle = shown.pane(Stage::Original).tiles.tile(5).center().toPoint();
    QWheelEvent event(middle, widget.mapToGlobal(middle), {}, {0, 480}, Qt::NoButton, {},
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&widget, &event);
    QCOMPARE(shown.state.settings().viewport.zoom, 2.0);
}

void TestFeatureMapsView::keysTurnPages()
{
    Shown shown(manyMaps());
    QVERIFY(QTest::qWaitForWindowActive(&shown.page));
    const auto scroll = [&] { return shown.pane(Stage::Original).tiles.scroll(); };
    const TileLayout first = shown.pane(Stage::Original).tiles;
    QTest::keyClick(&shown.page, Qt::Key_PageDown, Qt::ControlModifier);
    shown.waitForDrawing();
    QVERIFY(std::abs(scroll() - static_cast<double>(first.page())) < 1.0);
    QTest::keyClick(&shown.page, Qt::Key_End, Qt::ControlModifier);
    shown.waitForDrawing();
    QCOMPARE(scroll(), first.mostScroll());
    QTest::keyClick(&shown.page, Qt::Key_Home, Qt::ControlModifier);
    shown.waitForDrawing();
    QCOMPARE(scroll(), 0.0);
}

void TestFeatureMapsView::theScrollBarScrolls()
{
    Shown shown(manyMaps());
    auto* bar = shown.widget(Stage::Factorised).findChild<QScrollBar*>();
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->value(), 0);
    QVERIFY(!shown.widget(Stage::MidAfter).findChild<QScrollBar*>()->isVisible());
    bar->setValue(bar->maximum());
    shown.waitForDrawing();
    QVERIFY(shown.pane(Stage::Original).tiles.shows(199));
    QCOMPARE(bar->value(), bar->maximum());
    QVERIFY(shown.pane(Stage::Original).caption.contains(QStringLiteral("–200 shown")));
}

void TestFeatureMapsView::aMapChosenElsewhereIsScrolledTo()
{
    Shown shown(manyMaps());
    const auto isInSight = [&](std::int64_t channel) {
        const MapPane& pane = shown.pane(Stage::Factorised);
        return pane.mapArea.contains(pane.tileOf(channel));
    };
    QVERIFY(!isInSight(180));
    shown.changeAndWait([](ViewSettings& s) { s.outChannel = 180; });
    QVERIFY(isInSight(180));
    const double scroll = shown.pane(Stage::Factorised).tiles.scroll();
    shown.changeAndWait([](ViewSettings& s) { s.outChannel = 179; });
    QVERIFY(isInSight(179));
    QCOMPARE(shown.pane(Stage::Factorised).tiles.scroll(), scroll); // it was in sight
}

void TestFeatureMapsView::flickersInTheSplitPane()
{
    Shown shown;
    shown.changeAndWait([](ViewSettings& s) { s.isAlone = s.maps.isSplit = true; });
    QCOMPARE(shown.pane(Stage::Original).stage, Stage::Original);
    shown.changeAndWait([](ViewSettings& s) { s.isFlickering = true; });
    QCOMPARE(shown.pane(Stage::Original).stage, Stage::Factorised);
    QCOMPARE(shown.widget(Stage::Original).right()->stage, Stage::Original);
}

void TestFeatureMapsView::everythingHasAName()
{
    Shown shown(manyMaps());
    for (const bool isAlone : {false, true}) {
        shown.change([isAlone](ViewSettings& s) { s.isAlone = s.maps.isSplit = isAlone; });
        shown.settle();
        for (QWidget* widget : shown.page.findChildren<QWidget*>()) {
            const QAccessibleInterface* one = QAccessible::queryAccessibleInterface(widget);
            if (widget->isVisible() && one && one->role() != QAccessible::Client)
                QVERIFY2(!one->text(QAccessible::Name).isEmpty(),
                         widget->metaObject()->className());
        }
    }
}

QTEST_MAIN(TestFeatureMapsView)
#include "test_feature_maps_view.moc"
