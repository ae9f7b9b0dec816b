#include "tests/ui/figure/sample_answer.h"
#include "ui/export/export_actions.h"

#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace factorscope;

namespace {

constexpr int kPatienceMs = 60'000;

} // namespace

class TestExportActions : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void savesTheViewWhereTheDialogSays();
    void asksBeforeAFileIsReplaced_data();
    void asksBeforeAFileIsReplaced();
    void remembersTheLastChoice();
    void copiesTheView();
    void writesCostsIntoAFolder();
    void savesTheNumbersOfAView();
    void numbersAreThoseOfTheOpenPage();
    void asksBeforeATableIsReplaced();
    void writesMapsIntoAFolder_data();
    void writesMapsIntoAFolder();
    void asksOnceForManyFiles();
    void saysWhyThereIsNothing();
    void tellsOfFailures();
    void onlyCancelWorksMeanwhile();
    void everyActionHasItsWords();

private:
    QAction* action(const QString& word) const;
    /// The dialog of this type that is open on the window.
    template <typename Dialog>
    Dialog* dialog() const
    {
        for (Dialog* one : m_window->findChildren<Dialog*>()) {
            if (one->isVisible())
                return one;
        }
        return nullptr;
    }
    /// The same, once what it needs is found.
    template <typename Dialog>
    Dialog* awaited() const
    {
        Dialog* found = nullptr;
        const bool isThere
            = QTest::qWaitFor([&] { return (found = dialog<Dialog>()) != nullptr; }, kPatienceMs);
        return isThere ? found : nullptr;
    }
    void exportTo(const QString& name) const;
    void chooseFolder() const;
    QString pathOf(const QString& name) const { return m_directory->filePath(name); }
    QByteArray contentOf(const QString& name) const;
    void write(const QString& name) const;

    std::optional<ExportMaterial> m_material;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<ExportService> m_service;
    std::unique_ptr<QWidget> m_window;
    ExportActions* m_actions = nullptr;
    std::unique_ptr<QSignalSpy> m_noted;
    std::vector<Error> m_errors;
};

void TestExportActions::initTestCase()
{
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
}

void TestExportActions::init()
{
    m_material = ExportMaterial{sampleAnswer(), {}, "cost", "photo"};
    m_directory = std::make_unique<QTemporaryDir>();
    m_service = std::make_unique<ExportService>();
    m_window = std::make_unique<QWidget>();
    m_actions = new ExportActions(m_window.get(), *m_service, [this] { return m_material; });
    m_actions->setFolder(m_directory->path());
    m_noted = std::make_unique<QSignalSpy>(m_actions, &ExportActions::noted);
    m_errors.clear();
    connect(m_actions, &ExportActions::failed, this,
            [this](const Error& error) { m_errors.push_back(error); });
    m_window->show();
}

void TestExportActions::cleanup()
{
    m_noted.reset();
    m_window.reset();
    m_service.reset();
}

QAction* TestExportActions::action(const QString& word) const
{
    for (QAction* action : m_actions->menu()->actions()) {
        if (action->text().remove(u'&').contains(word))
            return action;
    }
    return nullptr;
}

void TestExportActions::exportTo(const QString& name) const
{
    action(QStringLiteral("Export this view"))->trigger();
    auto* asked = awaited<ExportDialog>();
    QVERIFY(asked);
    if (!name.isEmpty())
        asked->findChild<QLineEdit*>()->setText(name);
    asked->accept();
}

/// Accepts the folder that the dialog opens with.
void TestExportActions::chooseFolder() const
{
    auto* asked = dialog<QFileDialog>();
    QVERIFY(asked);
    QCOMPARE(asked->fileMode(), QFileDialog::Directory);
    emit asked->fileSelected(m_directory->path());
    asked->close();
}

