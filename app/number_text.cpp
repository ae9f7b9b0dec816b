#include "app/number_text.h"

#include <algorithm>
#include <cstdio>

namespace factorscope {

std::string groupedText(std::int64_t number)
{
    std::string text = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = text.size(); at > first + 3;)
        text.insert(at -= 3, 1, ',');
    return text;
}

std::string fixedText(double number, int decimals)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, number);
    return text;
}

std::string significantText(double number, int digits)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.*g", digits, number);
    return text;
}

std::string signedPercentText(double fraction)
{
    char text[64];
    std::snprintf(text, sizeof text, "%+.2f %%", 100.0 * fraction);
    return text;
}

std::string tableText(const std::vector<std::vector<std::string>>& rows)
{
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string space(widths[i] - row[i].size(), ' ');
            text += i == 0 ? row[i] + space : "  " + space + row[i];
        }
        while (text.ends_with(' '))
            text.pop_back();
        text += '\n';
    }
    return text;
}

} // namespace factorscope
