#include "ui/inspector/warnings.h"

#include "core/image/samples.h"
#include "tests/support/evaluated.h"
#include "ui/text/text.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Those that contain a text.
QStringList warningsWith(const QString& text, const BothEvaluated& both)
{
    return warningsOf(both).filter(text);
}

/// The small experiment, its factorised branch with one number of its weights changed.
std::shared_ptr<const BothEvaluated> withWeight(const std::string& tensor, std::size_t index,
                                                float value)
{
    Experiment experiment = smallExperiment();
    experiment.midBank = experiment.midChannels;
    const auto before = evaluated(experiment);
    experiment.weightFile = weightsWith(*before, tensor, index, value);
    experiment.kernels.reset();
    return evaluated(experiment);
}

/// Maps of which the first `dead` are zero.
SharedTensor mapsWithDead(std::int64_t channels, std::int64_t dead)
{
    return mapsOf(channels, {4, 4},
                  [=](std::int64_t c, std::int64_t) { return c < dead ? 0.0 : 1.0; });
}

} // namespace

class TestWarnings : public QObject {
    Q_OBJECT
private slots:
    void thereIsNothingToSayOfTheOpening();
    void notesOfThePictureComeFirst();
    void unrelatedWeightsAreSaid();
    void aDeadMidMapIsSaid();
    void aNanWeightIsSaid();
    void aLongListIsCut();
    void zerosAreNoSignWhereNoActivationWas();
};

void TestWarnings::thereIsNothingToSayOfTheOpening()
{
    QCOMPARE(warningsOf(*evaluated(smallExperiment())), QStringList());
}

void TestWarnings::notesOfThePictureComeFirst()
{
    Experiment experiment = smallExperiment();
    experiment.kernels.reset();
    Picture picture = findSample("gratings")->draw({20, 20});
    picture.notes = {{ErrorCode::Format, "%1 ends too early", {"scan.jpg"}},
                     {ErrorCode::Format, "%1 is grey", {"scan.jpg"}}};
    experiment.picture = std::make_shared<const Picture>(std::move(picture));
    const QStringList warnings = warningsOf(*evaluated(experiment));
    QCOMPARE(warnings.value(0), QStringLiteral("scan.jpg ends too early"));
    QCOMPARE(warnings.value(1), QStringLiteral("scan.jpg is grey"));
    QVERIFY(warnings.value(2).contains(QStringLiteral("unrelated weights")));
}

void TestWarnings::unrelatedWeightsAreSaid()
{
    const QString words = QStringLiteral("unrelated weights");
    Experiment experiment = smallExperiment();
    QCOMPARE(warningsWith(words, *evaluated(experiment)).size(), 0);
    experiment.kernels.reset(); // drawn at random
    QCOMPARE(warningsWith(words, *evaluated(experiment)).size(), 1);
    experiment.kernels = HandMade::Gabor;
    QCOMPARE(warningsWith(words, *evaluated(experiment)).size(), 0);
}

/// One bias so low that its ReLU lets nothing through.
void TestWarnings::aDeadMidMapIsSaid()
{
    const auto both = withWeight("branch.0.bias", 3, -1e6F);
    QVERIFY(both->stages[Stage::MidAfter].statistics.at(3).isZero());
    const QStringList dead = warningsWith(QStringLiteral("mid, after ReLU"), *both);
    QCOMPARE(dead,
             QStringList(QStringLiteral("Dead (zero everywhere) in mid, after ReLU: map 4.")));
}

/// It goes on from its mid map to all outputs.
void TestWarnings::aNanWeightIsSaid()
{
    const auto both = withWeight("branch.2.weight", 0, kNan); // of output map 1
    const QStringList warnings = warningsWith(QStringLiteral("NaN"), *both);
    QCOMPARE(warnings.size(), 2);
    QCOMPARE(
        warnings[0],
        QStringLiteral("NaN or infinity in %1: map 1.").arg(branchTitle(BranchKind::Decomposed)));
    QCOMPARE(warnings[1], QStringLiteral("NaN or infinity in difference: map 1."));

    const auto all = withWeight("branch.0.weight", 0, kNan); // of mid map 1
    const QStringList spread = warningsWith(QStringLiteral("NaN"), *all);
    QCOMPARE(spread.size(), 4);
    QVERIFY(spread[0].contains(QStringLiteral("mid, before ReLU: map 1.")));
    QVERIFY(spread[2].contains(QStringLiteral("1, 2, 3, 4, 5, 6 and 10 more")));
}

void TestWarnings::aLongListIsCut()
{
    const auto both = evaluated(smallExperiment());
    const auto deadOf = [&](std::int64_t dead) {
        return warningsWith(QStringLiteral("Dead"),
                            withMaps(*both, Stage::Original, mapsWithDead(16, dead)))
            .value(0);
    };
    QVERIFY(deadOf(0).isEmpty());
    QVERIFY(deadOf(1).endsWith(QStringLiteral("map 1.")));
    QVERIFY(deadOf(6).endsWith(QStringLiteral("map 1, 2, 3, 4, 5, 6.")));
    QVERIFY(deadOf(7).endsWith(QStringLiteral("map 1, 2, 3, 4, 5, 6 and 1 more.")));
    QVERIFY(deadOf(16).endsWith(QStringLiteral("map 1, 2, 3, 4, 5, 6 and 10 more.")));
}

void TestWarnings::zerosAreNoSignWhereNoActivationWas()
{
    const auto both = evaluated(smallExperiment());
    for (const Stage stage : {Stage::Input, Stage::MidBefore, Stage::Difference})
        QCOMPARE(warningsOf(withMaps(*both, stage, mapsWithDead(3, 2))), QStringList());
}

QTEST_GUILESS_MAIN(TestWarnings)
#include "test_warnings.moc"
