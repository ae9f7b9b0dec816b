#include "core/image/histogram.h"

#include "core/result/expects.h"

#include <algorithm>

namespace factorscope {

Histogram histogram(std::span<const float> values, ValueRange range, int bins,
                    const std::stop_token& stop)
{
    EXPECTS(bins >= 1);
    constexpr std::size_t kBlock = 1 << 16;
    Histogram result{range, std::vector<std::int64_t>(static_cast<std::size_t>(bins)), 0, 0};
    const double span = double{range.high} - double{range.low};
    const double perBin = span > 0.0 ? bins / span : 0.0;
    for (std::size_t at = 0; at < values.size(); at += kBlock) {
        if (stop.stop_requested()) {
            result.counts.clear();
            return result;
        }
        for (const float value : values.subspan(at, std::min(kBlock, values.size() - at))) {
            if (value == 0.0F) {
                ++result.zeros;
            } else if (value >= range.low && value <= range.high) {
                const double position = (double{value} - double{range.low}) * perBin;
                const double bin = std::clamp(position, 0.0, static_cast<double>(bins - 1));
                ++result.counts[static_cast<std::size_t>(bin)];
            } else {
                ++result.outside;
            }
        }
    }
    return result;
}

} // namespace factorscope
