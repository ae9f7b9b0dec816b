#pragma once

#include "core/branch/branch_spec.h"

#include <vector>

namespace factorscope {

/// The activations that end a branch, in order: they act after the linear stack and stay.
std::vector<Layer> trailingActivations(const BranchSpec& spec);

/// The activations between that keep a branch from being linear: all but the trailing ones and
/// those whose slope is 1.
std::vector<LayerPath> activationsBetween(const BranchSpec& spec);

/// The branch with leaky ReLUs of this slope in the place of all activations between, so that the
/// names of its tensors stay. With slope 1 it is linear up to its trailing activations, with slope
/// 0 all of them are ReLUs.
BranchSpec withSlopeBetween(const BranchSpec& spec, double slope);

} // namespace factorscope
