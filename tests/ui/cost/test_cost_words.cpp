#include "ui/cost/cost_words.h"

#include "core/experiment/presets.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

Experiment experimentOf(std::string_view preset)
{
    Experiment experiment;
    apply(*findPreset(preset), experiment);
    return experiment;
}

const MidMark* find(const std::vector<MidMark>& marks, MidMarkKind kind)
{
    for (const MidMark& mark : marks) {
        if (mark.kind == kind)
            return &mark;
    }
    return nullptr;
}

bool isNear(double a, double b)
{
    return std::abs(a - b) < 0.005;
}

} // namespace

class TestCostWords : public QObject {
    Q_OBJECT
private slots:
    void saysTheSavingInWords_data();
    void saysTheSavingInWords();
    void neverSaysZeroOrAHundredPercent();
    void countsBothBranches();
    void marksTheChannelsAndParity();
    void takesParityAgainstAnotherOriginal();
    void knowsNoParityOfOtherBranches();
    void saysWhatTheClaimNeeds();
};

void TestCostWords::saysTheSavingInWords_data()
{
    QTest::addColumn<double>("ratio");
    QTest::addColumn<QString>("words");
    QTest::addColumn<bool>("dearer");
    const auto row = [](double ratio, const char* words, bool dearer) {
        QTest::addRow("%g", ratio) << ratio << QString::fromUtf8(words) << dearer;
    };
    row(0.72, "costs 28 % less than the 5×5", false);
    row(1.44, "costs 44 % more than the 5×5", true);
    row(1.8, "costs 80 % more than the 5×5", true);
    row(1.0, "costs as much as the 5×5", false);
    row(0.9996, "costs as much as the 5×5", false);
    row(1.0004, "costs as much as the 5×5", false);
    row(1.0006, "costs 0.1 % more than the 5×5", true);
    row(0.9906, "costs 0.9 % less than the 5×5", false);
    row(0.985, "costs 2 % less than the 5×5", false);
    row(0.0001, "costs 99.9 % less than the 5×5", false);
    row(13.5, "costs 1,250 % more than the 5×5", true);
}

void TestCostWords::saysTheSavingInWords()
{
    QFETCH(double, ratio);
    QFETCH(QString, words);
    QFETCH(bool, dearer);
    QCOMPARE(savingInWords(ratio), words);
    QCOMPARE(isDearer(ratio), dearer);
}

void TestCostWords::neverSaysZeroOrAHundredPercent()
{
    for (int i = 1; i <= 40'000; ++i) {
        const double ratio = i / 20'000.0;
        const QString words = savingInWords(ratio);
        QVERIFY2(!words.contains(QStringLiteral(" 0 %"))
                     && !words.contains(QStringLiteral(" 0.0 %")),
                 qPrintable(words));
        QVERIFY2(!words.contains(QStringLiteral("100 % less")), qPrintable(words));
        QCOMPARE(words.contains(QStringLiteral("more")), isDearer(ratio));
    }
}

void TestCostWords::countsBothBranches()
{
    const Result<BothCosts> costs = costsOfBoth(experimentOf("article"));
    QVERIFY(costs);
    QCOMPARE(costs->original.macs, 5'138'022'400);
    QCOMPARE(costs->factorised.macs, 3'699'376'128);
    QCOMPARE(costs->original.params, 102'464);
    QCOMPARE(costs->factorised.params, 73'856);

    QVERIFY(!costsOfBoth(Experiment{})); // neither picture nor size
}

void TestCostWords::marksTheChannelsAndParity()
{
    const std::vector<MidMark> marks = midMarks(experimentOf("googlenet-4e"));
    QCOMPARE(marks.size(), 4U);
    QCOMPARE(find(marks, MidMarkKind::In)->value, 32.0);
    QCOMPARE(find(marks, MidMarkKind::GeometricMean)->value, 64.0);
    QCOMPARE(find(marks, MidMarkKind::Out)->value, 128.0);
    QVERIFY(isNear(find(marks, MidMarkKind::Parity)->value, 71.11));
    QCOMPARE(find(marks, MidMarkKind::GeometricMean)->label, QStringLiteral("√(C_in·C_out)"));
}

void TestCostWords::takesParityAgainstAnotherOriginal()
{
    Experiment experiment = experimentOf("inception-v3-a");
    const std::vector<MidMark> marks = midMarks(experiment);
    const double parity = find(marks, MidMarkKind::Parity)->value;
    QVERIFY(isNear(parity, 25.0 * 48 * 64 / (9.0 * (64 + 96))));

    // On either side of it the costs lie on either side.
    experiment.midChannels = static_cast<std::int64_t>(std::floor(parity));
    QVERIFY(costsOfBoth(experiment)->factorised.macs < costsOfBoth(experiment)->original.macs);
    ++experiment.midChannels;
    QVERIFY(costsOfBoth(experiment)->factorised.macs > costsOfBoth(experiment)->original.macs);

    experiment.residual = ResidualKind::Conv1x1; // which costs more on the one side
    QVERIFY(!find(midMarks(experiment), MidMarkKind::Parity));
}

void TestCostWords::knowsNoParityOfOtherBranches()
{
    Experiment experiment = experimentOf("article");
    for (const BranchKind kind : {BranchKind::Separable, BranchKind::Asymmetric}) {
        experiment.factorised = kind;
        QCOMPARE(midMarks(experiment).size(), 3U);
        QVERIFY(!find(midMarks(experiment), MidMarkKind::Parity));
    }
}

void TestCostWords::saysWhatTheClaimNeeds()
{
    Experiment experiment = experimentOf("article");
    QVERIFY(claimInWords(experiment).isEmpty());

    experiment.midChannels = 63;
    QCOMPARE(claimInWords(experiment), QStringLiteral("weights: −28 % needs equal channels"));
    QVERIFY(!claimInWords(experimentOf("googlenet-4e")).isEmpty());

    experiment.midChannels = 64;
    experiment.residual = ResidualKind::Conv1x1;
    QVERIFY(!claimInWords(experiment).isEmpty());
    experiment.residual = ResidualKind::Identity;
    QVERIFY(claimInWords(experiment).isEmpty());
    experiment.factorised = BranchKind::Asymmetric;
    QVERIFY(!claimInWords(experiment).isEmpty());
}

QTEST_MAIN(TestCostWords)
#include "test_cost_words.moc"
