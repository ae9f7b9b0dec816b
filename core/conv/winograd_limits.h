#pragma once

#include "core/conv/conv_problem.h"
#include "core/result/error.h"

#include <optional>

namespace factorscope {

/// Why minimal filtering does not take a problem with a kernel of this size; nothing when it may.
std::optional<Error> declinedByWinograd(const ConvProblem& problem, Extent kernel);

/// That a problem has too many channels for it.
Error tooManyForWinograd(const ConvProblem& problem);

} // namespace factorscope
