#pragma once

#include "core/branch/branch_spec.h"
#include "core/json/json.h"
#include "core/result/result.h"

#include <filesystem>

namespace factorscope {

/// Reads `factorscope-branch/1`. Strict: an unknown field or operation, a missing field, a value of
/// the wrong kind or out of range, channels that do not divide into the groups are Format errors
/// that name it. `source` names the text in them.
Result<BranchSpec> branchSpecFromJson(const Json& json, const std::string& source);
Result<BranchSpec> readBranchSpec(const std::filesystem::path& path);

/// Every field written out, defaults too.
Json toJson(const BranchSpec& spec);

} // namespace factorscope
