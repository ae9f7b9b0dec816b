#include "core/fit/representation.h"

#include "tests/support/drawn.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

constexpr double kClose = 0.05; ///< of the best residual known: how much worse a fit may be
constexpr double kExact = 1e-6; ///< what float weights leave of an exact fit

SharedTensor noise(const Shape& shape, std::uint64_t seed = 3)
{
    return std::make_shared<const Tensor>(drawn(shape, seed));
}

RepresentationQuestion of(HandMade kind, std::uint64_t seed = 0)
{
    return {.kernels = bankOfKernel(handMadeKernel({kind, seed, {}})),
            .input = noise({1, 3, 12, 14}),
            .channel = {},
            .midChannels = {1, 2, 3, 4},
            .options = {}};
}

Representation found(const RepresentationQuestion& question,
                     const RepresentationListener& listener = {})
{
    ThreadTeam team(2);
    auto result = represent(question, {.team = team}, listener);
    if (!result)
        qFatal("%s", result.error().message().c_str());
    return *std::move(result);
}

} // namespace

class TestRepresentation : public QObject {
    Q_OBJECT
private slots:
    void findsTheBestResiduals_data();
    void findsTheBestResiduals();
    void estimateIsAStart();
    void saysHowManyStartsReachIt();
    void judgesOnThePicture();
    void oneChannelIsOneImage();
    void banksFallToNothing();
    void tellsEachPoint();
    void picksPoints();
    void kernelsAreTakenFromABank();
    void freedomFalls();
    void stops();
    void refusesAnInputOfOtherChannels();
};

void TestRepresentation::findsTheBestResiduals_data()
{
    QTest::addColumn<RepresentationQuestion>("question");
    QTest::addColumn<double>("best");
    for (const HandMade kind :
         {HandMade::Identity, HandMade::Box, HandMade::Binomial, HandMade::Sobel})
        QTest::addRow("%s", handMadeName(kind).data()) << of(kind) << 0.0;
    QTest::newRow("log") << of(HandMade::Log) << 0.0039;
    QTest::newRow("disk") << of(HandMade::Disk) << 0.0819;
    QTest::newRow("gabor") << of(HandMade::Gabor) << 0.0680;
    constexpr std::array kRandom{0.3148, 0.3963, 0.3995, 0.3154, 0.3079,
                                 0.3652, 0.3915, 0.2408, 0.1972, 0.2809};
    for (std::size_t seed = 0; seed < kRandom.size(); ++seed)
        QTest::addRow("random %zu", seed) << of(HandMade::Random, seed) << kRandom[seed];
}

void TestRepresentation::findsTheBestResiduals()
{
    QFETCH(RepresentationQuestion, question);
    QFETCH(double, best);
    question.midChannels = {1, 2};
    question.input = nullptr;
    const Representation all = found(question);
    QCOMPARE(all.points.size(), std::size_t(2));
    QVERIFY(all.isComplete() && all.isOneKernel() && !all.isEstimate);
    const double one = all.points[0].fit.relativeError;
    constexpr double kPrinted = 5e-5; // of the four decimals that are known
    QVERIFY2(one <= best * (1.0 + kClose) + kExact && one >= best - kPrinted,
             std::to_string(one).c_str());
    QVERIFY2(all.points[1].fit.relativeError <= kExact,
             std::to_string(all.points[1].fit.relativeError).c_str());
    QVERIFY(!all.points[0].onPicture);
}

void TestRepresentation::estimateIsAStart()
{
    ThreadTeam team(2);
    const RepresentationQuestion question = of(HandMade::Log);
    const auto early = estimate(question, {.team = team});
    QVERIFY(early);
    QVERIFY(early->isEstimate);
    QCOMPARE(early->question, question);
    QCOMPARE(early->points.size(), question.midChannels.size());
    QVERIFY(early->points[0].onPicture);
    QVERIFY(early->points[0].fit.starts < 10);
    int better = 0;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        RepresentationQuestion random = of(HandMade::Random, seed);
        random.midChannels = {1};
        const auto soon = estimate(random, {.team = team});
        QVERIFY(soon);
        const double first = soon->points[0].fit.relativeError;
        const double best = found(random).points[0].fit.relativeError;
        QVERIFY(best <= first + kExact);
        better += best < 0.99 * first ? 1 : 0;
    }
    QVERIFY(better > 0); // else nobody would need the search
}

void TestRepresentation::saysHowManyStartsReachIt()
{
    RepresentationQuestion question = of(HandMade::Log);
    question.midChannels = {1};
    question.input = nullptr;
    const BankFit log = found(question).points.front().fit;
    QVERIFY(log.starts >= 300);
    // 2.8 % of the random ones do.
    QVERIFY2(log.reached >= 2 && log.reached <= 30, std::to_string(log.reached).c_str());
    question.kernels = bankOfKernel(handMadeKernel({HandMade::Binomial, 0, {}}));
    const BankFit binomial = found(question).points.front().fit;
    QVERIFY(binomial.reached >= 1 && binomial.reached <= binomial.starts);
}

