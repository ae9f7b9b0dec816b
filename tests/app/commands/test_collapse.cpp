#include "core/weights/npy.h"
#include "tests/support/program.h"
#include "tests/support/reference_case.h"

#include <QTest>

#include <array>
#include <cmath>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

const fs::path kTestData = FACTORSCOPE_TEST_DATA;
// What two computations in float32 of a few hundred terms may be apart, of the largest output.
constexpr double kRounding = 1e-5;

QStringList onCase(const char* name)
{
    const fs::path folder = kTestData / name;
    const auto file = [&](const char* part) { return QString::fromStdString(folder / part); };
    return words("collapse --output k.npy") + QStringList{"--branch",  file("spec.json"),
                                                          "--weights", file("weights.safetensors"),
                                                          "--input",   file("input.npy")};
}

} // namespace

class TestCollapse : public QObject {
    Q_OBJECT
private slots:
    void writesTheKernelOfALinearStack();
    void itsKernelRunsAsTheStack();
    void tellsWhatIsLeftOut();
    void strictRefusesAnActivationBetween();
    void worksOnEveryNamedBranch_data();
    void worksOnEveryNamedBranch();
    void paddingRemovesTheRing_data();
    void paddingRemovesTheRing();
    void followsTheSlope();
    void saysItInWords();
    void sameSeedSameFile();
    void refuses_data();
    void refuses();
    void failsAndKeepsOldFiles();
};

void TestCollapse::writesTheKernelOfALinearStack()
{
    const Workplace place;
    const Json json
        = programJson(place, onCase("golden/decomposed_linear") + words("--bias b.npy --strict"));
    QCOMPARE(loadedNpy(place.path("k.npy")).shape().text(), std::string("6x4x5x5"));
    QCOMPARE(loadedNpy(place.path("b.npy")).shape().text(), std::string("6"));
    QCOMPARE(place.everything().size(), std::size_t{2});
    QCOMPARE(jsonText(json.at("kernel")), jsonText(Json{5, 5}));
    QCOMPARE(jsonText(json.at("stride")), jsonText(Json{1, 1}));
    QCOMPARE(jsonText(json.at("padding")), jsonText(Json{2, 2}));
    QCOMPARE(json.at("ring").get<int>(), 1);
    QVERIFY(json.at("max_interior_error").get<double>() < kRounding);
    QVERIFY(json.at("max_ring_error").get<double>() > 0.01);
    QCOMPARE(jsonText(json.at("trailing")), jsonText(Json::array({"relu"})));
    QVERIFY(json.at("left_out").empty());
}

/// A pixel in the middle of nothing but zeros brings the kernel out, turned by 180°.
void TestCollapse::itsKernelRunsAsTheStack()
{
    const Workplace place;
    place.write("spec.json", R"({"format": "factorscope-branch/1", "in_channels": 1, "layers": [
        {"op": "conv2d", "out_channels": 3, "kernel": [3, 3], "padding": [1, 1], "bias": false},
        {"op": "batch_norm"},
        {"op": "conv2d", "out_channels": 2, "kernel": [3, 3], "padding": [1, 1], "bias": false}]})");
    constexpr std::size_t kMiddle = 40;
    std::array<float, 81> image{};
    image[kMiddle] = 1.0F;
    place.write("x.npy",
                npyPreamble({1, 9, 9})
                    + std::string(reinterpret_cast<const char*>(image.data()), sizeof image));
    const QStringList common = words("--branch ./spec.json --seed 3 --input x.npy");
    programJson(place, words("forward --output y.npy") + common);
    programJson(place, words("collapse --output k.npy --strict") + common);
    const Tensor output = loadedNpy(place.path("y.npy"));
    const Tensor kernel = loadedNpy(place.path("k.npy"));
    QCOMPARE(kernel.shape().text(), std::string("2x1x5x5"));
    for (std::int64_t oc = 0; oc < 2; ++oc)
        for (std::int64_t tap = 0; tap < 25; ++tap) {
            const std::int64_t y = 6 - tap / 5;
            const std::int64_t x = 6 - tap % 5;
            const double found = kernel.data()[oc * 25 + tap];
            QVERIFY(std::abs(found - double{output.data()[(oc * 9 + y) * 9 + x]}) < kRounding);
        }
}

void TestCollapse::tellsWhatIsLeftOut()
{
    const Workplace place;
    const ProgramRun run = runProgram(place, onCase("golden/separable") + words("--json"));
    QCOMPARE(run.exitCode, 0);
    QVERIFY(run.err.starts_with("factorscope: warning: the activation at layer 2 "));
    QCOMPARE(jsonText(Json::parse(run.out).at("left_out")), jsonText(Json::array({"2"})));
}

void TestCollapse::strictRefusesAnActivationBetween()
{
    const Workplace place;
    place.write("k.npy", "kept");
    const QString wrong
        = wrongWithFailure(place, onCase("golden/separable") + words("--strict"), 1, "layer 2");
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    const QString named = wrongWithFailure(
        place, words("collapse --branch decomposed --output k.npy --strict"), 1, "layer 1");
    QVERIFY2(named.isEmpty(), qPrintable(named));
}

void TestCollapse::worksOnEveryNamedBranch_data()
{
    QTest::addColumn<QString>("branch");
    QTest::addColumn<int>("ring");
    QTest::newRow("original") << "original" << 0;
    QTest::newRow("decomposed") << "decomposed" << 1;
    QTest::newRow("separable") << "separable" << 1;
    QTest::newRow("asymmetric") << "asymmetric" << 2; // the second layer is 5 high
}

