#pragma once

#include <cstdint>

namespace factorscope {

/// max(x, 0) + slope·min(x, 0), value by value; NaN stays NaN. A slope of 0 is ReLU. `to` may be
/// `from`.
inline void activate(const float* from, float* to, std::int64_t count, float slope)
{
    if (slope == 0.0F) {
        for (std::int64_t i = 0; i < count; ++i)
            to[i] = from[i] < 0.0F ? 0.0F : from[i];
        return;
    }
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = from[i] > 0.0F ? from[i] : from[i] * slope;
}

} // namespace factorscope
