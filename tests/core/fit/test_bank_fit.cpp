#include "core/fit/bank_fit.h"

#include "core/branch/executor.h"
#include "core/weights/torch_generator.h"
#include "tests/support/same_bits.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

constexpr double kFloatRoundoff = 0x1p-24;
constexpr double kExact = 1e-9; ///< for all that a float holds

Tensor randomBank(std::int64_t out, std::int64_t in, std::uint64_t seed = 0)
{
    Tensor bank = Tensor::zeros({out, in, 5, 5});
    TorchGenerator(seed).normal(bank.values());
    return bank;
}

/// Kernel (o, i) at (y, x) of what a stack equals, from the definition.
double composedAt(const Tensor& first, const Tensor& second, std::array<std::int64_t, 4> at)
{
    const auto [o, i, y, x] = at;
    const std::int64_t mid = first.shape()[0];
    const std::int64_t in = first.shape()[1];
    double sum = 0.0;
    for (std::int64_t m = 0; m < mid; ++m)
        for (std::int64_t v = std::max<std::int64_t>(0, y - 2); v <= std::min<std::int64_t>(2, y);
             ++v)
            for (std::int64_t u = std::max<std::int64_t>(0, x - 2);
                 u <= std::min<std::int64_t>(2, x); ++u)
                sum += double(second.data()[((o * mid + m) * 3 + v) * 3 + u])
                    * double(first.data()[((m * in + i) * 3 + y - v) * 3 + x - u]);
    return sum;
}

Tensor composedOf(const Tensor& first, const Tensor& second)
{
    Tensor bank = Tensor::zeros({second.shape()[0], first.shape()[1], 5, 5});
    std::int64_t at = 0;
    for (std::int64_t o = 0; o < bank.shape()[0]; ++o)
        for (std::int64_t i = 0; i < bank.shape()[1]; ++i)
            for (std::int64_t p = 0; p < 25; ++p)
                bank.data()[at++] = float(composedAt(first, second, {o, i, p / 5, p % 5}));
    return bank;
}

double differenceOf(const Tensor& a, const Tensor& b)
{
    const std::vector<double> one(a.values().begin(), a.values().end());
    const std::vector<double> other(b.values().begin(), b.values().end());
    return relativeError(one, other);
}

Tensor madeBank(std::int64_t out, std::int64_t mid, std::int64_t in)
{
    Tensor first = Tensor::zeros({mid, in, 3, 3});
    Tensor second = Tensor::zeros({out, mid, 3, 3});
    TorchGenerator generator(3);
    generator.normal(first.values());
    generator.normal(second.values());
    return composedOf(first, second);
}

BankFit fitted(const Tensor& bank, const FitOptions& options, int threads = 2)
{
    ThreadTeam team(threads);
    auto fit = fitKernels(bank, options, {.team = team});
    if (!fit)
        qFatal("%s", fit.error().message().c_str());
    return *std::move(fit);
}

/// Every output shows one input channel through one kernel.
Tensor diagonalBank(std::int64_t channels, HandMade kind)
{
    Tensor bank = Tensor::zeros({channels, channels, 5, 5});
    const Kernel5x5 kernel = handMadeKernel({kind, 0, {}});
    for (std::int64_t c = 0; c < channels; ++c)
        std::ranges::transform(kernel, bank.data() + (c * channels + c) * 25,
                               [](double value) { return float(value); });
    return bank;
}

} // namespace

class TestBankFit : public QObject {
    Q_OBJECT
private slots:
    void resultIsWhatItSays_data();
    void resultIsWhatItSays();
    void oneKernelIsFittedAsOne();
    void findsAStackThatIsThere();
    void cornersRepresentEveryBank();
    void sharedKernelIsFittedAsOne();
    void noSmallChangeIsBetter();
    void manyMoreStartsFindHardlyMore();
    void threadsChangeNoBit();
    void curveNeverRises();
    void nothingIsFittedByNothing();
    void weightsMakeTheBranch_data();
    void weightsMakeTheBranch();
    void countsFreedom();
    void largerBanksGetFewerStarts();
    void tellsHowFarItIs();
    void stops();
    void refusesWhatCannotBe();
};

