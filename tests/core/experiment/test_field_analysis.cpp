#include "core/experiment/field_analysis.h"

#include "tests/support/evaluated.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

/// Float weights and gradients, a few hundred of them in a sum.
constexpr double kTolerance = 1e-5;

bool isNear(double actual, double expected)
{
    return std::abs(actual - expected) <= kTolerance;
}

std::shared_ptr<const WeightFile> equalWeights(const BranchSpec& spec)
{
    WeightFile file;
    for (const Parameter& parameter : parametersOf(spec))
        file.tensors.emplace(parameter.name, Tensor::filled(parameter.shape, 0.1F));
    return std::make_shared<const WeightFile>(std::move(file));
}

/// One channel all the way, every weight of a kernel the same, on a picture that no ReLU cuts.
Experiment uniformExperiment(float bias = 0.1F)
{
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    experiment.inChannels = experiment.midChannels = experiment.outChannels = 1;
    experiment.midBank = 0;
    experiment.lift.reset();
    experiment.originalWeightFile = equalWeights(branchSpec(experiment, BranchKind::Original));
    experiment.weightFile = equalWeights(branchSpec(experiment, experiment.factorised));
    if (bias < 0.0F) { // nothing passes the first ReLU
        WeightFile file{"", clone(experiment.weightFile->tensors)};
        for (auto& [name, tensor] : file.tensors) {
            if (name.ends_with(".bias"))
                tensor = Tensor::filled(tensor.shape(), bias);
        }
        experiment.weightFile = std::make_shared<const WeightFile>(std::move(file));
    }
    return experiment;
}

Experiment randomExperiment()
{
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    experiment.inChannels = 3;
    experiment.midChannels = 6;
    experiment.outChannels = 4;
    experiment.midBank = 0;
    return experiment;
}

Result<BothFields> fieldsFor(const Experiment& experiment, const FieldQuestion& question)
{
    ThreadTeam team(2);
    DeepBranches branches(evaluated(experiment));
    return effectiveFields(branches, question, {.team = team});
}

} // namespace

class TestFieldAnalysis : public QObject {
    Q_OBJECT
private slots:
    void equalWeightsSpreadAsTheTheorySays();
    void uniformReferenceHoldsForOtherWeights();
    void deepBranchesSpreadAsTheRoot();
    void isTheFieldOfEachBranch();
    void deepestWeightsServeAllDepths();
    void curveIsTheFieldsOfEachDepth();
    void averageDoesNotDependOnThePosition();
    void tellsOfSilence();
    void whatIsBeyondTheOutputIsItsLast();
    void stops();
};

void TestFieldAnalysis::equalWeightsSpreadAsTheTheorySays()
{
    const auto fields = fieldsFor(uniformExperiment(), {.position = {20, 24}});
    QVERIFY(fields);
    QVERIFY(isNear(fields->original.spread.sigmaX, std::sqrt(2.0)));
    QVERIFY(isNear(fields->original.spread.sigmaY, std::sqrt(2.0)));
    QVERIFY(isNear(fields->factorised.spread.sigmaX, std::sqrt(4.0 / 3.0)));
    QVERIFY(isNear(fields->factorised.spread.sigmaY, std::sqrt(4.0 / 3.0)));
    QVERIFY(isNear(fields->original.spread.mass[1], 0.36));
    QVERIFY(isNear(fields->factorised.spread.mass[1], 49.0 / 81.0));
    QVERIFY(isNear(fields->factorised.spread.mass[2], 1.0));
    QCOMPARE(fields->original.theory.size, (Extent{5, 5}));
    QCOMPARE(fields->factorised.theory.size, (Extent{5, 5}));
}

void TestFieldAnalysis::uniformReferenceHoldsForOtherWeights()
{
    const auto fields
        = fieldsFor(randomExperiment(), {.position = {20, 24}, .channel = 0, .blocks = 3});
    QVERIFY(fields);
    QVERIFY(isNear(fields->original.uniform.sigmaX, uniformSigma(3, 5)));
    QVERIFY(isNear(fields->factorised.uniform.sigmaY, uniformSigma(6, 3)));
    QVERIFY(!isNear(fields->original.spread.sigmaX, fields->original.uniform.sigmaX));
    QCOMPARE(fields->factorised.theory.size, (Extent{13, 13}));
}

void TestFieldAnalysis::deepBranchesSpreadAsTheRoot()
{
    ThreadTeam team(2);
    DeepBranches branches(evaluated(uniformExperiment()));
    const auto curve
        = effectiveFieldsOverDepth(branches, {.position = {20, 24}}, 4, {.team = team});
    QVERIFY(curve);
    QCOMPARE(curve->points.size(), std::size_t{4});
    for (const DepthPoint& point : curve->points) {
        QVERIFY(isNear(point.original.spread.sigmaX, uniformSigma(point.blocks, 5)));
        QVERIFY(isNear(point.factorised.spread.sigmaX, uniformSigma(2 * point.blocks, 3)));
        QVERIFY(isNear(point.original.uniform.sigmaX, uniformSigma(point.blocks, 5)));
        QVERIFY(isNear(point.factorised.uniform.sigmaX, uniformSigma(2 * point.blocks, 3)));
        QCOMPARE(point.original.theory.width, 1 + 4 * point.blocks);
    }
}

