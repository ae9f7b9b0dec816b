#include "tests/ui/figure/sample_answer.h"
#include "ui/export/export_service.h"

#include <QFile>
#include <QPainter>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <atomic>
#include <semaphore>
#include <stdexcept>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

constexpr int kPatienceMs = 60'000;

Figure plainFigure()
{
    return {QStringLiteral("plain"), {40, 30}, [](QPainter& painter) {
                painter.fillRect(QRectF(0, 0, 40, 30), Qt::red);
            }};
}

/// A figure whose drawing waits until it is let go.
class HeldFigure {
public:
    Figure figure()
    {
        return {QStringLiteral("held"), {40, 30}, [this](QPainter&) {
                    m_begun.release();
                    m_let.acquire();
                }};
    }
    void waitUntilDrawing() { m_begun.acquire(); }
    void letGo() { m_let.release(); }

private:
    std::binary_semaphore m_begun{0};
    std::binary_semaphore m_let{0};
};

/// What a service says.
struct Spies {
    explicit Spies(ExportService& service)
        : finished(&service, &ExportService::finished), drawn(&service, &ExportService::drawn),
          busy(&service, &ExportService::busyChanged)
    {
        QObject::connect(&service, &ExportService::failed, &context,
                         [this](const Error& error) { errors.push_back(error); });
    }
    QSignalSpy finished;
    QSignalSpy drawn;
    QSignalSpy busy;
    std::vector<Error> errors;
    QObject context;
};

QByteArray contentOf(const fs::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const fs::path& path, const QByteArray& content)
{
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("not written");
}

Result<Findings> found(const std::shared_ptr<const BothEvaluated>& both, const ViewSettings&,
                       const ComputeContext& context)
{
    const bool isWhole = both && context.progress && context.team.size() > 0;
    return isWhole ? Result(Findings()) : Error{ErrorCode::Unsupported, "not whole", {}};
}

Result<Findings> endless(const std::shared_ptr<const BothEvaluated>&, const ViewSettings&,
                         const ComputeContext& context)
{
    while (!context.stop.stop_requested())
        QThread::yieldCurrentThread();
    return cancelled();
}

Result<Findings> refused(const std::shared_ptr<const BothEvaluated>&, const ViewSettings&,
                         const ComputeContext&)
{
    return Error{ErrorCode::Shape, "no such shape: %1", {"3"}};
}

constexpr FigureView kPlain{.id = "plain"};
constexpr FigureView kFound{.id = "found", .find = found};
constexpr FigureView kEndless{.id = "endless", .find = endless};
constexpr FigureView kRefused{.id = "refused", .find = refused};

} // namespace

