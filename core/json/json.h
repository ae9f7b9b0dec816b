#pragma once

#include "core/result/result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace factorscope {

using Json = nlohmann::ordered_json;

/// Parses outside text strictly: no duplicate keys, no comments, no deep nesting, nothing after
/// the value. `source` names the text in errors.
Result<Json> parseJson(std::string_view text, const std::string& source);

} // namespace factorscope
