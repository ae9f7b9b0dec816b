#pragma once

#include "core/result/result.h"

#include <cstdint>
#include <string>

namespace factorscope {

/// What this process may still take: four fifths of the memory that the system has available,
/// or of what its control group or address-space limit leaves, whichever is less.
std::int64_t availableMemoryBytes();

/// Memory, with need, limit and what to lower, when `needBytes` exceeds `limitBytes`.
/// `lower` is a marked text such as "the size or the channels".
Result<void> requireMemory(std::int64_t needBytes, std::int64_t limitBytes, const char* lower);

/// "12.8 MB", for people.
std::string bytesText(std::int64_t bytes);

} // namespace factorscope
