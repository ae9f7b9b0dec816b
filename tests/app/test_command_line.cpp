#include "tests/support/program.h"

#include <QProcess>
#include <QTest>

#include <algorithm>

using namespace factorscope;

class TestCommandLine : public QObject {
    Q_OBJECT
private slots:
    void helpsWithoutADisplay_data();
    void helpsWithoutADisplay();
    void listsItsCommands();
    void tellsItsVersion();
    void saysThatAWindowNeedsADisplay();
    void refusesFromTheCommandLineAlone_data();
    void refusesFromTheCommandLineAlone();
    void refusesBeforeAnyFileIsOpened_data();
    void refusesBeforeAnyFileIsOpened();
    void takesAnOptionOnlyOnce();
    void isReadyToNameAMissingPicture();
    void tellsWhatItHas();
};

void TestCommandLine::helpsWithoutADisplay_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("mentions");
    const auto row = [](const char* arguments, const char* mentions) {
        QTest::newRow(arguments) << words(arguments) << QString::fromLatin1(mentions);
    };
    row("--help", "forward");
    row("forward --help", "--activations");
    row("init --help", "--mid-of");
    row("cost --help", "--convention");
    row("rf --help", "--at");
    row("export --help", "--view");
    row("info --help", "--json");
    row("forward -h", "--no-bias");
}

void TestCommandLine::helpsWithoutADisplay()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, mentions);
    const ProgramRun run = runProgram(Workplace(), arguments);
    QCOMPARE(run.exitCode, 0);
    QCOMPARE(run.err, std::string());
    QVERIFY2(run.out.find(mentions.toStdString()) != std::string::npos, run.out.c_str());
}

void TestCommandLine::listsItsCommands()
{
    const ProgramRun run = runProgram(Workplace(), words("--help"));
    for (const char* command : {"forward", "init", "cost", "rf", "export", "info"})
        QVERIFY2(run.out.find("\n  " + std::string(command) + " ") != std::string::npos, command);
}

void TestCommandLine::tellsItsVersion()
{
    const ProgramRun run = runProgram(Workplace(), words("--version"));
    QCOMPARE(run.exitCode, 0);
    QVERIFY(run.out.starts_with("factorscope "));
    QCOMPARE(std::ranges::count(run.out, '\n'), 1);
}

void TestCommandLine::saysThatAWindowNeedsADisplay()
{
    QCOMPARE(wrongWithFailure(Workplace(), {}, 1, "no display"), QString());
}

void TestCommandLine::refusesFromTheCommandLineAlone_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<std::string>("named");
    const auto row = [](const char* arguments, const char* named) {
        QTest::newRow(arguments) << words(arguments) << std::string(named);
    };
    row("conquer", "'conquer'");
    row("--conquer", "--conquer");
    row("cost --conquer", "--conquer");
    row("cost surplus", "surplus");
    row("info surplus", "surplus");
    row("cost --branch fractal", "'fractal'");
    row("cost --branch", "--branch");
    row("cost --preset alexnet", "'alexnet'");
    row("cost --convention abacus", "'abacus'");
    row("cost --between sigmoid", "'sigmoid'");
    row("cost --between leaky=", "''");
    row("cost --between leaky=steep", "'steep'");
    row("cost --between leaky=nan", "'nan'");
    row("cost --between relu=1", "'relu=1'");
    row("cost --residual loop", "'loop'");
    row("cost --residual identity --out-channels 32", "not 32 and 64");
    row("cost --mid-of 63", "64 mid channels cannot be the first of a bank of 63");
    row("cost --mid-of 65537", "'65537'");
    row("cost --in-channels 0", "'0'");
    row("cost --mid-channels -1", "'-1'");
    row("cost --out-channels 65537", "'65537'");
    row("cost --in-channels 1.5", "'1.5'");
    row("cost --in-channels many", "'many'");
    row("cost --in-channels 99999999999999999999", "'99999999999999999999'");
    row("cost --seed -1", "'-1'");
    row("cost --seed 9223372036854775808", "'9223372036854775808'");
    row("cost --kernels motif", "'motif'");
    row("cost --mode dream", "'dream'");
    row("cost --threads -1", "-1");
    row("cost --threads 1025", "1025");
    row("cost --memory-limit -1", "-1");
    row("cost --memory-limit much", "much");
    row("cost --algorithm quantum", "'quantum'");
    row("cost --lift weights", "'weights'");
    for (const char* size : {"0x5", "5x0", "-3x4", "5", "x", "5x", "x5", "5x5x5", "axb", "5.5x4",
                             "5X5", "65537x1", "99999999999999999999x3", "5,5"})
        QTest::addRow("size %s", size)
            << QStringList{"cost", "--size", size} << "'" + std::string(size) + "'";
    QTest::addRow("size with a space")
        << QStringList{"cost", "--size", " 5x5"} << std::string("' 5x5'");
    for (const char* option : {"--size", "--branch", "--preset", "--convention", "--seed"})
        QTest::addRow("empty %s", option) << QStringList{"cost", option, ""} << std::string(option);
    row("rf", "--branch is missing");
    row("rf --branch original --at 3", "'3'");
    row("rf --branch original --at 3,", "'3,'");
    row("rf --branch original --at 3,4,5", "'3,4,5'");
    row("rf --branch original --at 224,0", "224,0");
    row("rf --branch original --at -1,0", "-1,0");
    row("forward", "--output is required");
    row("forward --output y.npy --lift randn --size 8x8", "--branch is missing");
    row("forward --output y.npy --branch original", "--input is missing");
    row("forward --output y.npy --branch original --lift randn", "--size is missing");
    row("forward --output y.npy --branch original --input sample:moon", "'moon'");
    row("forward --output y.npy --branch original --lift randn --input sample:scene",
        "sample:scene");
    row("init --output w.safetensors", "--branch is missing");
    row("init --branch original", "--output is required");
    row("export --output d", "--format is required");
    row("export --format png", "--output is required");
    row("export --format docx --output d", "'docx'");
    row("export --view moon --format png --output d", "'moon'");
    row("export --view cost --format npy --output d", "'npy'");
    row("export --lift randn --format npy --output d", "--size is missing");
    row("export sample:moon --format npy --output d", "'moon'");
}

