#include "ui/maps/map_numbers.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace factorscope {
namespace {

std::string nameOf(Stage stage, const BothEvaluated& both)
{
    switch (stage) {
    case Stage::Input:
        return "input";
    case Stage::MidBefore:
        return "mid-before-activation";
    case Stage::MidAfter:
        return "mid-after-activation";
    case Stage::Original:
        return both.original.spec.name;
    case Stage::Factorised:
        return both.factorised.spec.name;
    case Stage::Difference:
        return "difference";
    }
    return {};
}

/// One map of a stage.
struct MapAt {
    Stage stage;
    std::string name; ///< of the stage
    std::int64_t channel = 0;
    std::int64_t place = 0;
};

/// The maps of a stage that are shown, as they lie.
std::vector<MapAt> shownOf(Stage stage, const std::string& name, const BothEvaluated& both,
                           const MapKnowledge& known, const ViewSettings& settings)
{
    const std::int64_t last = both.stages[stage].channels() - 1;
    const std::int64_t chosen = std::clamp<std::int64_t>(settings.channel(stage), 0, last);
    std::vector<MapAt> shown;
    std::int64_t place = 0;
    for (const std::int64_t channel :
         channelOrder(both.stages, stage, settings.maps.sort, known.analysis.get())) {
        if (!settings.isAlone || channel == chosen)
            shown.push_back({stage, name, channel, place});
        ++place;
    }
    return shown;
}

/// The map of the other branch that an output is paired with.
std::optional<ChannelMatch> matchOf(Stage stage, std::int64_t channel, const MapKnowledge& known)
{
    if (!known.analysis || (stage != Stage::Original && stage != Stage::Factorised))
        return {};
    const auto& matches
        = stage == Stage::Original ? known.analysis->ofOriginal : known.analysis->ofFactorised;
    return channel < std::ssize(matches) ? matches[static_cast<std::size_t>(channel)]
                                         : std::nullopt;
}

std::vector<Json> statisticsRow(const MapAt& at, const MapStatistics& of,
                                const std::optional<ChannelMatch>& match)
{
    return {at.name,
            at.channel,
            double{of.least},
            double{of.most},
            of.mean,
            of.deviation,
            of.values,
            of.zeros,
            of.nans,
            of.infinite,
            canBeDead(at.stage) ? Json(of.isZero()) : Json(),
            energyOf(of),
            at.place,
            match ? Json(match->channel) : Json(),
            match ? Json(match->correlation) : Json()};
}

std::vector<Json> layerRow(const std::string& name, Stage stage, const StageMaps& maps,
                           const MapKnowledge& known)
{
    const LayerRank* rank = known.analysis ? &known.analysis->rank(stage) : nullptr;
    const auto dead = std::ranges::count_if(maps.statistics, &MapStatistics::isZero);
    return {name,
            maps.channels(),
            maps.size().height,
            maps.size().width,
            canBeDead(stage) ? Json(std::int64_t{dead}) : Json(),
            rank && rank->effective ? Json(*rank->effective) : Json(),
            rank ? rank->pixels : 0};
}

void addHistogram(NumberTable& table, const MapAt& at, const Histogram& of)
{
    const double low = of.range.low;
    const double step = (double{of.range.high} - low) / static_cast<double>(of.counts.size());
    for (std::size_t bin = 0; bin < of.counts.size(); ++bin)
        table.rows.push_back({at.name, at.channel, low + step * static_cast<double>(bin),
                              low + step * static_cast<double>(bin + 1), of.counts[bin]});
}

struct Tables {
    NumberTable maps{.name = "maps",
                     .columns = {"stage", "channel", "min", "max", "mean", "deviation", "values",
                                 "zeros", "not_a_number", "infinite", "dead", "energy", "place",
                                 "match", "correlation"},
                     .rows = {}};
    NumberTable layers{.name = "layers",
                       .columns = {"stage", "channels", "height", "width", "dead", "effective_rank",
                                   "rank_pixels"},
                       .rows = {}};
    NumberTable values{
        .name = "values", .columns = {"stage", "channel", "y", "x", "value"}, .rows = {}};
    NumberTable histograms{
        .name = "histograms", .columns = {"stage", "channel", "from", "to", "count"}, .rows = {}};
};

/// Nothing where the maps are smaller than the position.
void addValue(Tables& tables, const MapAt& at, const StageMaps& maps,
              const std::optional<Position>& cursor)
{
    if (!cursor || cursor->y >= maps.size().height || cursor->x >= maps.size().width)
        return;
    tables.values.rows.push_back({at.name, at.channel, cursor->y, cursor->x,
                                  double{maps.at(at.channel, cursor->y, cursor->x)}});
}

void addStage(Tables& tables, Stage stage, const BothEvaluated& both, const MapKnowledge& known,
              const ViewSettings& settings)
{
    const StageMaps& maps = both.stages[stage];
    const std::string name = nameOf(stage, both);
    tables.layers.rows.push_back(layerRow(name, stage, maps, known));
    for (const MapAt& at : shownOf(stage, name, both, known, settings)) {
        tables.maps.rows.push_back(
            statisticsRow(at, maps.statistics[static_cast<std::size_t>(at.channel)],
                          matchOf(stage, at.channel, known)));
        addValue(tables, at, maps, settings.cursor);
        if (settings.isAlone && known.histogram(stage))
            addHistogram(tables.histograms, at, *known.histogram(stage));
    }
}

} // namespace

std::vector<NumberTable> mapNumbers(const BothEvaluated& both, const MapKnowledge& known,
                                    const ViewSettings& settings)
{
    Tables tables;
    for (const Stage stage : kStages) {
        if (both.stages[stage].channels() > 0)
            addStage(tables, stage, both, known, settings);
    }
    std::vector<NumberTable> result{std::move(tables.maps), std::move(tables.layers)};
    if (settings.cursor)
        result.push_back(std::move(tables.values));
    if (settings.isAlone)
        result.push_back(std::move(tables.histograms));
    return result;
}

} // namespace factorscope
