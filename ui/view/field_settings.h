#pragma once

#include <cstdint>

namespace factorscope {

/// How the receptive field is looked at.
struct FieldSettings {
    bool isEffective = false; ///< by gradient, instead of by counting paths
    bool isAveraged = false; ///< over positions, instead of that of the cursor
    bool isOfAllChannels = false; ///< instead of that of the chosen output channel
    bool hasOwnScales = false; ///< one of colours for each branch, instead of one for both
    std::int64_t blocks = 1; ///< so many of each branch behind each other
    bool operator==(const FieldSettings&) const = default;
};

} // namespace factorscope
