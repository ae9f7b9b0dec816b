#pragma once

#include "core/result/result.h"

#include <string>
#include <vector>

namespace factorscope {

class MainWindow;
class WindowLoop;

/// How fast a page of the window follows the hand: from a move to the painted answer.
struct FollowTimes {
    std::string what; ///< "effective field, of the pixel"
    double medianMs = 0.0;
    double p95Ms = 0.0;
    double worstMs = 0.0;
};

/// Sorts them first; not empty.
FollowTimes followTimes(std::string what, std::vector<double> ms);

/// Moves over the pages that look into an answer, so many times each: the effective field, the
/// linear pieces and the products under the cursor, the collapse at a slope. Errors: as of the
/// loop.
Result<std::vector<FollowTimes>> benchFollowing(MainWindow& window, WindowLoop& loop, int moves);

} // namespace factorscope
