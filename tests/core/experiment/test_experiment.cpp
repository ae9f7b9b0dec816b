#include "core/experiment/experiment.h"

#include "core/branch/layer_traits.h"

#include <QTest>

using namespace factorscope;

namespace {

using Change = void (*)(Experiment&);

} // namespace
Q_DECLARE_METATYPE(Change)

class TestExperiment : public QObject {
    Q_OBJECT
private slots:
    void takesTheDefaults();
    void takesWhatGoesTogether_data();
    void takesWhatGoesTogether();
    void refusesWhatDoesNotGoTogether_data();
    void refusesWhatDoesNotGoTogether();
    void hasAnOriginalOfOtherEnds();
    void handsEveryOptionOn();
    void hasASlopeBetween();
    void isEqualOnlyInEverything();
    void sliderEnds_data();
    void sliderEnds();
};

void TestExperiment::takesTheDefaults()
{
    QVERIFY(validate(Experiment{}));
    const BranchSpec spec = branchSpec(Experiment{}, BranchKind::Decomposed);
    QVERIFY(spec == namedBranch(BranchKind::Decomposed, {}));
}

void TestExperiment::takesWhatGoesTogether_data()
{
    QTest::addColumn<Change>("change");
    const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
    row("identity on equal ends", [](Experiment& e) { e.residual = ResidualKind::Identity; });
    row("1x1 on other ends", [](Experiment& e) {
        e.outChannels = 3;
        e.residual = ResidualKind::Conv1x1;
    });
    row("bank of just as many", [](Experiment& e) { e.midBank = 64; });
    row("bank of more", [](Experiment& e) { e.midBank = 128; });
    row("a size", [](Experiment& e) { e.size = {1, 1}; });
}

void TestExperiment::takesWhatGoesTogether()
{
    QFETCH(Change, change);
    Experiment experiment;
    change(experiment);
    const auto valid = validate(experiment);
    QVERIFY2(valid, valid ? "" : valid.error().message().c_str());
}

void TestExperiment::refusesWhatDoesNotGoTogether_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, Change change, const char* sentence) {
        QTest::newRow(name) << change << QString(sentence);
    };
    row(
        "identity",
        [](Experiment& e) {
            e.outChannels = 32;
            e.residual = ResidualKind::Identity;
        },
        "an identity residual needs as many output as input channels, not 32 and 64");
    row(
        "identity about the original",
        [](Experiment& e) {
            e.originalInChannels = 48;
            e.residual = ResidualKind::Identity;
        },
        "an identity residual needs as many output as input channels, not 64 and 48");
    row(
        "bank", [](Experiment& e) { e.midBank = 63; },
        "64 mid channels cannot be the first of a bank of 63");
    row(
        "no width",
        [](Experiment& e) {
            e.size = {5, 0};
        },
        "the size 5x0 has no area");
    row(
        "no height",
        [](Experiment& e) {
            e.size = {0, 5};
        },
        "the size 0x5 has no area");
}

void TestExperiment::refusesWhatDoesNotGoTogether()
{
    QFETCH(Change, change);
    QFETCH(QString, sentence);
    Experiment experiment;
    change(experiment);
    const auto valid = validate(experiment);
    QVERIFY(!valid);
    QCOMPARE(valid.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(valid.error().message(), sentence.toStdString());
}

void TestExperiment::hasAnOriginalOfOtherEnds()
{
    Experiment experiment;
    experiment.inChannels = 64;
    experiment.midChannels = 96;
    experiment.outChannels = 96;
    experiment.originalInChannels = 48;
    experiment.originalOutChannels = 80;
    const auto ends = [&](BranchKind kind) {
        const BranchSpec spec = branchSpec(experiment, kind);
        return std::pair(spec.inChannels, channelsAfter(spec.layers, spec.inChannels));
    };
    QVERIFY(ends(BranchKind::Original) == std::pair(std::int64_t{48}, std::int64_t{80}));
    for (const BranchKind kind :
         {BranchKind::Decomposed, BranchKind::Separable, BranchKind::Asymmetric})
        QVERIFY(ends(kind) == std::pair(std::int64_t{64}, std::int64_t{96}));

    Experiment oneEnd = experiment;
    oneEnd.originalInChannels = 0;
    const BranchOptions options = branchOptions(oneEnd, BranchKind::Original);
    QCOMPARE(options.inChannels, 64);
    QCOMPARE(options.outChannels, 80);
}

void TestExperiment::handsEveryOptionOn()
{
    Experiment experiment;
    experiment.inChannels = 5;
    experiment.midChannels = 6;
    experiment.outChannels = 7;
    experiment.between = Between::Leaky;
    experiment.leakySlope = 0.3;
    experiment.batchNorm = true;
    experiment.mode = Mode::Train;
    experiment.residual = ResidualKind::Conv1x1;
    experiment.bias = false;
    const BranchSpec expected = namedBranch(BranchKind::Asymmetric,
                                            {.inChannels = 5,
                                             .midChannels = 6,
                                             .outChannels = 7,
                                             .between = Between::Leaky,
                                             .leakySlope = 0.3,
                                             .batchNorm = true,
                                             .residual = ResidualKind::Conv1x1,
                                             .bias = false,
                                             .mode = Mode::Train});
    QVERIFY(branchSpec(experiment, BranchKind::Asymmetric) == expected);
}

void TestExperiment::hasASlopeBetween()
{
    Experiment experiment;
    QCOMPARE(slopeBetween(experiment), 0.0);
    for (const auto& [slope, between] :
         {std::pair(0.3, Between::Leaky), std::pair(1.0, Between::None),
          std::pair(0.0, Between::Relu)}) {
        setSlopeBetween(experiment, slope);
        QCOMPARE(experiment.between, between);
        QCOMPARE(slopeBetween(experiment), slope);
        QVERIFY(validate(experiment));
    }
}

void TestExperiment::isEqualOnlyInEverything()
{
    const auto file = std::make_shared<const WeightFile>();
    Experiment experiment;
    experiment.weightFile = file;
    Experiment copy = experiment;
    QVERIFY(copy == experiment);
    copy.weightFile = std::make_shared<const WeightFile>(); // as large, but another
    QVERIFY(copy != experiment);
    copy = experiment;
    copy.size.width = 1;
    QVERIFY(copy != experiment);
}

void TestExperiment::sliderEnds_data()
{
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("out");
    QTest::addColumn<int>("end");
    QTest::addRow("narrow") << 3 << 16 << 128;
    QTest::addRow("article") << 64 << 64 << 128;
    QTest::addRow("wide in") << 65 << 1 << 130;
    QTest::addRow("wide out") << 192 << 224 << 448;
}

void TestExperiment::sliderEnds()
{
    QFETCH(int, in);
    QFETCH(int, out);
    QFETCH(int, end);
    Experiment experiment;
    experiment.inChannels = in;
    experiment.outChannels = out;
    QCOMPARE(sliderMidChannels(experiment), qint64(end));
}

QTEST_APPLESS_MAIN(TestExperiment)
#include "test_experiment.moc"
