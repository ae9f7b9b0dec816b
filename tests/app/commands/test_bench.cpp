#include "tests/support/program.h"

#include "core/conv/instruction_set.h"

#include <QTest>

#include <cmath>
#include <set>
#include <thread>

using namespace factorscope;

namespace {

const QStringList kQuick = words("bench --workload inception3a --runs 2");

/// The values of one field in all rows.
std::set<std::string> valuesOf(const Json& rows, const char* field)
{
    std::set<std::string> values;
    for (const Json& row : rows)
        values.insert(row.at(field).is_string() ? row.at(field).get<std::string>()
                                                : row.at(field).dump());
    return values;
}

using Names = std::set<std::string>;

} // namespace

class TestBench : public QObject {
    Q_OBJECT
private slots:
    void tellsOfEveryCandidate();
    void timesOneThreadAndAll();
    void timesWhatIsNamed();
    void saysItInATable();
    void timesAPeerOrSaysWhatIsMissing();
    void leavesOutWhatDoesNotFitTheMemory();
    void timesTheWindow();
    void refuses_data();
    void refuses();
};

void TestBench::tellsOfEveryCandidate()
{
    const Json rows = programJson(Workplace(), kQuick + words("--threads 2"));
    QVERIFY(rows.is_array());
    QCOMPARE(valuesOf(rows, "workload"), Names{"inception3a"});
    QCOMPARE(valuesOf(rows, "branch"), (Names{"original", "decomposed"}));
    QCOMPARE(valuesOf(rows, "threads"), Names{"2"});
    QCOMPARE(valuesOf(rows, "runs"), Names{"2"});
    QCOMPARE(valuesOf(rows, "isa"), Names{std::string(instructionSetName(bestInstructionSet()))});
    const Names algorithms = valuesOf(rows, "algorithm");
    QVERIFY(algorithms.contains("auto") && algorithms.contains("gemm"));
    QVERIFY(!algorithms.contains("reference"));
    for (const Json& row : rows) {
        const double macs = row.at("branch") == "original" ? 10'035'200.0 : 10'838'016.0;
        const double median = row.at("median_ms").get<double>();
        QVERIFY(median >= row.at("min_ms").get<double>());
        QVERIFY(row.at("min_ms").get<double>() > 0.0);
        const double gflops = 2e-6 * macs / median;
        QVERIFY(std::abs(row.at("effective_gflops").get<double>() - gflops) < 1e-9 * gflops);
        QVERIFY(row.at("fma_peak_gflops").get<double>() > 0.0);
        const double error = row.at("max_relative_error").get<double>();
        QVERIFY(error > 0.0 && error < 1e-4);
        QVERIFY(row.at("scratch_bytes").get<std::int64_t>() >= 0);
        QVERIFY(row.at("algorithm") != "auto" || !row.at("variant").get<std::string>().empty());
    }
}

void TestBench::timesOneThreadAndAll()
{
    const Json rows
        = programJson(Workplace(), kQuick + words("--branch original --algorithm gemm"));
    const std::size_t kinds = std::thread::hardware_concurrency() > 1 ? 2 : 1;
    QCOMPARE(valuesOf(rows, "threads").size(), kinds);
    QVERIFY(valuesOf(rows, "threads").contains("1"));
    QCOMPARE(rows.size(), kinds);
}

void TestBench::timesWhatIsNamed()
{
    const Json rows = programJson(
        Workplace(),
        kQuick
            + words(
                "--threads 1 --algorithm reference --algorithm gemm --branch separable --seed 3"));
    QCOMPARE(valuesOf(rows, "algorithm"), (Names{"gemm", "reference"}));
    QCOMPARE(valuesOf(rows, "branch"), Names{"separable"});
    for (const Json& row : rows) {
        if (row.at("algorithm") == "reference")
            QCOMPARE(row.at("max_relative_error").get<double>(), 0.0);
    }
}

void TestBench::saysItInATable()
{
    const ProgramRun run = runProgram(Workplace(), kQuick + words("--threads 1"));
    QCOMPARE(run.exitCode, 0);
    QCOMPARE(run.err, std::string());
    for (const char* part : {"inception3a, 16 to 32 to 32 channels on 28x28", "FMA peak", "2 runs",
                             "original", "decomposed", "gemm", "for 1.08 of its MACs"})
        QVERIFY2(run.out.find(part) != std::string::npos, run.out.c_str());
}

