#include "ui/receptive/receptive_numbers.h"

#include "core/experiment/fields.h"
#include "core/receptive/receptive_field.h"
#include "ui/receptive/close_up.h"

#include <numeric>
#include <string>

namespace factorscope {
namespace {

/// What an output position sees of some maps.
struct Seen {
    std::string branch;
    std::string maps; ///< "input" or "mid"
    std::string table; ///< of the paths
    TheoreticalField field;
    Extent size; ///< of the maps
    const BranchSpec& spec; ///< between the maps and the output
};

PathCounts pathsOf(const Seen& seen, const Position& at)
{
    auto paths = pathCounts(seen.spec, seen.size, at.y, at.x);
    return paths ? *std::move(paths) : PathCounts{{0, 0, -1, -1}, {}};
}

NumberTable pathTable(const Seen& seen, const PathCounts& paths)
{
    NumberTable table{.name = seen.table, .columns = {"y", "x", "paths"}, .rows = {}};
    for (std::int64_t y = paths.box.y0; y <= paths.box.y1; ++y) {
        for (std::int64_t x = paths.box.x0; x <= paths.box.x1; ++x)
            table.rows.push_back({y, x, paths.at(y, x)});
    }
    return table;
}

std::vector<Json> fieldRow(const Seen& seen, const Position& at, const PathCounts& paths)
{
    const PixelBox box = fieldBox(seen.field, at.y, at.x);
    const PixelBox cut = clippedTo(box, seen.size);
    std::vector<Json> row{seen.branch, seen.maps, at.y,   at.x,   box.height(),
                          box.width(), box.y0,    box.x0, box.y1, box.x1};
    for (const std::int64_t edge : {cut.y0, cut.x0, cut.y1, cut.x1})
        row.push_back(cut.isEmpty() ? Json() : Json(edge));
    row.push_back(std::accumulate(paths.counts.begin(), paths.counts.end(), 0.0));
    return row;
}

} // namespace

std::vector<NumberTable> receptiveNumbers(const BothEvaluated& both, const ViewSettings& settings)
{
    const ExperimentFields fields = fieldsOf(both.experiment);
    const BranchSpec half = secondHalf(both.experiment);
    const std::string& factorised = both.factorised.spec.name;
    const Shape& shape = both.original.input->shape();
    const Extent input{shape[2], shape[3]};
    const Position at = positionOf(settings, both.stages[Stage::Factorised].size());
    std::vector<NumberTable> tables{
        {.name = "fields",
         .columns = {"branch", "maps", "output_y", "output_x", "height", "width", "y0", "x0", "y1",
                     "x1", "clipped_y0", "clipped_x0", "clipped_y1", "clipped_x1", "paths"},
         .rows = {}}};
    for (const Seen& seen :
         {Seen{"original", "input", "paths-original", fields.original, input, both.original.spec},
          Seen{factorised, "input", "paths-" + factorised, fields.factorised, input,
               both.factorised.spec},
          Seen{factorised, "mid", "paths-mid", fields.mid, both.stages[Stage::MidBefore].size(),
               half}}) {
        const PathCounts paths = pathsOf(seen, at);
        tables.front().rows.push_back(fieldRow(seen, at, paths));
        tables.push_back(pathTable(seen, paths));
    }
    return tables;
}

} // namespace factorscope