void TestCollapse::worksOnEveryNamedBranch()
{
    QFETCH(QString, branch);
    QFETCH(int, ring);
    const Workplace place;
    const Json json = programJson(
        place,
        words("collapse --output k.npy --between none --batch-norm --residual conv1x1 "
              "--in-channels 3 --mid-channels 4 --out-channels 5 --strict --branch")
            + QStringList{branch});
    QCOMPARE(loadedNpy(place.path("k.npy")).shape().text(), std::string("5x3x5x5"));
    QCOMPARE(json.at("ring").get<int>(), ring);
    QVERIFY(json.at("max_interior_error").get<double>() < kRounding);
    QCOMPARE(json.at("max_ring_error").get<double>() > kRounding, ring > 0);
}

void TestCollapse::paddingRemovesTheRing_data()
{
    QTest::addColumn<QString>("padding");
    QTest::addColumn<int>("side");
    QTest::newRow("valid") << "valid" << 26;
    QTest::newRow("once") << "once" << 30;
}

void TestCollapse::paddingRemovesTheRing()
{
    QFETCH(QString, padding);
    QFETCH(int, side);
    const Workplace place;
    const Json json = programJson(
        place,
        words("collapse --branch decomposed --between none --in-channels 3 --size 30x30 "
              "--output k.npy --padding")
            + QStringList{padding});
    QCOMPARE(json.at("ring").get<int>(), 0);
    QCOMPARE(json.at("interior_pixels").get<int>(), side * side);
    QVERIFY(json.at("max_interior_error").get<double>() < kRounding);
    QCOMPARE(json.at("border").get<std::string>(), padding.toStdString());
}

void TestCollapse::followsTheSlope()
{
    const Workplace place;
    const ProgramRun run
        = runProgram(place, onCase("golden/decomposed_rgb") + words("--slopes 5 --json"));
    QCOMPARE(run.exitCode, 0);
    const Json curve = Json::parse(run.out).at("slopes");
    QCOMPARE(curve.size(), std::size_t{5});
    QCOMPARE(curve.at(1).at("slope").get<double>(), 0.75);
    QVERIFY(curve.front().at("max_error").get<double>() < kRounding);
    for (std::size_t i = 1; i < curve.size(); ++i)
        QVERIFY(curve.at(i).at("relative_error") > curve.at(i - 1).at("relative_error"));
    const ProgramRun table
        = runProgram(place, onCase("golden/decomposed_rgb") + words("--slopes 3"));
    QVERIFY(table.out.find("\n0.5 ") != std::string::npos);
    const QString wrong = wrongWithFailure(
        place, onCase("golden/decomposed_linear") + words("--slopes 3"), 1, "0 of them");
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestCollapse::saysItInWords()
{
    const Workplace place;
    const ProgramRun run
        = runProgram(place,
                     words("collapse --preset googlenet-3a --branch decomposed --between none "
                           "--size 20x24 --output k.npy"));
    QCOMPARE(run.exitCode, 0);
    QCOMPARE(run.err, std::string());
    for (const char* part :
         {"5x5, stride 1x1, padding 2x2, then relu", "seeded normal numbers at 20x24", "396 pixels",
          "ring of 1, 84 pixels", "wrote k.npy"})
        QVERIFY2(run.out.find(part) != std::string::npos, part);
}

void TestCollapse::sameSeedSameFile()
{
    const Workplace place;
    const QStringList common
        = words("collapse --branch decomposed --between none --in-channels 5 --seed 9");
    const Json one = programJson(place, common + words("--threads 1 --output a.npy"));
    const Json two = programJson(place, common + words("--threads 2 --output b.npy"));
    QCOMPARE(place.read("a.npy"), place.read("b.npy"));
    QCOMPARE(jsonText(one), jsonText(two));
}

void TestCollapse::refuses_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<std::string>("named");
    const auto row = [](const char* arguments, const char* named) {
        QTest::newRow(arguments) << QString(arguments) << std::string(named);
    };
    row("--branch decomposed", "--output");
    row("--output k.npy", "--branch");
    row("--branch decomposed --output k.npy --padding wide", "wide");
    row("--branch decomposed --output k.npy --slopes 1", "slopes");
    row("--branch pyramid --output k.npy", "pyramid");
}

void TestCollapse::refuses()
{
    QFETCH(QString, arguments);
    QFETCH(std::string, named);
    const Workplace place;
    const QString wrong
        = wrongWithFailure(place, words(qPrintable("collapse " + arguments)), 2, named);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestCollapse::failsAndKeepsOldFiles()
{
    const Workplace place;
    place.write("k.npy", "kept");
    const auto fails = [&](const QStringList& arguments, const char* named) {
        return wrongWithFailure(place, arguments, 1, named);
    };
    QCOMPARE(fails(onCase("golden/batch_norm_train"), "batch_norm at layer 1"), QString());
    QCOMPARE(fails(onCase("golden/residual_identity") + words("--padding valid"), "residual"),
             QString());
    QCOMPARE(fails(onCase("golden/decomposed_linear") + words("--bias no/where.npy"), "no"),
             QString());
    QCOMPARE(fails(onCase("golden/decomposed_linear") + words("--bias k.npy"), "k.npy"), QString());
}

QTEST_APPLESS_MAIN(TestCollapse)
#include "test_collapse.moc"
