#include "core/experiment/presets.h"

#include "core/cost/cost.h"

#include <QTest>

#include <set>

using namespace factorscope;

namespace {

/// What the papers say: channels, size, and the weights and MACs that follow for the 5×5.
struct Published {
    const char* id;
    std::int64_t in;
    std::int64_t mid;
    std::int64_t out;
    std::int64_t size;
    std::int64_t weights5x5;
    std::int64_t macs5x5;
};

constexpr std::array<Published, 19> kPublished{{
    {"article", 64, 64, 64, 224, 102'400, 5'138'022'400},
    {"googlenet-3a", 16, 32, 32, 28, 12'800, 10'035'200},
    {"googlenet-3b", 32, 96, 96, 28, 76'800, 60'211'200},
    {"googlenet-4a", 16, 48, 48, 14, 19'200, 3'763'200},
    {"googlenet-4b", 24, 64, 64, 14, 38'400, 7'526'400},
    {"googlenet-4c", 24, 64, 64, 14, 38'400, 7'526'400},
    {"googlenet-4d", 32, 64, 64, 14, 51'200, 10'035'200},
    {"googlenet-4e", 32, 128, 128, 14, 102'400, 20'070'400},
    {"googlenet-5a", 32, 128, 128, 7, 102'400, 5'017'600},
    {"googlenet-5b", 48, 128, 128, 7, 153'600, 7'526'400},
    {"inception-v2-3a", 64, 96, 96, 28, 153'600, 120'422'400},
    {"inception-v2-3b", 64, 96, 96, 28, 153'600, 120'422'400},
    {"inception-v2-4a", 96, 128, 128, 14, 307'200, 60'211'200},
    {"inception-v2-4b", 96, 128, 128, 14, 307'200, 60'211'200},
    {"inception-v2-4c", 128, 160, 160, 14, 512'000, 100'352'000},
    {"inception-v2-4d", 160, 192, 192, 14, 768'000, 150'528'000},
    {"inception-v2-5a", 160, 224, 224, 7, 896'000, 43'904'000},
    {"inception-v2-5b", 192, 224, 224, 7, 1'075'200, 52'684'800},
    {"inception-v3-a", 64, 96, 96, 35, 76'800, 94'080'000},
}};

Cost costOfBranch(const Experiment& experiment, BranchKind kind)
{
    const auto report = costOf(branchSpec(experiment, kind), experiment.size);
    if (!report)
        qFatal("%s", report.error().message().c_str());
    return report->total;
}

Experiment withPreset(std::string_view id)
{
    Experiment experiment;
    apply(*findPreset(id), experiment);
    return experiment;
}

} // namespace

class TestPresets : public QObject {
    Q_OBJECT
private slots:
    void areThePublishedOnes_data();
    void areThePublishedOnes();
    void areFoundByTheirIds();
    void nineGoogLeNetBranchesTogether();
    void stackOfInceptionV2_data();
    void stackOfInceptionV2();
    void inceptionV3StandsBesideASmallerOriginal();
    void leavesEverythingElse();
    void takesBackTheOtherEnds();
};

void TestPresets::areThePublishedOnes_data()
{
    QTest::addColumn<int>("row");
    for (int i = 0; i < int(kPublished.size()); ++i)
        QTest::addRow("%s", kPublished[std::size_t(i)].id) << i;
}

void TestPresets::areThePublishedOnes()
{
    QFETCH(int, row);
    const Published& published = kPublished[std::size_t(row)];
    QVERIFY(findPreset(published.id));
    const Experiment experiment = withPreset(published.id);
    QCOMPARE(experiment.inChannels, published.in);
    QCOMPARE(experiment.midChannels, published.mid);
    QCOMPARE(experiment.outChannels, published.out);
    QVERIFY(experiment.size == (Extent{published.size, published.size}));
    const Cost cost = costOfBranch(experiment, BranchKind::Original);
    QCOMPARE(cost.weights, published.weights5x5);
    QCOMPARE(cost.macs, published.macs5x5);
}

void TestPresets::areFoundByTheirIds()
{
    QCOMPARE(presets().size(), kPublished.size());
    std::set<std::string_view> labels;
    for (const Preset& preset : presets()) {
        QCOMPARE(findPreset(preset.id), &preset);
        QVERIFY2(labels.insert(preset.label).second, preset.label.data());
    }
    QVERIFY(!findPreset("googlenet"));
    QVERIFY(!findPreset(""));
}

void TestPresets::nineGoogLeNetBranchesTogether()
{
    Cost original;
    Cost decomposed;
    for (const Preset& preset : presets()) {
        if (!preset.id.starts_with("googlenet-"))
            continue;
        const Experiment experiment = withPreset(preset.id);
        const Cost five = costOfBranch(experiment, BranchKind::Original);
        const Cost three = costOfBranch(experiment, BranchKind::Decomposed);
        QVERIFY(three.weights > five.weights); // C_mid = C_out makes every one of them dearer
        original.weights += five.weights;
        original.macs += five.macs;
        decomposed.weights += three.weights;
        decomposed.macs += three.macs;
    }
    QCOMPARE(original.weights, 595'200);
    QCOMPARE(original.macs, 131'712'000);
    const CostRatio ratio = ratioOf(decomposed, original);
    QCOMPARE(std::llround(1000 * ratio.weights), 1479);
    QCOMPARE(std::llround(1000 * ratio.macs), 1433);
}

void TestPresets::stackOfInceptionV2_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<int>("thousandths");
    QTest::addRow("3a") << "inception-v2-3a" << 900;
    QTest::addRow("4a") << "inception-v2-4a" << 840;
    QTest::addRow("4c") << "inception-v2-4c" << 810;
    QTest::addRow("4d") << "inception-v2-4d" << 792;
    QTest::addRow("5a") << "inception-v2-5a" << 864;
    QTest::addRow("5b") << "inception-v2-5b" << 780;
}

void TestPresets::stackOfInceptionV2()
{
    QFETCH(QString, id);
    QFETCH(int, thousandths);
    const Experiment experiment = withPreset(id.toStdString());
    const CostRatio ratio = ratioOf(costOfBranch(experiment, BranchKind::Decomposed),
                                    costOfBranch(experiment, BranchKind::Original));
    QCOMPARE(std::llround(1000 * ratio.weights), qint64(thousandths));
    QCOMPARE(ratio.macs, ratio.weights);
}

void TestPresets::inceptionV3StandsBesideASmallerOriginal()
{
    const Experiment experiment = withPreset("inception-v3-a");
    QCOMPARE(experiment.originalInChannels, 48);
    QCOMPARE(experiment.originalOutChannels, 64);
    const Cost stack = costOfBranch(experiment, BranchKind::Decomposed);
    QCOMPARE(stack.weights, 138'240);
    QCOMPARE(stack.macs, 169'344'000);
}

void TestPresets::leavesEverythingElse()
{
    Experiment experiment;
    experiment.factorised = BranchKind::Asymmetric;
    experiment.between = Between::Leaky;
    experiment.seed = 7;
    experiment.bias = false;
    experiment.lift = Lift::Randn;
    experiment.algorithm = "reference";
    Experiment expected = experiment;
    expected.inChannels = 16;
    expected.midChannels = 32;
    expected.outChannels = 32;
    expected.size = {28, 28};
    apply(*findPreset("googlenet-3a"), experiment);
    QVERIFY(experiment == expected);
}

void TestPresets::takesBackTheOtherEnds()
{
    Experiment experiment = withPreset("inception-v3-a");
    apply(*findPreset("article"), experiment);
    QVERIFY(experiment == withPreset("article"));
    QCOMPARE(experiment.originalInChannels, 0);
}

QTEST_APPLESS_MAIN(TestPresets)
#include "test_presets.moc"
