#include "ui/export/cost_files.h"

#include "core/cost/cost_json.h"
#include "ui/cost/cost_table.h"

namespace factorscope {
namespace {

namespace fs = std::filesystem;

Result<std::vector<TextFile>> csvFiles(const BothEvaluated& both, const fs::path& stem)
{
    const Shape& input = both.original.input->shape();
    ASSIGN_OR_RETURN(const CostComparison costs,
                     compareCosts(both.experiment, {input[2], input[3]}));
    return std::vector<TextFile>{
        {stem.string() + ".csv",
         costCsv(both.experiment.factorised, both.original.cost, both.factorised.cost)},
        {stem.string() + "-curve.csv", curveCsv(costs)}};
}

TextFile jsonFile(const BothEvaluated& both, const fs::path& stem)
{
    const CostReport& original = both.original.cost;
    const CostReport& factorised = both.factorised.cost;
    const Json json{{"original", toJson(original)},
                    {both.factorised.spec.name, toJson(factorised)},
                    {"ratio", toJson(ratioOf(factorised.total, original.total))}};
    return {stem.string() + ".json", json.dump(2) + "\n"};
}

} // namespace

Result<std::vector<TextFile>> costFiles(const BothEvaluated& both, TableFormat format,
                                        const fs::path& stem)
{
    if (format == TableFormat::JsonFile)
        return std::vector{jsonFile(both, stem)};
    return csvFiles(both, stem);
}

} // namespace factorscope
