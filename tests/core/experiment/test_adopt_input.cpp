#include "core/experiment/adopt_input.h"

#include "core/experiment/opening.h"
#include "core/weights/initialize.h"

#include <QTest>

using namespace factorscope;

namespace {

std::shared_ptr<const Picture> black()
{
    return std::make_shared<const Picture>(
        Picture{.rgb = Tensor::zeros({3, 5, 6}), .name = "black", .notes = {}});
}

SharedTensor tensorOf(std::int64_t channels)
{
    return std::make_shared<const Tensor>(Tensor::zeros({2, channels, 3, 4}));
}

/// With a file for its own factorised branch.
Experiment withFile(Experiment experiment)
{
    TorchGenerator generator(0);
    experiment.midBank = experiment.midChannels;
    experiment.weightFile = std::make_shared<const WeightFile>(WeightFile{
        "w.safetensors", initialized(branchSpec(experiment, experiment.factorised), generator)});
    return experiment;
}

} // namespace

class TestAdoptInput : public QObject {
    Q_OBJECT
private slots:
    void aPictureReplacesWhateverIsShown();
    void aLiftStaysWhereItFits_data();
    void aLiftStaysWhereItFits();
    void aTensorDecidesTheChannels();
    void refusesATensorOfTooManyChannels();
    void aPresetKeepsWhatFits();
    void aPresetLeavesATensorItsSize();
    void seededWeightsAreNothingElse();
};

void TestAdoptInput::aPictureReplacesWhateverIsShown()
{
    Experiment experiment = openingExperiment();
    experiment.inputTensor = tensorOf(3);
    experiment.lift = Lift::Randn;
    experiment.size = {224, 224};
    const auto picture = black();
    const Experiment after = withPicture(experiment, picture);
    QCOMPARE(after.picture, picture);
    QVERIFY(!after.inputTensor);
    QVERIFY(!after.lift);
    QCOMPARE(after.size, (Extent{224, 224}));
    QCOMPARE(after.kernels, experiment.kernels);
}

void TestAdoptInput::aLiftStaysWhereItFits_data()
{
    QTest::addColumn<int>("lift");
    QTest::addColumn<int>("channels");
    QTest::addColumn<bool>("stays");
    QTest::newRow("rgb") << int(Lift::Rgb) << 3 << true;
    QTest::newRow("rgb of more") << int(Lift::Rgb) << 4 << false;
    QTest::newRow("gray") << int(Lift::Gray) << 1 << true;
    QTest::newRow("gray of more") << int(Lift::Gray) << 3 << false;
    QTest::newRow("filter bank") << int(Lift::Filterbank) << 3 << true;
}

void TestAdoptInput::aLiftStaysWhereItFits()
{
    QFETCH(int, lift);
    QFETCH(int, channels);
    QFETCH(bool, stays);
    Experiment experiment = openingExperiment();
    experiment.inChannels = channels;
    experiment.lift = static_cast<Lift>(lift);
    QCOMPARE(withPicture(experiment, black()).lift.has_value(), stays);
}

void TestAdoptInput::aTensorDecidesTheChannels()
{
    Experiment experiment = withFile(openingExperiment());
    experiment.picture = black();
    experiment.size = {224, 224};
    experiment.lift = Lift::Rgb;
    const auto after = withTensor(experiment, tensorOf(5));
    QVERIFY(after);
    QCOMPARE(after->inChannels, 5);
    QCOMPARE(after->size, (Extent{0, 0}));
    QVERIFY(!after->picture && !after->lift);
    QVERIFY(!after->weightFile); // it was for 3 channels
    QCOMPARE(after->midBank, sliderMidChannels(*after));

    const auto same = withTensor(experiment, tensorOf(3));
    QVERIFY(same && same->weightFile);
}

void TestAdoptInput::refusesATensorOfTooManyChannels()
{
    const auto after = withTensor(openingExperiment(), tensorOf(70'000));
    QVERIFY(!after);
    QCOMPARE(after.error().code, ErrorCode::InvalidArgument);
    QVERIFY(after.error().message().find("70000") != std::string::npos);
}

void TestAdoptInput::aPresetKeepsWhatFits()
{
    Experiment experiment = withFile(openingExperiment());
    experiment.picture = black();
    experiment.lift = Lift::Rgb;
    const Preset& preset = *findPreset("article");
    const Experiment after = withPreset(experiment, preset, PresetSize::Preset);
    QCOMPARE(after.inChannels, 64);
    QCOMPARE(after.size, (Extent{224, 224}));
    QCOMPARE(after.kernels, std::optional(HandMade::Matched));
    QVERIFY(!after.lift && !after.weightFile);
    QCOMPARE(after.midBank, 128);
    QCOMPARE(withPreset(experiment, preset, PresetSize::OfPicture).size, (Extent{0, 0}));

    const Experiment again = withPreset(withFile(after), preset, PresetSize::Preset);
    QVERIFY(again.weightFile);
}

void TestAdoptInput::aPresetLeavesATensorItsSize()
{
    Experiment experiment = openingExperiment();
    experiment.inputTensor = tensorOf(64);
    const Experiment after = withPreset(experiment, *findPreset("article"), PresetSize::Preset);
    QCOMPARE(after.size, (Extent{0, 0}));
    QVERIFY(after.inputTensor);
}

void TestAdoptInput::seededWeightsAreNothingElse()
{
    Experiment experiment = withFile(openingExperiment());
    experiment.originalWeightFile = experiment.weightFile;
    const Experiment after = withSeededWeights(experiment);
    QVERIFY(!after.kernels && !after.weightFile && !after.originalWeightFile);
    QCOMPARE(after.midBank, sliderMidChannels(after));
}

QTEST_APPLESS_MAIN(TestAdoptInput)
#include "test_adopt_input.moc"
