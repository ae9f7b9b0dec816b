#pragma once

#include "core/json/json.h"
#include "core/result/result.h"
#include "core/tensor/shape.h"
#include "core/weights/number_format.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace factorscope {

/// One tensor of a .safetensors file.
struct SafetensorsEntry {
    std::string name;
    std::string dtype;
    std::optional<NumberFormat> format; ///< nothing for a valid dtype that is not read here
    Shape shape;
    std::int64_t begin = 0; ///< offsets from the end of the header
    std::int64_t end = 0;
};

/// The key of the header under which no tensor stands.
inline constexpr const char* kSafetensorsMetadata = "__metadata__";

/// The entries of a header in the order of their data, which fills `dataBytes` from front to end
/// without holes or overlaps. `source` names the file in errors.
/// Errors: Format, Unsupported (more than Shape::kMaxRank dimensions).
Result<std::vector<SafetensorsEntry>> safetensorsEntries(const Json& header, std::int64_t dataBytes,
                                                         const std::string& source);

} // namespace factorscope
