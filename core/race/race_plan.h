#pragma once

#include "core/result/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace factorscope {

/// What is raced, and for how long.
struct RacePlan {
    std::vector<std::string> algorithms{"auto", "winograd", "direct",
                                        "gemm"}; ///< of convAlgorithms()
    int rounds = 9; ///< fewer where they would take longer than budgetMs …
    double budgetMs = 6000.0;
    int leastRounds = 3; ///< … but so many
    std::uint64_t seed = 0; ///< of the windows that are checked
    bool operator==(const RacePlan&) const = default;
};

/// InvalidArgument with the name or the number: an algorithm that there is not, none at all, rounds
/// below 1.
Result<void> requirePlan(const RacePlan& plan);

} // namespace factorscope
