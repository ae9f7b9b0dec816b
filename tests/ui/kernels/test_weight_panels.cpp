#include "tests/support/evaluated.h"
#include "ui/kernels/weight_panels.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

QStringList headings(const std::vector<WeightPanel>& panels)
{
    QStringList all;
    for (const WeightPanel& panel : panels)
        all << panel.grid.heading;
    return all;
}

std::vector<WeightPanel> panelsOf(const Experiment& experiment, const ViewSettings& settings = {})
{
    return weightPanels(*evaluated(experiment), settings, lightTheme());
}

/// (OC,C/groups,KH,KW) at a kernel, row by row.
std::vector<double> kernelOf(const BranchEvaluation& branch, const std::string& tensor,
                             std::int64_t out, std::int64_t in)
{
    const Tensor& weights = branch.weights->at(tensor);
    const Shape& shape = weights.shape();
    const std::int64_t taps = shape[2] * shape[3];
    const float* from = weights.data() + (out * shape[1] + in) * taps;
    return {from, from + taps};
}

} // namespace

class TestWeightPanels : public QObject {
    Q_OBJECT
private slots:
    void showsTheWeightsOfTheChosenChannels();
    void followsTheChoice();
    void knowsEveryBranch_data();
    void knowsEveryBranch();
    void depthwiseKernelsAreOneForEachChannel();
    void choosesWithinFewerChannels();
    void manyChannelsComeInParts();
    void scales();
    void biasesAreSaid();
    void aWeightThatIsNoNumberStays();
};

void TestWeightPanels::showsTheWeightsOfTheChosenChannels()
{
    const auto both = evaluated(smallExperiment()); // 3 → 16 → 16
    ViewSettings settings;
    settings.inChannel = 1;
    settings.midChannel = 4;
    settings.outChannel = 7;
    const auto panels = weightPanels(*both, settings, lightTheme());
    QCOMPARE(headings(panels),
             QStringList({"original 5×5", "decomposed, first 3×3", "decomposed, second 3×3"}));
    QCOMPARE(panels[0].grid.count(), 3);
    QCOMPARE(panels[1].grid.count(), 3);
    QCOMPARE(panels[2].grid.count(), 16);
    QCOMPARE(panels[0].chosen.values, kernelOf(both->original, "branch.0.weight", 7, 1));
    QCOMPARE(panels[1].chosen.values, kernelOf(both->factorised, "branch.0.weight", 4, 1));
    QCOMPARE(panels[2].chosen.values, kernelOf(both->factorised, "branch.2.weight", 7, 4));
    for (int in = 0; in < 3; ++in)
        QCOMPARE(panels[0].grid.tiles[std::size_t(in)].values,
                 kernelOf(both->original, "branch.0.weight", 7, in));
    QCOMPARE(panels[0].grid.colour, lightTheme().original);
    QCOMPARE(panels[2].grid.colour, lightTheme().factorised);
    QCOMPARE(panels[2].grid.caption, QStringLiteral("output channel 8, from 16 mid channels"));
    QCOMPARE(panels[1].chosen.caption, QStringLiteral("input channel 2 → mid channel 5"));
}

void TestWeightPanels::followsTheChoice()
{
    const auto both = evaluated(smallExperiment());
    ViewSettings settings;
    const auto before = weightPanels(*both, settings, lightTheme());
    settings.midChannel = 3;
    const auto after = weightPanels(*both, settings, lightTheme());
    QCOMPARE(after[0].grid.tiles, before[0].grid.tiles); // the 5×5 has none
    QVERIFY(after[1].grid.tiles != before[1].grid.tiles);
    QCOMPARE(after[2].grid.tiles, before[2].grid.tiles);
    QCOMPARE(after[2].grid.chosen, std::optional(3));
    QVERIFY(after[2].tiles == Stage::MidBefore);
    QVERIFY(after[1].tiles == Stage::Input);
}

void TestWeightPanels::knowsEveryBranch_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("residual");
    QTest::addColumn<bool>("batchNorm");
    QTest::addColumn<QStringList>("headings");
    const auto row = [](const char* name, BranchKind kind, ResidualKind residual, bool norm,
                        const QStringList& headings) {
        QTest::newRow(name) << static_cast<int>(kind) << static_cast<int>(residual) << norm
                            << headings;
    };
    row("asymmetric", BranchKind::Asymmetric, ResidualKind::None, false,
        {"original 5×5", "asymmetric, first 1×5", "asymmetric, second 5×1"});
    row("separable", BranchKind::Separable, ResidualKind::None, false,
        {"original 5×5", "separable, first depthwise 3×3", "separable, first 1×1",
         "separable, second depthwise 3×3", "separable, second 1×1"});
    row("norm", BranchKind::Decomposed, ResidualKind::None, true,
        {"original 5×5", "decomposed, first 3×3", "decomposed, second 3×3"});
    row("shortcut", BranchKind::Decomposed, ResidualKind::Conv1x1, true,
        {"original 5×5", "original, shortcut 1×1", "decomposed, first 3×3",
         "decomposed, second 3×3", "decomposed, shortcut 1×1"});
}

