#include "core/experiment/pixel_arithmetic.h"

#include "tests/support/evaluated.h"

#include <QTest>

#include <bit>
#include <cmath>

using namespace factorscope;

namespace {

ArithmeticFindings foundOf(const BothEvaluated& both, const ArithmeticQuestion& question)
{
    ThreadTeam team(2);
    const auto found = arithmeticFindings(both, question, {.team = team});
    EXPECTS(found);
    return *found;
}

std::uint32_t bits(float value)
{
    return std::bit_cast<std::uint32_t>(value);
}

} // namespace

class TestPixelArithmetic : public QObject {
    Q_OBJECT
private slots:
    void isTheReference();
    void theEngineIsWithinRounding();
    void takesTheLastForWhatIsBeyond();
    void channelsOfBothMayDiffer();
    void saysWhyThereIsNone();
    void isStopped();
};

void TestPixelArithmetic::isTheReference()
{
    Experiment experiment = smallExperiment();
    experiment.algorithm = "reference";
    const auto both = evaluated(experiment);
    for (const Position at : {Position{0, 0}, Position{20, 30}, Position{39, 47}}) {
        const ArithmeticFindings found = foundOf(*both, {at, 5});
        for (const auto& [branch, stage] : {std::pair(found.original, Stage::Original),
                                            std::pair(found.factorised, Stage::Factorised)}) {
            QCOMPARE(bits(branch->trace.output().value),
                     bits(both->stages[stage].at(5, at.y, at.x)));
            QCOMPARE(branch->deviation(), 0.0);
            QCOMPARE(branch->algorithm, std::string("reference"));
        }
    }
}

void TestPixelArithmetic::theEngineIsWithinRounding()
{
    Experiment experiment = smallExperiment();
    experiment.algorithm = "winograd";
    const auto both = evaluated(experiment);
    const ArithmeticFindings found = foundOf(*both, {{17, 9}, 2});
    QVERIFY(found.original->algorithm.starts_with("winograd"));
    QCOMPARE(found.original->computed, both->stages[Stage::Original].at(2, 17, 9));
    QVERIFY(std::abs(found.original->deviation()) < 1e-4);
    QVERIFY(std::abs(found.factorised->deviation()) < 1e-4);
}

void TestPixelArithmetic::takesTheLastForWhatIsBeyond()
{
    const auto both = evaluated(smallExperiment());
    const ArithmeticFindings found = foundOf(*both, {{1000, -3}, 1000});
    QCOMPARE(found.question.position, (Position{39, 0}));
    QCOMPARE(found.question.outChannel, both->experiment.outChannels - 1);
    QCOMPARE(found.factorised->trace.output().y, 39);
}

void TestPixelArithmetic::channelsOfBothMayDiffer()
{
    Experiment experiment = smallExperiment();
    experiment.kernels = {};
    experiment.originalOutChannels = 4;
    experiment.originalInChannels = 1;
    const auto both = evaluated(experiment);
    const ArithmeticFindings found = foundOf(*both, {{3, 3}, 9});
    QCOMPARE(found.original->trace.output().channel, 3);
    QCOMPARE(found.factorised->trace.output().channel, 9);
    QCOMPARE(found.original->trace.output().products.size(), std::size_t{25});
}

void TestPixelArithmetic::saysWhyThereIsNone()
{
    Experiment experiment = smallExperiment();
    experiment.batchNorm = true;
    experiment.mode = Mode::Train;
    const ArithmeticFindings found = foundOf(*evaluated(experiment), {});
    QVERIFY(!found.original && !found.factorised);
    QVERIFY(found.whyNot);
    QVERIFY(found.whyNot->message().find("training mode") != std::string::npos);
}

void TestPixelArithmetic::isStopped()
{
    std::stop_source stop;
    stop.request_stop();
    ThreadTeam team(1);
    const auto found = arithmeticFindings(*evaluated(smallExperiment()), {},
                                          {.team = team, .stop = stop.get_token()});
    QVERIFY(!found);
    QVERIFY(found.error().code == ErrorCode::Cancelled);
}

QTEST_MAIN(TestPixelArithmetic)
#include "test_pixel_arithmetic.moc"
