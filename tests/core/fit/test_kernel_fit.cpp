#include "core/fit/kernel_fit.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

constexpr double kClose = 0.05; ///< of the best residual known: how much worse a fit may be
constexpr double kExact = 1e-12; ///< what double precision leaves of an exact fit

KernelFit fitted(const Kernel5x5& kernel, const FitOptions& options = {}, int threads = 2)
{
    ThreadTeam team(threads);
    auto fit = fitKernel(kernel, options, {.team = team});
    if (!fit)
        qFatal("%s", fit.error().message().c_str());
    return *std::move(fit);
}

double squaresOf(const Kernel5x5& kernel)
{
    double squares = 0.0;
    for (const double value : kernel)
        squares += value * value;
    return squares;
}

double lossOf(const Kernel5x5& kernel, std::span<const KernelPair> pairs)
{
    Kernel5x5 rest = kernel;
    for (const KernelPair& pair : pairs)
        for (int y = 0; y < 3; ++y)
            for (int x = 0; x < 3; ++x)
                for (int v = 0; v < 3; ++v)
                    for (int u = 0; u < 3; ++u)
                        rest[std::size_t((y + v) * 5 + x + u)] -= pair.first[std::size_t(y * 3 + x)]
                            * pair.second[std::size_t(v * 3 + u)];
    return squaresOf(rest);
}

Kernel5x5 madeBy(HandMade kind, std::uint64_t seed = 0, const KernelShape& shape = {})
{
    return handMadeKernel({kind, seed, shape});
}

void addKernels()
{
    QTest::addColumn<Kernel5x5>("kernel");
    for (const HandMade kind : {HandMade::Identity, HandMade::Box, HandMade::Binomial,
                                HandMade::Sobel, HandMade::Log, HandMade::Gabor, HandMade::Disk})
        QTest::addRow("%s", handMadeName(kind).data()) << madeBy(kind);
    for (std::uint64_t seed = 0; seed < 10; ++seed)
        QTest::addRow("random %d", int(seed)) << madeBy(HandMade::Random, seed);
    QTest::newRow("wide log") << madeBy(HandMade::Log, 0, {.logSigma = 2.0});
    QTest::newRow("turned gabor") << madeBy(HandMade::Gabor, 0, {.gaborAngle = 20.0});
    QTest::newRow("small disk") << madeBy(HandMade::Disk, 0, {.diskRadius = 1.0});
    KernelShape cross;
    for (std::size_t i = 0; i < 5; ++i)
        cross.painted[i * 6] = cross.painted[i * 4 + 4] = 1.0;
    QTest::newRow("painted cross") << madeBy(HandMade::Painted, 0, cross);
    KernelShape corner;
    corner.painted[4] = -3.0;
    QTest::newRow("painted corner") << madeBy(HandMade::Painted, 0, corner);
}

} // namespace

class TestKernelFit : public QObject {
    Q_OBJECT
private slots:
    void findsTheBestKnownPair_data();
    void findsTheBestKnownPair();
    void twoPairsRepresentEveryKernel_data();
    void twoPairsRepresentEveryKernel();
    void resultIsWhatItSays_data() { addKernels(); }
    void resultIsWhatItSays();
    void noSmallChangeIsBetter();
    void manyMoreStartsFindHardlyMore();
    void threadsChangeNoBit();
    void seedChoosesTheStarts();
    void sizeOfTheKernelDoesNotMatter();
    void nothingIsFittedByNothing();
    void furtherChannelsStayZero();
    void stepsAreLimited();
    void curveNeverRises();
    void tellsHowFarItIs();
    void stops();
    void refusesWhatCannotBe_data();
    void refusesWhatCannotBe();
};

void TestKernelFit::findsTheBestKnownPair_data()
{
    QTest::addColumn<Kernel5x5>("kernel");
    QTest::addColumn<double>("best");
    for (const HandMade kind :
         {HandMade::Identity, HandMade::Box, HandMade::Binomial, HandMade::Sobel})
        QTest::addRow("%s", handMadeName(kind).data()) << madeBy(kind) << 0.0;
    // Found once by hundreds of starts of another program.
    QTest::newRow("log") << madeBy(HandMade::Log) << 0.0039;
    QTest::newRow("disk") << madeBy(HandMade::Disk) << 0.0819;
    QTest::newRow("gabor") << madeBy(HandMade::Gabor) << 0.0680;
    constexpr std::array kRandom{0.3148, 0.3963, 0.3995, 0.3154, 0.3079,
                                 0.3652, 0.3915, 0.2408, 0.1972, 0.2809};
    for (std::size_t seed = 0; seed < kRandom.size(); ++seed)
        QTest::addRow("random %d", int(seed)) << madeBy(HandMade::Random, seed) << kRandom[seed];
}

