#pragma once

#include "core/experiment/experiment.h"

namespace factorscope {

/// The experiment with kernels made by hand in both branches, in the place of those that it has:
/// files of weights are let go, channels and picture stay.
Experiment withKernels(Experiment experiment, const HandMadeChoice& choice);

} // namespace factorscope
