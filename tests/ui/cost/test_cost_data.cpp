#include "core/experiment/presets.h"
#include "ui/cost/cost_data.h"

#include <QTest>

using namespace factorscope;

namespace {

Experiment experimentOf(const char* preset)
{
    Experiment experiment;
    const Preset* found = findPreset(preset);
    EXPECTS(found);
    apply(*found, experiment);
    return experiment;
}

CostComparison costsOf(const Experiment& experiment)
{
    const auto costs = compareCosts(experiment, experiment.size);
    EXPECTS(costs);
    return *costs;
}

Experiment article()
{
    Experiment experiment;
    experiment.size = {224, 224};
    return experiment;
}

const Cost& costAt(const CostComparison& costs, std::int64_t midChannels)
{
    const auto found = std::ranges::find(costs.curve, midChannels, &CostPoint::midChannels);
    EXPECTS(found != costs.curve.end());
    return found->cost;
}

QStringList texts(const std::vector<CurveMark>& marks)
{
    QStringList texts;
    for (const CurveMark& mark : marks)
        texts += mark.text;
    return texts;
}

} // namespace

class TestCostData : public QObject {
    Q_OBJECT
private slots:
    void countsTheArticle();
    void countsGoogLeNet_data();
    void countsGoogLeNet();
    void memoryIsDearerEverywhere();
    void aCheapBranchIsNowhereDearer();
    void theCurveReachesTheEndOfTheSlider();
    void theCurveIsExactAndGoesThroughTheBranch();
    void samplesAreFewAndHoldTheMarks();
    void equalMarksAreOne();
    void memoryHasNoParity();
    void saysFiguresInWords();
    void refusesWhatCannotBeCounted();
};

