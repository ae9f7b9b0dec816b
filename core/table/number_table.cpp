#include "core/table/number_table.h"

#include "core/result/expects.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace factorscope {
namespace {

bool isNoNumber(const Json& value)
{
    return value.is_number_float() && !std::isfinite(value.get<double>());
}

std::string escaped(std::string_view text)
{
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string all = "\"";
    for (const char letter : text)
        all.append(letter == '"' ? 2 : 1, letter);
    return all + "\"";
}

std::string shortest(double number)
{
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return {digits.data(), end};
}

std::string cellText(const Json& value)
{
    EXPECTS(!value.is_structured());
    if (value.is_null() || isNoNumber(value))
        return {};
    if (value.is_string())
        return escaped(value.get_ref<const std::string&>());
    if (value.is_number_float())
        return shortest(value.get<double>());
    return value.dump();
}

} // namespace

std::string csvText(const NumberTable& table)
{
    std::string text;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        text += (i == 0 ? "" : ",") + escaped(table.columns[i]);
    text += '\n';
    for (const std::vector<Json>& row : table.rows) {
        EXPECTS(row.size() == table.columns.size());
        for (std::size_t i = 0; i < row.size(); ++i)
            text += (i == 0 ? "" : ",") + cellText(row[i]);
        text += '\n';
    }
    return text;
}

Json jsonOf(std::span<const NumberTable> tables)
{
    Json all = Json::object();
    for (const NumberTable& table : tables) {
        Json& rows = all[table.name] = Json::array();
        for (const std::vector<Json>& row : table.rows) {
            EXPECTS(row.size() == table.columns.size());
            Json object = Json::object();
            for (std::size_t i = 0; i < row.size(); ++i)
                object[table.columns[i]] = isNoNumber(row[i]) ? Json() : row[i];
            rows.push_back(std::move(object));
        }
    }
    return all;
}

} // namespace factorscope
