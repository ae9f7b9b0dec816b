#pragma once

#include "core/experiment/networks.h"

#include <string>
#include <vector>

namespace factorscope {

// A network and how C_mid of its modules is chosen, as on the command line. InvalidArgument with
// the value.
Result<const Network*> networkFromText(const std::string& text);
Result<MidRule> midRuleFromText(const std::string& text);
/// Of "3a=23", and so on.
Result<std::vector<ModuleMid>> moduleMidsFromTexts(const std::vector<std::string>& texts,
                                                   const Network& network);

} // namespace factorscope