class TestExportService : public QObject {
    Q_OBJECT
private slots:
    void init();
    void savesAFigure();
    void savesMaps();
    void savesTexts();
    void drawsForTheClipboard();
    void writesAllOrNothing();
    void tellsWhatFailed();
    void cancelledExportsLeaveNothing();
    void goesOnAfterACancel();
    void endsWhileItDraws();
    void nothingArrivesAfterTheEnd();
    void exceptionsAreErrors();
    void withoutWorkItGoesOnAtOnce();
    void findsBeforeItGoesOn();
    void findingIsStopped_data();
    void findingIsStopped();
    void tellsWhatFindingFailedAt();
    void isBusyUntilWhatFollowsIsDone();

private:
    fs::path pathOf(const char* name) const
    {
        return fs::path(m_directory->path().toStdString()) / name;
    }
    int files() const
    {
        return int(QDir(m_directory->path()).entryList(QDir::Files | QDir::Hidden).size());
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

void TestExportService::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
}

void TestExportService::savesAFigure()
{
    ExportService service;
    Spies spies(service);
    write(pathOf("a.svg"), "old");
    service.save(FigureExport{{plainFigure(), nullptr, 1.0}, FigureFormat::Svg, pathOf("a.svg")});
    QVERIFY(service.isBusy());
    QTRY_COMPARE_WITH_TIMEOUT(spies.finished.size(), 1, kPatienceMs);
    QCOMPARE(spies.finished[0][0].toStringList(),
             QStringList(QString::fromStdString(pathOf("a.svg").string())));
    QCOMPARE(contentOf(pathOf("a.svg")), *figureBytes(plainFigure(), FigureFormat::Svg, 1.0));
    QCOMPARE(files(), 1);
    QVERIFY(!service.isBusy());
    QCOMPARE(spies.busy.size(), 2);
    QVERIFY(spies.errors.empty());
}

void TestExportService::savesMaps()
{
    ExportService service;
    Spies spies(service);
    service.save(MapsExport{
        sampleAnswer(), MapFiles::Npy, {m_directory->path().toStdString(), "photo"}, {}});
    QTRY_COMPARE_WITH_TIMEOUT(spies.finished.size(), 1, kPatienceMs);
    QCOMPARE(spies.finished[0][0].toStringList().size(), 6);
    QCOMPARE(files(), 6);
    QVERIFY(contentOf(pathOf("photo-decomposed-3.npy")).startsWith("\x93NUMPY"));
}

void TestExportService::savesTexts()
{
    ExportService service;
    Spies spies(service);
    service.save(std::vector<TextFile>{{pathOf("a.csv"), "a\n"}, {pathOf("b.csv"), "b\n"}});
    QTRY_COMPARE_WITH_TIMEOUT(spies.finished.size(), 1, kPatienceMs);
    QCOMPARE(contentOf(pathOf("a.csv")), QByteArray("a\n"));
    QCOMPARE(contentOf(pathOf("b.csv")), QByteArray("b\n"));
}

void TestExportService::drawsForTheClipboard()
{
    ExportService service;
    Spies spies(service);
    std::atomic<QThread*> drawingThread = nullptr;
    Figure figure = plainFigure();
    figure.paint = [&, paint = figure.paint](QPainter& painter) {
        drawingThread = QThread::currentThread();
        paint(painter);
    };
    service.draw({figure, nullptr, 2.0});
    QTRY_COMPARE_WITH_TIMEOUT(spies.drawn.size(), 1, kPatienceMs);
    const auto image = spies.drawn[0][0].value<QImage>();
    QCOMPARE(image.size(), QSize(80, 60));
    QCOMPARE(image.pixel(40, 30), qRgb(255, 0, 0));
    QVERIFY(drawingThread != QThread::currentThread());
    QVERIFY(spies.finished.isEmpty());
}

/// The second file cannot be written: the first is not there either.
void TestExportService::writesAllOrNothing()
{
    ExportService service;
    Spies spies(service);
    write(pathOf("a.csv"), "old");
    service.save(
        std::vector<TextFile>{{pathOf("a.csv"), "new"}, {pathOf("missing") / "b.csv", "new"}});
    QTRY_COMPARE_WITH_TIMEOUT(spies.errors.size(), std::size_t{1}, kPatienceMs);
    QCOMPARE(contentOf(pathOf("a.csv")), QByteArray("old"));
    QCOMPARE(files(), 1);
    QVERIFY(!service.isBusy());
    QVERIFY(spies.finished.isEmpty());
}

void TestExportService::tellsWhatFailed()
{
    ExportService service;
    Spies spies(service);
    service.save(MapsExport{sampleAnswer(), MapFiles::Sheets, {"/proc/nowhere", "photo"}, {}});
    QTRY_COMPARE_WITH_TIMEOUT(spies.errors.size(), std::size_t{1}, kPatienceMs);
    QCOMPARE(spies.errors[0].code, ErrorCode::File);
    service.save(
        FigureExport{{plainFigure(), nullptr, 4000.0}, FigureFormat::Png, pathOf("a.png")});
    QTRY_COMPARE_WITH_TIMEOUT(spies.errors.size(), std::size_t{2}, kPatienceMs);
    QCOMPARE(spies.errors[1].code, ErrorCode::Memory);
    QCOMPARE(files(), 0);
}

void TestExportService::cancelledExportsLeaveNothing()
{
    HeldFigure held;
    ExportService service;
    Spies spies(service);
    write(pathOf("a.png"), "old");
    service.save(FigureExport{{held.figure(), nullptr, 1.0}, FigureFormat::Png, pathOf("a.png")});
    held.waitUntilDrawing();
    service.cancel();
    QVERIFY(!service.isBusy());
    held.letGo();
    service.draw({plainFigure(), nullptr, 1.0}); // comes after what was cancelled
    QTRY_COMPARE_WITH_TIMEOUT(spies.drawn.size(), 1, kPatienceMs);
    QVERIFY(spies.finished.isEmpty());
    QVERIFY(spies.errors.empty());
    QCOMPARE(contentOf(pathOf("a.png")), QByteArray("old"));
    QCOMPARE(files(), 1);
}

void TestExportService::goesOnAfterACancel()
{
    ExportService service;
    Spies spies(service);
    service.cancel();
    QVERIFY(spies.busy.isEmpty());
    service.save(std::vector<TextFile>{{pathOf("a.csv"), "a"}});
    QTRY_COMPARE_WITH_TIMEOUT(spies.finished.size(), 1, kPatienceMs);
}

void TestExportService::endsWhileItDraws()
{
    HeldFigure held;
    std::thread helper;
    {
        ExportService service;
        service.save(
            FigureExport{{held.figure(), nullptr, 1.0}, FigureFormat::Png, pathOf("a.png")});
        held.waitUntilDrawing();
        helper = std::thread([&] { held.letGo(); });
    }
    helper.join();
    QCOMPARE(files(), 0);
}

void TestExportService::nothingArrivesAfterTheEnd()
{
    int arrived = 0;
    {
        ExportService service;
        connect(&service, &ExportService::finished, this, [&] { ++arrived; });
        service.save(std::vector<TextFile>{{pathOf("a.csv"), "a"}});
        const QDeadlineTimer deadline(kPatienceMs);
        while (files() == 0 && !deadline.hasExpired())
            QThread::yieldCurrentThread();
    }
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QCOMPARE(arrived, 0);
}

void TestExportService::exceptionsAreErrors()
{
    ExportService service;
    Spies spies(service);
    Figure figure = plainFigure();
    figure.paint = [](QPainter&) { throw std::runtime_error("no ink"); };
    service.draw({figure, nullptr, 1.0});
    QTRY_COMPARE_WITH_TIMEOUT(spies.errors.size(), std::size_t{1}, kPatienceMs);
    QVERIFY(spies.errors[0].message().find("no ink") != std::string::npos);
}

void TestExportService::withoutWorkItGoesOnAtOnce()
{
    ExportService service;
    const Spies spies(service);
    int calls = 0;
    service.find({&kPlain, sampleAnswer(), {}}, [&](const Findings&) { ++calls; });
    QCOMPARE(calls, 1);
    QVERIFY(spies.busy.isEmpty());
}

void TestExportService::findsBeforeItGoesOn()
{
    ExportService service;
    const Spies spies(service);
    QThread* thread = nullptr;
    service.find({&kFound, sampleAnswer(), {}},
                 [&](const Findings&) { thread = QThread::currentThread(); });
    QVERIFY(service.isBusy());
    QVERIFY(!thread);
    QTRY_COMPARE_WITH_TIMEOUT(thread, QThread::currentThread(), kPatienceMs);
    QVERIFY(!service.isBusy());
    QCOMPARE(spies.busy.size(), 2);
    QVERIFY(spies.errors.empty());
}

void TestExportService::findingIsStopped_data()
{
    QTest::addColumn<bool>("byAnother");
    QTest::newRow("by a cancel") << false;
    QTest::newRow("by another export") << true;
}

void TestExportService::findingIsStopped()
{
    QFETCH(bool, byAnother);
    ExportService service;
    const Spies spies(service);
    bool wentOn = false;
    service.find({&kEndless, sampleAnswer(), {}}, [&](const Findings&) { wentOn = true; });
    QVERIFY(service.isBusy());
    if (byAnother)
        service.draw({plainFigure(), nullptr, 1.0});
    else
        service.cancel();
    QCOMPARE(service.isBusy(), byAnother);
    service.draw({plainFigure(), nullptr, 1.0});
    QTRY_COMPARE_WITH_TIMEOUT(spies.drawn.size(), 1, kPatienceMs);
    QVERIFY(!service.isBusy());
    QVERIFY(!wentOn);
    QVERIFY(spies.errors.empty());
}

void TestExportService::tellsWhatFindingFailedAt()
{
    ExportService service;
    const Spies spies(service);
    bool wentOn = false;
    service.find({&kRefused, sampleAnswer(), {}}, [&](const Findings&) { wentOn = true; });
    QTRY_COMPARE_WITH_TIMEOUT(spies.errors.size(), std::size_t{1}, kPatienceMs);
    QCOMPARE(spies.errors[0].message(), std::string("no such shape: 3"));
    QVERIFY(!service.isBusy());
    QVERIFY(!wentOn);
}

void TestExportService::isBusyUntilWhatFollowsIsDone()
{
    ExportService service;
    const Spies spies(service);
    service.find({&kFound, sampleAnswer(), {}}, [&](const Findings&) {
        service.draw({plainFigure(), nullptr, 1.0});
    });
    QTRY_COMPARE_WITH_TIMEOUT(spies.drawn.size(), 1, kPatienceMs);
    QCOMPARE(spies.busy.size(), 2);
    QVERIFY(!service.isBusy());
}

QTEST_MAIN(TestExportService)
#include "test_export_service.moc"
