#include "ui/maps/map_scale.h"

#include "ui/text/text.h"

#include <algorithm>
#include <optional>

namespace factorscope {
namespace {

void include(MapReach& reach, const MapStatistics& map, const ViewSettings& settings)
{
    reach.most = std::max(reach.most, map.reach());
    reach.shown = std::max(reach.shown, settings.clipsOutliers ? map.typicalReach : map.reach());
}

MapReach reachOfLayer(const Stages& stages, Stage stage, const ViewSettings& settings)
{
    MapReach reach;
    for (const MapStatistics& map : stages[stage].statistics)
        include(reach, map, settings);
    return reach;
}

/// Of one map; the two outputs of a channel count together.
MapReach reachOfMap(const Stages& stages, Stage stage, std::int64_t channel,
                    const ViewSettings& settings)
{
    const bool isOutput = stage == Stage::Original || stage == Stage::Factorised;
    MapReach reach;
    for (const Stage one :
         {stage, isOutput ? Stage::Original : stage, isOutput ? Stage::Factorised : stage}) {
        const auto& statistics = stages[one].statistics;
        if (channel < std::ssize(statistics))
            include(reach, statistics[static_cast<std::size_t>(channel)], settings);
    }
    return reach;
}

/// Over all stages that are computed. The input is no result and has a scale of its own.
MapReach sharedReach(const Stages& stages, const ViewSettings& settings)
{
    MapReach reach;
    for (const Stage stage : kStages) {
        if (stage == Stage::Input)
            continue;
        for (const MapStatistics& map : stages[stage].statistics)
            include(reach, map, settings);
    }
    return reach;
}

/// Of all maps that share a scale with those of the stage; nothing where each has its own.
MapReach commonReach(const Stages& stages, Stage stage, const ViewSettings& settings)
{
    switch (settings.normalisation) {
    case Normalisation::PerMap:
        return {};
    case Normalisation::PerLayer:
        return reachOfLayer(stages, stage, settings);
    case Normalisation::Shared:
        return stage == Stage::Input ? reachOfLayer(stages, stage, settings)
                                     : sharedReach(stages, settings);
    }
    return {};
}

bool isSigned(const StageMaps& stage)
{
    return std::ranges::any_of(stage.statistics,
                               [](const MapStatistics& map) { return map.least < 0.0F; });
}

/// What rounding alone makes of values at a stage: no reason to colour anything. A difference bears
/// the rounding of both outputs, which are sums in another order.
float roundingOf(const Stages& stages, Stage stage, const ViewSettings& settings)
{
    constexpr float kOfValues = 1e-6F;
    constexpr float kOfDifferences = 1e-5F;
    if (stage != Stage::Difference)
        return kOfValues * reachOfLayer(stages, stage, settings).most;
    return kOfDifferences
        * std::max(reachOfLayer(stages, Stage::Original, settings).most,
                   reachOfLayer(stages, Stage::Factorised, settings).most);
}

/// How the input was made; nothing for a tensor.
std::optional<Lift> liftOf(const Experiment& experiment)
{
    if (experiment.inputTensor)
        return {};
    return experiment.lift.value_or(defaultLift(static_cast<int>(experiment.inChannels)));
}

/// Whether a map of the input is what one sees of the picture: one of its colours, or its
/// brightness.
bool isPicture(const Experiment& experiment, std::int64_t channel, const ViewSettings& settings)
{
    const bool isBrightness = liftOf(experiment) == Lift::Filterbank && channel == 0
        && settings.normalisation == Normalisation::PerMap;
    return isPictureInput(experiment) || isBrightness;
}

} // namespace

bool isPictureInput(const Experiment& experiment)
{
    const auto lift = liftOf(experiment);
    return lift == Lift::Rgb || lift == Lift::Gray;
}

bool isColourInput(const Experiment& experiment)
{
    return isPictureInput(experiment) && experiment.inChannels == 3;
}

StageScales::StageScales(const Experiment& experiment, const Stages& stages, Stage stage,
                         const ViewSettings& settings, const Theme& theme)
    : m_experiment(experiment), m_stages(stages), m_stage(stage), m_settings(settings),
      m_colours(settings.sequential), m_isSigned(isSigned(stages[stage])),
      m_rounding(roundingOf(stages, stage, settings)),
      m_common(commonReach(stages, stage, settings))
{
    if (m_isSigned)
        m_colours = &settings.divergingOn(theme.isDark);
}

MapScale StageScales::of(std::int64_t channel) const
{
    if (m_stage == Stage::Input && isPicture(m_experiment, channel, m_settings))
        return {findColormap("gray"), {0.0F, 1.0F}};
    const MapReach reach = m_settings.normalisation == Normalisation::PerMap
        ? reachOfMap(m_stages, m_stage, channel, m_settings)
        : m_common;
    const float shown = std::max(reach.shown, m_rounding);
    const float high = shown > 0.0F ? shown : 1.0F;
    return {m_colours, {m_isSigned ? -high : 0.0F, high}, reach.most > high};
}

std::vector<ScaleTick> scaleTicks(const MapScale& scale)
{
    const double low = scale.range.low;
    const double high = scale.range.high;
    const QString above = scale.isClipped ? QStringLiteral("≥ ") : QString();
    const QString below = scale.isClipped && low < 0.0 ? QStringLiteral("≤ ") : QString();
    return {{0.0, below + significant(low, 3)},
            {0.5, significant((low + high) / 2.0, 3)},
            {1.0, above + significant(high, 3)}};
}

} // namespace factorscope
