#pragma once

#include "core/image/picture.h"
#include "core/result/result.h"

#include <cstdint>
#include <filesystem>
#include <span>

namespace factorscope {

/// The pixels of a PBM, PGM or PPM, plain or raw (P1 to P6), as value / maximum of the file: that
/// is /255 or /65535 for the usual ones. The first picture when there are several. `path` is for
/// messages. Errors: Format, Memory.
Result<Picture> readPnm(std::span<const std::uint8_t> file, const std::filesystem::path& path,
                        std::int64_t limitBytes);

} // namespace factorscope
