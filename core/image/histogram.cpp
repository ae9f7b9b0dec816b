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
    const float span = range.high - range.low;
    const float perBin = span > 0.0F ? static_cast<float>(bins) / span : 0.0F;
    for (std::size_t at = 0; at < values.size(); at += kBlock) {
        if (stop.stop_requested()) {
            result.counts.clear();
            return result;
        }
        for (const float value : values.subspan(at, std::min(kBlock, values.size() - at))) {
            if (value == 0.0F) {
                ++result.zeros;
            } else if (value >= range.low && value <= range.high) {
                const auto bin = static_cast<int>((value - range.low) * perBin);
                ++result.counts[static_cast<std::size_t>(std::min(bin, bins - 1))];
            } else {
                ++result.outside;
            }
        }
    }
    return result;
}

} // namespace factorscope
