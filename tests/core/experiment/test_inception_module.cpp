#include "core/experiment/inception_module.h"

#include "core/experiment/presets.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

Experiment preset(std::string_view id)
{
    Experiment experiment;
    apply(*findPreset(id), experiment);
    return experiment;
}

ModuleComparison comparison(const Experiment& experiment, const InceptionModule& module)
{
    const auto result = moduleComparison(experiment, module);
    EXPECTS(result);
    return *result;
}

Cost sumOf(const ModuleBranch& branch)
{
    Cost sum;
    for (const ModuleStep& step : branch.steps) {
        sum.params += step.cost.params;
        sum.weights += step.cost.weights;
        sum.macs += step.cost.macs;
        sum.activationBytes += step.cost.activationBytes;
    }
    return sum;
}

/// MACs of a whole module in millions, as the paper's table 1 prints them; of 5a it prints 54,
/// which its own channels do not give.
struct Published {
    const char* id;
    int millionsOfMacs;
    std::int64_t outChannels;
};
constexpr Published kPublished[] = {
    {"googlenet-3a", 128, 256}, {"googlenet-3b", 304, 480}, {"googlenet-4a", 73, 512},
    {"googlenet-4b", 88, 512},  {"googlenet-4c", 100, 512}, {"googlenet-4d", 119, 528},
    {"googlenet-4e", 170, 832}, {"googlenet-5a", 51, 832},  {"googlenet-5b", 71, 1024},
};

} // namespace

class TestInceptionModule : public QObject {
    Q_OBJECT
private slots:
    void addsUpToThePublishedModules();
    void oneModuleFeedsTheNext();
    void countsEachBranchByHand();
    void stepsAddUpForEveryKindOfBranch();
    void findsTheModuleOfAnExperiment();
    void aForeignBranchStandsInTheModulesPlace();
};

void TestInceptionModule::addsUpToThePublishedModules()
{
    for (const Published& published : kPublished) {
        const InceptionModule* module = findInceptionModule(published.id);
        QVERIFY(module);
        const ModuleComparison of = comparison(preset(published.id), *module);
        QVERIFY(of.hasItsEnds);
        const double millions = static_cast<double>(of.original.total.macs) / 1e6;
        QVERIFY2(std::abs(millions - published.millionsOfMacs) < 1.0, published.id);
        QCOMPARE(of.original.outChannels, published.outChannels);
        QCOMPARE(of.factorised.outChannels, published.outChannels);
    }
    QCOMPARE(inceptionModules().size(), std::size(kPublished));
    QVERIFY(!findInceptionModule("googlenet-6a"));
}

void TestInceptionModule::oneModuleFeedsTheNext()
{
    for (std::size_t i = 0; i + 1 < inceptionModules().size(); ++i) {
        const InceptionModule& module = inceptionModules()[i];
        QCOMPARE(module.pointwise + module.out3 + module.out5 + module.poolProjection,
                 inceptionModules()[i + 1].inChannels);
    }
}

void TestInceptionModule::countsEachBranchByHand()
{
    Experiment experiment = preset("googlenet-3a");
    experiment.midChannels = 20;
    const ModuleComparison of = comparison(experiment, *findInceptionModule("googlenet-3a"));
    const auto& original = of.original.branches;
    const auto& factorised = of.factorised.branches;
    QCOMPARE(original[0].total.weights, std::int64_t{192 * 64});
    QCOMPARE(original[1].total.weights, std::int64_t{192 * 96 + 9 * 96 * 128});
    QCOMPARE(original[2].total.weights, std::int64_t{192 * 16 + 25 * 16 * 32});
    QCOMPARE(original[3].total.weights, std::int64_t{192 * 32});
    QCOMPARE(factorised[2].total.weights, std::int64_t{192 * 16 + 9 * 16 * 20 + 9 * 20 * 32});
    QCOMPARE(factorised[2].total.params, factorised[2].total.weights + 16 + 20 + 32);
    QCOMPARE(factorised[2].total.macs, 28 * 28 * factorised[2].total.weights);
    QCOMPARE(original[3].steps.front().kind, ModuleStepKind::MaxPooling);
    QCOMPARE(original[3].steps.front().cost.activationBytes, std::int64_t{4 * 192 * 28 * 28});
    QCOMPARE(original[3].steps.front().cost.macs, std::int64_t{0});
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}, std::size_t{3}})
        QVERIFY(original[i].total == factorised[i].total);
}

void TestInceptionModule::stepsAddUpForEveryKindOfBranch()
{
    for (const BranchKind kind :
         {BranchKind::Decomposed, BranchKind::Separable, BranchKind::Asymmetric}) {
        for (const ResidualKind residual :
             {ResidualKind::None, ResidualKind::Identity, ResidualKind::Conv1x1}) {
            Experiment experiment;
            experiment.inChannels = experiment.outChannels = 32;
            experiment.midChannels = 24;
            experiment.factorised = kind;
            experiment.residual = residual;
            experiment.batchNorm = true;
            const ModuleComparison of = comparison(experiment, inceptionModules().front());
            const ModuleBranch& branch = of.factorised.branches[2];
            QVERIFY(sumOf(branch) == branch.total);
            // The module's reduction to C_in, then the branch as it is counted alone.
            const Cost alone
                = costOf(branchSpec(experiment, kind), {of.module->size, of.module->size})->total;
            const std::int64_t reduction = of.module->inChannels * 32;
            QCOMPARE(branch.total.weights, alone.weights + reduction);
            QCOMPARE(branch.total.activationBytes - alone.activationBytes
                         - branch.steps.front().cost.activationBytes,
                     std::int64_t{0});
            QCOMPARE(branch.steps.back().kind == ModuleStepKind::Shortcut,
                     residual != ResidualKind::None);
            QVERIFY(!branch.steps.front().isReplaceable && branch.steps.back().isReplaceable);
        }
    }
}

void TestInceptionModule::findsTheModuleOfAnExperiment()
{
    for (const InceptionModule& module : inceptionModules()) {
        const InceptionModule& found = inceptionModuleOf(preset(module.id));
        QCOMPARE(found.reduce5, module.reduce5);
        QCOMPARE(found.out5, module.out5);
        QCOMPARE(found.size, module.size);
    }
    Experiment atOwnSize = preset("googlenet-5b");
    atOwnSize.size = {300, 200};
    QVERIFY(inceptionModuleOf(atOwnSize).id == "googlenet-5b");
}

void TestInceptionModule::aForeignBranchStandsInTheModulesPlace()
{
    const Experiment article = preset("article");
    const InceptionModule& module = inceptionModuleOf(article);
    const ModuleComparison of = comparison(article, module);
    QVERIFY(!of.hasItsEnds);
    QCOMPARE(of.original.branches[2].outChannels, std::int64_t{64});
    QCOMPARE(of.original.branches[2].total.weights,
             std::int64_t{module.inChannels * 64 + 25 * 64 * 64});
}

QTEST_APPLESS_MAIN(TestInceptionModule)
#include "test_inception_module.moc"
