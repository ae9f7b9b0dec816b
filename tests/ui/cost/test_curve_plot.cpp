#include "core/experiment/presets.h"
#include "ui/cost/curve_plot.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

CostQuestion questionOf(const char* preset, std::int64_t midChannels)
{
    Experiment experiment;
    apply(*findPreset(preset), experiment);
    experiment.midChannels = midChannels;
    return {experiment, experiment.size};
}

CostComparison costsOf(const CostQuestion& question)
{
    const auto costs = compareCosts(question.experiment, question.size);
    EXPECTS(costs);
    return *costs;
}

MidTiming timingOf(const Experiment& experiment, double originalMs,
                   std::initializer_list<MidTime> times)
{
    return {.experiment = experiment,
            .originalMs = originalMs,
            .times = times,
            .runs = 5,
            .threads = 2};
}

} // namespace

class TestCurvePlot : public QObject {
    Q_OBJECT
private slots:
    void keepsAllMarks();
    void tintsFromParityOn();
    void wordsAndColourChangePastParity();
    void everyQuantityHasItsHeights_data();
    void everyQuantityHasItsHeights();
    void everyPresetIsPlotted_data();
    void everyPresetIsPlotted();
    void findsWhereTheStackIsSlower();
    void timesStandWhereTheyWereMeasured();
    void aTimingOfAnotherExperimentIsNotShown();
};

void TestCurvePlot::keepsAllMarks()
{
    const LinePlot plot
        = curvePlot(costsOf(questionOf("googlenet-3b", 96)), CostMeasure::Weights, lightTheme());
    QCOMPARE(plot.marks.size(), std::size_t(4));
    QCOMPARE(plot.marks[0].text, QStringLiteral("C_in 32"));
    QCOMPARE(plot.marks[1].text, QStringLiteral("√(C_in·C_out) 55.4"));
    QCOMPARE(plot.marks[2].text, QStringLiteral("parity 66.7"));
    QCOMPARE(plot.marks[2].colour, lightTheme().warning);
    QCOMPARE(plot.marks[3].text, QStringLiteral("C_out 96"));
    QVERIFY(std::abs(plot.marks[2].x - 66.667) < 0.001);
    const LinePlot memory = curvePlot(costsOf(questionOf("googlenet-3b", 96)),
                                      CostMeasure::ActivationMemory, lightTheme());
    QCOMPARE(memory.marks.size(), std::size_t(3)); // memory has no parity there
}

void TestCurvePlot::tintsFromParityOn()
{
    const LinePlot plot
        = curvePlot(costsOf(questionOf("article", 64)), CostMeasure::Macs, lightTheme());
    QVERIFY(plot.region && std::abs(plot.region->from - 88.889) < 0.001);
    QCOMPARE(plot.series[0].colour, lightTheme().original);
    QCOMPARE(plot.series[1].colour, lightTheme().factorised);
    QCOMPARE(plot.pickRange, std::optional(AxisRange{1.0, 128.0}));
}

void TestCurvePlot::wordsAndColourChangePastParity()
{
    const auto note = [](std::int64_t midChannels) {
        return *curvePlot(costsOf(questionOf("article", midChannels)), CostMeasure::Weights,
                          lightTheme())
                    .point;
    };
    QCOMPARE(note(88).noteColour, lightTheme().text);
    QCOMPARE(note(89).noteColour, lightTheme().warning);
    QVERIFY(note(64).notes.front().contains(QStringLiteral("73,728, 72.0 % of the 5×5")));
    QVERIFY(note(128).notes.front().contains(QStringLiteral("144.0 %")));
}

void TestCurvePlot::everyQuantityHasItsHeights_data()
{
    QTest::addColumn<int>("quantity");
    QTest::addColumn<double>("original");
    QTest::addColumn<double>("here");
    const auto row = [](const char* name, CurveQuantity quantity, double original, double here) {
        QTest::newRow(name) << static_cast<int>(quantity) << original << here;
    };
    row("weights", CurveQuantity::Weights, 102'400, 73'728);
    row("parameters", CurveQuantity::Params, 102'464, 73'856);
    row("MACs", CurveQuantity::Macs, 5'138'022'400, 3'699'376'128);
    row("memory", CurveQuantity::ActivationMemory, 12'845'056, 25'690'112);
}

