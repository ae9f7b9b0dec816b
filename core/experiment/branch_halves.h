#pragma once

#include "core/branch/branch_spec.h"
#include "core/experiment/evaluate.h"
#include "core/tensor/tensor.h"

#include <cstdint>

namespace factorscope {

/// A part of a branch as a branch of its own, with its weights.
struct BranchPart {
    BranchSpec spec;
    TensorMap weights;
};

/// What lies on both sides of the activation between, without those activations and without the
/// one that ends the branch; a shortcut about both is left out.
struct BranchHalves {
    BranchPart first;
    BranchPart second;
};
BranchHalves halvesOf(const BothEvaluated& both);

/// What the shortcut of a branch adds to output channel `out` for input channel `in`, pixel by
/// pixel; 0 where there is none.
double shortcutFactor(const BranchEvaluation& branch, std::int64_t out, std::int64_t in);

} // namespace factorscope