void TestKernelFit::findsTheBestKnownPair()
{
    QFETCH(Kernel5x5, kernel);
    QFETCH(double, best);
    const KernelFit fit = fitted(kernel);
    QVERIFY2(fit.relativeError <= best * (1.0 + kClose) + kExact,
             std::to_string(fit.relativeError).c_str());
    constexpr double kLastDigit = 0.5e-4; // of the residuals above
    QVERIFY2(fit.relativeError >= best - kLastDigit, std::to_string(fit.relativeError).c_str());
}

void TestKernelFit::twoPairsRepresentEveryKernel_data()
{
    addKernels();
}

void TestKernelFit::twoPairsRepresentEveryKernel()
{
    QFETCH(Kernel5x5, kernel);
    for (const int mid : {2, 5}) {
        const KernelFit fit = fitted(kernel, {.midChannels = mid});
        QCOMPARE(fit.pairs.size(), std::size_t(mid));
        QVERIFY2(fit.relativeError <= kExact, std::to_string(fit.relativeError).c_str());
    }
}

void TestKernelFit::resultIsWhatItSays()
{
    QFETCH(Kernel5x5, kernel);
    const KernelFit fit = fitted(kernel);
    const double squares = squaresOf(kernel);
    const double loss = lossOf(kernel, fit.pairs);
    QVERIFY(std::abs(fit.relativeError - std::sqrt(loss / squares)) <= kExact);
    QCOMPARE(fit.approximation, sumOf(fit.pairs));
    QVERIFY(fit.starts >= 1 && fit.winner < fit.starts);
    QVERIFY(std::abs(fit.steps.back().relativeError - fit.relativeError) <= kExact);
    QVERIFY(std::abs(fit.steps.back().loss - loss) <= kExact * squares);
    for (std::size_t i = 0; i < fit.steps.size(); ++i) {
        QCOMPARE(fit.steps[i].step, int(i));
        if (i > 0)
            QVERIFY(fit.steps[i].loss <= fit.steps[i - 1].loss);
    }
}

/// At a minimum every tap's slope is zero: a move of h changes the loss by h² times a curvature.
void TestKernelFit::noSmallChangeIsBetter()
{
    for (const HandMade kind : {HandMade::Log, HandMade::Disk, HandMade::Gabor, HandMade::Random}) {
        const Kernel5x5 kernel = madeBy(kind);
        const KernelFit fit = fitted(kernel);
        const double loss = lossOf(kernel, fit.pairs);
        for (std::size_t tap = 0; tap < 18; ++tap) {
            for (const double move : {-1e-4, 1e-4}) {
                std::vector<KernelPair> moved = fit.pairs;
                double& value = tap < 9 ? moved[0].first[tap] : moved[0].second[tap - 9];
                value += move;
                QVERIFY(lossOf(kernel, moved) >= loss);
            }
        }
    }
}

void TestKernelFit::manyMoreStartsFindHardlyMore()
{
    for (std::uint64_t seed = 100; seed < 103; ++seed) {
        const Kernel5x5 kernel = madeBy(HandMade::Random, seed);
        const double usual = fitted(kernel).relativeError;
        const double best = fitted(kernel, {.starts = 1500, .seed = 7}).relativeError;
        QVERIFY2(usual <= best * (1.0 + kClose),
                 qPrintable(QStringLiteral("seed %1: %2, %3").arg(seed).arg(usual).arg(best)));
    }
}

void TestKernelFit::threadsChangeNoBit()
{
    const Kernel5x5 kernel = madeBy(HandMade::Random, 4);
    const KernelFit one = fitted(kernel, {}, 1);
    for (const int threads : {2, 3, 7}) {
        const KernelFit fit = fitted(kernel, {}, threads);
        QCOMPARE(fit.winner, one.winner);
        QVERIFY(fit.pairs == one.pairs);
    }
}

void TestKernelFit::seedChoosesTheStarts()
{
    const Kernel5x5 kernel = madeBy(HandMade::Random);
    const auto oneStart = [&](std::uint64_t seed) {
        return fitted(kernel, {.starts = 4, .steps = 3, .seed = seed}).pairs;
    };
    QVERIFY(oneStart(1) == oneStart(1));
    QVERIFY(!(oneStart(1) == oneStart(2)));
}

void TestKernelFit::sizeOfTheKernelDoesNotMatter()
{
    Kernel5x5 kernel = madeBy(HandMade::Disk);
    const double plain = fitted(kernel).relativeError;
    for (const double size : {1e-30, 1e30}) {
        Kernel5x5 scaled = kernel;
        for (double& value : scaled)
            value *= size;
        QVERIFY(std::abs(fitted(scaled).relativeError - plain) <= kExact);
    }
}

