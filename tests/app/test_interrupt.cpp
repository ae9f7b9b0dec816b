#include "tests/support/program.h"

#include <QElapsedTimer>
#include <QImage>
#include <QProcess>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <functional>

#include <sys/stat.h>
#include <unistd.h>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

/// Processor time that a process has taken, or 0 when it is gone.
std::int64_t workedMs(std::int64_t process)
{
    std::ifstream stream("/proc/" + std::to_string(process) + "/stat");
    std::string field;
    for (int i = 1; i < 14; ++i) // the name has no space
        stream >> field;
    std::int64_t user = 0;
    std::int64_t system = 0;
    stream >> user >> system;
    return (user + system) * 1000 / ::sysconf(_SC_CLK_TCK);
}

/// Whether a file waits below the folder to be put in its place.
bool hasStagedFile(const fs::path& folder)
{
    std::error_code gone;
    for (const auto& entry : fs::recursive_directory_iterator(folder, gone)) {
        if (entry.path().filename().string().starts_with(".factorscope-"))
            return true;
    }
    return false;
}

/// When to interrupt.
enum class Moment { AtWork, FileStaged };

struct Interrupted {
    ProgramRun run;
    qint64 milliseconds = 0; ///< from the signal to the end
};

Interrupted interrupted(const Workplace& place, const QStringList& arguments, Moment moment,
                        int signal = SIGINT)
{
    // Starting takes less than a tenth of a second, the work of these tests many seconds.
    constexpr std::int64_t kWellAtWorkMs = 300;
    constexpr int kPatienceMs = 60'000;
    QProcess process;
    prepareProgram(process, place, arguments);
    process.start();
    Interrupted result;
    if (!process.waitForStarted())
        return result;
    const auto hasCome = [&] {
        return moment == Moment::AtWork ? workedMs(process.processId()) >= kWellAtWorkMs
                                        : hasStagedFile(place.path());
    };
    (void)QTest::qWaitFor([&] { return hasCome() || process.state() == QProcess::NotRunning; },
                          kPatienceMs);
    QElapsedTimer timer;
    timer.start();
    ::kill(static_cast<pid_t>(process.processId()), signal);
    if (process.waitForFinished(kPatienceMs) && process.exitStatus() == QProcess::NormalExit)
        result.run.exitCode = process.exitCode();
    result.milliseconds = timer.elapsed();
    result.run.out = process.readAllStandardOutput().toStdString();
    result.run.err = process.readAllStandardError().toStdString();
    return result;
}

void writeLargePicture(const Workplace& place)
{
    QImage picture(4000, 4000, QImage::Format_Grayscale8);
    picture.fill(99);
    if (!picture.save(QString::fromStdString(place.path("large.png"))))
        qFatal("cannot write a picture");
}

} // namespace

class TestInterrupt : public QObject {
    Q_OBJECT
private slots:
    void endsAtOnceAndKeepsOldFiles_data();
    void endsAtOnceAndKeepsOldFiles();
    void dropsFilesThatAreNotInTheirPlaces_data();
    void dropsFilesThatAreNotInTheirPlaces();
    void endsOnSigtermToo();
};

void TestInterrupt::endsAtOnceAndKeepsOldFiles_data()
{
    QTest::addColumn<QStringList>("arguments");
    const auto row = [](const char* title, const char* arguments) {
        QTest::newRow(title) << words(arguments);
    };
    row("plain loops",
        "forward --branch original --lift randn --size 600x600 --algorithm reference "
        "--output y.npy --activations new/maps");
    row("matrix products",
        "forward --branch original --in-channels 512 --out-channels 512 --lift randn "
        "--size 200x200 --threads 1 --output y.npy");
    row("numbers",
        "forward --branch original --in-channels 64 --out-channels 1 --lift randn "
        "--size 1200x1200 --algorithm reference --output y.npy");
    row("weights",
        "init --branch decomposed --in-channels 4000 --mid-channels 4000 --out-channels 1 "
        "--output y.npy");
    row("fitting",
        "fit --linear --in-channels 64 --mid-channels 64 --out-channels 64 --output y.npy");
    row("drawing", "export sample:scene --size 4000x4000 --format png --output new/maps");
    row("decoding",
        "forward --branch original --in-channels 3 --algorithm reference --input large.png "
        "--output y.npy");
}

void TestInterrupt::endsAtOnceAndKeepsOldFiles()
{
    QFETCH(QStringList, arguments);
    const Workplace place;
    place.write("y.npy", "old");
    writeLargePicture(place);
    const auto before = place.everything();
    // A machine that does other work too may be late: the best of three counts. Sanitizers slow all
    // down.
    constexpr qint64 kPromisedMs = isSanitized() ? 5000 : 100;
    qint64 best = 60'000;
    for (int attempt = 0; attempt < 3 && best > kPromisedMs; ++attempt) {
        const Interrupted end = interrupted(place, arguments, Moment::AtWork);
        QCOMPARE(end.run.exitCode, 130);
        QCOMPARE(end.run.err, std::string("factorscope: error: interrupted\n"));
        QCOMPARE(end.run.out, std::string());
        QCOMPARE(place.changes(before), QStringList());
        best = std::min(best, end.milliseconds);
    }
    QVERIFY2(best <= kPromisedMs, qPrintable(QString::number(best)));
}

void TestInterrupt::dropsFilesThatAreNotInTheirPlaces_data()
{
    QTest::addColumn<QStringList>("arguments");
    // Nobody reads from the pipe, so that the program waits there with the maps written.
    QTest::newRow("while writing") << words(
        "forward --branch decomposed --input sample:text --size 64x64 --activations new/maps "
        "--output pipe");
    QTest::newRow("while writing beside old files")
        << words("forward --branch decomposed --input sample:text --size 64x64 --activations old "
                 "--output pipe");
    QTest::newRow("while decoding the next picture")
        << words("export small.png large.png --format npy --algorithm reference --out-channels 64 "
                 "--output new");
}

void TestInterrupt::dropsFilesThatAreNotInTheirPlaces()
{
    QFETCH(QStringList, arguments);
    const Workplace place;
    place.write("old/0.npy", "old");
    place.write("old/3.npy", "old");
    ::mkfifo(place.path("pipe").c_str(), 0600);
    QVERIFY(
        QImage(8, 8, QImage::Format_Mono).save(QString::fromStdString(place.path("small.png"))));
    writeLargePicture(place);
    const auto before = place.everything();
    const Interrupted end = interrupted(place, arguments, Moment::FileStaged);
    QCOMPARE(end.run.exitCode, 130);
    QCOMPARE(end.run.err, std::string("factorscope: error: interrupted\n"));
    QCOMPARE(end.run.out, std::string());
    QCOMPARE(place.changes(before), QStringList());
}

void TestInterrupt::endsOnSigtermToo()
{
    const Workplace place;
    const QStringList arguments = words("forward --branch original --lift randn --size 600x600 "
                                        "--algorithm reference --output y.npy");
    const Interrupted end = interrupted(place, arguments, Moment::AtWork, SIGTERM);
    QCOMPARE(end.run.exitCode, 130);
    QCOMPARE(place.changes({}), QStringList());
}

QTEST_GUILESS_MAIN(TestInterrupt)
#include "test_interrupt.moc"