void TestBankFit::resultIsWhatItSays_data()
{
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("mid");
    QTest::addColumn<int>("out");
    for (const auto [in, mid, out] : std::initializer_list<std::array<int, 3>>{
             {1, 1, 1}, {1, 2, 3}, {3, 2, 1}, {2, 3, 4}, {4, 1, 2}, {2, 20, 2}})
        QTest::addRow("%d %d %d", in, mid, out) << in << mid << out;
}

void TestBankFit::resultIsWhatItSays()
{
    QFETCH(int, in);
    QFETCH(int, mid);
    QFETCH(int, out);
    const Tensor bank = randomBank(out, in);
    const BankFit fit = fitted(bank, {.midChannels = mid, .starts = 5});
    QCOMPARE(fit.first->shape(), (Shape{mid, in, 3, 3}));
    QCOMPARE(fit.second->shape(), (Shape{out, mid, 3, 3}));
    // Weights are rounded to float, and each is in 9 · mid products of a value.
    const double rounding = 9.0 * mid * 4.0 * kFloatRoundoff;
    QVERIFY(differenceOf(*fit.approximation, composedOf(*fit.first, *fit.second)) <= rounding);
    QVERIFY(std::abs(differenceOf(bank, *fit.approximation) - fit.relativeError) <= rounding);
    QCOMPARE(fit.steps.back().relativeError, fit.relativeError);
    for (std::size_t i = 1; i < fit.steps.size(); ++i)
        QVERIFY(fit.steps[i].loss <= fit.steps[i - 1].loss);
}

void TestBankFit::oneKernelIsFittedAsOne()
{
    Tensor bank = Tensor::zeros({1, 1, 5, 5});
    std::ranges::transform(handMadeKernel({HandMade::Log, 0, {}}), bank.data(),
                           [](double value) { return float(value); });
    Kernel5x5 kernel{};
    std::ranges::copy(bank.values(), kernel.begin());
    ThreadTeam team(2);
    const auto one = fitKernel(kernel, {}, {.team = team});
    QVERIFY(one);
    QCOMPARE(fitted(bank, {}).relativeError, one->relativeError);
}

void TestBankFit::findsAStackThatIsThere()
{
    const BankFit fit = fitted(madeBank(3, 1, 4), {.midChannels = 1, .starts = 50});
    QVERIFY2(fit.relativeError <= 1e-6, std::to_string(fit.relativeError).c_str());
}

void TestBankFit::cornersRepresentEveryBank()
{
    for (const auto& [out, in] : {std::pair{2, 3}, std::pair{3, 2}}) {
        const BankFit fit = fitted(randomBank(out, in), {.midChannels = 8, .starts = 0});
        QVERIFY2(fit.relativeError <= kExact, std::to_string(fit.relativeError).c_str());
    }
}

void TestBankFit::sharedKernelIsFittedAsOne()
{
    const double one = fitted(diagonalBank(1, HandMade::Log), {}).relativeError;
    const BankFit each = fitted(diagonalBank(5, HandMade::Log), {.midChannels = 5, .starts = 0});
    QVERIFY(each.relativeError <= one * (1.0 + 1e-6));
    const BankFit twice = fitted(diagonalBank(5, HandMade::Log), {.midChannels = 10, .starts = 0});
    QVERIFY2(twice.relativeError <= 1e-6, std::to_string(twice.relativeError).c_str());
}

