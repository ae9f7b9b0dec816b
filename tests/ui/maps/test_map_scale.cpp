#include "ui/maps/map_scale.h"

#include "tests/support/evaluated.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace factorscope;

namespace {

constexpr Extent kSize{20, 50};

/// As the opening answer, and its scales under some settings.
struct Scaled {
    BothEvaluated both = *evaluated(smallExperiment());
    ViewSettings settings;

    MapScale scale(Stage stage, std::int64_t channel, const Theme& theme = lightTheme()) const
    {
        return mapScale(both.experiment, both.stages, stage, channel, settings, theme);
    }
    void put(Stage stage, const SharedTensor& maps) { both = withMaps(both, stage, maps); }
    float reach(Stage stage, std::int64_t channel) const
    {
        return both.stages[stage].statistics.at(static_cast<std::size_t>(channel)).reach();
    }
    float rounding() const
    {
        return 1e-5F * std::max(reach(Stage::Original), reach(Stage::Factorised));
    }
    float reach(Stage stage) const
    {
        float most = 0.0F;
        for (std::int64_t c = 0; c < both.stages[stage].channels(); ++c)
            most = std::max(most, reach(stage, c));
        return most;
    }
};

/// Maps whose channel c has all values c + 1, but for three of a hundred times that.
SharedTensor mapsWithOutliers(std::int64_t channels, double sign = 1.0)
{
    return mapsOf(channels, kSize, [sign](std::int64_t channel, std::int64_t i) {
        return sign * static_cast<double>(channel + 1) * (i < 3 ? 100.0 : 1.0);
    });
}

SharedTensor constantMaps(std::int64_t channels, double value)
{
    return mapsOf(channels, kSize, [value](std::int64_t channel, std::int64_t) {
        return value * static_cast<double>(channel + 1);
    });
}

} // namespace

class TestMapScale : public QObject {
    Q_OBJECT
private slots:
    void signedMapsAreSymmetricAboutZero();
    void theGroundChoosesTheDivergingColours();
    void chosenColoursStay();
    void bothOutputsOfAChannelShareTheirScale();
    void otherMapsHaveTheirOwn();
    void aDifferenceOfRoundingIsNotColoured();
    void mapsOfALayerShareTheirs();
    void allStagesShareOne();
    void outliersAreClipped();
    void aClippedScaleSaysSo();
    void ticksAreTheEndsAndTheMiddle();
    void aPictureIsShownAsItIs();
    void theBrightnessOfAFilterBankIsAPicture();
    void otherInputsHaveAScale();
    void knowsWhatIsAPicture();
    void mapsOfZerosHaveAScale();
    void whatIsNoNumberDoesNotCount();
};

void TestMapScale::signedMapsAreSymmetricAboutZero()
{
    const Scaled scaled;
    int signedStages = 0;
    for (const Stage stage : kStages) {
        if (stage == Stage::Input)
            continue;
        const StageMaps& maps = scaled.both.stages[stage];
        const bool isSigned = std::ranges::any_of(maps.statistics,
                                                  [](const auto& map) { return map.least < 0.0F; });
        signedStages += isSigned;
        for (std::int64_t c = 0; c < maps.channels(); ++c) {
            const MapScale scale = scaled.scale(stage, c);
            QCOMPARE(scale.colours->diverging, isSigned);
            QCOMPARE(scale.range.low, isSigned ? -scale.range.high : 0.0F);
            QVERIFY(scale.range.high > 0.0F);
        }
    }
    QCOMPARE(signedStages, 2); // mid before the activation, and the difference
}

void TestMapScale::theGroundChoosesTheDivergingColours()
{
    const Scaled scaled;
    QCOMPARE(scaled.scale(Stage::Difference, 0, lightTheme()).colours->id,
             std::string_view("blue-orange"));
    QCOMPARE(scaled.scale(Stage::Difference, 0, darkTheme()).colours->id,
             std::string_view("ice-fire"));
    QCOMPARE(scaled.scale(Stage::Original, 0, lightTheme()),
             scaled.scale(Stage::Original, 0, darkTheme()));
}

void TestMapScale::chosenColoursStay()
{
    Scaled scaled;
    scaled.settings.diverging = findColormap("ice-fire");
    scaled.settings.sequential = findColormap("gray");
    for (const Theme& theme : {lightTheme(), darkTheme()}) {
        QCOMPARE(scaled.scale(Stage::Difference, 0, theme).colours, findColormap("ice-fire"));
        QCOMPARE(scaled.scale(Stage::Original, 0, theme).colours, findColormap("gray"));
    }
}

