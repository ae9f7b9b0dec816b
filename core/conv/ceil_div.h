#pragma once

#include <cstdint>

namespace factorscope {

/// a / b, rounded up.
constexpr std::int64_t ceilDiv(std::int64_t a, std::int64_t b)
{
    return (a + b - 1) / b;
}

} // namespace factorscope
