#pragma once

#include "core/weights/hand_made.h"

namespace factorscope {

/// What the pairs of 3×3 are to come close to.
enum class RepresentTarget {
    HandMade, ///< one kernel, made or painted
    OneOfBank, ///< the 5×5 between the chosen channels of the experiment
    WholeBank, ///< all of them at once
};

/// How the page on what a stack can represent is looked at.
struct RepresentLook {
    RepresentTarget target = RepresentTarget::HandMade;
    HandMadeChoice made{.kind = HandMade::Log}; ///< the target HandMade
    int midChannels = 1; ///< of the stack that is shown
    bool operator==(const RepresentLook&) const = default;
};

} // namespace factorscope
