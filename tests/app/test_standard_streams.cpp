#include "tests/support/program.h"

#include <QProcess>
#include <QTest>

#include <unistd.h>

using namespace factorscope;

namespace {

const std::string kUnwritten = "factorscope: error: cannot write the data to the standard output\n";

/// Runs the program with some of its standard streams closed, by a change between fork and exec.
ProgramRun runWith(const Workplace& place, const QStringList& arguments,
                   const std::function<void()>& change)
{
    QProcess process;
    prepareProgram(process, place, arguments);
    process.setChildProcessModifier(change);
    process.start();
    ProgramRun run;
    if (process.waitForFinished() && process.exitStatus() == QProcess::NormalExit)
        run.exitCode = process.exitCode();
    run.err = process.readAllStandardError().toStdString();
    return run;
}

/// stdout becomes a pipe that nobody reads.
void breakStdout()
{
    int ends[2];
    if (::pipe(ends) != 0)
        ::_exit(99);
    ::close(ends[0]);
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[1]);
}

} // namespace

class TestStandardStreams : public QObject {
    Q_OBJECT
private slots:
    void failsWhenStdoutDoes_data();
    void failsWhenStdoutDoes();
    void goesOnWithoutMessages();
    void worksWithoutAnyStream();
    void namesFilesThatAreNoText();
};

void TestStandardStreams::failsWhenStdoutDoes_data()
{
    QTest::addColumn<QStringList>("arguments");
    for (const char* arguments :
         {"--help", "--version", "cost --help", "info", "cost", "cost --json",
          "cost --preset inception-v3-a --convention torch --json", "rf --branch decomposed",
          "rf --branch decomposed --output map.npy --json",
          "init --branch original --in-channels 2 --out-channels 2 --output w.safetensors",
          "forward --branch original --in-channels 2 --lift randn --size 8x8 --output y.npy",
          "forward --branch original --lift randn --size 8x8 --output y.npy --activations a --json",
          "export --size 9x9 --format csv --output d",
          "export --size 9x9 --format csv --output d --json"})
        QTest::newRow(arguments) << words(arguments);
}

void TestStandardStreams::failsWhenStdoutDoes()
{
    QFETCH(QStringList, arguments);
    const Workplace place;
    place.write("y.npy", "old");
    const auto before = place.everything();

    const ProgramRun full = runProgramInto("/dev/full", place, arguments);
    QCOMPARE(full.exitCode, 1);
    QCOMPARE(full.err, kUnwritten);
    QCOMPARE(place.changes(before), QStringList());

    const ProgramRun broken = runWith(place, arguments, breakStdout);
    QCOMPARE(broken.exitCode, 1);
    QCOMPARE(broken.err, kUnwritten);
    QCOMPARE(place.changes(before), QStringList());

    const ProgramRun closed = runWith(place, arguments, [] { ::close(STDOUT_FILENO); });
    QCOMPARE(closed.exitCode, 1);
    QCOMPARE(closed.err, kUnwritten);
    QCOMPARE(place.changes(before), QStringList());
}

void TestStandardStreams::goesOnWithoutMessages()
{
    const Workplace place;
    const auto run = runWith(place, words("cost --branch fractal"), [] { ::close(STDERR_FILENO); });
    QCOMPARE(run.exitCode, 2);
}

// Files that were given a standard stream's number would be written into.
void TestStandardStreams::worksWithoutAnyStream()
{
    const Workplace place;
    const QStringList arguments
        = words("forward --branch original --in-channels 1 --out-channels 1 --input sample:text "
                "--size 9x9 --output y.npy");
    QCOMPARE(runProgram(place, arguments).exitCode, 0);
    const std::string expected = place.read("y.npy");
    std::filesystem::remove(place.path("y.npy"));
    const ProgramRun run = runWith(place, arguments, [] {
        for (const int stream : {STDIN_FILENO, STDERR_FILENO})
            ::close(stream);
    });
    QCOMPARE(run.exitCode, 0);
    QCOMPARE(place.read("y.npy"), expected);
    QCOMPARE(place.everything().size(), std::size_t{1});
}

void TestStandardStreams::namesFilesThatAreNoText()
{
    const Workplace place;
    QProcess process;
    prepareProgram(process, place, {});
    const QString program = process.program();
    process.setProgram(QStringLiteral("/bin/sh")); // QProcess itself hands on text only
    process.setArguments(
        {"-c", "exec \"$0\" init --branch original --json --output $(printf 'w\\377')", program});
    process.start();
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 0);
    QVERIFY(parseJson(process.readAllStandardOutput().toStdString(), "stdout"));
    QVERIFY(std::filesystem::exists(place.path("w\xff")));
}

QTEST_GUILESS_MAIN(TestStandardStreams)
#include "test_standard_streams.moc"
