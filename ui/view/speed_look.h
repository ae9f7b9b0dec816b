#pragma once

#include "core/race/race_plan.h"

#include <memory>

namespace factorscope {

struct Race;

/// Which race is shown, and how.
struct SpeedLook {
    RacePlan plan; ///< of the next one
    std::shared_ptr<const Race> race; ///< shown and exported; null: one that is run for it
    int threads = 0; ///< of the lanes that are shown; 0: the most
    bool operator==(const SpeedLook&) const = default;
};

} // namespace factorscope
