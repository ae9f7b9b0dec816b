#pragma once

#include "core/branch/branch_spec.h"
#include "core/cost/count_rule.h"
#include "core/result/result.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace factorscope {

/// How a tool counts the operations of a branch; each counts convolutions only.
struct CountingConvention {
    std::string_view id; ///< the tool, as on the command line
    int perMac; ///< 1 where a MAC counts as one operation, 2 where as two
    bool countsBias; ///< one more for each output value of a convolution with bias
    bool backendMayCountRelu; ///< one of its backends adds one for each output of an activation
};
std::span<const CountingConvention> countingConventions();
const CountingConvention* findConvention(std::string_view id);
/// The rule that it follows.
const CountRule& ruleOf(const CountingConvention& convention);

/// What the tool prints for the branch.
Result<std::int64_t> counted(const BranchSpec& spec, Extent size,
                             const CountingConvention& convention);
/// What is added by a backend that counts activations.
Result<std::int64_t> countedActivations(const BranchSpec& spec, Extent size);

} // namespace factorscope
