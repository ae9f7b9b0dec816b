#pragma once

#include "app/command.h"
#include "core/experiment/experiment.h"

#include <string>

namespace factorscope {

/// "sample:scene" names a picture that the program draws itself.
bool isSample(const std::string& input);

/// InvalidArgument for the name of a sample that does not exist.
Result<void> checkInputName(const std::string& input);

/// Opens a .npy file, a picture or a sample and puts it into the experiment; notes about the
/// picture go to stderr. `name` becomes what files made from it are called.
Result<void> loadInput(const std::string& input, Experiment& experiment, std::string& name,
                       CommandContext& context);

} // namespace factorscope