void TestBench::timesAPeerOrSaysWhatIsMissing()
{
    const QStringList arguments = kQuick + words("--threads 1 --peer onednn");
    const ProgramRun run = runProgram(Workplace(), arguments);
    if (run.exitCode != 0) {
        QCOMPARE(wrongWithFailure(Workplace(), arguments, 2, "libdnnl-dev"), QString());
        QSKIP("built without oneDNN");
    }
    const Json rows = programJson(Workplace(), arguments);
    Names variants;
    for (const Json& row : rows) {
        if (row.at("algorithm") == "onednn")
            variants.insert(row.at("variant").get<std::string>());
    }
    QVERIFY(variants.contains("direct") && variants.contains("direct with reorders"));
    QVERIFY(run.out.find("x onednn") != std::string::npos);
}

void TestBench::leavesOutWhatDoesNotFitTheMemory()
{
    const QStringList limited = words("bench --runs 1 --threads 1 --algorithm gemm --branch "
                                      "original --memory-limit 60 --workload");
    const ProgramRun run = runProgram(Workplace(), limited + words("large --workload inception3a"));
    QCOMPARE(run.exitCode, 0);
    QVERIFY2(run.err.starts_with("factorscope: warning: large is left out"), run.err.c_str());
    QVERIFY(run.out.find("inception3a") != std::string::npos);
    QCOMPARE(wrongWithFailure(Workplace(), limited + words("large"), 1, "60.0 MB"), QString());
}

void TestBench::timesTheWindow()
{
    const QStringList arguments = words("bench --interactive --runs 3 --threads 2");
    const Json times = programJson(Workplace(), arguments);
    QCOMPARE(times.at("workload").get<std::string>(), std::string("interactive"));
    QCOMPARE(times.at("moves").get<int>(), 3);
    QCOMPARE(times.at("threads").get<int>(), 2);
    QCOMPARE(times.at("isa").get<std::string>(),
             std::string(instructionSetName(bestInstructionSet())));
    const auto ms = [&](const char* field) { return times.at(field).get<double>(); };
    QVERIFY(ms("preview_ms") > 0.0);
    QVERIFY(ms("median_ms") > ms("preview_ms")); // a picture is drawn, too
    QVERIFY(ms("p95_ms") >= ms("median_ms"));
    QCOMPARE(ms("worst_ms"), ms("p95_ms")); // of three
    QVERIFY(ms("pair_ms") > 0.0);
    QVERIFY(times.at("pages").size() >= 6);
    for (const Json& page : times.at("pages")) {
        QVERIFY(page.at("median_ms") > 0.0);
        QVERIFY(page.at("worst_ms") >= page.at("median_ms"));
    }

    const ProgramRun run = runProgram(Workplace(), arguments);
    QCOMPARE(run.exitCode, 0);
    QCOMPARE(run.err, std::string());
    for (const char* part :
         {"interactive: article, 64 to 64 to 64 channels on 224x224", "threads 2", "3 moves each",
          "C_mid by one channel: median", "collapse at the slope", "two 3x3 as a whole",
          "scrolling 512 maps of 224x224 by a row: median"})
        QVERIFY2(run.out.find(part) != std::string::npos, run.out.c_str());
}

void TestBench::refuses_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("named");
    const auto row = [](const char* options, const char* named) {
        QTest::newRow(options) << words(options) << QString::fromLatin1(named);
    };
    row("--workload small", "'small'");
    row("--branch wide", "'wide'");
    row("--algorithm fastest", "'fastest'");
    row("--peer numpy", "'numpy'");
    row("--runs 0", "--runs");
    row("--runs many", "many");
    row("--threads -1", "--threads");
    row("--seed -1", "--seed");
    row("--interactive --workload article", "--workload");
    row("--interactive --peer onednn", "--peer");
    row("--interactive --runs 0", "--runs");
}

void TestBench::refuses()
{
    QFETCH(QStringList, options);
    QFETCH(QString, named);
    QCOMPARE(wrongWithFailure(Workplace(), words("bench") + options, 2, named.toStdString()),
             QString());
}

QTEST_GUILESS_MAIN(TestBench)
#include "test_bench.moc"
