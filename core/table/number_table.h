#pragma once

#include "core/json/json.h"

#include <span>
#include <string>
#include <vector>

namespace factorscope {

/// Numbers for other programs: columns with names, and a row for each thing. A value is a number, a
/// text, a boolean or null; what is no number, NaN and infinity, counts as null.
struct NumberTable {
    std::string name; ///< "paths-original": in JSON and in the names of files
    std::vector<std::string> columns;
    std::vector<std::vector<Json>> rows; ///< each as long as `columns`
};

/// By RFC 4180, but with \n at the ends of lines: a line of names, then the rows. Numbers are the
/// shortest that read back as the same double; null is empty.
std::string csvText(const NumberTable& table);

/// {table: [{column: value, …}, …], …}
Json jsonOf(std::span<const NumberTable> tables);

} // namespace factorscope
