#pragma once

#include "ui/cost/cost_data.h"

#include <QString>

#include <string>
#include <vector>

namespace factorscope {

/// One layer of a branch, or the sum over all of them.
struct CostRow {
    BranchKind branch;
    std::optional<int> layer; ///< its place in the branch; nothing: the total
    std::string op;
    Shape shape; ///< (C,H,W) of its output
    Cost cost;
    Extent kernel{0, 0}; ///< of a convolution
    std::int64_t groups = 1;
};
/// The layers and the total of the original, then of the factorised branch.
std::vector<CostRow> costRows(BranchKind factorised, const CostReport& originalCost,
                              const CostReport& factorisedCost);

/// The same as CSV, in plain numbers, bytes for the memory.
std::string costCsv(BranchKind factorised, const CostReport& originalCost,
                    const CostReport& factorisedCost);

/// The curve over C_mid as CSV; the ratio is that to the 5×5.
std::string curveCsv(const CostComparison& costs);

} // namespace factorscope
