#include "core/fit/bank_fit.h"
#include "core/weights/kernel_text.h"
#include "core/weights/npy.h"
#include "core/weights/safetensors.h"
#include "core/weights/torch_generator.h"
#include "tests/support/program.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

constexpr std::int64_t kLimitBytes = std::int64_t{64} << 20;
/// Weights are rounded to float, and each product of a stack with up to 8 mid channels again.
constexpr double kRounding = 9.0 * 8.0 * 4.0 * 0x1p-24;

const QStringList kFit = words("fit --linear");

double lastError(const Json& steps)
{
    return steps.back().at("relative_error").get<double>();
}

TensorMap loaded(const Workplace& place, std::string_view name)
{
    auto tensors = readSafetensors(place.path(name), kLimitBytes);
    if (!tensors)
        qFatal("%s", tensors.error().message().c_str());
    return *std::move(tensors);
}

void save(const Workplace& place, std::string_view name, const Tensor& tensor)
{
    OutputFiles files;
    if (!addNpy(files, place.path(name), tensor) || !files.commit())
        qFatal("cannot write");
}

Tensor kernelTensor(HandMade kind)
{
    Tensor tensor = Tensor::zeros({5, 5});
    std::ranges::transform(handMadeKernel({kind, 0, {}}), tensor.data(),
                           [](double value) { return float(value); });
    return tensor;
}

/// The maps that a branch of the program makes of random numbers.
Tensor maps(const Workplace& place, const QStringList& branch)
{
    const ProgramRun run
        = runProgram(place, words("forward --input in.npy --output out.npy --branch") + branch);
    if (run.exitCode != 0)
        qFatal("%s", run.err.c_str());
    auto output = readNpy(place.path("out.npy"), kLimitBytes);
    if (!output)
        qFatal("%s", output.error().message().c_str());
    return *std::move(output);
}

} // namespace

class TestFit : public QObject {
    Q_OBJECT
private slots:
    void printsTheWayOfTheBestStart();
    void oneHandMadeKernelIsOneKernel();
    void shapeOfTheKernelActs();
    void takesTargetsFromFiles();
    void takesPaintedKernels();
    void takesTheSeededOriginal();
    void weightsMakeTheTarget();
    void betweenNamesTheWeights();
    void printsTheCurve();
    void printsForPeople();
    void refuses_data();
    void refuses();
    void refusesFiles_data();
    void refusesFiles();
    void keepsOldFilesWhenItFails();
};

void TestFit::printsTheWayOfTheBestStart()
{
    const Workplace place;
    const QStringList one = words("--in-channels 1 --mid-channels 1 --out-channels 1");
    const Json steps = programJson(place, kFit + words("--kernels disk") + one);
    double before = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        QCOMPARE(steps[i].at("step").get<int>(), int(i));
        const double loss = steps[i].at("loss").get<double>();
        QVERIFY(loss <= before);
        before = loss;
        // The disk has 13 ones.
        const double error = steps[i].at("relative_error").get<double>();
        QVERIFY(std::abs(std::sqrt(loss / 13.0) - error) <= kRounding);
    }
    QVERIFY(std::abs(lastError(steps) - 0.0819) < 1e-4);
    const Json short3 = programJson(place, kFit + words("--kernels disk --steps 3 --starts 5"));
    QVERIFY(short3.size() <= 4);
}

void TestFit::oneHandMadeKernelIsOneKernel()
{
    const Workplace place;
    const ProgramRun run = runProgram(place, kFit + words("--kernels log"));
    QCOMPARE(run.exitCode, 0);
    QVERIFY2(run.out.starts_with("1 -> 1 -> 1, linear: relative error 0.0039"), run.out.c_str());
    // As a bank it may be mixed, which is better than channel by channel.
    const Json bank
        = programJson(place,
                      kFit
                          + words("--kernels log --in-channels 3 --mid-channels 3 --out-channels 3 "
                                  "--starts 0"));
    QVERIFY(lastError(bank) < 0.00395);
}

void TestFit::shapeOfTheKernelActs()
{
    const Workplace place;
    const double usual = lastError(programJson(place, kFit + words("--kernels log")));
    const double wide = lastError(programJson(place, kFit + words("--kernels log --log-sigma 2")));
    QVERIFY(std::abs(usual - wide) > 1e-3);
}