void TestRepresentation::judgesOnThePicture()
{
    // On one pixel that is lit, the maps are the kernels themselves.
    RepresentationQuestion question = of(HandMade::Disk);
    Tensor lit = Tensor::zeros({1, 1, 9, 9});
    lit.data()[40] = 2.0F;
    question.input = std::make_shared<const Tensor>(std::move(lit));
    const Representation all = found(question);
    for (const RepresentationPoint& point : all.points)
        QVERIFY(std::abs(*point.onPicture - point.fit.relativeError) <= kExact);
    // A flat picture sees the sums alone.
    question.input = std::make_shared<const Tensor>(Tensor::filled({1, 2, 40, 40}, 1.0F));
    QVERIFY(*found(question).points[0].onPicture < *all.points[0].onPicture);
}

void TestRepresentation::oneChannelIsOneImage()
{
    RepresentationQuestion question = of(HandMade::Gabor);
    question.midChannels = {1};
    std::vector<double> each;
    for (std::int64_t channel = 0; channel < 3; ++channel) {
        question.channel = channel;
        each.push_back(*found(question).points[0].onPicture);
    }
    QVERIFY(each[0] != each[1] && each[1] != each[2]);
    question.channel.reset();
    const double all = *found(question).points[0].onPicture;
    QVERIFY(all > std::ranges::min(each) && all < std::ranges::max(each));
}

void TestRepresentation::banksFallToNothing()
{
    const RepresentationQuestion question{.kernels = noise({3, 2, 5, 5}, 1),
                                          .input = noise({1, 2, 10, 10}),
                                          .channel = {},
                                          .midChannels = midChannelsThatPay(2, 3),
                                          .options = {.starts = 20}};
    QCOMPARE(question.midChannels.back(), 8);
    const Representation all = found(question);
    double before = 1.0;
    for (const RepresentationPoint& point : all.points) {
        QVERIFY(point.fit.relativeError <= before + kExact);
        QVERIFY(*point.onPicture <= 1.0 + kExact);
        before = point.fit.relativeError;
    }
    QVERIFY2(before <= kExact, std::to_string(before).c_str());
    QVERIFY(*all.points.back().onPicture <= kExact);
    QVERIFY(all.points.front().fit.relativeError > 0.1);
}

void TestRepresentation::tellsEachPoint()
{
    std::vector<std::size_t> told;
    int starts = 0;
    RepresentationQuestion question = of(HandMade::Random);
    question.input = nullptr;
    const Representation all
        = found(question,
                {.found = [&](const Representation& sofar) { told.push_back(sofar.points.size()); },
                 .under = [&](const FitProgress& progress) { starts = progress.starts; }});
    QCOMPARE(told, (std::vector<std::size_t>{1, 2, 3, 4}));
    QVERIFY(starts > 0);
    QCOMPARE(all.at(1).midChannels(), 1);
    QCOMPARE(all.at(3).midChannels(), 3);
    QCOMPARE(all.at(99).midChannels(), 4);
}

void TestRepresentation::picksPoints()
{
    QCOMPARE(midChannelsThatPay(1, 1), (std::vector{1, 2, 3, 4}));
    QCOMPARE(midChannelsThatPay(3, 16).size(), std::size_t(12));
    QCOMPARE(midChannelsThatPay(64, 64), (std::vector{1, 2, 4, 8, 16, 32, 64, 98, 128, 256}));
    QCOMPARE(midChannelsThatPay(1000, 3).back(), 12);
}

void TestRepresentation::kernelsAreTakenFromABank()
{
    const SharedTensor bank = noise({4, 3, 5, 5});
    const Kernel5x5 kernel = kernelAt(*bank, 2, 1);
    QCOMPARE(float(kernel[7]), bank->data()[(2 * 3 + 1) * 25 + 7]);
    QVERIFY(std::ranges::equal(bankOfKernel(kernel)->values(),
                               bank->values().subspan((2 * 3 + 1) * 25, 25)));
}

void TestRepresentation::freedomFalls()
{
    QCOMPARE(errorByFreedom(1, 1, 1), std::sqrt(8.0 / 25.0));
    QCOMPARE(errorByFreedom(1, 2, 1), 0.0);
    QCOMPARE(errorByFreedom(64, 64, 64), std::sqrt(8.0 / 25.0));
    double before = 1.0;
    for (std::int64_t mid = 1; mid <= 98; ++mid) {
        const double here = errorByFreedom(64, mid, 64);
        QVERIFY(here < before);
        before = here;
    }
    QCOMPARE(before, 0.0);
}

void TestRepresentation::stops()
{
    ThreadTeam team(2);
    std::stop_source stop;
    const auto result = represent(of(HandMade::Random), {.team = team, .stop = stop.get_token()},
                                  {.found = [&](const Representation&) { stop.request_stop(); }});
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
}

void TestRepresentation::refusesAnInputOfOtherChannels()
{
    ThreadTeam team(1);
    const auto result = represent({.kernels = noise({2, 3, 5, 5}),
                                   .input = noise({1, 2, 8, 8}),
                                   .channel = {},
                                   .midChannels = {1},
                                   .options = {.starts = 0, .steps = 1}},
                                  {.team = team});
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Shape);
}

QTEST_APPLESS_MAIN(TestRepresentation)
#include "test_representation.moc"
