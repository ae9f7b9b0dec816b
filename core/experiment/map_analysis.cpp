#include "core/experiment/map_analysis.h"

#include "core/image/effective_rank.h"
#include "core/image/map_matching.h"

#include <algorithm>
#include <numeric>

namespace factorscope {
namespace {

std::size_t indexOf(Stage stage)
{
    return static_cast<std::size_t>(stage);
}

bool areComparable(const Stages& stages)
{
    const StageMaps& original = stages[Stage::Original];
    const StageMaps& factorised = stages[Stage::Factorised];
    return original.maps && factorised.maps && original.size() == factorised.size();
}

std::int64_t workOf(const Stages& stages, const MapAnalysis* previous)
{
    std::int64_t macs = 0;
    for (const Stage stage : kStages) {
        if (stages[stage].maps && !(previous && previous->isOf(stages, stage)))
            macs += covarianceMacs(*stages[stage].maps, *stages[stage].maps);
    }
    if (areComparable(stages))
        macs += covarianceMacs(*stages[Stage::Original].maps, *stages[Stage::Factorised].maps);
    return macs;
}

Result<void> match(MapAnalysis& analysis, const Stages& stages, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(
        const ChannelCovariance between,
        channelCovariance(*stages[Stage::Original].maps, *stages[Stage::Factorised].maps, context));
    const PairScores scores = correlations(between);
    const auto columns = bestAssignment(scores, context.stop);
    if (std::ssize(columns) != scores.rows)
        return cancelled();
    analysis.ofOriginal.resize(columns.size());
    analysis.ofFactorised.resize(static_cast<std::size_t>(scores.columns));
    for (std::size_t row = 0; row < columns.size(); ++row) {
        if (!columns[row])
            continue;
        const auto original = static_cast<std::int64_t>(row);
        const double correlation = scores.at(original, *columns[row]);
        analysis.ofOriginal[row] = ChannelMatch{*columns[row], correlation};
        analysis.ofFactorised[static_cast<std::size_t>(*columns[row])]
            = ChannelMatch{original, correlation};
    }
    return {};
}

std::vector<std::int64_t> byIndex(std::int64_t channels)
{
    std::vector<std::int64_t> order(static_cast<std::size_t>(channels));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    return order;
}

/// The stages whose energies order the maps of a stage.
std::vector<Stage> weighedFor(const Stages& stages, Stage stage)
{
    switch (stage) {
    case Stage::Input:
        return {Stage::Input};
    case Stage::MidBefore:
    case Stage::MidAfter:
        return {stages[Stage::MidAfter].maps ? Stage::MidAfter : Stage::MidBefore};
    case Stage::Original:
    case Stage::Factorised:
    case Stage::Difference:
        return {Stage::Original, Stage::Factorised};
    }
    return {};
}

std::vector<std::int64_t> byEnergy(const Stages& stages, Stage stage)
{
    std::vector<std::int64_t> order = byIndex(stages[stage].channels());
    std::vector<double> energies(order.size());
    for (const Stage weighed : weighedFor(stages, stage)) {
        const auto& maps = stages[weighed].statistics;
        for (std::size_t c = 0; c < std::min(maps.size(), energies.size()); ++c)
            energies[c] += energyOf(maps[c]);
    }
    std::ranges::stable_sort(order, std::ranges::greater(), [&](std::int64_t channel) {
        return energies[static_cast<std::size_t>(channel)];
    });
    return order;
}

/// The channels of the original that have a match, the most alike first.
std::vector<std::int64_t> matchedOriginals(const MapAnalysis& analysis)
{
    std::vector<std::int64_t> order;
    for (std::size_t c = 0; c < analysis.ofOriginal.size(); ++c) {
        if (analysis.ofOriginal[c])
            order.push_back(static_cast<std::int64_t>(c));
    }
    std::ranges::stable_sort(order, std::ranges::greater(), [&](std::int64_t channel) {
        return analysis.ofOriginal[static_cast<std::size_t>(channel)]->correlation;
    });
    return order;
}

std::vector<std::int64_t> bySimilarity(Stage stage, std::int64_t channels,
                                       const MapAnalysis& analysis)
{
    std::vector<std::int64_t> order = matchedOriginals(analysis);
    if (stage == Stage::Factorised) {
        for (std::int64_t& channel : order)
            channel = analysis.ofOriginal[static_cast<std::size_t>(channel)]->channel;
    }
    std::vector<bool> isPlaced(static_cast<std::size_t>(channels));
    for (const std::int64_t channel : order)
        isPlaced[static_cast<std::size_t>(channel)] = true;
    for (std::int64_t channel = 0; channel < channels; ++channel) {
        if (!isPlaced[static_cast<std::size_t>(channel)])
            order.push_back(channel);
    }
    return order;
}

bool isOutput(Stage stage)
{
    return stage == Stage::Original || stage == Stage::Factorised || stage == Stage::Difference;
}

bool fits(const MapAnalysis& analysis, const Stages& stages)
{
    return std::ssize(analysis.ofOriginal) == stages[Stage::Original].channels()
        && std::ssize(analysis.ofFactorised) == stages[Stage::Factorised].channels();
}

} // namespace

double energyOf(const MapStatistics& map)
{
    return map.mean * map.mean + map.deviation * map.deviation;
}

Result<MapAnalysis> mapAnalysis(const Stages& stages, const MapAnalysis* previous,
                                const ComputeContext& context)
{
    if (context.progress)
        context.progress->total = workOf(stages, previous);
    MapAnalysis analysis;
    for (const Stage stage : kStages) {
        const StageMaps& maps = stages[stage];
        analysis.maps[indexOf(stage)] = maps.maps;
        if (!maps.maps)
            continue;
        LayerRank& rank = analysis.ranks[indexOf(stage)];
        if (previous && previous->isOf(stages, stage)) {
            rank = previous->rank(stage);
            continue;
        }
        ASSIGN_OR_RETURN(const ChannelCovariance own,
                         channelCovariance(*maps.maps, *maps.maps, context));
        rank = {effectiveRank(own), own.pixels};
    }
    if (previous && previous->matches(stages)) {
        analysis.ofOriginal = previous->ofOriginal;
        analysis.ofFactorised = previous->ofFactorised;
    } else if (areComparable(stages)) {
        RETURN_IF_ERROR(match(analysis, stages, context));
    }
    return analysis;
}

std::vector<std::int64_t> channelOrder(const Stages& stages, Stage stage, MapSort sort,
                                       const MapAnalysis* analysis)
{
    const std::int64_t channels = stages[stage].channels();
    if (sort == MapSort::Energy)
        return byEnergy(stages, stage);
    if (sort == MapSort::Similarity && isOutput(stage) && analysis && fits(*analysis, stages))
        return bySimilarity(stage, channels, *analysis);
    return byIndex(channels);
}

} // namespace factorscope
