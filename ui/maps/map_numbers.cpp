#include "ui/maps/map_numbers.h"

#include <algorithm>
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

/// The maps of a stage that are shown: from `first` to before `end`.
struct Shown {
    std::int64_t first = 0;
    std::int64_t end = 0;
};

Shown shownOf(Stage stage, const StageMaps& maps, const ViewSettings& settings)
{
    if (!settings.isAlone)
        return {0, maps.channels()};
    const std::int64_t chosen = std::min(settings.channel(stage), maps.channels() - 1);
    return {chosen, chosen + 1};
}

std::vector<Json> statisticsRow(const std::string& stage, std::int64_t channel,
                                const MapStatistics& of, bool canBeDead)
{
    return {stage,
            channel,
            double{of.least},
            double{of.most},
            of.mean,
            of.deviation,
            of.values,
            of.zeros,
            of.nans,
            of.infinite,
            canBeDead ? Json(of.isZero()) : Json()};
}

/// Shorter than the maps where the cursor is beyond them.
void addValues(NumberTable& table, const std::string& stage, const StageMaps& maps, Shown shown,
               const Position& at)
{
    if (at.y >= maps.size().height || at.x >= maps.size().width)
        return;
    for (std::int64_t channel = shown.first; channel < shown.end; ++channel)
        table.rows.push_back({stage, channel, at.y, at.x, double{maps.at(channel, at.y, at.x)}});
}

} // namespace

std::vector<NumberTable> mapNumbers(const BothEvaluated& both, const ViewSettings& settings)
{
    NumberTable maps{.name = "maps",
                     .columns = {"stage", "channel", "min", "max", "mean", "deviation", "values",
                                 "zeros", "not_a_number", "infinite", "dead"},
                     .rows = {}};
    NumberTable values{
        .name = "values", .columns = {"stage", "channel", "y", "x", "value"}, .rows = {}};
    for (const Stage stage : kStages) {
        const StageMaps& of = both.stages[stage];
        if (!of.maps)
            continue;
        const std::string name = nameOf(stage, both);
        const Shown shown = shownOf(stage, of, settings);
        for (std::int64_t channel = shown.first; channel < shown.end; ++channel)
            maps.rows.push_back(statisticsRow(
                name, channel, of.statistics[static_cast<std::size_t>(channel)], canBeDead(stage)));
        if (settings.cursor)
            addValues(values, name, of, shown, *settings.cursor);
    }
    std::vector<NumberTable> tables{std::move(maps)};
    if (settings.cursor)
        tables.push_back(std::move(values));
    return tables;
}

} // namespace factorscope
