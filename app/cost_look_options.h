#pragma once

#include "core/result/result.h"
#include "ui/view/cost_look.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace factorscope {

/// Options for how the pages of the costs look.
class CostLookOptions {
public:
    /// Adds the options to a subcommand. Must outlive the parsing.
    void addTo(CLI::App& command);
    /// What the command line alone decides: InvalidArgument with the value.
    Result<void> describe(CostLook& look) const;

private:
    std::string m_quantity = "weights";
    std::string m_network = std::string(networks().front().id);
    std::string m_midRule = "c-out";
    std::vector<std::string> m_moduleMids;
    std::string m_number;
    std::string m_rule = CostLook().rule;
    std::string m_otherRule = CostLook().otherRule;
};

} // namespace factorscope
