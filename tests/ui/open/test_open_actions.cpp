#include "open_files.h"

#include "core/experiment/opening.h"
#include "core/experiment/prepare.h"
#include "ui/document/document.h"
#include "ui/open/loader.h"
#include "ui/open/open_actions.h"
#include "ui/open/recent_files.h"

#include <QAccessible>
#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenu>
#include <QMimeData>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>
#include <QToolBar>
#include <QToolButton>
#include <QUrl>

using namespace factorscope;

namespace {

/// A window with nothing but the actions.
struct Bench {
    explicit Bench(const OpenFiles& files, const Experiment& experiment = openingExperiment())
        : settings(files.path(QString::number(++s_number) + ".ini"), QSettings::IniFormat),
          recent(settings), document(experiment), actions(document, loader, recent, &window)
    {
        QObject::connect(&actions, &OpenActions::failed, &window, [this](const Error& error) {
            failures << QString::fromStdString(error.message());
        });
        QObject::connect(&actions, &OpenActions::noted, &window,
                         [this](const QString& note) { notes << note; });
    }

    /// Opens and waits for what comes of it.
    void open(const QString& path)
    {
        loader.open(path);
        waitUntilIdle();
    }
    void waitUntilIdle()
    {
        QTRY_VERIFY_WITH_TIMEOUT(!loader.isBusy(), kPatienceMs);
        QCoreApplication::processEvents();
    }
    const Experiment& experiment() const { return document.experiment(); }
    int steps() { return document.undoStack()->count(); }

    QSettings settings;
    RecentFiles recent;
    QMainWindow window;
    Loader loader;
    Document document;
    OpenActions actions;
    QStringList failures;
    QStringList notes;

private:
    static inline int s_number = 0;
};

QAction* entry(const QMenu* menu, const QString& beginning)
{
    for (QAction* action : menu->actions())
        if (action->text().startsWith(beginning))
            return action;
    qFatal("there is no %s", qPrintable(beginning));
}

void setClipboard(QMimeData* data)
{
    QGuiApplication::clipboard()->setMimeData(data);
}

} // namespace

class TestOpenActions : public QObject {
    Q_OBJECT
private slots:
    void aPictureIsOneStepOfUndo();
    void aPictureKeepsTheSizeThatWasSet();
    void aPictureReplacesATensor();
    void aTensorBringsItsChannels();
    void weightsBringTheirBranch();
    void wrongWeightsChangeNothing();
    void seededWeightsReplaceAllOthers();
    void aSampleComesWithItsName();
    void pastesPixelsFilesAndPaths_data();
    void pastesPixelsFilesAndPaths();
    void saysThatThereIsNothingToPaste();
    void aPictureThatEndsEarlyIsNoted();
    void anErrorIsHandedOn();
    void theDialogOpensWhatIsChosen();
    void whatWasOpenedIsRecent();
    void aMissingRecentFileLeavesTheList();
    void theListOfRecentFilesIsCleared();
    void theToolBarOpensMenusAtAClick();
    void everythingHasNameAndToolTip();

private:
    OpenFiles m_files;
};

void TestOpenActions::aPictureIsOneStepOfUndo()
{
    Bench bench(m_files);
    const Experiment before = bench.experiment();
    bench.open(m_files.picture("one.png"));
    QVERIFY(bench.experiment().picture);
    QCOMPARE(bench.experiment().size, (Extent{0, 0}));
    QCOMPARE(bench.steps(), 1);
    QCOMPARE(bench.document.undoStack()->undoText(), QString("open one.png"));
    bench.document.undoStack()->undo();
    QVERIFY(bench.experiment() == before);
}

void TestOpenActions::aPictureKeepsTheSizeThatWasSet()
{
    Experiment experiment = openingExperiment();
    experiment.size = {224, 224};
    experiment.lift = Lift::Rgb;
    Bench bench(m_files, experiment);
    bench.open(m_files.picture("sized.png"));
    QCOMPARE(bench.experiment().size, (Extent{224, 224}));
    QCOMPARE(bench.experiment().lift, std::optional(Lift::Rgb));
}

void TestOpenActions::aPictureReplacesATensor()
{
    Bench bench(m_files);
    bench.open(m_files.tensor("before.npy", {1, 7, 4, 5}));
    QVERIFY(bench.experiment().inputTensor);
    bench.open(m_files.picture("after.png"));
    QVERIFY(!bench.experiment().inputTensor);
    QVERIFY(bench.experiment().picture);
    QVERIFY(inputSize(bench.experiment()));
    QCOMPARE(*inputSize(bench.experiment()), (Extent{12, 17}));
}

