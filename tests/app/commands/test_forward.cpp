#include "core/file/input_file.h"
#include "core/file/output_files.h"
#include "core/result/expects.h"
#include "core/weights/safetensors.h"
#include "tests/support/program.h"
#include "tests/support/reference_case.h"
#include "tests/support/rounding.h"

#include <QTest>

#include <cmath>
#include <limits>

#include <sys/stat.h>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

const fs::path kTestData = FACTORSCOPE_TEST_DATA;

QString text(const fs::path& path)
{
    return QString::fromStdString(path);
}

QStringList argumentsOf(const fs::path& folder)
{
    return words("forward --activations maps --output y.npy")
        + QStringList{"--branch",  text(folder / "spec.json"),
                      "--weights", text(folder / "weights.safetensors"),
                      "--input",   text(folder / "input.npy")};
}

void writeWeights(const Workplace& place, const TensorMap& tensors)
{
    OutputFiles files;
    EXPECTS(addSafetensors(files, place.path("w.safetensors"), tensors));
    EXPECTS(files.commit());
}

} // namespace

class TestForward : public QObject {
    Q_OBJECT
private slots:
    void computesWhatPyTorchDoes_data();
    void computesWhatPyTorchDoes();
    void makesTheSameBitsOnAnyNumberOfThreads_data();
    void makesTheSameBitsOnAnyNumberOfThreads();
    void continuesTheGeneratorOfTheWeights_data();
    void continuesTheGeneratorOfTheWeights();
    void drawsTheWeightsThatInitWrites_data();
    void drawsTheWeightsThatInitWrites();
    void reportsInJsonAndInWords();
    void namesEveryAlgorithmOnce();
    void countsWhatIsNotFinite();
    void keepsOldFilesWhenItFails_data();
    void keepsOldFilesWhenItFails();
    void writesToADevice();
    void leavesNothingBesideItsOutput();
};

void TestForward::computesWhatPyTorchDoes_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("algorithm");
    for (const fs::path& folder : referenceCases(kTestData)) {
        const std::string name = fs::relative(folder, kTestData);
        for (const char* algorithm : {"reference", "gemm", "auto"})
            QTest::addRow("%s %s", name.c_str(), algorithm) << name << std::string(algorithm);
    }
}

void TestForward::computesWhatPyTorchDoes()
{
    QFETCH(std::string, name);
    QFETCH(std::string, algorithm);
    const auto reference = loadReferenceCase(kTestData / name);
    QVERIFY(reference);
    const auto expected = boundedActivations(reference->spec, reference->weights, *reference->input,
                                             amplificationOf(algorithm));
    const Workplace place;
    const ProgramRun run
        = runProgram(place,
                     argumentsOf(kTestData / name)
                         + QStringList{"--algorithm", QString::fromStdString(algorithm)});
    QCOMPARE(run.err, std::string());
    QCOMPARE(run.exitCode, 0);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const Tensor activation = loadedNpy(place.path("maps/" + std::to_string(i) + ".npy"));
        const auto difference = firstDifference(activation, reference->activations[i], expected[i]);
        QVERIFY2(difference.empty(), difference.c_str());
    }
    const std::string last = "maps/" + std::to_string(expected.size() - 1) + ".npy";
    QCOMPARE(place.read("y.npy"), place.read(last));
    // The output, the folder and its files, nothing else.
    QCOMPARE(place.everything().size(), expected.size() + 2);
}

void TestForward::makesTheSameBitsOnAnyNumberOfThreads_data()
{
    QTest::addColumn<std::string>("algorithm");
    QTest::newRow("reference") << std::string("reference");
    QTest::newRow("gemm") << std::string("gemm");
}

void TestForward::makesTheSameBitsOnAnyNumberOfThreads()
{
    QFETCH(std::string, algorithm);
    const QStringList arguments
        = words("forward --branch decomposed --in-channels 5 --mid-channels 7 --out-channels 9 "
                "--lift randn --size 33x41 --seed 3 --output y.npy --activations maps --algorithm")
        + QStringList{QString::fromStdString(algorithm)};
    const Workplace single;
    QCOMPARE(runProgram(single, arguments + words("--threads 1")).exitCode, 0);
    for (const char* threads : {"--threads 2", "--threads 5", "--threads 0"}) {
        const Workplace place;
        QCOMPARE(runProgram(place, arguments + words(threads)).exitCode, 0);
        QCOMPARE(place.changes(single.everything()), QStringList());
    }
}

