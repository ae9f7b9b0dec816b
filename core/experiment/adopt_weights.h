#pragma once

#include "core/experiment/experiment.h"
#include "core/result/result.h"

#include <memory>

namespace factorscope {

/// The experiment with the weights of a file in place. The names and shapes of its tensors tell
/// which branch they are of (the experiment's own choices are tried first), with how many channels,
/// with or without BatchNorm, bias, activation between and residual; the experiment takes all this
/// over. A factorised branch of M mid channels comes with a bank of M and shows all of it. What the
/// other branch had stays where it still fits, see dropUnfitWeights(). Shape, with the tensor's
/// name, when no branch has these.
Result<Experiment> withWeights(Experiment experiment, std::shared_ptr<const WeightFile> file);

/// Drops the files that do not fit the experiment's branches, which are then drawn from the seed,
/// and the kernels when no branch is left that could have them. The bank follows.
void dropUnfitWeights(Experiment& experiment);

} // namespace factorscope