void TestOpenActions::aTensorBringsItsChannels()
{
    Experiment experiment = openingExperiment();
    experiment.size = {224, 224};
    experiment.lift = Lift::Rgb;
    Bench bench(m_files, experiment);
    bench.open(m_files.tensor("seven.npy", {7, 4, 5}));
    QCOMPARE(bench.experiment().inChannels, 7);
    QVERIFY(!bench.experiment().lift);
    QVERIFY(!bench.experiment().picture);
    QCOMPARE(*inputSize(bench.experiment()), (Extent{4, 5}));
    QCOMPARE(bench.experiment().midBank, sliderMidChannels(bench.experiment()));
    QCOMPARE(bench.steps(), 1);
    QCOMPARE(bench.recent.paths(), QStringList{m_files.path("seven.npy")});
}

void TestOpenActions::weightsBringTheirBranch()
{
    Bench bench(m_files);
    bench.open(m_files.weights("six.safetensors"));
    QVERIFY(bench.experiment().weightFile);
    QCOMPARE(bench.experiment().inChannels, 6);
    QCOMPARE(bench.experiment().midBank, 5);
    QCOMPARE(bench.steps(), 1);
    QCOMPARE(bench.document.undoStack()->undoText(), QString("weights six.safetensors"));
}

void TestOpenActions::wrongWeightsChangeNothing()
{
    Bench bench(m_files);
    TensorMap tensors;
    tensors.emplace("fc.weight", Tensor::zeros({3, 4}));
    bench.open(m_files.weights("wrong.safetensors", tensors));
    QCOMPARE(bench.steps(), 0);
    QCOMPARE(bench.failures.size(), 1);
    QVERIFY2(bench.failures[0].contains("wrong.safetensors"), qPrintable(bench.failures[0]));
    QVERIFY(bench.recent.paths().isEmpty());
}

void TestOpenActions::seededWeightsReplaceAllOthers()
{
    Bench bench(m_files);
    QAction* seeded = entry(bench.actions.weights(), "Use &seeded");
    QVERIFY(seeded->isEnabled()); // the opening has kernels made by hand
    bench.open(m_files.weights("to_go.safetensors"));
    seeded->trigger();
    QVERIFY(!bench.experiment().kernels && !bench.experiment().weightFile);
    QCOMPARE(bench.experiment().midBank, sliderMidChannels(bench.experiment()));
    QCOMPARE(bench.steps(), 2);
    QVERIFY(!seeded->isEnabled());
    bench.document.undoStack()->undo();
    QVERIFY(seeded->isEnabled());
}

void TestOpenActions::aSampleComesWithItsName()
{
    Bench bench(m_files);
    QCOMPARE(bench.actions.samples()->actions().size(), qsizetype(samples().size()));
    entry(bench.actions.samples(), "Zone plate")->trigger();
    bench.waitUntilIdle();
    QVERIFY(bench.experiment().picture);
    QCOMPARE(bench.experiment().picture->name, std::string("zone-plate"));
    QCOMPARE(bench.document.undoStack()->undoText(), QString("open Zone plate"));
    QVERIFY(bench.recent.paths().isEmpty());
}

void TestOpenActions::pastesPixelsFilesAndPaths_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("pixels") << 0;
    QTest::newRow("file") << 1;
    QTest::newRow("path") << 2;
}

void TestOpenActions::pastesPixelsFilesAndPaths()
{
    QFETCH(int, kind);
    const QString path = m_files.picture("copied.png");
    auto* data = new QMimeData;
    if (kind == 0)
        data->setImageData(OpenFiles::image({12, 17}));
    else if (kind == 1)
        data->setUrls({QUrl::fromLocalFile(path)});
    else
        data->setText(path);
    setClipboard(data);
    Bench bench(m_files);
    bench.actions.paste()->trigger();
    bench.waitUntilIdle();
    QVERIFY(bench.experiment().picture);
    QCOMPARE(bench.experiment().picture->size(), (Extent{12, 17}));
    QCOMPARE(bench.experiment().picture->name, std::string(kind == 0 ? "pasted" : "copied"));
    QCOMPARE(bench.recent.paths().size(), kind == 0 ? 0 : 1);
}

void TestOpenActions::saysThatThereIsNothingToPaste()
{
    auto* data = new QMimeData;
    data->setText("some words");
    setClipboard(data);
    Bench bench(m_files);
    bench.actions.paste()->trigger();
    QVERIFY(!bench.loader.isBusy());
    QCOMPARE(bench.failures.size(), 1);
}

void TestOpenActions::aPictureThatEndsEarlyIsNoted()
{
    const QString path = m_files.path("whole.jpg");
    QVERIFY(OpenFiles::image({200, 200}).save(path, "JPG", 95));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    Bench bench(m_files);
    bench.open(m_files.bytes("early.jpg", bytes.left(bytes.size() * 3 / 4)));
    QCOMPARE(bench.failures, QStringList{});
    QCOMPARE(bench.notes.size(), 1);
    QVERIFY2(bench.notes[0].contains("early.jpg"), qPrintable(bench.notes[0]));
    QCOMPARE(bench.steps(), 1);
}

void TestOpenActions::anErrorIsHandedOn()
{
    Bench bench(m_files);
    bench.open(m_files.bytes("text.png", "This is text.\n"));
    QCOMPARE(bench.failures.size(), 1);
    QVERIFY(bench.failures[0].contains("text.png"));
    QCOMPARE(bench.steps(), 0);
}

