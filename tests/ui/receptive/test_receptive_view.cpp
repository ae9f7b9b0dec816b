#include "ui/receptive/receptive_view.h"

#include "tests/support/shown_page.h"
#include "ui/maps/map_pane_widget.h"
#include "ui/receptive/close_up_widget.h"
#include "ui/receptive/effective_page.h"

#include <QAbstractScrollArea>
#include <QAccessible>
#include <QScrollBar>
#include <QTest>

using namespace factorscope;

namespace {

/// The view of an answer, shown and drawn.
struct Shown : ShownPage<ReceptiveView> {
    ReceptiveView& view = page;

    explicit Shown(const Experiment& experiment = smallExperiment())
        : ShownPage(experiment, {900, 600})
    {}
    QString words() const { return wordsOf(QStringLiteral("What the output pixel sees")); }
    QStringList captions() const
    {
        QStringList all;
        for (const auto* closeUp : view.findChildren<CloseUpWidget*>())
            all << closeUp->accessibleName() + u'|' + closeUp->accessibleDescription();
        return all;
    }
    QList<MapPaneWidget*> panes() const
    {
        QList<MapPaneWidget*> ofPaths;
        for (auto* pane : view.findChildren<MapPaneWidget*>()) {
            if (!view.effective().isAncestorOf(pane))
                ofPaths << pane;
        }
        return ofPaths;
    }
};

} // namespace

class TestReceptiveView : public QObject {
    Q_OBJECT
private slots:
    void showsTheMiddleWithoutACursor();
    void followsTheCursor();
    void panesShowOneMapOfEachStage();
    void withoutAnActivationItShowsTheMidMapsBefore();
    void flickersBetweenTheOutputs();
    void theChosenMidMapIsNamed();
    void takesAnotherAnswer();
    void drawsNothingWhileHidden();
    void everythingHasAName();
    void followsTheTheme();
};

void TestReceptiveView::showsTheMiddleWithoutACursor()
{
    const Shown shown;
    QVERIFY(shown.words().startsWith(QStringLiteral("Output pixel x 24, y 20 sees")));
    QVERIFY(shown.words().contains(QStringLiteral("arrow keys"))); // how to look elsewhere
    const QStringList captions = shown.captions();
    QCOMPARE(captions.size(), 3);
    QVERIFY(captions[0].contains(QStringLiteral("25 paths")));
    QVERIFY(captions[1].contains(QStringLiteral("81 paths")));
    QVERIFY(captions[2].contains(QStringLiteral("9 paths")));
}

void TestReceptiveView::followsTheCursor()
{
    Shown shown;
    const QImage before = shown.view.grab().toImage();
    shown.state.hover(Position{0, 0});
    QVERIFY(shown.words().startsWith(QStringLiteral("Output pixel x 0, y 0 sees")));
    QVERIFY(shown.words().contains(QStringLiteral("16 of its 25 pixels lie beyond the border")));
    QVERIFY(!shown.words().contains(QStringLiteral("arrow keys")));
    QVERIFY(shown.captions()[1].contains(QStringLiteral("25 paths")));
    QVERIFY(shown.view.grab().toImage() != before);
    shown.state.moveCursor(5, 5, {40, 48});
    QVERIFY(shown.words().startsWith(QStringLiteral("Output pixel x 5, y 5 sees")));
    QVERIFY(shown.drawn.isEmpty()); // the maps are the same
    shown.state.letGo();
    QVERIFY(shown.words().startsWith(QStringLiteral("Output pixel x 24, y 20 sees")));
}

void TestReceptiveView::panesShowOneMapOfEachStage()
{
    Shown shown;
    const auto panes = shown.panes();
    QCOMPARE(panes.size(), 3);
    QCOMPARE(panes[0]->pane().stage, Stage::Input);
    QVERIFY(panes[0]->pane().isColour);
    QCOMPARE(panes[1]->pane().stage, Stage::MidAfter);
    QCOMPARE(panes[2]->pane().stage, Stage::Factorised);
    for (const auto* pane : panes) {
        QCOMPARE(pane->pane().tiles.count(), 1);
        QVERIFY(!pane->maps().isNull());
    }
    ViewSettings settings = shown.state.settings();
    settings.outChannel = 7;
    shown.state.set(settings);
    shown.waitForDrawing();
    QVERIFY(shown.panes()[2]->pane().tiles.shows(7));
}

void TestReceptiveView::withoutAnActivationItShowsTheMidMapsBefore()
{
    Experiment experiment = smallExperiment();
    experiment.between = Between::None;
    const Shown shown(experiment);
    QCOMPARE(shown.panes()[1]->pane().stage, Stage::MidBefore);
    QVERIFY(shown.captions()[2].contains(QStringLiteral("9 paths")));
}

void TestReceptiveView::flickersBetweenTheOutputs()
{
    Shown shown;
    ViewSettings settings = shown.state.settings();
    settings.isFlickering = true;
    shown.state.set(settings);
    shown.waitForDrawing();
    QCOMPARE(shown.panes()[2]->pane().stage, Stage::Original);
}

void TestReceptiveView::theChosenMidMapIsNamed()
{
    Shown shown;
    ViewSettings settings = shown.state.settings();
    settings.midChannel = 6;
    shown.state.set(settings);
    QVERIFY(shown.captions()[2].contains(QStringLiteral("mid map 7")));
}

void TestReceptiveView::takesAnotherAnswer()
{
    Shown shown;
    Experiment experiment = smallExperiment();
    experiment.size = {20, 30};
    shown.view.show(evaluated(experiment));
    shown.waitForDrawing();
    QVERIFY(shown.words().startsWith(QStringLiteral("Output pixel x 15, y 10 sees")));
    QCOMPARE(shown.panes()[0]->pane().map, Extent(20, 30));
}

void TestReceptiveView::drawsNothingWhileHidden()
{
    Shown shown;
    shown.view.hide();
    const QString words = shown.words();
    shown.state.pin({1, 1});
    ViewSettings settings = shown.state.settings();
    settings.outChannel = 2;
    shown.state.set(settings);
    QCoreApplication::processEvents();
    QVERIFY(shown.drawn.isEmpty());
    QCOMPARE(shown.words(), words);
    shown.view.QWidget::show(); // and catches up
    shown.waitForDrawing();
    QVERIFY(shown.words().startsWith(QStringLiteral("Output pixel x 1, y 1 sees")));
    QVERIFY(shown.panes()[2]->pane().tiles.shows(2));
}

void TestReceptiveView::everythingHasAName()
{
    const Shown shown;
    QVERIFY(!shown.view.accessibleName().isEmpty());
    for (QWidget* child : shown.view.findChildren<QWidget*>()) {
        if (qobject_cast<QScrollBar*>(child)
            || qobject_cast<QAbstractScrollArea*>(child->parentWidget()))
            continue; // parts of a chart
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(child);
        QVERIFY(face);
        QVERIFY2(!face->text(QAccessible::Name).isEmpty(), child->metaObject()->className());
    }
}

void TestReceptiveView::followsTheTheme()
{
    Shown shown;
    for (const Theme& theme : {darkTheme(), lightTheme()}) {
        shown.view.setPalette(paletteOf(theme));
        shown.waitForDrawing();
        const auto* closeUp = shown.view.findChildren<CloseUpWidget*>()[1];
        const QImage image = const_cast<CloseUpWidget*>(closeUp)->grab().toImage();
        int ofBranch = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x)
                ofBranch += image.pixelColor(x, y) == theme.factorised;
        }
        QVERIFY(ofBranch > 50);
    }
}

QTEST_MAIN(TestReceptiveView)
#include "test_receptive_view.moc"
