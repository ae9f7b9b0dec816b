#pragma once

#include <cstdint>

namespace factorscope {

/// A rectangle of output pixels, half-open.
struct OutputRegion {
    std::int64_t y0;
    std::int64_t y1;
    std::int64_t x0;
    std::int64_t x1;

    std::int64_t pixels() const { return (y1 - y0) * (x1 - x0); }
};

} // namespace factorscope
