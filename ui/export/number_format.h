#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

namespace factorscope {

/// How numbers become files.
enum class NumberFormat {
    CsvFiles, ///< a file for each table
    JsonFile, ///< one file
};
inline constexpr std::array kNumberFormats{NumberFormat::CsvFiles, NumberFormat::JsonFile};

/// "csv": on the command line, and as the ending of a file.
constexpr std::string_view formatName(NumberFormat format)
{
    return format == NumberFormat::CsvFiles ? "csv" : "json";
}

struct TextFile {
    std::filesystem::path path;
    std::string text;
};

} // namespace factorscope
