#pragma once

#include <chrono>
#include <vector>

namespace factorscope {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point start);

/// Of at least one value; of an even number of values the mean of the middle two.
double median(std::vector<double> values);

} // namespace factorscope
