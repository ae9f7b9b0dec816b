#include "ui/cost/cost_table.h"

#include <initializer_list>

namespace factorscope {
namespace {

void addRows(std::vector<CostRow>& rows, BranchKind branch, const CostReport& report)
{
    for (std::size_t i = 0; i < report.layers.size(); ++i) {
        const LayerCost& layer = report.layers[i];
        rows.push_back({branch, static_cast<int>(i), layer.op, layer.shape, layer.cost,
                        layer.kernel, layer.groups});
    }
    rows.push_back({branch, {}, {}, report.layers.back().shape, report.total});
}

std::string numbers(std::initializer_list<std::int64_t> amounts)
{
    std::string text;
    for (const std::int64_t amount : amounts)
        text.append(",").append(std::to_string(amount));
    return text;
}

} // namespace

std::vector<CostRow> costRows(BranchKind factorised, const CostReport& originalCost,
                              const CostReport& factorisedCost)
{
    std::vector<CostRow> rows;
    addRows(rows, BranchKind::Original, originalCost);
    addRows(rows, factorised, factorisedCost);
    return rows;
}

std::string costCsv(BranchKind factorised, const CostReport& originalCost,
                    const CostReport& factorisedCost)
{
    std::string text = "branch,layer,op,params,weights,macs,flops,activation_bytes\n";
    for (const CostRow& row : costRows(factorised, originalCost, factorisedCost)) {
        const Cost& cost = row.cost;
        text += std::string(branchKindName(row.branch)) + ","
            + (row.layer ? std::to_string(*row.layer) : "total") + "," + row.op
            + numbers({cost.params, cost.weights, cost.macs, cost.flops(), cost.activationBytes})
            + "\n";
    }
    return text;
}

std::string curveCsv(const CostComparison& costs)
{
    std::string text = "mid_channels,weights,params,macs,activation_bytes,ratio_macs\n";
    for (const auto& [midChannels, cost] : costs.curve) {
        const double ratio = ratioOf(cost, costs.original.total).macs;
        text += std::to_string(midChannels)
            + numbers({cost.weights, cost.params, cost.macs, cost.activationBytes}) + ","
            + QByteArray::number(ratio, 'f', 6).toStdString() + "\n";
    }
    return text;
}

} // namespace factorscope
