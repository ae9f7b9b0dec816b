#include "core/experiment/adopt_kernels.h"

#include "core/experiment/parameters.h"
#include "tests/support/evaluated.h"

#include <QTest>

#include <algorithm>

using namespace factorscope;

namespace {

float largest(const Tensor& maps)
{
    float most = 0.0F;
    for (const float value : maps.values())
        most = std::max(most, std::abs(value));
    return most;
}

HandMadeChoice painted(double tap)
{
    HandMadeChoice choice{.kind = HandMade::Painted};
    choice.shape.painted[12] = tap;
    return choice;
}

} // namespace

class TestAdoptKernels : public QObject {
    Q_OBJECT
private slots:
    void keepsChannelsAndPicture();
    void letsFilesGo();
    void onlyARandomKernelBringsItsSeed();
    void aPaintedKernelOfZerosGivesZeroMaps();
    void everyShapeActs_data();
    void everyShapeActs();
    void namesAShapeOutOfRange_data() { everyShapeActs_data(); }
    void namesAShapeOutOfRange();
};

void TestAdoptKernels::keepsChannelsAndPicture()
{
    const Experiment before = smallExperiment();
    Experiment after = withKernels(before, painted(1.0));
    QCOMPARE(after.kernels, std::optional(HandMade::Painted));
    QCOMPARE(after.kernelShape.painted[12], 1.0);
    after.kernels = before.kernels;
    after.kernelShape = before.kernelShape;
    QVERIFY(after == before);
}

void TestAdoptKernels::letsFilesGo()
{
    Experiment before = smallExperiment();
    before.weightFile = std::make_shared<const WeightFile>();
    before.originalWeightFile = before.weightFile;
    const Experiment after = withKernels(before, painted(1.0));
    QVERIFY(!after.weightFile && !after.originalWeightFile);
    QVERIFY(validate(after));
}

void TestAdoptKernels::onlyARandomKernelBringsItsSeed()
{
    const Experiment before = smallExperiment();
    QCOMPARE(withKernels(before, {HandMade::Log, 9, {}}).seed, before.seed);
    QCOMPARE(withKernels(before, {HandMade::Random, 9, {}}).seed, std::uint64_t(9));
}

void TestAdoptKernels::aPaintedKernelOfZerosGivesZeroMaps()
{
    const auto zero = evaluated(withKernels(smallExperiment(), painted(0.0)));
    QCOMPARE(largest(*zero->original.run.output), 0.0F);
    QCOMPARE(largest(*zero->factorised.run.output), 0.0F);
    const auto some = evaluated(withKernels(smallExperiment(), painted(1.0)));
    QVERIFY(largest(*some->original.run.output) > 0.0F);
    QVERIFY(largest(*some->factorised.run.output) > 0.0F);
}

void TestAdoptKernels::everyShapeActs_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<HandMade>("kind");
    QTest::newRow("log-sigma") << "log-sigma" << HandMade::Log;
    for (const char* id : {"gabor-sigma", "gabor-wavelength", "gabor-angle", "gabor-aspect"})
        QTest::newRow(id) << id << HandMade::Gabor;
    QTest::newRow("disk-radius") << "disk-radius" << HandMade::Disk;
}

void TestAdoptKernels::everyShapeActs()
{
    QFETCH(QString, id);
    QFETCH(HandMade, kind);
    const ExperimentParameter& parameter = *findParameter(id.toStdString());
    const auto& range = std::get<RealRange>(parameter.domain);
    const auto kernelAt = [&](double value) {
        Experiment experiment;
        if (!setParameter(experiment, parameter, value))
            qFatal("out of range");
        return handMadeKernel({kind, 0, experiment.kernelShape});
    };
    const Experiment usual;
    const double middle = std::get<double>(parameter.get(usual));
    QVERIFY(kernelAt(middle) != kernelAt(0.5 * (middle + range.most)));
    QVERIFY(kernelAt(middle) != kernelAt(0.5 * (middle + range.least)));
    QCOMPARE(kernelAt(middle), handMadeKernel({kind, 0, {}}));
}

void TestAdoptKernels::namesAShapeOutOfRange()
{
    QFETCH(QString, id);
    const ExperimentParameter& parameter = *findParameter(id.toStdString());
    const double beyond = std::get<RealRange>(parameter.domain).most + 1.0;
    Experiment experiment;
    const auto set = setParameter(experiment, parameter, beyond);
    QVERIFY(!set);
    const std::string sentence = set.error().message();
    QVERIFY2(sentence.find(parameterText(beyond)) != std::string::npos, sentence.c_str());
    QVERIFY2(sentence.find(id.toStdString()) != std::string::npos, sentence.c_str());
}

QTEST_APPLESS_MAIN(TestAdoptKernels)
#include "test_adopt_kernels.moc"
