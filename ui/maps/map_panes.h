#pragma once

#include "ui/maps/map_pane.h"

#include <array>

namespace factorscope {

/// The stage that is seen in the place of a stage: while the branches flicker, each output is shown
/// in the other's place.
Stage shownIn(Stage place, bool isFlickering);

/// What shapes the panes while both outputs are split: they share their scale, so that only what
/// differs in value differs in colour.
ViewSettings paneSettings(ViewSettings settings);

/// One pane of the view or the figure, with the pictures that it takes.
struct StagePane {
    MapPane pane;
    std::optional<MapPane> right; ///< of a pane that is split
};

using StagePanes = std::array<std::optional<StagePane>, kStages.size()>; ///< as kStages

/// The panes of all stages that have a place, as kStages; the window and exported figures are made
/// of them.
StagePanes stagePanes(const BothEvaluated& both, const ViewSettings& settings,
                      const std::array<QRectF, kStages.size()>& places, const QFont& font,
                      const Theme& theme, const MapKnowledge& known);

/// What is to be counted for the histograms of the panes, as kStages; nothing where a map is not
/// alone.
std::array<std::optional<MapToCount>, kStages.size()> mapsToCount(const BothEvaluated& both,
                                                                  const ViewSettings& settings);
enum class CountedValues {
    All,
    Enough, ///< of large maps every n-th, which shows the same shape
};
/// Counts them. Nothing where stopped.
std::array<std::optional<Histogram>, kStages.size()>
counted(const std::array<std::optional<MapToCount>, kStages.size()>& maps, CountedValues which,
        const ComputeContext& context);

} // namespace factorscope
