#pragma once

#include "core/experiment/evaluate.h"
#include "core/result/result.h"
#include "ui/export/table_format.h"

#include <filesystem>
#include <vector>

namespace factorscope {

/// As CSV what both branches cost layer by layer, "photo-cost.csv" of the stem "photo-cost", and
/// what the factorised one would cost with other mid channels, "photo-cost-curve.csv"; as JSON the
/// reports of both and their ratio, as the command `cost` prints them, in "photo-cost.json".
Result<std::vector<TextFile>> costFiles(const BothEvaluated& both, TableFormat format,
                                        const std::filesystem::path& stem);

} // namespace factorscope
