#include "ui/maps/maps_tool_row.h"

#include <QComboBox>
#include <QMenu>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace factorscope;

namespace {

/// A row of tools with its view state.
struct Row {
    ViewState view;
    MapsToolRow tools{view};

    QAction* action(const char* text)
    {
        const auto buttons = tools.findChildren<QToolButton*>();
        const auto colours = std::ranges::find_if(buttons, [](auto* one) { return one->menu(); });
        for (QAction* one : (*colours)->menu()->actions()) {
            if (one->text() == QString::fromUtf8(text))
                return one;
        }
        qFatal("no action '%s'", text);
    }
    QToolButton* button(const char* text)
    {
        const auto buttons = tools.findChildren<QToolButton*>();
        return *std::ranges::find_if(
            buttons, [&](auto* one) { return one->text() == QString::fromUtf8(text); });
    }
};

} // namespace

class TestMapsToolRow : public QObject {
    Q_OBJECT
private slots:
    void changesTheView();
    void showsWhatTheViewIs();
    void flickersWhileHeld();
    void sortsAllMapsAndSplitsOne();
};

void TestMapsToolRow::changesTheView()
{
    Row row;
    row.button("One map")->click();
    QVERIFY(row.view.settings().isAlone);
    row.tools.findChild<QComboBox*>()->setCurrentIndex(2);
    QVERIFY(row.view.settings().normalisation == Normalisation::Shared);
    row.action("Grey")->trigger();
    QCOMPARE(row.view.settings().sequential, findColormap("gray"));
    row.action("Ice, black, fire")->trigger();
    QCOMPARE(row.view.settings().diverging, findColormap("ice-fire"));
    row.action("As the theme")->trigger();
    QVERIFY(!row.view.settings().diverging);
    row.action("Clip the strongest half percent")->trigger();
    QVERIFY(!row.view.settings().clipsOutliers);
    ViewSettings zoomed = row.view.settings();
    zoomed.viewport.zoom = 4.0;
    row.view.set(zoomed);
    row.button("Fit")->click();
    QCOMPARE(row.view.settings().viewport.zoom, 1.0);
}

void TestMapsToolRow::showsWhatTheViewIs()
{
    Row row;
    ViewSettings settings;
    settings.isAlone = true;
    settings.normalisation = Normalisation::PerLayer;
    settings.sequential = findColormap("gray");
    settings.diverging = findColormap("blue-orange");
    settings.clipsOutliers = false;
    row.view.set(settings);
    QVERIFY(row.button("One map")->isChecked());
    QCOMPARE(row.tools.findChild<QComboBox*>()->currentIndex(), 1);
    QVERIFY(row.action("Grey")->isChecked());
    QVERIFY(row.action("Blue, white, orange")->isChecked());
    QVERIFY(!row.action("As the theme")->isChecked());
    QVERIFY(!row.action("Clip the strongest half percent")->isChecked());
    QVERIFY(row.view.settings() == settings); // showing changes nothing
}

void TestMapsToolRow::flickersWhileHeld()
{
    Row row;
    QToolButton* flicker = row.button("Flicker");
    QTest::mousePress(flicker, Qt::LeftButton);
    QVERIFY(row.view.settings().isFlickering);
    QTest::mouseRelease(flicker, Qt::LeftButton);
    QVERIFY(!row.view.settings().isFlickering);
}

void TestMapsToolRow::sortsAllMapsAndSplitsOne()
{
    Row row;
    row.tools.show();
    QVERIFY(row.button("Sort")->isVisible() && !row.button("Split")->isVisible());
    ViewSettings settings = row.view.settings();
    settings.scroll(Stage::Original) = 30.0;
    row.view.set(settings);
    const auto sorts = row.button("Sort")->menu()->actions();
    QCOMPARE(sorts.size(), 3);
    sorts[1]->trigger();
    QVERIFY(row.view.settings().maps.sort == MapSort::Energy);
    QCOMPARE(row.view.settings().scroll(Stage::Original), std::optional(0.0)); // the strongest
    sorts[2]->trigger();
    QVERIFY(row.view.settings().maps.sort == MapSort::Similarity && sorts[2]->isChecked());

    row.button("One map")->click();
    QVERIFY(!row.button("Sort")->isVisible() && row.button("Split")->isVisible());
    row.button("Split")->click();
    QVERIFY(row.view.settings().maps.isSplit);
}

QTEST_MAIN(TestMapsToolRow)
#include "test_maps_tool_row.moc"
