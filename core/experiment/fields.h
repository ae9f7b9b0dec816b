#pragma once

#include "core/experiment/experiment.h"
#include "core/receptive/receptive_field.h"

#include <optional>

namespace factorscope {

/// What the outputs of both branches see, by geometry: of the input, and of the mid maps.
struct ExperimentFields {
    TheoreticalField original;
    TheoreticalField factorised;
    TheoreticalField mid; ///< what an output of the factorised branch sees of its mid maps

    bool operator==(const ExperimentFields&) const = default;
};

ExperimentFields fieldsOf(const Experiment& experiment);

/// The halves of the factorised branch, without a shortcut about both and without the activation
/// between: what makes the mid maps, and what the branch makes of them. Of the original the second
/// is all.
BranchSpec firstHalf(const Experiment& experiment);
BranchSpec secondHalf(const Experiment& experiment);

} // namespace factorscope
