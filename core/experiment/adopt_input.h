#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/presets.h"
#include "core/result/result.h"

#include <memory>

namespace factorscope {

// What else changes in an experiment when its input or its channels do, so that all still goes
// together.

/// With a picture as the input. A size that was set stays; a lift that cannot show the picture
/// goes.
Experiment withPicture(Experiment experiment, std::shared_ptr<const Picture> picture);

/// With a tensor (N,C,H,W) as the input: C_in and the size are its own. InvalidArgument when no
/// branch takes so many channels.
Result<Experiment> withTensor(Experiment experiment, SharedTensor tensor);

/// At the preset's size, or on the picture as large as it is.
enum class PresetSize { Preset, OfPicture };

/// With the channels of a preset. Hand-made kernels stay, they exist for all channels; files and a
/// lift go when they do not fit.
Experiment withPreset(Experiment experiment, const Preset& preset, PresetSize size);

/// With weights drawn from the seed: neither files nor hand-made kernels.
Experiment withSeededWeights(Experiment experiment);

} // namespace factorscope
