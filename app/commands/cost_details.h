#pragma once

#include "app/command.h"
#include "core/experiment/experiment.h"

#include <string>
#include <vector>

namespace factorscope {

/// What `cost` says beyond the costs of two branches.
struct CostDetails {
    std::string network; ///< --network: the modules of a network, summed
    std::string midRule = "c-out"; ///< --mid-rule: how each module's C_mid is chosen
    std::vector<std::string> moduleMids; ///< --module-mid 3a=23: other than by the rule
    std::string number; ///< --identify: a number to find the rule of
    std::string formulas; ///< --formulas: text or latex

    void addTo(CLI::App& command);
    bool isAskedFor() const { return !network.empty() || !number.empty() || !formulas.empty(); }
    /// What the command line alone decides: InvalidArgument with the value.
    Result<void> check() const;
};

/// Prints what was asked for of the branches, the one beside the original last.
Result<void> printCostDetails(const CostDetails& details, const Experiment& experiment, Extent size,
                              const std::vector<BranchSpec>& branches,
                              const CommandContext& context);

} // namespace factorscope