QByteArray TestExportActions::contentOf(const QString& name) const
{
    QFile file(pathOf(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void TestExportActions::write(const QString& name) const
{
    QFile file(pathOf(name));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("old") == 3);
}

void TestExportActions::savesTheViewWhereTheDialogSays()
{
    exportTo({});
    QTRY_COMPARE_WITH_TIMEOUT(m_noted->size(), 1, kPatienceMs);
    QVERIFY(contentOf(QStringLiteral("photo-cost.png")).startsWith("\x89PNG"));
    QVERIFY(m_noted->at(0)[0].toString().contains(QStringLiteral("photo-cost.png")));
    m_material->viewId = "feature-maps";
    exportTo(QStringLiteral("other.svg"));
    QTRY_COMPARE_WITH_TIMEOUT(m_noted->size(), 2, kPatienceMs);
    QVERIFY(contentOf(QStringLiteral("other.svg")).startsWith("<?xml"));
    QVERIFY(m_errors.empty());
}

void TestExportActions::asksBeforeAFileIsReplaced_data()
{
    QTest::addColumn<bool>("isReplaced");
    QTest::newRow("replace") << true;
    QTest::newRow("cancel") << false;
}

void TestExportActions::asksBeforeAFileIsReplaced()
{
    QFETCH(bool, isReplaced);
    write(QStringLiteral("photo-cost.png"));
    exportTo({});
    auto* box = dialog<QMessageBox>();
    QVERIFY(box);
    QVERIFY(box->text().contains(QStringLiteral("photo-cost.png")));
    QVERIFY(!m_service->isBusy());
    for (QAbstractButton* button : box->buttons()) {
        if ((box->buttonRole(button) == QMessageBox::AcceptRole) == isReplaced)
            button->click();
    }
    QCOMPARE(m_service->isBusy(), isReplaced);
    if (isReplaced)
        QTRY_COMPARE_WITH_TIMEOUT(m_noted->size(), 1, kPatienceMs);
    QCOMPARE(contentOf(QStringLiteral("photo-cost.png")) == "old", !isReplaced);
}

void TestExportActions::remembersTheLastChoice()
{
    QVERIFY(QDir(m_directory->path()).mkdir(QStringLiteral("deep")));
    exportTo(QStringLiteral("deep/a.pdf"));
    QTRY_COMPARE_WITH_TIMEOUT(m_noted->size(), 1, kPatienceMs);
    action(QStringLiteral("Export this view"))->trigger();
    const ExportChoice choice = dialog<ExportDialog>()->choice();
    QVERIFY(choice.format == ViewFormat(FigureFormat::Pdf));
    QCOMPARE(choice.path, pathOf(QStringLiteral("deep/photo-cost.pdf")));
}

void TestExportActions::copiesTheView()
{
    QGuiApplication::clipboard()->clear();
    m_actions->copyView()->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(m_noted->size(), 1, kPatienceMs);
    const QImage image = QGuiApplication::clipboard()->image();
    QVERIFY(image.width() > 1000);
    QCOMPARE(image.width() % 2, 0);
    QCOMPARE(QDir(m_directory->path()).count(), 2U); // . and ..
}

void TestExportActions::writesCostsIntoAFolder()
{
    action(QStringLiteral("cost as CSV"))->trigger();
    chooseFolder();
    QTRY_COMPARE_WITH_TIMEOUT(m_noted->size(), 1, kPatienceMs);
    QVERIFY(contentOf(QStringLiteral("photo-cost.csv")).startsWith("branch,layer,"));
    QVERIFY(contentOf(QStringLiteral("photo-cost-curve.csv")).startsWith("mid_channels,"));
}

void TestExportActions::savesTheNumbersOfAView()
{
    m_material->viewId = "receptive-field";
    action(QStringLiteral("numbers"))->trigger();
    auto* asked = awaited<ExportDialog>();
    QVERIFY(asked);
    QCOMPARE(asked->choice().path, pathOf(QStringLiteral("photo-receptive-field.csv")));
    asked->accept();
    QTRY_COMPARE_WITH_TIMEOUT(m_noted->size(), 1, kPatienceMs);
    const QByteArray fields = contentOf(QStringLiteral("photo-receptive-field.csv"));
    QVERIFY(fields.startsWith("branch,maps,output_y,"));
    QVERIFY(contentOf(QStringLiteral("photo-receptive-field-paths-original.csv"))
                .startsWith("y,x,paths\n"));
    exportTo(QStringLiteral("numbers.json"));
    QTRY_COMPARE_WITH_TIMEOUT(m_noted->size(), 2, kPatienceMs);
    QVERIFY(contentOf(QStringLiteral("numbers.json")).startsWith("{\n"));
    action(QStringLiteral("numbers"))->trigger();
    asked = awaited<ExportDialog>();
    QVERIFY(asked && asked->choice().format == ViewFormat(TableFormat::JsonFile));
}

void TestExportActions::numbersAreThoseOfTheOpenPage()
{
    exportTo(QStringLiteral("numbers.csv")); // of the cost
    QTRY_COMPARE_WITH_TIMEOUT(m_noted->size(), 1, kPatienceMs);
    QVERIFY(contentOf(QStringLiteral("numbers-curve.csv")).startsWith("mid_channels,"));
    m_material->viewId = "kernels";
    m_material->settings.kernels.page = KernelsPage::Pieces;
    exportTo(QStringLiteral("pieces.csv")); // of the page that is open
    QTRY_COMPARE_WITH_TIMEOUT(m_noted->size(), 2, kPatienceMs);
    QVERIFY(contentOf(QStringLiteral("pieces.csv")).startsWith("pattern,pixels,"));
    QVERIFY(contentOf(QStringLiteral("pieces-taps.csv")).startsWith("mid_channel,"));
}

void TestExportActions::asksBeforeATableIsReplaced()
{
    write(QStringLiteral("numbers-curve.csv"));
    exportTo(QStringLiteral("numbers.csv"));
    auto* box = dialog<QMessageBox>();
    QVERIFY(box);
    QVERIFY(box->text().contains(QStringLiteral("numbers-curve.csv")));
    box->button(QMessageBox::Cancel)->click();
    QVERIFY(!m_service->isBusy());
    QVERIFY(contentOf(QStringLiteral("numbers.csv")).isEmpty());
}

void TestExportActions::writesMapsIntoAFolder_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("count");
    QTest::newRow("numbers") << "maps as NPY"
                             << "photo-original-0.npy" << 6;
    QTest::newRow("channels") << "one per channel"
                              << "photo-decomposed-0-c4.png" << 26;
    QTest::newRow("sheets") << "contact sheets"
                            << "photo-decomposed-3.png" << 6;
}

void TestExportActions::writesMapsIntoAFolder()
{
    QFETCH(QString, words);
    QFETCH(QString, name);
    action(words)->trigger();
    chooseFolder();
    QTRY_COMPARE_WITH_TIMEOUT(m_noted->size(), 1, kPatienceMs);
    QTEST(int(QDir(m_directory->path()).entryList(QDir::Files).size()), "count");
    QVERIFY(QFile::exists(pathOf(name)));
}

void TestExportActions::asksOnceForManyFiles()
{
    write(QStringLiteral("photo-original-0.npy"));
    write(QStringLiteral("photo-original-1.npy"));
    action(QStringLiteral("maps as NPY"))->trigger();
    chooseFolder();
    auto* box = dialog<QMessageBox>();
    QVERIFY(box);
    QVERIFY2(box->text().contains(u'2'), qPrintable(box->text()));
    box->button(QMessageBox::Cancel)->click();
    QVERIFY(!m_service->isBusy());
    QCOMPARE(contentOf(QStringLiteral("photo-original-0.npy")), QByteArray("old"));
}

void TestExportActions::saysWhyThereIsNothing()
{
    m_material->viewId = "slowness";
    m_actions->copyView()->trigger();
    action(QStringLiteral("Export this view"))->trigger();
    QCOMPARE(m_errors.size(), std::size_t{2});
    QVERIFY(m_errors[0].message().find("'slowness'") != std::string::npos);
    m_material.reset();
    for (QAction* each : m_actions->menu()->actions()) {
        if (each->isEnabled() && !each->isSeparator())
            each->trigger();
    }
    QCOMPARE(m_errors.size(), std::size_t{2 + 7});
    QVERIFY(!dialog<QDialog>());
}

void TestExportActions::tellsOfFailures()
{
    exportTo(QStringLiteral("/proc/nowhere/a.png"));
    QTRY_COMPARE_WITH_TIMEOUT(m_errors.size(), std::size_t{1}, kPatienceMs);
    QCOMPARE(m_errors[0].code, ErrorCode::File);
    QVERIFY(m_noted->isEmpty());
}

void TestExportActions::onlyCancelWorksMeanwhile()
{
    QAction* cancel = action(QStringLiteral("Cancel"));
    QVERIFY(!cancel->isEnabled());
    m_actions->copyView()->trigger();
    for (QAction* each : m_actions->menu()->actions())
        QCOMPARE(each->isEnabled(), each == cancel);
    cancel->trigger();
    QVERIFY(!cancel->isEnabled());
    QVERIFY(m_actions->copyView()->isEnabled());
    QVERIFY(!m_service->isBusy());
}

void TestExportActions::everyActionHasItsWords()
{
    for (const QAction* each : m_actions->menu()->actions()) {
        if (each->isSeparator())
            continue;
        QVERIFY(!each->text().isEmpty());
        QVERIFY(each->toolTip() != each->text().remove(u'&'));
    }
    QCOMPARE(action(QStringLiteral("Export this view"))->shortcut(),
             QKeySequence(Qt::CTRL | Qt::Key_E));
    QCOMPARE(m_actions->copyView()->shortcut(), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
    QVERIFY(m_window->actions().contains(m_actions->copyView()));
}

QTEST_MAIN(TestExportActions)
#include "test_export_actions.moc"
