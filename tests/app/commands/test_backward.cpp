#include "core/weights/safetensors.h"
#include "tests/support/program.h"
#include "tests/support/reference_case.h"

#include <QTest>

#include <cmath>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

const fs::path kTestData = FACTORSCOPE_TEST_DATA;
constexpr std::int64_t kLimitBytes = std::int64_t{64} << 20;

QStringList argumentsOf(const fs::path& folder)
{
    const auto file = [&](const char* name) { return QString::fromStdString(folder / name); };
    return words("backward --grad-input gi.npy --grad-weights gw.safetensors")
        + QStringList{"--branch", file("spec.json"), "--weights",   file("weights.safetensors"),
                      "--input",  file("input.npy"), "--cotangent", file("cotangent.npy")};
}

bool isClose(const Tensor& actual, const Tensor& expected)
{
    if (actual.shape() != expected.shape())
        return false;
    double error = 0.0;
    double largest = 1e-4;
    for (std::int64_t i = 0; i < expected.elements(); ++i) {
        error = std::max(error, std::abs(double{actual.data()[i]} - double{expected.data()[i]}));
        largest = std::max(largest, std::abs(double{expected.data()[i]}));
    }
    return error <= 3e-5 * largest;
}

} // namespace

class TestBackward : public QObject {
    Q_OBJECT
private slots:
    void computesWhatPyTorchDoes_data();
    void computesWhatPyTorchDoes();
    void writesWhatIsAskedFor();
    void worksOnANamedBranch();
    void refuses_data();
    void refuses();
    void failsOnACotangentThatDoesNotFit();
};

void TestBackward::computesWhatPyTorchDoes_data()
{
    QTest::addColumn<QString>("name");
    for (const fs::path& folder : referenceCases(kTestData))
        QTest::newRow(folder.filename().c_str())
            << QString::fromStdString(fs::relative(folder, kTestData).string());
}

void TestBackward::computesWhatPyTorchDoes()
{
    QFETCH(QString, name);
    const fs::path folder = kTestData / name.toStdString();
    const auto reference = loadReferenceCase(folder);
    QVERIFY(reference);
    const Workplace place;
    const ProgramRun run = runProgram(place, argumentsOf(folder));
    QCOMPARE(run.err, std::string());
    QCOMPARE(run.exitCode, 0);
    QVERIFY(isClose(loadedNpy(place.path("gi.npy")), reference->inputGradient));
    const auto gradients = readSafetensors(place.path("gw.safetensors"), kLimitBytes);
    QVERIFY(gradients);
    QCOMPARE(gradients->size(), reference->gradients.size());
    for (const auto& [tensor, gradient] : reference->gradients)
        QVERIFY2(gradients->contains(tensor) && isClose(gradients->at(tensor), gradient),
                 tensor.c_str());
}

void TestBackward::writesWhatIsAskedFor()
{
    const Workplace place;
    QStringList arguments = argumentsOf(kTestData / "golden/original_rgb");
    arguments.removeAt(arguments.indexOf("--grad-weights") + 1);
    arguments.removeOne("--grad-weights");
    const Json json = programJson(place, arguments);
    QCOMPARE(place.everything().size(), std::size_t{1});
    QVERIFY(json.at("gradients").empty());
    QVERIFY(json.at("milliseconds").get<double>() > 0.0);
}

void TestBackward::worksOnANamedBranch()
{
    const Workplace place;
    place.copy(kTestData / "golden/decomposed_rgb/input.npy", "x.npy");
    QCOMPARE(runProgram(place,
                        words("forward --branch decomposed --in-channels 3 --mid-channels 4 "
                              "--out-channels 5 --input x.npy --output y.npy"))
                 .exitCode,
             0);
    const Json json = programJson(
        place,
        words("backward --branch decomposed --in-channels 3 --mid-channels 4 --out-channels "
              "5 --input x.npy --cotangent y.npy --grad-weights g.safetensors"));
    QCOMPARE(jsonText(json.at("gradients").at("branch.2.weight")), QString("[5,4,3,3]"));
    QCOMPARE(json.at("grad_input").size(), std::size_t{4});
}

void TestBackward::refuses_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<std::string>("named");
    const auto row = [](const char* arguments, const char* named) {
        QTest::newRow(arguments) << QString(arguments) << std::string(named);
    };
    row("--branch original --input x.npy --grad-input g.npy", "--cotangent");
    row("--branch original --input x.npy --cotangent c.npy", "--grad-input");
    row("--branch original --cotangent c.npy --grad-input g.npy", "--input");
    row("--input x.npy --cotangent c.npy --grad-input g.npy", "--branch");
    row("--branch original --lift randn --cotangent c.npy --grad-input g.npy", "--size");
}

void TestBackward::refuses()
{
    QFETCH(QString, arguments);
    QFETCH(std::string, named);
    const Workplace place;
    const QString wrong
        = wrongWithFailure(place, words(qPrintable("backward " + arguments)), 2, named);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestBackward::failsOnACotangentThatDoesNotFit()
{
    const Workplace place;
    place.write("gi.npy", "kept");
    QStringList arguments = argumentsOf(kTestData / "golden/original_rgb");
    arguments.back() = QString::fromStdString(kTestData / "golden/original_rgb/input.npy");
    const QString wrong = wrongWithFailure(place, arguments, 1, "cotangent");
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QCOMPARE(place.read("gi.npy"), std::string("kept"));
}

QTEST_APPLESS_MAIN(TestBackward)
#include "test_backward.moc"
