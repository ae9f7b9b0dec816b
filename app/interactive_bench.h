#pragma once

#include "core/json/json.h"
#include "core/result/result.h"

#include <optional>
#include <string>

namespace factorscope {

class CommandContext;

/// How fast the window follows the slider of C_mid at the article's size: from a change to the
/// painted picture of that very C_mid.
struct InteractiveTimes {
    int moves = 0; ///< by one channel each, one after the other
    double medianMs = 0.0;
    double p95Ms = 0.0;
    double worstMs = 0.0;
    std::optional<double> previewMs; ///< of it computing, where only a preview was: the median
    double pairMs = 0.0; ///< of the two 3×3 as a whole: the median
    int threads = 1;
    std::string isa;
};

/// Opens the window on the offscreen platform and moves the slider. Errors: Cancelled, Memory.
Result<InteractiveTimes> benchInteractive(int moves, CommandContext& context);

Json toJson(const InteractiveTimes& times);
std::string textOf(const InteractiveTimes& times);

} // namespace factorscope
