#pragma once

#include "app/follow_bench.h"
#include "core/json/json.h"
#include "core/result/result.h"

#include <optional>
#include <string>
#include <vector>

namespace factorscope {

class CommandContext;

/// How fast the window follows at the article's size, from a change to the painted picture of that
/// very change: the slider of C_mid, the pages that look into an answer, and maps that scroll.
struct InteractiveTimes {
    int moves = 0; ///< one after the other, the slider's by one channel
    FollowTimes slider;
    std::optional<double> previewMs; ///< of it computing, where only a preview was: the median
    std::vector<FollowTimes> pages;
    double pairMs = 0.0; ///< of the two 3×3 as a whole: the median
    int threads = 1;
    std::string isa;
};

/// Opens the window on the offscreen platform and moves. Errors: Cancelled, Memory.
Result<InteractiveTimes> benchInteractive(int moves, CommandContext& context);

Json toJson(const InteractiveTimes& times);
std::string textOf(const InteractiveTimes& times);

} // namespace factorscope