void TestKernelFit::nothingIsFittedByNothing()
{
    const KernelFit fit = fitted(Kernel5x5{}, {.midChannels = 2});
    QCOMPARE(fit.relativeError, 0.0);
    QCOMPARE(fit.approximation, Kernel5x5{});
    QCOMPARE(relativeError(Kernel5x5{1.0}, Kernel5x5{}), 1.0);
    QVERIFY(std::isinf(relativeError(Kernel5x5{}, Kernel5x5{1.0})));
}

void TestKernelFit::furtherChannelsStayZero()
{
    const KernelFit fit = fitted(madeBy(HandMade::Random), {.midChannels = 9});
    QCOMPARE(fit.pairs.size(), std::size_t(9));
    QVERIFY(fit.relativeError <= kExact);
    QVERIFY(fit.pairs[8] == KernelPair{});
}

void TestKernelFit::stepsAreLimited()
{
    const Kernel5x5 kernel = madeBy(HandMade::Random, 4);
    const KernelFit few = fitted(kernel, {.starts = 10, .steps = 3});
    QCOMPARE(few.steps.size(), std::size_t(4));
    QVERIFY(fitted(kernel, {.starts = 10}).relativeError < few.relativeError);
}

void TestKernelFit::curveNeverRises()
{
    ThreadTeam team(2);
    for (std::uint64_t seed = 20; seed < 23; ++seed) {
        std::vector<double> told;
        const auto curve = kernelFitCurve(
            madeBy(HandMade::Random, seed), {.midChannels = 5, .starts = 1, .steps = 4},
            {.team = team}, [&](const KernelFit& fit) { told.push_back(fit.relativeError); });
        QVERIFY(curve);
        QCOMPARE(curve->size(), std::size_t(5));
        for (std::size_t i = 0; i < 5; ++i) {
            QCOMPARE((*curve)[i].pairs.size(), i + 1);
            QCOMPARE((*curve)[i].relativeError, told[i]);
            if (i > 0)
                QVERIFY(told[i] <= told[i - 1] + kExact);
        }
    }
}

void TestKernelFit::tellsHowFarItIs()
{
    ThreadTeam team(2);
    Progress progress;
    int last = 0;
    double best = std::numeric_limits<double>::infinity();
    const auto fit = fitKernel(madeBy(HandMade::Random), {.starts = 100},
                               {.team = team, .progress = &progress}, [&](const FitProgress& told) {
                                   QVERIFY(told.starts > last);
                                   QVERIFY(told.relativeError <= best);
                                   last = told.starts;
                                   best = told.relativeError;
                               });
    QVERIFY(fit);
    QCOMPARE(last, fit->starts);
    QCOMPARE(progress.share(), 1.0);
    QVERIFY(fit->relativeError <= best);
}

void TestKernelFit::stops()
{
    ThreadTeam team(2);
    std::stop_source stop;
    const auto fit = fitKernel(madeBy(HandMade::Random), {.starts = 100'000},
                               {.team = team, .stop = stop.get_token()},
                               [&](const FitProgress&) { stop.request_stop(); });
    QVERIFY(!fit);
    QCOMPARE(fit.error().code, ErrorCode::Cancelled);
}

void TestKernelFit::refusesWhatCannotBe_data()
{
    QTest::addColumn<FitOptions>("options");
    QTest::addColumn<double>("tap");
    QTest::addColumn<QString>("named");
    QTest::newRow("no channel") << FitOptions{.midChannels = 0} << 1.0 << "not 0";
    QTest::newRow("starts below 0") << FitOptions{.starts = -1} << 1.0 << "not -1";
    QTest::newRow("too many starts") << FitOptions{.starts = 2'000'000} << 1.0 << "2000000";
    QTest::newRow("no step") << FitOptions{.steps = 0} << 1.0 << "not 0";
    QTest::newRow("no number") << FitOptions{} << std::nan("") << "nan";
    QTest::newRow("infinite") << FitOptions{} << std::numeric_limits<double>::infinity() << "inf";
}

void TestKernelFit::refusesWhatCannotBe()
{
    QFETCH(FitOptions, options);
    QFETCH(double, tap);
    QFETCH(QString, named);
    ThreadTeam team(1);
    Kernel5x5 kernel = madeBy(HandMade::Log);
    kernel[7] = tap;
    const auto fit = fitKernel(kernel, options, {.team = team});
    QVERIFY(!fit);
    QCOMPARE(fit.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(QString::fromStdString(fit.error().message()).contains(named),
             fit.error().message().c_str());
}

QTEST_APPLESS_MAIN(TestKernelFit)
#include "test_kernel_fit.moc"