void TestCurvePlot::everyQuantityHasItsHeights()
{
    QFETCH(int, quantity);
    QFETCH(double, original);
    QFETCH(double, here);
    const CostQuestion question = questionOf("article", 64);
    CostLook look;
    look.quantity = static_cast<CurveQuantity>(quantity);
    const LinePlot plot = curvePlot(costsOf(question), look, question.experiment, darkTheme());
    QCOMPARE(plot.series[0].points.front().y(), original);
    QCOMPARE(plot.point->at, QPointF(64, here));
    QVERIFY(plot.title.contains(quantityTitle(look.quantity)));
    QVERIFY(!plot.inWords.isEmpty());
}

void TestCurvePlot::everyPresetIsPlotted_data()
{
    QTest::addColumn<QByteArray>("id");
    for (const Preset& preset : presets())
        QTest::newRow(preset.id.data()) << QByteArray(preset.id.data());
}

/// The point stands on the line, and the line crosses the level where the region begins.
void TestCurvePlot::everyPresetIsPlotted()
{
    QFETCH(QByteArray, id);
    const Preset& preset = *findPreset(id.toStdString());
    const CostComparison costs = costsOf(questionOf(id.constData(), preset.midChannels));
    const LinePlot plot = curvePlot(costs, CostMeasure::Weights, lightTheme());
    const auto& line = plot.series[1].points;
    QVERIFY(std::ranges::find(line, plot.point->at) != line.end());
    QVERIFY(plot.region);
    const double each = line.back().y() / line.back().x(); // it goes through 0
    QVERIFY(std::abs(each * plot.region->from - plot.series[0].points[0].y())
            < 1e-6 * line.back().y());
}

void TestCurvePlot::findsWhereTheStackIsSlower()
{
    const Experiment experiment;
    QCOMPARE(slowerFrom(timingOf(experiment, 10.0, {{1, 2.0}, {64, 6.0}, {128, 14.0}})),
             std::optional(96.0));
    QCOMPARE(slowerFrom(timingOf(experiment, 20.0, {{1, 2.0}, {64, 6.0}, {128, 14.0}})),
             std::nullopt);
    QCOMPARE(slowerFrom(timingOf(experiment, 1.0, {{1, 2.0}, {64, 6.0}})), std::optional(0.0));
    // One slow measurement between fast ones makes no region.
    QCOMPARE(slowerFrom(timingOf(experiment, 10.0, {{1, 12.0}, {64, 6.0}, {128, 14.0}})),
             std::optional(96.0));
}

void TestCurvePlot::timesStandWhereTheyWereMeasured()
{
    const CostQuestion question = questionOf("article", 96);
    const MidTiming timing
        = timingOf(question.experiment, 10.0, {{1, 2.0}, {64, 6.0}, {128, 14.0}});
    const LinePlot plot = timePlot(costsOf(question), &timing, lightTheme());
    QCOMPARE(plot.yUnit, QStringLiteral("ms"));
    QCOMPARE(plot.series[1].points[1], QPointF(64, 6));
    QVERIFY(plot.series[1].hasPoints);
    QCOMPARE(plot.point->at, QPointF(96, 10)); // on the line between
    QVERIFY(plot.point->notes.front().contains(QStringLiteral("about 10")));
    QVERIFY(plot.inWords.contains(QStringLiteral("C_mid 128: 14")));
    QVERIFY(plot.title.contains(QStringLiteral("5 runs on 2 threads")));
}

void TestCurvePlot::aTimingOfAnotherExperimentIsNotShown()
{
    CostQuestion question = questionOf("article", 96);
    CostLook look;
    look.quantity = CurveQuantity::Time;
    look.timing = std::make_shared<const MidTiming>(
        timingOf(question.experiment, 10.0, {{1, 2.0}, {128, 14.0}}));
    const auto shown = [&] {
        return !curvePlot(costsOf(question), look, question.experiment, lightTheme()).isEmpty();
    };
    QVERIFY(shown());
    question.experiment.midChannels = 3;
    QVERIFY(shown());
    question.experiment.algorithm = "direct";
    QVERIFY(!shown());
    look.timing.reset();
    QVERIFY(!shown());
}

QTEST_GUILESS_MAIN(TestCurvePlot)
#include "test_curve_plot.moc"
