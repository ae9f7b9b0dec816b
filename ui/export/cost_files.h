#pragma once

#include "core/experiment/evaluate.h"
#include "core/result/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace factorscope {

struct TextFile {
    std::filesystem::path path;
    std::string text;
};

/// What both branches cost layer by layer, "photo-cost.csv" of the stem "photo-cost", and what the
/// factorised one would cost with other mid channels, "photo-cost-curve.csv".
Result<std::vector<TextFile>> costCsvFiles(const BothEvaluated& both,
                                           const std::filesystem::path& stem);

} // namespace factorscope
