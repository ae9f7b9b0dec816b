#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace factorscope {

std::string groupedText(std::int64_t number); ///< "5,138,022,400"
std::string fixedText(double number, int decimals); ///< "12.3"
std::string significantText(double number, int digits); ///< "1.23e-07", "0.12", "nan"
std::string signedPercentText(double fraction); ///< "-28.00 %" of −0.28, "+44.00 %" of 0.44

/// Columns as wide as their widest cell; the first is left-aligned, the others right-aligned.
std::string tableText(const std::vector<std::vector<std::string>>& rows);

} // namespace factorscope