void TestFit::takesTargetsFromFiles()
{
    const Workplace place;
    save(place, "k.npy", kernelTensor(HandMade::Gabor));
    QVERIFY(std::abs(lastError(programJson(place, kFit + words("--target k.npy"))) - 0.0680)
            < 1e-4);
    Tensor bank = Tensor::zeros({3, 2, 5, 5});
    TorchGenerator(0).normal(bank.values());
    save(place, "bank.npy", bank);
    const QStringList few = words("--target bank.npy --starts 4");
    const ProgramRun run = runProgram(place, kFit + few);
    QVERIFY2(run.out.starts_with("2 -> 3 -> 3"), run.out.c_str());
    QVERIFY(lastError(programJson(place, kFit + few + words("--mid-channels 8"))) <= kRounding);
}

void TestFit::takesPaintedKernels()
{
    const Workplace place;
    const Kernel5x5 disk = handMadeKernel({HandMade::Disk, 0, {}});
    const std::string text = kernelText(disk, 5);
    place.write("disk.txt", text);
    save(place, "disk.npy", kernelTensor(HandMade::Disk));
    const QString typed = QString::fromStdString(text);
    for (const QStringList& target :
         {QStringList{"--target", typed}, words("--target disk.txt"),
          QStringList{"--painted", typed}, words("--kernels painted --painted disk.txt"),
          words("--kernels painted --painted disk.npy")}) {
        const double error = lastError(programJson(place, kFit + target));
        QVERIFY2(std::abs(error - 0.0819) < 1e-4, qPrintable(target.join(u' ')));
    }
}

void TestFit::takesTheSeededOriginal()
{
    const Workplace place;
    const QStringList sizes = words("--in-channels 2 --mid-channels 2 --out-channels 2");
    const QStringList few = kFit + sizes + words("--starts 4");
    const auto made = [&](const char* seed) {
        return runProgram(place,
                          words("init --branch original --output w.safetensors --seed")
                              + QStringList{seed} + sizes)
            .exitCode;
    };
    QCOMPARE(made("7"), 0);
    const Json seeded = programJson(place, few + words("--seed 7"));
    // The seed draws the starts as well.
    const Json fromFile = programJson(place, few + words("--weights w.safetensors --seed 7"));
    QCOMPARE(jsonText(seeded), jsonText(fromFile));
    QVERIFY(lastError(programJson(place, few + words("--seed 8"))) != lastError(seeded));
}

void TestFit::weightsMakeTheTarget()
{
    const Workplace place;
    Tensor input = Tensor::zeros({1, 2, 9, 10});
    TorchGenerator(5).normal(input.values());
    save(place, "in.npy", input);
    const QStringList sizes = words("--in-channels 2 --out-channels 3 --mid-channels 8");
    const ProgramRun run
        = runProgram(place, kFit + words("--starts 0 --output fit.safetensors") + sizes);
    QVERIFY2(run.exitCode == 0, run.err.c_str());
    const Tensor original = maps(place, words("original") + sizes);
    const Tensor stack
        = maps(place, words("decomposed --between none --weights fit.safetensors") + sizes);
    QCOMPARE(stack.shape(), original.shape());
    // Away from the ring where zero padding comes twice.
    double largest = 0.0;
    for (const float value : original.values())
        largest = std::max(largest, double(std::abs(value)));
    for (std::int64_t i = 0; i < original.elements(); ++i) {
        const std::int64_t y = i / 10 % 9;
        const std::int64_t x = i % 10;
        if (y > 0 && y < 8 && x > 0 && x < 9)
            QVERIFY(std::abs(original.data()[i] - stack.data()[i]) <= 10.0 * kRounding * largest);
    }
}

void TestFit::betweenNamesTheWeights()
{
    const Workplace place;
    const QStringList fit = kFit + words("--kernels box --output w.safetensors");
    QCOMPARE(runProgram(place, fit).exitCode, 0);
    QVERIFY(loaded(place, "w.safetensors").contains("branch.1.weight"));
    QCOMPARE(runProgram(place, fit + words("--between relu --no-bias")).exitCode, 0);
    const TensorMap weights = loaded(place, "w.safetensors");
    QVERIFY(weights.contains("branch.2.weight"));
    QCOMPARE(weights.size(), std::size_t(2));
}

void TestFit::printsTheCurve()
{
    const Workplace place;
    const Json rows = programJson(place, kFit + words("--kernels random --seed 3 --curve 3"));
    QCOMPARE(rows.size(), std::size_t(3));
    QCOMPARE(rows[0].at("mid_channels").get<int>(), 1);
    QVERIFY(std::abs(rows[0].at("relative_error").get<double>() - 0.3154) < 1e-4);
    QCOMPARE(rows[0].at("freedom").get<int>(), 17);
    QCOMPARE(rows[0].at("freedom_of_target").get<int>(), 25);
    QVERIFY(rows[1].at("relative_error").get<double>() <= 1e-6);
}