void TestCostData::countsTheArticle()
{
    const CostComparison costs = costsOf(article());
    const auto is = [&](CostMeasure measure, std::int64_t original, std::int64_t factorised) {
        const CostPair pair = costs.pair(measure);
        return pair.original == original && pair.factorised == factorised;
    };
    QVERIFY(is(CostMeasure::Weights, 102'400, 73'728));
    QVERIFY(is(CostMeasure::Params, 102'464, 73'856));
    QVERIFY(is(CostMeasure::Macs, 5'138'022'400, 3'699'376'128));
    QVERIFY(is(CostMeasure::ActivationMemory, 12'845'056, 25'690'112));
    QCOMPARE(costs.pair(CostMeasure::Weights).ratio(), 0.72);

    Experiment normalised = article();
    normalised.batchNorm = true;
    normalised.bias = false;
    const CostPair params = costsOf(normalised).pair(CostMeasure::Params);
    QCOMPARE(params.original, std::int64_t(102'528));
    QCOMPARE(params.factorised, std::int64_t(73'984));
}

void TestCostData::countsGoogLeNet_data()
{
    QTest::addColumn<QByteArray>("preset");
    QTest::addColumn<QString>("ratio");
    QTest::addColumn<QString>("parity");
    QTest::newRow("3a") << QByteArray("googlenet-3a") << "1.080"
                        << "29.63";
    QTest::newRow("3b") << QByteArray("googlenet-3b") << "1.440"
                        << "66.67";
    QTest::newRow("4e") << QByteArray("googlenet-4e") << "1.800"
                        << "71.11";
    QTest::newRow("5b") << QByteArray("googlenet-5b") << "1.320"
                        << "96.97";
}

void TestCostData::countsGoogLeNet()
{
    QFETCH(QByteArray, preset);
    QFETCH(QString, ratio);
    QFETCH(QString, parity);
    const CostComparison costs = costsOf(experimentOf(preset.constData()));
    for (const CostMeasure measure : {CostMeasure::Weights, CostMeasure::Macs}) {
        QCOMPARE(QString::number(costs.pair(measure).ratio(), 'f', 3), ratio);
        QCOMPARE(QString::number(dearerFrom(costs, measure).value(), 'f', 2), parity);
    }
    const auto mark = std::ranges::find(costs.marks, MidMarkKind::Parity, &MidMark::kind);
    QVERIFY(mark != costs.marks.end());
    QCOMPARE(QString::number(mark->value, 'f', 2), parity);
}

void TestCostData::memoryIsDearerEverywhere()
{
    QCOMPARE(dearerFrom(costsOf(article()), CostMeasure::ActivationMemory).value(), 0.0);
}

void TestCostData::aCheapBranchIsNowhereDearer()
{
    Experiment experiment = article();
    experiment.factorised = BranchKind::Separable;
    QVERIFY(!dearerFrom(costsOf(experiment), CostMeasure::Weights));
}

void TestCostData::theCurveReachesTheEndOfTheSlider()
{
    Experiment experiment = article();
    QCOMPARE(costsOf(experiment).curve.front().midChannels, std::int64_t(1));
    QCOMPARE(costsOf(experiment).mostMidChannels(), std::int64_t(128));
    experiment.midBank = 96;
    QCOMPARE(costsOf(experiment).mostMidChannels(), std::int64_t(96));
    experiment.midBank = 0;
    experiment.midChannels = 500;
    QCOMPARE(costsOf(experiment).mostMidChannels(), std::int64_t(500));
}

void TestCostData::theCurveIsExactAndGoesThroughTheBranch()
{
    const CostComparison costs = costsOf(article());
    QCOMPARE(costs.curve.size(), std::size_t(128));
    QCOMPARE(costAt(costs, 64), costs.factorised.total);
    for (const CostPoint& point : costs.curve) {
        QCOMPARE(point.cost.weights, 9 * point.midChannels * 128);
        QCOMPARE(point.cost.macs, 9 * point.midChannels * 128 * 224 * 224);
        QCOMPARE(point.cost.activationBytes, 4 * (point.midChannels + 64) * 224 * 224);
    }
}

void TestCostData::samplesAreFewAndHoldTheMarks()
{
    const std::vector<MidMark> marks{{777.0, {}, MidMarkKind::In},
                                     {1234.4, {}, MidMarkKind::GeometricMean},
                                     {5000.0, {}, MidMarkKind::Out}};
    const std::vector<std::int64_t> samples = sampledMidChannels(4096, marks);
    QVERIFY(samples.size() <= 256);
    QVERIFY(std::ranges::is_sorted(samples));
    QCOMPARE(samples.front(), std::int64_t(1));
    QCOMPARE(samples.back(), std::int64_t(4096));
    QVERIFY(std::ranges::binary_search(samples, 777));
    QVERIFY(std::ranges::binary_search(samples, 1234));
    QCOMPARE(sampledMidChannels(1, {}), std::vector<std::int64_t>{1});
}

void TestCostData::equalMarksAreOne()
{
    QCOMPARE(texts(curveMarks(costsOf(article()), CostMeasure::Weights)),
             QStringList({"C_in = √(C_in·C_out) = C_out 64", "parity 88.9"}));
    const auto marks = curveMarks(costsOf(experimentOf("googlenet-3b")), CostMeasure::Macs);
    QCOMPARE(texts(marks),
             QStringList({"C_in 32", "√(C_in·C_out) 55.4", "parity 66.7", "C_out 96"}));
    QVERIFY(marks[2].isParity && !marks[3].isParity);
}

void TestCostData::memoryHasNoParity()
{
    QCOMPARE(texts(curveMarks(costsOf(article()), CostMeasure::ActivationMemory)),
             QStringList({"C_in = √(C_in·C_out) = C_out 64"}));
}

void TestCostData::saysFiguresInWords()
{
    const CostComparison costs = costsOf(article());
    QCOMPARE(titleText(costs), QStringLiteral("64 → 64 → 64 · 224 × 224 pixels"));
    QCOMPARE(verdictText(costs), QStringLiteral("costs 28 % less than the 5×5 in MACs"));
    QCOMPARE(pointLines(costs, CostMeasure::Weights),
             QStringList({"C_mid 64: 73,728", "72.0 % of the 5×5"}));
    for (const char* part : {"73,728 against 102,400, −28.0 %", "73,856 against 102,464",
                             "25.7 MB against 12.8 MB, +100.0 %", "3,699,376,128"})
        QVERIFY2(barsInWords(costs).contains(QString::fromUtf8(part)), part);
    for (const char* part : {"from 1 to 128", "5×5: 102,400", "C_mid 64: 73,728", "beyond 88.89"})
        QVERIFY2(curveInWords(costs, CostMeasure::Weights).contains(QString::fromUtf8(part)), part);
}

void TestCostData::refusesWhatCannotBeCounted()
{
    Experiment experiment = article();
    experiment.outChannels = 32;
    experiment.residual = ResidualKind::Identity; // of unequal ends
    QVERIFY(!compareCosts(experiment, experiment.size));
}

QTEST_GUILESS_MAIN(TestCostData)
#include "test_cost_data.moc"
