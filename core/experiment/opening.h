#pragma once

#include "core/experiment/experiment.h"

namespace factorscope {

/// What the program opens with: the matched bank 3 → 16 → 16, so that the difference of the two branches
/// means something, without a picture yet.
Experiment openingExperiment();

/// The built-in sample that is shown when no picture is named.
inline constexpr const char* kOpeningSample = "scene";
/// What samples are drawn at when no size is named.
inline constexpr Extent kSampleSize{512, 512};

} // namespace factorscope
