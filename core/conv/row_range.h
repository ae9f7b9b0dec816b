#pragma once

#include <cstdint>

namespace factorscope {

/// Neighbouring rows of an image, half-open. Some may be beyond it.
struct RowRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;

    std::int64_t count() const { return end - begin; }
};

} // namespace factorscope
