#include "core/experiment/map_analysis.h"

#include "core/image/effective_rank.h"
#include "tests/support/evaluated.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace factorscope;

namespace {

MapAnalysis analysisOf(const Stages& stages, const MapAnalysis* previous = nullptr)
{
    static ThreadTeam team(2);
    auto analysis = mapAnalysis(stages, previous, {.team = team});
    if (!analysis)
        qFatal("%s", analysis.error().message().c_str());
    return *analysis;
}

/// Different for each channel, and with values from 0 on.
double wave(std::int64_t channel, std::int64_t i)
{
    return 1.0 + std::sin(0.1 * static_cast<double>((channel + 2) * (i + 1)));
}

SharedTensor waves(const std::vector<std::int64_t>& channels, double gain = 1.0)
{
    return mapsOf(std::ssize(channels), {12, 10}, [&](std::int64_t c, std::int64_t i) {
        return gain * static_cast<double>(c + 1) * wave(channels[static_cast<std::size_t>(c)], i);
    });
}

/// With outputs whose maps come again in the other branch at other places.
BothEvaluated shuffledOutputs(const std::vector<std::int64_t>& original,
                              const std::vector<std::int64_t>& factorised)
{
    const BothEvaluated both
        = withMaps(*evaluated(smallExperiment()), Stage::Original, waves(original));
    return withMaps(both, Stage::Factorised, waves(factorised, 0.5));
}

bool isPermutation(std::vector<std::int64_t> order, std::int64_t channels)
{
    std::ranges::sort(order);
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (order[i] != static_cast<std::int64_t>(i))
            return false;
    }
    return std::ssize(order) == channels;
}

} // namespace

class TestMapAnalysis : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { m_both = evaluated(smallExperiment()); }
    void theRankIsThatOfTheCovariance();
    void likeMapsAreFoundAtOtherPlaces();
    void moreMapsInOneBranchLeaveSomeOver();
    void matchesAreMutual();
    void whatIsKnownIsTakenOver();
    void stopsWhenAsked();
    void anOrderHasEveryChannelOnce();
    void energyIsTheMeanSquare();
    void theStrongestMapComesFirst();
    void stagesOfOneKindHaveOneOrder();
    void pairsLieAtOnePlace();
    void otherStagesKeepTheirOrderBySimilarity();
    void anAnalysisOfOtherChannelsIsNotUsed();

private:
    std::shared_ptr<const BothEvaluated> m_both;
};

void TestMapAnalysis::theRankIsThatOfTheCovariance()
{
    ThreadTeam team(1);
    const MapAnalysis analysis = analysisOf(m_both->stages);
    for (const Stage stage : kStages) {
        const Tensor& maps = *m_both->stages[stage].maps;
        const auto covariance = channelCovariance(maps, maps, {.team = team});
        QCOMPARE(analysis.rank(stage).effective, effectiveRank(*covariance));
        QCOMPARE(analysis.rank(stage).pixels, 40 * 48);
        QVERIFY(analysis.isOf(m_both->stages, stage));
    }
}

void TestMapAnalysis::likeMapsAreFoundAtOtherPlaces()
{
    const BothEvaluated both = shuffledOutputs({0, 1, 2, 3, 4}, {3, 0, 4, 2, 1});
    const MapAnalysis analysis = analysisOf(both.stages);
    const std::vector<std::int64_t> places{1, 4, 3, 0, 2};
    for (std::size_t c = 0; c < places.size(); ++c) {
        QVERIFY(analysis.ofOriginal[c]);
        QCOMPARE(analysis.ofOriginal[c]->channel, places[c]);
        QVERIFY(analysis.ofOriginal[c]->correlation > 0.9999);
    }
}

void TestMapAnalysis::moreMapsInOneBranchLeaveSomeOver()
{
    const MapAnalysis few = analysisOf(shuffledOutputs({0, 1}, {5, 1, 0, 7}).stages);
    QCOMPARE(few.ofOriginal[0]->channel, 2);
    QCOMPARE(few.ofOriginal[1]->channel, 1);
    QVERIFY(!few.ofFactorised[0] && few.ofFactorised[1] && !few.ofFactorised[3]);
    const MapAnalysis many = analysisOf(shuffledOutputs({5, 1, 0, 7}, {0, 1}).stages);
    QCOMPARE(many.ofFactorised[0]->channel, 2);
    QVERIFY(!many.ofOriginal[0] && many.ofOriginal[1]);
}

void TestMapAnalysis::matchesAreMutual()
{
    const MapAnalysis analysis = analysisOf(m_both->stages);
    QCOMPARE(std::ssize(analysis.ofOriginal), 16);
    for (std::size_t c = 0; c < analysis.ofOriginal.size(); ++c) {
        const ChannelMatch& match = *analysis.ofOriginal[c];
        const auto& back = analysis.ofFactorised[static_cast<std::size_t>(match.channel)];
        QCOMPARE(back->channel, static_cast<std::int64_t>(c));
        QCOMPARE(back->correlation, match.correlation);
    }
}

