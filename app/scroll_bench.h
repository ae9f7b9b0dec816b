#pragma once

#include "app/follow_bench.h"

namespace factorscope {

/// How fast many maps scroll: 512 outputs of each branch at 224×224, row by row to the end and
/// back, from the wheel to the painted picture. Gives the window another experiment. Errors: as of
/// the loop.
Result<FollowTimes> benchScrolling(MainWindow& window, WindowLoop& loop, int moves);

} // namespace factorscope
