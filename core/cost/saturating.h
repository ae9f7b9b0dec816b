#pragma once

#include <cstdint>
#include <limits>

namespace factorscope {

// Arithmetic on counts that are never negative: what exceeds 2^63 stays at kTooMany, and is refused
// in the end.

inline constexpr std::int64_t kTooMany = std::numeric_limits<std::int64_t>::max();

inline std::int64_t times(std::int64_t a, std::int64_t b)
{
    std::int64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? kTooMany : product;
}

inline std::int64_t plus(std::int64_t a, std::int64_t b)
{
    std::int64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? kTooMany : sum;
}

} // namespace factorscope
