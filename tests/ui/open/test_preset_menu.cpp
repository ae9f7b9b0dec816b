#include "ui/open/preset_menu.h"

#include "core/experiment/opening.h"
#include "ui/document/document.h"

#include <QAccessible>
#include <QTest>

using namespace factorscope;

namespace {

Experiment openingWithPicture()
{
    Experiment experiment = openingExperiment();
    experiment.picture = std::make_shared<const Picture>(
        Picture{.rgb = Tensor::zeros({3, 30, 40}), .name = "black", .notes = {}});
    return experiment;
}

/// All entries, those of the submenus too.
QList<QAction*> entries(const QMenu& menu)
{
    QList<QAction*> all;
    for (QAction* action : menu.actions()) {
        if (action->isSeparator())
            continue;
        all << action;
        if (const QMenu* below = action->menu())
            all << entries(*below);
    }
    return all;
}

QAction* entry(const QMenu& menu, const QString& beginning)
{
    for (QAction* action : entries(menu))
        if (!action->menu() && action->text().startsWith(beginning))
            return action;
    qFatal("there is no %s", qPrintable(beginning));
}

} // namespace

class TestPresetMenu : public QObject {
    Q_OBJECT
private slots:
    void offersEveryPreset();
    void theArticleComesInBothSizes();
    void theOthersKeepTheSizeOnDemand();
    void eachIsOneStepOfUndo();
    void everythingHasNameAndToolTip();
};

void TestPresetMenu::offersEveryPreset()
{
    Document document(openingWithPicture());
    PresetMenu menu(document);
    for (const Preset& preset : presets()) {
        if (preset.id == "article")
            continue;
        entry(menu, QString::fromUtf8(preset.label.data()) + " at ")->trigger();
        const Experiment& experiment = document.experiment();
        QCOMPARE(experiment.inChannels, preset.inChannels);
        QCOMPARE(experiment.midChannels, preset.midChannels);
        QCOMPARE(experiment.outChannels, preset.outChannels);
        QCOMPARE(experiment.originalInChannels, preset.originalInChannels);
        QCOMPARE(experiment.size, (Extent{preset.size, preset.size}));
        QCOMPARE(experiment.midBank, sliderMidChannels(experiment));
        QCOMPARE(experiment.kernels, std::optional(HandMade::Matched));
    }
}

void TestPresetMenu::theArticleComesInBothSizes()
{
    Document document(openingWithPicture());
    PresetMenu menu(document);
    entry(menu, "Article at 224×224")->trigger();
    QCOMPARE(document.experiment().inChannels, 64);
    QCOMPARE(document.experiment().size, (Extent{224, 224}));
    entry(menu, "Article channels, the picture's own size")->trigger();
    QCOMPARE(document.experiment().inChannels, 64);
    QCOMPARE(document.experiment().size, (Extent{0, 0}));
}

void TestPresetMenu::theOthersKeepTheSizeOnDemand()
{
    Document document(openingWithPicture());
    PresetMenu menu(document);
    QAction* ownSize = entry(menu, "&Keep");
    QCOMPARE(menu.actions().last(), ownSize);
    QVERIFY(entry(menu, "GoogLeNet 3a")->text().contains("28×28"));
    ownSize->trigger();
    QVERIFY(!entry(menu, "GoogLeNet 3a")->text().contains("28×28"));
    entry(menu, "GoogLeNet 3a")->trigger();
    QCOMPARE(document.experiment().inChannels, 16);
    QCOMPARE(document.experiment().size, (Extent{0, 0}));
    ownSize->trigger();
    entry(menu, "GoogLeNet 3a")->trigger();
    QCOMPARE(document.experiment().size, (Extent{28, 28}));
}

void TestPresetMenu::eachIsOneStepOfUndo()
{
    const Experiment before = openingWithPicture();
    Document document(before);
    PresetMenu menu(document);
    entry(menu, "Article at")->trigger();
    entry(menu, "Inception v3 A")->trigger();
    QCOMPARE(document.undoStack()->count(), 2);
    QCOMPARE(document.undoStack()->undoText(), QString("preset Inception v3 A"));
    document.undoStack()->undo();
    document.undoStack()->undo();
    QVERIFY(document.experiment() == before);
}

void TestPresetMenu::everythingHasNameAndToolTip()
{
    Document document(openingWithPicture());
    PresetMenu menu(document);
    QSet<QString> texts;
    for (const QAction* action : entries(menu)) {
        QVERIFY(!action->text().isEmpty());
        QVERIFY2(!action->toolTip().isEmpty() && action->toolTip() != action->text(),
                 qPrintable(action->text()));
        texts << action->text();
        if (QMenu* below = action->menu())
            QVERIFY(
                !QAccessible::queryAccessibleInterface(below)->text(QAccessible::Name).isEmpty());
    }
    QCOMPARE(texts.size(), entries(menu).size());
    QCOMPARE(menu.accessibleName(), QString("Presets"));
}

QTEST_MAIN(TestPresetMenu)
#include "test_preset_menu.moc"