void TestMapScale::bothOutputsOfAChannelShareTheirScale()
{
    Scaled scaled;
    for (const bool clips : {false, true}) {
        scaled.settings.clipsOutliers = clips;
        for (std::int64_t c = 0; c < 16; ++c)
            QCOMPARE(scaled.scale(Stage::Original, c), scaled.scale(Stage::Factorised, c));
    }
    scaled.settings.clipsOutliers = false;
    scaled.put(Stage::Original, constantMaps(16, 2.0));
    scaled.put(Stage::Factorised, constantMaps(16, 3.0));
    QCOMPARE(scaled.scale(Stage::Original, 4).range.high, 15.0F); // of the larger
    QCOMPARE(scaled.scale(Stage::Factorised, 4).range.high, 15.0F);
    scaled.put(Stage::Original, constantMaps(18, 2.0)); // more than there are beside
    QCOMPARE(scaled.scale(Stage::Original, 17).range.high, 36.0F);
}

void TestMapScale::otherMapsHaveTheirOwn()
{
    Scaled scaled;
    scaled.settings.clipsOutliers = false;
    for (const Stage stage : {Stage::MidBefore, Stage::MidAfter, Stage::Difference}) {
        for (std::int64_t c = 0; c < scaled.both.stages[stage].channels(); ++c)
            QCOMPARE(scaled.scale(stage, c).range.high,
                     stage == Stage::Difference
                         ? std::max(scaled.reach(stage, c), scaled.rounding())
                         : scaled.reach(stage, c));
    }
}

/// Of 1e-5 of the outputs: what is less is no picture of anything.
void TestMapScale::aDifferenceOfRoundingIsNotColoured()
{
    Scaled scaled;
    scaled.put(Stage::Original, constantMaps(16, 2.0)); // up to 32
    scaled.put(Stage::Factorised, constantMaps(16, 2.0));
    scaled.put(Stage::Difference, constantMaps(16, 1e-8));
    const float floor = 1e-5F * 32.0F;
    for (const auto normalisation : {Normalisation::PerMap, Normalisation::PerLayer}) {
        scaled.settings.normalisation = normalisation;
        QCOMPARE(scaled.scale(Stage::Difference, 3).range.high, floor);
    }
    scaled.put(Stage::Difference, constantMaps(16, 1.0));
    scaled.settings.normalisation = Normalisation::PerMap;
    QCOMPARE(scaled.scale(Stage::Difference, 3).range.high, 4.0F);
}

void TestMapScale::mapsOfALayerShareTheirs()
{
    Scaled scaled;
    scaled.settings.normalisation = Normalisation::PerLayer;
    scaled.settings.clipsOutliers = false;
    scaled.put(Stage::Original, constantMaps(16, 2.0));
    scaled.put(Stage::Factorised, constantMaps(16, 3.0));
    for (const Stage stage : {Stage::MidAfter, Stage::Original, Stage::Factorised}) {
        for (std::int64_t c = 0; c < 16; ++c)
            QCOMPARE(scaled.scale(stage, c).range.high, scaled.reach(stage));
    }
    QCOMPARE(scaled.scale(Stage::Original, 0).range.high, 32.0F);
    QCOMPARE(scaled.scale(Stage::Factorised, 0).range.high, 48.0F);
}

void TestMapScale::allStagesShareOne()
{
    Scaled scaled;
    scaled.both.experiment.lift = Lift::Filterbank;
    scaled.settings.normalisation = Normalisation::Shared;
    scaled.settings.clipsOutliers = false;
    scaled.put(Stage::Input, constantMaps(3, 1000.0));
    scaled.put(Stage::MidAfter, constantMaps(16, 7.0));
    for (const Stage stage : kStages) {
        const float high = scaled.scale(stage, 1).range.high;
        QCOMPARE(high, stage == Stage::Input ? 3000.0F : 112.0F);
    }
    QVERIFY(scaled.scale(Stage::MidBefore, 0).range.low == -112.0F);
}

void TestMapScale::outliersAreClipped()
{
    Scaled scaled;
    scaled.put(Stage::MidAfter, mapsWithOutliers(4));
    scaled.put(Stage::Difference, mapsWithOutliers(4, -1.0));
    for (const Stage stage : {Stage::MidAfter, Stage::Difference}) {
        const MapScale clipped = scaled.scale(stage, 1);
        QCOMPARE(clipped.range.high, 2.0F);
        QVERIFY(clipped.isClipped);
    }
    scaled.settings.clipsOutliers = false;
    for (const Stage stage : {Stage::MidAfter, Stage::Difference}) {
        const MapScale whole = scaled.scale(stage, 1);
        QCOMPARE(whole.range.high, 200.0F);
        QVERIFY(!whole.isClipped);
    }
    scaled.settings.clipsOutliers = true;
    scaled.put(Stage::MidAfter, constantMaps(4, 3.0));
    QVERIFY(!scaled.scale(Stage::MidAfter, 1).isClipped); // there is nothing beyond
}

