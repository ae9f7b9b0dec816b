#pragma once

#include "core/race/race.h"
#include "ui/figure/figure.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

namespace factorscope {

/// The race with its roofline, on the threads of the settings.
Figure speedFigure(const Race& race, const ViewSettings& settings, const Theme& theme);

} // namespace factorscope
