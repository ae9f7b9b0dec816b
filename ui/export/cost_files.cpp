#include "ui/export/cost_files.h"

#include "ui/cost/cost_table.h"

namespace factorscope {

Result<std::vector<TextFile>> costCsvFiles(const BothEvaluated& both,
                                           const std::filesystem::path& stem)
{
    const Shape& input = both.original.input->shape();
    ASSIGN_OR_RETURN(const CostComparison costs,
                     compareCosts(both.experiment, {input[2], input[3]}));
    return std::vector<TextFile>{
        {stem.string() + ".csv",
         costCsv(both.experiment.factorised, both.original.cost, both.factorised.cost)},
        {stem.string() + "-curve.csv", curveCsv(costs)}};
}

} // namespace factorscope