void TestBankFit::noSmallChangeIsBetter()
{
    const Tensor bank = randomBank(2, 2);
    const BankFit fit = fitted(bank, {.midChannels = 1, .starts = 100});
    const double best = differenceOf(bank, composedOf(*fit.first, *fit.second));
    for (std::int64_t tap = 0; tap < fit.first->elements(); ++tap) {
        for (const float move : {-0.02F, 0.02F}) {
            Tensor first = fit.first->clone();
            first.data()[tap] += move;
            Tensor second = fit.second->clone();
            second.data()[tap] += move;
            QVERIFY(differenceOf(bank, composedOf(first, *fit.second)) >= best);
            QVERIFY(differenceOf(bank, composedOf(*fit.first, second)) >= best);
        }
    }
}

void TestBankFit::manyMoreStartsFindHardlyMore()
{
    const Tensor bank = randomBank(2, 2, 1);
    const double usual = fitted(bank, {.midChannels = 2}).relativeError;
    const double other = fitted(bank, {.midChannels = 2, .starts = 3000, .seed = 9}).relativeError;
    constexpr double kClose = 0.02;
    QVERIFY2(usual <= other * (1.0 + kClose),
             qPrintable(QStringLiteral("%1, %2").arg(usual).arg(other)));
}

void TestBankFit::threadsChangeNoBit()
{
    const Tensor bank = randomBank(3, 2);
    const FitOptions options{.midChannels = 2, .starts = 20};
    const BankFit one = fitted(bank, options, 1);
    for (const int threads : {2, 5}) {
        const BankFit fit = fitted(bank, options, threads);
        QCOMPARE(fit.winner, one.winner);
        QVERIFY(sameBits(*fit.first, *one.first));
        QVERIFY(sameBits(*fit.second, *one.second));
    }
}

void TestBankFit::curveNeverRises()
{
    ThreadTeam team(2);
    for (const auto& [out, in] : {std::pair{2, 3}, std::pair{1, 1}}) {
        std::vector<double> told;
        const auto curve = bankFitCurve(
            randomBank(out, in), {.midChannels = 9, .starts = 1, .steps = 12}, {.team = team},
            [&](const BankFit& fit) { told.push_back(fit.relativeError); });
        QVERIFY(curve);
        QCOMPARE(told.size(), std::size_t(9));
        for (std::size_t i = 0; i < 9; ++i) {
            QCOMPARE((*curve)[i].relativeError, told[i]);
            QCOMPARE((*curve)[i].first->shape()[0], std::int64_t(i + 1));
            if (i > 0)
                QVERIFY(told[i] <= told[i - 1] + kExact);
        }
        QVERIFY(told.back() <= kExact);
    }
}

void TestBankFit::nothingIsFittedByNothing()
{
    const BankFit fit = fitted(Tensor::zeros({2, 3, 5, 5}), {.midChannels = 2, .starts = 2});
    QCOMPARE(fit.relativeError, 0.0);
    QVERIFY(sameBits(*fit.approximation, Tensor::zeros({2, 3, 5, 5})));
}

void TestBankFit::weightsMakeTheBranch_data()
{
    QTest::addColumn<bool>("hasBias");
    QTest::addColumn<bool>("hasBetween");
    for (const bool bias : {false, true})
        for (const bool between : {false, true})
            QTest::addRow("bias %d, between %d", bias, between) << bias << between;
}

void TestBankFit::weightsMakeTheBranch()
{
    QFETCH(bool, hasBias);
    QFETCH(bool, hasBetween);
    const BankFit fit = fitted(randomBank(3, 2), {.midChannels = 4, .starts = 0, .steps = 3});
    const BranchOptions options{.inChannels = 2,
                                .midChannels = 4,
                                .outChannels = 3,
                                .between = hasBetween ? Between::Relu : Between::None,
                                .bias = hasBias};
    const Tensor bias = Tensor::filled({3}, 0.25F);
    const TensorMap weights = stackWeights(fit, options, &bias);
    QVERIFY(requireWeights(namedBranch(BranchKind::Decomposed, options), weights));
    QVERIFY(sameBits(weights.at("branch.0.weight"), *fit.first));
    const std::string second = hasBetween ? "branch.2." : "branch.1.";
    QVERIFY(sameBits(weights.at(second + "weight"), *fit.second));
    if (hasBias) {
        QVERIFY(sameBits(weights.at(second + "bias"), bias));
        QVERIFY(sameBits(weights.at("branch.0.bias"), Tensor::zeros({4})));
    }
}

