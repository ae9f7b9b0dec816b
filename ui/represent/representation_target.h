#pragma once

#include "core/experiment/evaluate.h"
#include "core/fit/representation.h"
#include "ui/view/view_state.h"

namespace factorscope {

/// The experiment's 5×5, (C_out,C_in,5,5).
SharedTensor originalBank(const BothEvaluated& both);

/// The kernel that is looked at: the one made by hand, or that between the chosen channels, which
/// is a painted one to who takes it over.
HandMadeChoice targetKernel(const BothEvaluated& both, const ViewSettings& settings);

/// What the page asks; quick, nothing large is copied.
RepresentationQuestion representationQuestion(const BothEvaluated& both,
                                              const ViewSettings& settings);

/// The page turned to, on a painted kernel of this shape.
ViewSettings paintingKernel(ViewSettings settings, const KernelShape& shape);

} // namespace factorscope