void TestFieldAnalysis::isTheFieldOfEachBranch()
{
    const auto both = evaluated(randomExperiment());
    const FieldQuestion question{.position = {9, 7}, .channel = 2};
    const auto fields = fieldsFor(both->experiment, question);
    QVERIFY(fields);
    QCOMPARE(fields->question, question);
    ThreadTeam team(2);
    for (const auto& [field, branch] : {std::pair(&fields->original, &both->original),
                                        std::pair(&fields->factorised, &both->factorised)}) {
        const auto own = effectiveField(branch->spec, *branch->weights, branch->input,
                                        {&question.position, 1}, 2, {.team = team});
        QVERIFY(own);
        QCOMPARE(field->field.values, own->values);
        QCOMPARE(field->spread.mass, spreadOf(*own).mass);
    }
    QVERIFY(fields->original.field.values != fields->factorised.field.values);
}

void TestFieldAnalysis::deepestWeightsServeAllDepths()
{
    const auto both = evaluated(randomExperiment());
    ThreadTeam team(2);
    DeepBranches fromDeep(both);
    DeepBranches fromShallow(both);
    QVERIFY(fromDeep.get(BranchKind::Original, 5, 1 << 30));
    QVERIFY(fromDeep.get(both->experiment.factorised, 5, 1 << 30));
    for (const std::int64_t blocks : {1, 2, 3}) {
        const FieldQuestion question{.position = {20, 20}, .blocks = blocks};
        const auto one = effectiveFields(fromDeep, question, {.team = team});
        const auto other = effectiveFields(fromShallow, question, {.team = team});
        QVERIFY(one && other);
        QCOMPARE(one->original.field.values, other->original.field.values);
        QCOMPARE(one->factorised.field.values, other->factorised.field.values);
    }
}

void TestFieldAnalysis::curveIsTheFieldsOfEachDepth()
{
    ThreadTeam team(2);
    Progress progress;
    DeepBranches branches(evaluated(randomExperiment()));
    const FieldQuestion question{.channel = 1, .isAveraged = true, .blocks = 2};
    const auto curve
        = effectiveFieldsOverDepth(branches, question, 3, {.team = team, .progress = &progress});
    QVERIFY(curve);
    QCOMPARE(progress.share(), 1.0);
    for (const DepthPoint& point : curve->points) {
        FieldQuestion deep = question;
        deep.blocks = point.blocks;
        const auto fields = effectiveFields(branches, deep, {.team = team});
        QVERIFY(fields);
        QCOMPARE(point.original.spread.sigmaY, fields->original.spread.sigmaY);
        QCOMPARE(point.factorised.spread.sigmaX, fields->factorised.spread.sigmaX);
    }
}

void TestFieldAnalysis::averageDoesNotDependOnThePosition()
{
    const auto one
        = fieldsFor(randomExperiment(), {.position = {0, 0}, .channel = 0, .isAveraged = true});
    const auto other
        = fieldsFor(randomExperiment(), {.position = {9, 30}, .channel = 0, .isAveraged = true});
    const auto single = fieldsFor(randomExperiment(), {.position = {9, 30}, .channel = 0});
    QVERIFY(one && other && single);
    QCOMPARE(one->factorised.field.values, other->factorised.field.values);
    QVERIFY(one->factorised.field.values != single->factorised.field.values);
    QVERIFY(one->original.field.outputs > 30);
}

void TestFieldAnalysis::tellsOfSilence()
{
    const auto fields = fieldsFor(uniformExperiment(-100.0F), {.position = {20, 24}});
    QVERIFY(fields);
    QVERIFY(fields->factorised.field.isSilent());
    QVERIFY(!fields->original.field.isSilent());
    QCOMPARE(fields->factorised.spread.sigmaX, 0.0);
    QCOMPARE(fields->factorised.field.sum(), 0.0);
}

void TestFieldAnalysis::whatIsBeyondTheOutputIsItsLast()
{
    const auto beyond = fieldsFor(randomExperiment(), {.position = {1000, 1000}, .channel = 1000});
    const auto last = fieldsFor(randomExperiment(), {.position = {39, 47}, .channel = 3});
    QVERIFY(beyond && last);
    QCOMPARE(beyond->original.field.values, last->original.field.values);
    QCOMPARE(beyond->factorised.field.values, last->factorised.field.values);
}

void TestFieldAnalysis::stops()
{
    ThreadTeam team(2);
    std::stop_source source;
    source.request_stop();
    DeepBranches branches(evaluated(randomExperiment()));
    const auto curve = effectiveFieldsOverDepth(branches, {.isAveraged = true}, 3,
                                                {.team = team, .stop = source.get_token()});
    QVERIFY(!curve);
    QCOMPARE(curve.error().code, ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestFieldAnalysis)
#include "test_field_analysis.moc"