void TestMapAnalysis::whatIsKnownIsTakenOver()
{
    MapAnalysis marked = analysisOf(m_both->stages);
    marked.ranks[0].effective = 99.0; // so that it is known again
    marked.ofOriginal[0]->channel = 77;
    const MapAnalysis same = analysisOf(m_both->stages, &marked);
    QCOMPARE(same.rank(Stage::Input).effective, std::optional(99.0));
    QCOMPARE(same.ofOriginal[0]->channel, 77);
    const BothEvaluated other = withMaps(*m_both, Stage::Factorised, waves({1, 2}));
    const BothEvaluated fitting = withMaps(other, Stage::Original, waves({2, 1}));
    const MapAnalysis next = analysisOf(fitting.stages, &marked);
    QCOMPARE(next.rank(Stage::Input).effective, std::optional(99.0));
    QCOMPARE(next.ofOriginal[0]->channel, 1);
}

void TestMapAnalysis::stopsWhenAsked()
{
    ThreadTeam team(2);
    std::stop_source source;
    source.request_stop();
    const auto stopped
        = mapAnalysis(m_both->stages, nullptr, {.team = team, .stop = source.get_token()});
    QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
}

void TestMapAnalysis::anOrderHasEveryChannelOnce()
{
    const MapAnalysis analysis = analysisOf(m_both->stages);
    for (const MapSort sort : {MapSort::Index, MapSort::Energy, MapSort::Similarity}) {
        for (const Stage stage : kStages)
            QVERIFY(isPermutation(channelOrder(m_both->stages, stage, sort, &analysis),
                                  m_both->stages[stage].channels()));
    }
}

void TestMapAnalysis::energyIsTheMeanSquare()
{
    const SharedTensor maps = mapsOf(1, {2, 2}, [](std::int64_t, std::int64_t i) { return i; });
    QVERIFY(std::abs(energyOf(statisticsOf(maps->values())) - (1.0 + 4.0 + 9.0) / 4.0) < 1e-12);
}

void TestMapAnalysis::theStrongestMapComesFirst()
{
    const BothEvaluated both = shuffledOutputs({0, 1, 2, 3}, {0, 1, 2, 3}); // ever stronger
    const std::vector<std::int64_t> order{3, 2, 1, 0};
    QCOMPARE(channelOrder(both.stages, Stage::Original, MapSort::Energy, nullptr), order);
}

void TestMapAnalysis::stagesOfOneKindHaveOneOrder()
{
    const auto order = [&](Stage stage) {
        return channelOrder(m_both->stages, stage, MapSort::Energy, nullptr);
    };
    QCOMPARE(order(Stage::MidBefore), order(Stage::MidAfter));
    QCOMPARE(order(Stage::Original), order(Stage::Factorised));
    QCOMPARE(order(Stage::Original), order(Stage::Difference));
    QVERIFY(order(Stage::Original)
            != channelOrder(m_both->stages, Stage::Original, MapSort::Index, nullptr));
}

void TestMapAnalysis::pairsLieAtOnePlace()
{
    const BothEvaluated both = shuffledOutputs({5, 1, 0, 7}, {0, 9, 1});
    const MapAnalysis analysis = analysisOf(both.stages);
    const auto original
        = channelOrder(both.stages, Stage::Original, MapSort::Similarity, &analysis);
    const auto factorised
        = channelOrder(both.stages, Stage::Factorised, MapSort::Similarity, &analysis);
    QCOMPARE(original.size(), 4U);
    QCOMPARE(factorised.size(), 3U);
    double before = 2.0;
    for (std::size_t place = 0; place < factorised.size(); ++place) {
        const auto& match = analysis.ofOriginal[static_cast<std::size_t>(original[place])];
        QVERIFY(match);
        QCOMPARE(match->channel, factorised[place]);
        QVERIFY(match->correlation <= before);
        before = match->correlation;
    }
    QVERIFY(!analysis.ofOriginal[static_cast<std::size_t>(original[3])]); // left over
}

void TestMapAnalysis::otherStagesKeepTheirOrderBySimilarity()
{
    const MapAnalysis analysis = analysisOf(m_both->stages);
    for (const Stage stage : {Stage::Input, Stage::MidBefore, Stage::MidAfter})
        QCOMPARE(channelOrder(m_both->stages, stage, MapSort::Similarity, &analysis),
                 channelOrder(m_both->stages, stage, MapSort::Index, nullptr));
}

void TestMapAnalysis::anAnalysisOfOtherChannelsIsNotUsed()
{
    const BothEvaluated five = shuffledOutputs({0, 1, 2, 3, 4}, {3, 0, 4, 2, 1});
    const MapAnalysis analysis = analysisOf(five.stages);
    for (const MapAnalysis* of : {&analysis, static_cast<const MapAnalysis*>(nullptr)})
        QCOMPARE(channelOrder(m_both->stages, Stage::Factorised, MapSort::Similarity, of),
                 channelOrder(m_both->stages, Stage::Factorised, MapSort::Index, nullptr));
}

QTEST_APPLESS_MAIN(TestMapAnalysis)
#include "test_map_analysis.moc"
