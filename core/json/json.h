#pragma once

#include "core/result/result.h"

#include <nlohmann/json.hpp>

#include <stop_token>
#include <string>
#include <string_view>

namespace factorscope {

using Json = nlohmann::ordered_json;

/// Parses outside text strictly: no duplicate keys, no comments, no deep nesting, nothing after
/// the value. `source` names the text in errors. Time grows with the length, never faster.
/// Errors: Format, Cancelled.
Result<Json> parseJson(std::string_view text, const std::string& source,
                       const std::stop_token& stop = {});

} // namespace factorscope
