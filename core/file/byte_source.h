#pragma once

#include "core/result/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace factorscope {

/// Fills the span with the next bytes, or fails as InputFile::read does.
using ReadBytes = std::function<Result<void>(std::span<std::byte>)>;

/// Bytes to be read from the front, of which the number is known before: a file, or a member of
/// an archive.
struct ByteSource {
    std::string name; ///< for error sentences
    std::int64_t bytes = 0; ///< how many `read` can give
    ReadBytes read;
};

} // namespace factorscope
