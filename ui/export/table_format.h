#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

namespace factorscope {

/// How tables become files.
enum class TableFormat {
    CsvFiles, ///< a file for each table
    JsonFile, ///< one file
};
inline constexpr std::array kTableFormats{TableFormat::CsvFiles, TableFormat::JsonFile};

/// "csv": on the command line, and as the ending of a file.
constexpr std::string_view formatName(TableFormat format)
{
    return format == TableFormat::CsvFiles ? "csv" : "json";
}

struct TextFile {
    std::filesystem::path path;
    std::string text;
};

} // namespace factorscope
