#pragma once

#include "core/file/byte_source.h"
#include "core/result/result.h"

#include <cstdint>
#include <span>

namespace factorscope {

/// How a file stores one number.
struct NumberFormat {
    enum class Kind { Float, BFloat, Signed, Unsigned, Boolean };
    enum class Order { LittleEndian, BigEndian };

    Kind kind = Kind::Float;
    int bytes = 4; ///< Float 2, 4, 8; BFloat 2; Signed and Unsigned 1, 2, 4, 8; Boolean 1
    Order order = Order::LittleEndian;

    bool operator==(const NumberFormat&) const = default;
};

/// Reads as many numbers as `floats` has places for and makes float32 of them. What is float32
/// already goes straight to its place; anything else passes through a buffer of 256 kB.
Result<void> readFloats(const ReadBytes& read, const NumberFormat& format, std::span<float> floats);

} // namespace factorscope