void TestForward::continuesTheGeneratorOfTheWeights_data()
{
    QTest::addColumn<QString>("branch");
    QTest::newRow("original") << QStringLiteral("original");
    QTest::newRow("decomposed") << QStringLiteral("decomposed");
}

// golden/article_64: the weights after torch.manual_seed(0), then torch.randn(1,64,224,224).
void TestForward::continuesTheGeneratorOfTheWeights()
{
    QFETCH(QString, branch);
    const auto samples = readText(kTestData / "golden/article_64/samples.json", 1 << 20);
    QVERIFY(samples);
    const auto golden = parseJson(*samples, "samples.json");
    QVERIFY(golden);
    const Json& expected = golden->at(branch.toStdString());
    const Workplace place;
    const QStringList arguments
        = words("forward --lift randn --size 224x224 --output y.npy --branch")
        + QStringList{branch};
    QCOMPARE(runProgram(place, arguments).exitCode, 0);
    const Tensor output = loadedNpy(place.path("y.npy"));
    QCOMPARE(output.shape(), (Shape{1, 64, 224, 224}));
    // An input of magnitude 1 makes sums of magnitude 1 through weights drawn for that; the numbers
    // of randn themselves are known to 1e-6 (golden/README.md), which is more than the rounding of
    // the sums.
    constexpr double kRandnError = 1e-6;
    const double bound = 4.0 * kRandnError * expected.at("output_max").get<double>();
    for (const Json& sample : expected.at("samples")) {
        const auto at = sample.at("index").get<std::vector<std::int64_t>>();
        const double value = output.data()[(at[1] * 224 + at[2]) * 224 + at[3]];
        QVERIFY(std::abs(value - sample.at("value").get<double>()) <= bound);
    }
}

void TestForward::drawsTheWeightsThatInitWrites_data()
{
    QTest::addColumn<QStringList>("branch");
    QTest::addColumn<QStringList>("weights");
    const auto row = [](const char* branch, const char* weights) {
        QTest::addRow("%s, %s", branch, weights) << words(branch) << words(weights);
    };
    row("--branch original --out-channels 5", "--seed 1");
    row("--branch decomposed --mid-channels 4", "--seed 2");
    row("--branch decomposed --mid-channels 4", "--seed 2 --mid-of 9");
    row("--branch decomposed --batch-norm --no-bias --between leaky=0.2", "--seed 3");
    row("--branch decomposed --residual conv1x1 --out-channels 5", "--seed 4");
    row("--branch separable", "--seed 5");
    row("--branch asymmetric", "--seed 9223372036854775807");
    row("--branch decomposed", "--kernels matched");
    row("--branch original", "--kernels gabor");
}

void TestForward::drawsTheWeightsThatInitWrites()
{
    QFETCH(QStringList, branch);
    QFETCH(QStringList, weights);
    const Workplace place;
    branch += words("--in-channels 3");
    const QStringList init = words("init --output w.safetensors") + branch + weights;
    QCOMPARE(runProgram(place, init).exitCode, 0);
    const QStringList forward = words("forward --input sample:gratings --size 12x13") + branch;
    QCOMPARE(runProgram(place, forward + weights + words("--output drawn.npy")).exitCode, 0);
    const QStringList fromFile = words("--weights w.safetensors --output read.npy");
    QCOMPARE(runProgram(place, forward + fromFile).exitCode, 0);
    QVERIFY(!place.read("drawn.npy").empty());
    QVERIFY(place.read("read.npy") == place.read("drawn.npy"));
}

void TestForward::reportsInJsonAndInWords()
{
    const Workplace place;
    const QStringList arguments = words(
        "forward --branch decomposed --in-channels 1 --mid-channels 2 --out-channels 3 --input "
        "sample:text --size 8x9 --output y.npy --threads 2 --algorithm reference");
    const Json json = programJson(place, arguments);
    QCOMPARE(jsonText(json.at("branch")), jsonText("decomposed"));
    QCOMPARE(jsonText(json.at("output")), jsonText("y.npy"));
    QCOMPARE(jsonText(json.at("shape")), jsonText(Json{1, 3, 8, 9}));
    QCOMPARE(jsonText(json.at("algorithm")), jsonText("reference"));
    QCOMPARE(jsonText(json.at("threads")), jsonText(2));
    QCOMPARE(jsonText(json.at("nan")), jsonText(0));
    QCOMPARE(jsonText(json.at("infinite")), jsonText(0));
    QVERIFY(json.at("milliseconds") > 0.0);
    const ProgramRun run = runProgram(place, arguments);
    QVERIFY(run.out.find("1x1x8x9 to 1x3x8x9") != std::string::npos);
    QVERIFY(run.out.find("y.npy") != std::string::npos);
    QCOMPARE(run.err, std::string());
}