void TestCommandLine::refusesFromTheCommandLineAlone()
{
    QFETCH(QStringList, arguments);
    QFETCH(std::string, named);
    QCOMPARE(wrongWithFailure(Workplace(), arguments, 2, named), QString());
}

// The files do not even exist: they are not what is wrong first.
void TestCommandLine::refusesBeforeAnyFileIsOpened_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<std::string>("named");
    const auto row = [](const char* arguments, const char* named) {
        QTest::newRow(arguments) << words(arguments) << std::string(named);
    };
    row("forward --branch b.json --output y.npy", "--input is missing");
    row("forward --branch b.json --output y.npy --lift randn", "--size is missing");
    row("forward --branch b.json --output y.npy --input x.npy --lift randn", "'x.npy'");
    row("forward --branch b.json --output y.npy --input x.npy --size 0x0", "'0x0'");
    row("forward --branch b.json --output y.npy --input x.npy --kernels box", "'b.json'");
    row("forward --branch b.json --output y.npy --input x.npy --mid-of 128", "'b.json'");
    row("forward --branch original --output y.npy --input x.npy --kernels box --weights "
        "w.safetensors",
        "'w.safetensors'");
    row("export --branch b.json --format npy --output d", "named branches");
}

void TestCommandLine::refusesBeforeAnyFileIsOpened()
{
    QFETCH(QStringList, arguments);
    QFETCH(std::string, named);
    QCOMPARE(wrongWithFailure(Workplace(), arguments, 2, named), QString());
}

void TestCommandLine::takesAnOptionOnlyOnce()
{
    QCOMPARE(wrongWithFailure(Workplace(), words("cost --seed 1 --seed 2"), 2, "--seed"),
             QString());
}

void TestCommandLine::isReadyToNameAMissingPicture()
{
    QCOMPARE(wrongWithFailure(Workplace(), words("photo.png"), 1, "'photo.png'"), QString());
}

void TestCommandLine::tellsWhatItHas()
{
    const Workplace place;
    const Json info = programJson(place, words("info --threads 3"));
    QCOMPARE(jsonText(info.at("threads")), jsonText(3));
    const auto has = [&](const char* list, const char* element) {
        const Json& elements = list[0] == '/' ? info.at(Json::json_pointer(list)) : info.at(list);
        return std::ranges::find(elements, element) != elements.end();
    };
    QVERIFY(has("algorithms", "auto"));
    QVERIFY(has("algorithms", "gemm"));
    QVERIFY(has("algorithms", "reference"));
    QVERIFY(has("/formats/weights", "safetensors"));
    QVERIFY(has("/formats/pictures", "png"));
    QVERIFY(has("instruction_sets", info.at("instruction_set").get<std::string>().c_str()));
    const ProgramRun text = runProgram(place, words("info"));
    QCOMPARE(text.exitCode, 0);
    QVERIFY(text.out.find(info.at("version").get<std::string>()) != std::string::npos);
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "test_command_line.moc"
