#pragma once

#include "core/experiment/stages.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <QString>

#include <vector>

namespace factorscope {

/// The colours of one map and the numbers at the ends of its scale.
struct MapScale {
    const Colormap* colours = nullptr;
    ValueRange range;
    bool isClipped = false; ///< there are values beyond its ends
    bool operator==(const MapScale&) const = default;
};

/// How far from 0 values reach, and how far a scale for them does.
struct MapReach {
    float most = 0.0F;
    float shown = 0.0F;
};

/// Whether the input is a picture's own colours or brightness, to be shown as such.
bool isPictureInput(const Experiment& experiment);
/// Whether its three channels are red, green and blue.
bool isColourInput(const Experiment& experiment);

/// The scales of the maps of one stage. Signed stages take the diverging colours, symmetric about
/// 0; others begin at 0; the colours and the brightness of a picture are grey from 0 to 1. Per map,
/// both outputs of one channel share their scale, so that they compare. A scale does not go below
/// what rounding makes of the other maps of the layer, or of the outputs. What all maps share is
/// found once, in time with the channels of all stages.
class StageScales {
public:
    /// The experiment and the stages are borrowed.
    StageScales(const Experiment& experiment, const Stages& stages, Stage stage,
                const ViewSettings& settings, const Theme& theme);

    MapScale of(std::int64_t channel) const;

private:
    const Experiment& m_experiment;
    const Stages& m_stages;
    Stage m_stage;
    ViewSettings m_settings;
    const Colormap* m_colours;
    bool m_isSigned;
    float m_rounding;
    MapReach m_common; ///< of all maps, where they share a scale
};

/// The scale of one map alone.
inline MapScale mapScale(const Experiment& experiment, const Stages& stages, Stage stage,
                         std::int64_t channel, const ViewSettings& settings, const Theme& theme)
{
    return StageScales(experiment, stages, stage, settings, theme).of(channel);
}

/// Numbers along a colour scale: both ends and the middle.
struct ScaleTick {
    double position = 0.0; ///< 0 at the low end, 1 at the high one
    QString label;
};
std::vector<ScaleTick> scaleTicks(const MapScale& scale);

} // namespace factorscope