void TestMapScale::aClippedScaleSaysSo()
{
    MapScale scale{&defaultColormap(false), {0.0F, 2.0F}, true};
    auto ticks = scaleTicks(scale);
    QCOMPARE(ticks.front().label, QStringLiteral("0"));
    QCOMPARE(ticks.back().label, QStringLiteral("≥ 2"));
    scale.range.low = -2.0F;
    ticks = scaleTicks(scale);
    QCOMPARE(ticks.front().label, QStringLiteral("≤ −2"));
    QCOMPARE(ticks.back().label, QStringLiteral("≥ 2"));
}

void TestMapScale::ticksAreTheEndsAndTheMiddle()
{
    const auto ticks = scaleTicks({&defaultColormap(true), {-0.125F, 0.125F}, false});
    QCOMPARE(ticks.size(), 3U);
    QCOMPARE(ticks[0].position, 0.0);
    QCOMPARE(ticks[1].position, 0.5);
    QCOMPARE(ticks[2].position, 1.0);
    QCOMPARE(ticks[0].label, QStringLiteral("−0.125"));
    QCOMPARE(ticks[1].label, QStringLiteral("0"));
    QCOMPARE(ticks[2].label, QStringLiteral("0.125"));
    QCOMPARE(scaleTicks({&defaultColormap(false), {0.0F, 3.0F}, false})[1].label,
             QStringLiteral("1.5"));
}

void TestMapScale::aPictureIsShownAsItIs()
{
    Scaled scaled;
    scaled.settings.sequential = &defaultColormap(false);
    for (const auto normalisation :
         {Normalisation::PerMap, Normalisation::PerLayer, Normalisation::Shared}) {
        scaled.settings.normalisation = normalisation;
        const MapScale scale = scaled.scale(Stage::Input, 1);
        QCOMPARE(scale.colours, findColormap("gray"));
        QCOMPARE(scale.range, ValueRange(0.0F, 1.0F));
        QVERIFY(!scale.isClipped);
    }
}

void TestMapScale::theBrightnessOfAFilterBankIsAPicture()
{
    Experiment experiment = smallExperiment();
    experiment.inChannels = 8;
    Scaled scaled{*evaluated(experiment), {}};
    QCOMPARE(scaled.scale(Stage::Input, 0).colours, findColormap("gray"));
    QCOMPARE(scaled.scale(Stage::Input, 0).range, ValueRange(0.0F, 1.0F));
    QVERIFY(scaled.scale(Stage::Input, 1).colours->diverging);
    scaled.settings.normalisation = Normalisation::PerLayer; // comparable to the others
    QCOMPARE(scaled.scale(Stage::Input, 0), scaled.scale(Stage::Input, 1));
}

void TestMapScale::otherInputsHaveAScale()
{
    Experiment experiment = smallExperiment();
    experiment.inChannels = 8;
    Scaled scaled{*evaluated(experiment), {}};
    scaled.settings.clipsOutliers = false;
    const MapScale scale = scaled.scale(Stage::Input, 4); // of the filter bank, signed
    QVERIFY(scale.colours->diverging);
    QCOMPARE(scale.range.high, scaled.reach(Stage::Input, 4));
}

void TestMapScale::knowsWhatIsAPicture()
{
    Experiment experiment = smallExperiment();
    QVERIFY(isPictureInput(experiment) && isColourInput(experiment));
    experiment.inChannels = 1;
    QVERIFY(isPictureInput(experiment) && !isColourInput(experiment));
    experiment.inChannels = 5;
    QVERIFY(!isPictureInput(experiment) && !isColourInput(experiment));
    experiment.inChannels = 3;
    for (const Lift lift : {Lift::Filterbank, Lift::Randn}) {
        experiment.lift = lift;
        QVERIFY(!isPictureInput(experiment) && !isColourInput(experiment));
    }
    experiment.lift = Lift::Rgb;
    QVERIFY(isColourInput(experiment));
    experiment.inputTensor = constantMaps(3, 1.0); // numbers that somebody computed
    QVERIFY(!isPictureInput(experiment) && !isColourInput(experiment));
}

void TestMapScale::mapsOfZerosHaveAScale()
{
    Scaled scaled;
    scaled.put(Stage::MidAfter, constantMaps(3, 0.0));
    const MapScale scale = scaled.scale(Stage::MidAfter, 2);
    QCOMPARE(scale.range, ValueRange(0.0F, 1.0F));
    QVERIFY(!scale.isClipped);
    scaled.put(Stage::Difference, {});
    QVERIFY(scaled.scale(Stage::Difference, 0).range.high > 0.0F);
}

void TestMapScale::whatIsNoNumberDoesNotCount()
{
    Scaled scaled;
    scaled.settings.clipsOutliers = false;
    scaled.put(Stage::MidAfter, mapsOf(2, kSize, [](std::int64_t, std::int64_t i) {
                   return i == 0 ? std::nan("") : i == 1 ? HUGE_VAL : 5.0;
               }));
    QCOMPARE(scaled.scale(Stage::MidAfter, 0).range, ValueRange(0.0F, 5.0F));
}

QTEST_GUILESS_MAIN(TestMapScale)
#include "test_map_scale.moc"