void TestOpenActions::theDialogOpensWhatIsChosen()
{
    Bench bench(m_files);
    const QString path = m_files.picture("chosen.png");
    bench.actions.openFile()->trigger();
    auto* dialog = bench.window.findChild<QFileDialog*>();
    QVERIFY(dialog);
    const QStringList filters = dialog->nameFilters();
    QVERIFY(filters[0].contains("*.png") && filters[0].contains("*.npy")
            && filters[0].contains("*.safetensors"));
    dialog->setDirectory(m_files.path("."));
    dialog->findChild<QLineEdit*>()->setText(path);
    QMetaObject::invokeMethod(dialog, "accept");
    QTRY_VERIFY_WITH_TIMEOUT(bench.experiment().picture, kPatienceMs);
    QTRY_VERIFY(!bench.window.findChild<QFileDialog*>());

    entry(bench.actions.weights(), "&Open")->trigger();
    dialog = bench.window.findChild<QFileDialog*>();
    QVERIFY(dialog && dialog->nameFilters()[0].contains("*.safetensors"));
}

void TestOpenActions::whatWasOpenedIsRecent()
{
    Bench bench(m_files);
    QVERIFY(!bench.actions.recentFiles()->isEnabled());
    const QString first = m_files.picture("Q & A.png");
    bench.open(first);
    bench.open(m_files.weights("recent.safetensors"));
    QCOMPARE(bench.recent.paths(), (QStringList{m_files.path("recent.safetensors"), first}));
    QVERIFY(bench.actions.recentFiles()->isEnabled());
    QAction* oldest = bench.actions.recentFiles()->actions().at(1);
    QVERIFY(oldest->text().startsWith("Q && A.png\t"));
    oldest->trigger();
    bench.waitUntilIdle();
    QCOMPARE(bench.steps(), 3);
    QCOMPARE(bench.recent.paths().first(), first);
}

void TestOpenActions::aMissingRecentFileLeavesTheList()
{
    Bench bench(m_files);
    const QString gone = m_files.path("gone.png");
    bench.recent.add(m_files.picture("there.png"));
    bench.recent.add(gone);
    QCoreApplication::processEvents();
    bench.actions.recentFiles()->actions().first()->trigger();
    QVERIFY(!bench.loader.isBusy());
    QCOMPARE(bench.failures.size(), 1);
    QVERIFY(bench.failures[0].contains("gone.png"));
    QCOMPARE(bench.recent.paths(), QStringList{m_files.path("there.png")});
    QTRY_VERIFY(bench.actions.recentFiles()->actions().first()->text().startsWith("there.png"));
}

void TestOpenActions::theListOfRecentFilesIsCleared()
{
    Bench bench(m_files);
    bench.open(m_files.picture("forgotten.png"));
    entry(bench.actions.recentFiles(), "&Clear")->trigger();
    QVERIFY(bench.recent.paths().isEmpty());
    QTRY_VERIFY(!bench.actions.recentFiles()->isEnabled());
}

void TestOpenActions::theToolBarOpensMenusAtAClick()
{
    Bench bench(m_files);
    QToolBar bar;
    bench.actions.addTo(bar);
    QCOMPARE(bar.actions().size(), 4);
    for (QAction* action : bar.actions()) {
        auto* button = qobject_cast<QToolButton*>(bar.widgetForAction(action));
        QVERIFY(button);
        QVERIFY(!QAccessible::queryAccessibleInterface(button)->text(QAccessible::Name).isEmpty());
        QVERIFY(!button->toolTip().isEmpty());
        if (action->menu())
            QCOMPARE(button->popupMode(), QToolButton::InstantPopup);
    }
}

void TestOpenActions::everythingHasNameAndToolTip()
{
    Bench bench(m_files);
    bench.recent.add(m_files.picture("named.png"));
    QCoreApplication::processEvents();
    QList<QAction*> all{bench.actions.openFile(), bench.actions.paste()};
    for (QMenu* menu : {bench.actions.samples(), bench.actions.presets(), bench.actions.weights(),
                        bench.actions.recentFiles()}) {
        QVERIFY(!QAccessible::queryAccessibleInterface(menu)->text(QAccessible::Name).isEmpty());
        all << menu->menuAction() << menu->actions();
    }
    for (const QAction* action : all) {
        if (action->isSeparator())
            continue;
        QVERIFY(!action->text().isEmpty());
        const QString plain = QString(action->text()).remove(u'&').remove(QStringLiteral("…"));
        QVERIFY2(!action->toolTip().isEmpty() && action->toolTip() != plain, qPrintable(plain));
    }
    QCOMPARE(bench.actions.openFile()->shortcut(), QKeySequence(QKeySequence::Open));
    QCOMPARE(bench.actions.paste()->shortcut(), QKeySequence(QKeySequence::Paste));
}

QTEST_MAIN(TestOpenActions)
#include "test_open_actions.moc"