void TestFit::printsForPeople()
{
    const Workplace place;
    const ProgramRun run = runProgram(place, kFit + words("--kernels identity"));
    QVERIFY2(run.out.find("relative error below 0.000001") != std::string::npos, run.out.c_str());
    QVERIFY2(run.out.find("17 at most of 25; by count C_mid = 2 suffices") != std::string::npos,
             run.out.c_str());
    const ProgramRun curve = runProgram(place, kFit + words("--kernels identity --curve 2"));
    QVERIFY2(curve.out.find("C_mid") != std::string::npos, curve.out.c_str());
}

void TestFit::refuses_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("named");
    QTest::newRow("not linear") << "fit --kernels log"
                                << "--linear";
    QTest::newRow("separable") << "fit --linear --branch separable"
                               << "decomposed";
    QTest::newRow("file") << "fit --linear --branch a.json"
                          << "decomposed";
    QTest::newRow("norm") << "fit --linear --batch-norm"
                          << "BatchNorm";
    QTest::newRow("residual") << "fit --linear --residual conv1x1"
                              << "residual";
    QTest::newRow("two targets") << "fit --linear --target k.npy --kernels log"
                                 << "'k.npy'";
    QTest::newRow("curve") << "fit --linear --curve 2 --output w.safetensors"
                           << "'w.safetensors'";
    QTest::newRow("steps") << "fit --linear --steps 0"
                           << "--steps";
    QTest::newRow("starts") << "fit --linear --starts -1"
                            << "--starts";
    QTest::newRow("painted without a kernel") << "fit --linear --kernels painted"
                                              << "--painted";
    QTest::newRow("painted and another") << "fit --linear --kernels log --painted 1;2"
                                         << "'log'";
    QTest::newRow("painted with a word") << "fit --linear --painted 1;2;oops"
                                         << "oops";
    QTest::newRow("painted of another size") << "fit --linear --painted 1;2;3"
                                             << "here are 3";
    QTest::newRow("target with a word") << "fit --linear --target 1;2;oops"
                                        << "oops";
    QTest::newRow("curve of none") << "fit --linear --curve 0"
                                   << "--curve";
}

void TestFit::refuses()
{
    QFETCH(QString, arguments);
    QFETCH(QString, named);
    const Workplace place;
    QCOMPARE(wrongWithFailure(place, words(qPrintable(arguments)), 2, named.toStdString()),
             QString());
}

void TestFit::refusesFiles_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("named");
    QTest::newRow("missing") << "--target none.npy"
                             << "'none.npy'";
    QTest::newRow("3x3") << "--target small.npy"
                         << "'small.npy' has the shape 3x3";
    QTest::newRow("painted, missing") << "--painted none.txt"
                                      << "'none.txt'";
    QTest::newRow("painted, 3x3") << "--painted small.npy"
                                  << "'small.npy' has the shape 3x3";
    QTest::newRow("no kernel in a text") << "--target words.txt"
                                         << "'words.txt' holds no kernel";
    QTest::newRow("no number") << "--target nan.npy"
                               << "'nan.npy'";
    QTest::newRow("other channels") << "--target k.npy --in-channels 2"
                                    << "'k.npy'";
    QTest::newRow("weights of another branch") << "--weights w.safetensors"
                                               << "branch.";
    QTest::newRow("memory") << "--mid-channels 64 --memory-limit 1"
                            << "MB";
}

void TestFit::refusesFiles()
{
    QFETCH(QString, arguments);
    QFETCH(QString, named);
    const Workplace place;
    save(place, "k.npy", kernelTensor(HandMade::Log));
    place.write("words.txt", "once upon a time");
    save(place, "small.npy", Tensor::zeros({3, 3}));
    save(place, "nan.npy", Tensor::filled({5, 5}, std::numeric_limits<float>::quiet_NaN()));
    QCOMPARE(runProgram(place, words("init --branch decomposed --output w.safetensors")).exitCode,
             0);
    QCOMPARE(wrongWithFailure(place, kFit + words(qPrintable(arguments)), 1, named.toStdString()),
             QString());
}

void TestFit::keepsOldFilesWhenItFails()
{
    const Workplace place;
    place.write("w.safetensors", "old");
    QCOMPARE(wrongWithFailure(place, kFit + words("--kernels log --output none/w.safetensors"), 1,
                              "'none/w.safetensors'"),
             QString());
}

QTEST_GUILESS_MAIN(TestFit)
#include "test_fit.moc"