void TestWeightPanels::knowsEveryBranch()
{
    QFETCH(int, kind);
    QFETCH(int, residual);
    QFETCH(bool, batchNorm);
    QFETCH(QStringList, headings);
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    experiment.factorised = static_cast<BranchKind>(kind);
    experiment.residual = static_cast<ResidualKind>(residual);
    experiment.batchNorm = batchNorm;
    const auto panels = panelsOf(experiment);
    QCOMPARE(::headings(panels), headings);
    for (const WeightPanel& panel : panels) {
        const auto size = std::size_t(panel.grid.rows * panel.grid.columns);
        for (const KernelGrid::Tile& tile : panel.grid.tiles)
            QCOMPARE(tile.values.size(), size);
        QCOMPARE(panel.chosen.values, panel.grid.tiles[0].values);
        QVERIFY(panel.grid.limit > 0.0);
    }
}

void TestWeightPanels::depthwiseKernelsAreOneForEachChannel()
{
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    experiment.factorised = BranchKind::Separable;
    ViewSettings settings;
    settings.midChannel = 9;
    const auto both = evaluated(experiment);
    const auto panels = weightPanels(*both, settings, lightTheme());
    QCOMPARE(panels[1].grid.count(), 3);
    QVERIFY(panels[1].tiles == Stage::Input);
    QCOMPARE(panels[3].grid.count(), 16);
    QVERIFY(panels[3].tiles == Stage::MidBefore);
    QCOMPARE(panels[3].grid.caption, QStringLiteral("one for each of 16 mid channels"));
    QCOMPARE(panels[3].chosen.values, kernelOf(both->factorised, "branch.3.weight", 9, 0));
    QCOMPARE(panels[4].chosen.values, kernelOf(both->factorised, "branch.4.weight", 0, 9));
}

/// The 5×5 of other ends has other channels than the maps that are chosen.
void TestWeightPanels::choosesWithinFewerChannels()
{
    Experiment experiment = smallExperiment();
    experiment.originalOutChannels = 4;
    ViewSettings settings;
    settings.outChannel = 12;
    settings.midChannel = 900;
    const auto panels = panelsOf(experiment, settings);
    QVERIFY(panels[0].grid.caption.startsWith(QStringLiteral("output channel 4,")));
    QVERIFY(panels[2].grid.caption.startsWith(QStringLiteral("output channel 13,")));
    QCOMPARE(panels[2].grid.chosen, std::optional(15));
}

void TestWeightPanels::manyChannelsComeInParts()
{
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    experiment.size = {8, 8};
    experiment.midChannels = 300;
    experiment.midBank = 0;
    ViewSettings settings;
    settings.midChannel = 299;
    const auto panels = panelsOf(experiment, settings);
    QCOMPARE(panels[2].first, WeightPanel::kMostTiles);
    QCOMPARE(panels[2].grid.count(), 300 - 256);
    QCOMPARE(panels[2].grid.chosen, std::optional(43));
    QCOMPARE(panels[2].grid.tiles.back().name, QStringLiteral("mid channel 300"));
    QVERIFY(panels[2].grid.caption.contains(QStringLiteral("257–300")));
}

void TestWeightPanels::scales()
{
    const auto both = evaluated(smallExperiment());
    ViewSettings settings;
    settings.kernels.hasOneScale = true;
    double most = 0.0;
    for (const WeightPanel& panel : weightPanels(*both, settings, lightTheme())) {
        for (const KernelGrid::Tile& tile : panel.grid.tiles)
            most = std::max(most, largestMagnitude(tile.values));
    }
    for (const WeightPanel& panel : weightPanels(*both, settings, lightTheme())) {
        QCOMPARE(panel.grid.limit, most);
        QCOMPARE(panel.chosen.limit, most);
    }
    settings.kernels.hasOneScale = false;
    const auto each = weightPanels(*both, settings, lightTheme());
    QVERIFY(each[0].grid.limit < each[2].grid.limit);
    double first = 0.0;
    for (const KernelGrid::Tile& tile : each[0].grid.tiles)
        first = std::max(first, largestMagnitude(tile.values));
    QCOMPARE(each[0].grid.limit, first);
}

void TestWeightPanels::biasesAreSaid()
{
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    for (const WeightPanel& panel : panelsOf(experiment))
        QVERIFY(panel.chosen.note.startsWith(QStringLiteral("bias ")));
    experiment.bias = false;
    for (const WeightPanel& panel : panelsOf(experiment))
        QVERIFY(panel.chosen.note.isEmpty());
}

void TestWeightPanels::aWeightThatIsNoNumberStays()
{
    Experiment experiment = smallExperiment();
    experiment.weightFile
        = weightsWith(*evaluated(experiment), "branch.0.weight", 0, std::nanf(""));
    const auto panels = panelsOf(experiment);
    QVERIFY(std::isnan(panels[1].chosen.values[0]));
    QVERIFY(std::isfinite(panels[1].grid.limit));
    QVERIFY(panels[1].grid.limit > 0.0);
}

QTEST_MAIN(TestWeightPanels)
#include "test_weight_panels.moc"
