#include "ui/export/view_sections.h"

namespace factorscope {

std::vector<TextFile> filesOf(std::span<const NumberTable> tables, TableFormat format,
                              const std::filesystem::path& stem)
{
    if (format == TableFormat::JsonFile)
        return {TextFile{stem.string() + ".json", jsonOf(tables).dump(2) + "\n"}};
    std::vector<TextFile> files;
    for (const NumberTable& table : tables) {
        const std::string ending = files.empty() ? ".csv" : "-" + table.name + ".csv";
        files.push_back({stem.string() + ending, csvText(table)});
    }
    return files;
}

} // namespace factorscope