void TestBankFit::countsFreedom()
{
    QCOMPARE(stackFreedom(1, 1, 1), std::int64_t(17));
    QCOMPARE(stackFreedom(1, 2, 1), std::int64_t(25));
    QCOMPARE(stackFreedom(64, 64, 64), std::int64_t(17 * 64 * 64));
    QCOMPARE(stackFreedom(64, 1000, 64), std::int64_t(25 * 64 * 64));
    QCOMPARE(stackFreedom(1, 1000, 1), std::int64_t(25));
    QCOMPARE(leastMidChannelsByFreedom(1, 1), std::int64_t(2));
    QCOMPARE(leastMidChannelsByFreedom(64, 64), std::int64_t(98)); // above 1.517 · 64 = 97.1
}

void TestBankFit::largerBanksGetFewerStarts()
{
    QVERIFY(startsThatPay(2, 2, 2) > startsThatPay(32, 32, 32));
    QVERIFY(startsThatPay(32, 32, 32) > startsThatPay(512, 512, 512));
    QCOMPARE(startsThatPay(512, 512, 512), 1);
}

void TestBankFit::tellsHowFarItIs()
{
    ThreadTeam team(2);
    Progress progress;
    int last = 0;
    const auto fit = fitKernels(randomBank(2, 2), {.midChannels = 2, .starts = 80},
                                {.team = team, .progress = &progress},
                                [&](const FitProgress& told) { last = told.starts; });
    QVERIFY(fit);
    QCOMPARE(last, fit->starts);
    QCOMPARE(progress.share(), 1.0);
}

void TestBankFit::stops()
{
    ThreadTeam team(2);
    std::stop_source stop;
    const auto fit = fitKernels(randomBank(8, 8), {.midChannels = 8, .starts = 100'000},
                                {.team = team, .stop = stop.get_token()},
                                [&](const FitProgress&) { stop.request_stop(); });
    QVERIFY(!fit);
    QCOMPARE(fit.error().code, ErrorCode::Cancelled);
    QCOMPARE(
        bankFitCurve(randomBank(8, 8), {.midChannels = 8}, {.team = team, .stop = stop.get_token()})
            .error()
            .code,
        ErrorCode::Cancelled);
}

void TestBankFit::refusesWhatCannotBe()
{
    ThreadTeam team(1);
    const ComputeContext context{.team = team};
    const auto codeOf = [](const Result<BankFit>& fit) { return fit.error().code; };
    QCOMPARE(codeOf(fitKernels(Tensor::zeros({2, 2, 3, 3}), {}, context)), ErrorCode::Shape);
    QCOMPARE(codeOf(fitKernels(Tensor::zeros({5, 5}), {}, context)), ErrorCode::Shape);
    QCOMPARE(codeOf(fitKernels(Tensor::zeros({2, 2, 5, 5}), {.midChannels = 0}, context)),
             ErrorCode::InvalidArgument);
    Tensor bank = randomBank(2, 2);
    bank.data()[3] = std::numeric_limits<float>::infinity();
    QCOMPARE(codeOf(fitKernels(bank, {}, context)), ErrorCode::InvalidArgument);
    QCOMPARE(codeOf(fitKernels(randomBank(64, 64), {.midChannels = 64},
                               {.team = team, .memoryLimitBytes = 1'000'000})),
             ErrorCode::Memory);
}

QTEST_APPLESS_MAIN(TestBankFit)
#include "test_bank_fit.moc"