void TestForward::namesEveryAlgorithmOnce()
{
    const Workplace place;
    const Json json = programJson(
        place, argumentsOf(kTestData / "golden/residual_conv1x1") + words("--algorithm gemm"));
    QCOMPARE(jsonText(json.at("algorithm")), jsonText("gemm"));
}

void TestForward::countsWhatIsNotFinite()
{
    const Workplace place;
    Tensor weight = Tensor::filled({4, 1, 5, 5}, 1.0F);
    const std::size_t kernel = 25;
    weight.data()[0] = std::numeric_limits<float>::quiet_NaN();
    weight.data()[kernel] = std::numeric_limits<float>::infinity();
    weight.data()[2 * kernel] = -std::numeric_limits<float>::infinity();
    TensorMap tensors;
    tensors.emplace("branch.0.weight", std::move(weight));
    tensors.emplace("branch.0.bias", Tensor::filled({4}, 1.0F));
    writeWeights(place, tensors);
    const QStringList arguments = words(
        "forward --branch original --in-channels 1 --out-channels 4 --weights w.safetensors "
        "--input sample:text --size 3x3 --output y.npy");
    for (const char* algorithm : {"--algorithm reference", "--algorithm gemm"}) {
        const Json json = programJson(place, arguments + words(algorithm));
        QCOMPARE(jsonText(json.at("in_weights")), jsonText(Json{{"nan", 1}, {"infinite", 2}}));
        QVERIFY(json.at("nan").get<int>() > 0);
    }
    const ProgramRun run = runProgram(place, arguments);
    QCOMPARE(run.exitCode, 0);
    QVERIFY2(
        run.err.starts_with("factorscope: warning: the weights have 1 NaN and 2 infinite values\n"
                            "factorscope: warning: the output has "),
        run.err.c_str());
}

void TestForward::keepsOldFilesWhenItFails_data()
{
    QTest::addColumn<QStringList>("outputs");
    QTest::addColumn<std::string>("named");
    const auto row = [](const char* title, const char* outputs, const char* named) {
        QTest::newRow(title) << words(outputs) << std::string(named);
    };
    row("full disk", "--output /dev/full", "'/dev/full': No space left");
    row("no folder", "--output none/y.npy --activations maps", "'none/y.npy'");
    row("folder", "--output maps", "'maps': Is a directory");
    row("below a file", "--output old/y.npy", "'old/y.npy': Not a directory");
    row("maps in a file", "--output y.npy --activations old", "'old': Not a directory");
    row("maps below a file", "--output y.npy --activations old/maps", "'old/maps'");
    row("one file twice", "--output maps/1.npy --activations maps", "'maps/1.npy'");
    row("map that is a folder", "--output y.npy --activations nest",
        "'nest/0.npy': Is a directory");
    row("full disk after the maps", "--output /dev/full --activations new/maps", "'/dev/full'");
}

void TestForward::keepsOldFilesWhenItFails()
{
    QFETCH(QStringList, outputs);
    QFETCH(std::string, named);
    const Workplace place;
    place.write("old", "old");
    place.write("y.npy", "old");
    place.write("maps/0.npy", "old");
    place.write("maps/1.npy", "old");
    fs::create_directories(place.path("nest/0.npy"));
    const QStringList arguments
        = words("forward --branch original --in-channels 1 --input sample:text --size 8x8");
    QCOMPARE(wrongWithFailure(place, arguments + outputs, 1, named), QString());
}

void TestForward::writesToADevice()
{
    const QStringList arguments
        = words("forward --branch original --input sample:text --size 8x8 --output /dev/null");
    const Workplace place;
    QCOMPARE(runProgram(place, arguments).exitCode, 0);
    QVERIFY(fs::is_character_file("/dev/null"));
}

void TestForward::leavesNothingBesideItsOutput()
{
    const Workplace place;
    place.write("y.npy", "old");
    ::chmod(place.path("y.npy").c_str(), 0640);
    const QStringList arguments = words(
        "forward --branch original --in-channels 1 --input sample:text --size 8x8 --output y.npy");
    QCOMPARE(runProgram(place, arguments).exitCode, 0);
    QCOMPARE(place.everything().size(), std::size_t{1});
    QCOMPARE(loadedNpy(place.path("y.npy")).shape(), (Shape{1, 64, 8, 8}));
    QCOMPARE(fs::status(place.path("y.npy")).permissions(), static_cast<fs::perms>(0640));
}

QTEST_GUILESS_MAIN(TestForward)
#include "test_forward.moc"
