#include "ui/maps/map_panes.h"

#include "ui/maps/pane_places.h"

#include <algorithm>

namespace factorscope {
namespace {

std::size_t indexOf(Stage stage)
{
    return static_cast<std::size_t>(stage);
}

/// Every n-th of the values; n is odd, so that it does not fall into rows of even length.
std::vector<float> sampled(std::span<const float> map, std::size_t most)
{
    const std::size_t step = (map.size() / most) | 1U;
    std::vector<float> values;
    values.reserve(map.size() / step + 1);
    for (std::size_t i = 0; i < map.size(); i += step)
        values.push_back(map[i]);
    return values;
}

} // namespace

Stage shownIn(Stage place, bool isFlickering)
{
    if (isFlickering && place == Stage::Original)
        return Stage::Factorised;
    if (isFlickering && place == Stage::Factorised)
        return Stage::Original;
    return place;
}

ViewSettings paneSettings(ViewSettings settings)
{
    if (isSplit(settings) && settings.normalisation == Normalisation::PerLayer)
        settings.normalisation = Normalisation::Shared;
    return settings;
}

StagePanes stagePanes(const BothEvaluated& both, const ViewSettings& wanted,
                      const std::array<QRectF, kStages.size()>& places, const QFont& font,
                      const Theme& theme, const MapKnowledge& known)
{
    const ViewSettings settings = paneSettings(wanted);
    const auto paneOf = [&](Stage place, const QRectF& rect) {
        return mapPane(both, settings, shownIn(place, settings.isFlickering), rect, font, theme,
                       &known);
    };
    StagePanes panes;
    for (const Stage place : kStages) {
        const QRectF& rect = places[indexOf(place)];
        if (rect.isEmpty())
            continue;
        StagePane& made = panes[indexOf(place)].emplace();
        made.pane = paneOf(place, rect);
        if (place == Stage::Original && isSplit(settings))
            made.right = paneOf(Stage::Factorised, rect);
    }
    return panes;
}

std::array<std::optional<MapToCount>, kStages.size()> mapsToCount(const BothEvaluated& both,
                                                                  const ViewSettings& wanted)
{
    std::array<std::optional<MapToCount>, kStages.size()> maps;
    if (!wanted.isAlone)
        return maps;
    const ViewSettings settings = paneSettings(wanted);
    for (const Stage stage : kStages) {
        const StageMaps& of = both.stages[stage];
        if (of.channels() < 1)
            continue;
        const std::int64_t channel
            = std::clamp<std::int64_t>(settings.channel(stage), 0, of.channels() - 1);
        maps[indexOf(stage)] = {
            of.maps, channel,
            mapScale(both.experiment, both.stages, stage, channel, settings, lightTheme()).range};
    }
    return maps;
}

std::array<std::optional<Histogram>, kStages.size()>
counted(const std::array<std::optional<MapToCount>, kStages.size()>& maps, CountedValues which,
        const ComputeContext& context)
{
    constexpr std::size_t kMostValues = std::size_t{1} << 18;
    std::array<std::optional<Histogram>, kStages.size()> histograms;
    context.team.forEach(
        std::ssize(maps),
        [&](std::int64_t i, int) {
            const auto& map = maps[static_cast<std::size_t>(i)];
            if (!map)
                return;
            const std::span<const float> values = StageMaps{map->maps, {}}.map(map->channel);
            const std::vector<float> some
                = which == CountedValues::All || values.size() <= kMostValues
                ? std::vector<float>()
                : sampled(values, kMostValues);
            histograms[static_cast<std::size_t>(i)]
                = histogram(some.empty() ? values : std::span<const float>(some), map->range,
                            kMapHistogramBins, context.stop);
        },
        context.stop);
    return histograms;
}

} // namespace factorscope
