#include "core/experiment/opening.h"

#include "core/experiment/evaluate.h"
#include "core/image/samples.h"

#include <QTest>

using namespace factorscope;

class TestOpening : public QObject {
    Q_OBJECT
private slots:
    void showsTwoBranchesAtOnce();
    void holdsTheWholeSlider();
};

void TestOpening::showsTwoBranchesAtOnce()
{
    Experiment experiment = openingExperiment();
    const Sample* sample = findSample(kOpeningSample);
    QVERIFY(sample);
    experiment.picture = std::make_shared<const Picture>(sample->draw({20, 24}));
    ThreadTeam team(1);
    const auto result = answer(experiment, EvaluateBoth{}, ComputeContext{.team = team});
    QVERIFY2(result, result ? "" : result.error().message().c_str());
    const auto& both = std::get<BothEvaluated>(**result);
    QVERIFY(both.original.run.output->shape() == (Shape{1, 16, 20, 24}));
    QVERIFY(both.factorised.run.output->shape() == (Shape{1, 16, 20, 24}));
}

void TestOpening::holdsTheWholeSlider()
{
    Experiment experiment = openingExperiment();
    experiment.midChannels = sliderMidChannels(experiment);
    QVERIFY(validate(experiment));
}

QTEST_APPLESS_MAIN(TestOpening)
#include "test_opening.moc"
