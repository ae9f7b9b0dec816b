#pragma once

#include "core/image/contact_sheet.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace factorscope {

/// How often values fall into equal parts of a range. Zeros are counted apart, since after a ReLU
/// they would hide all else.
struct Histogram {
    ValueRange range;
    std::vector<std::int64_t> counts; ///< of values in the range that are not zero
    std::int64_t zeros = 0;
    std::int64_t outside = 0; ///< beyond the range, or NaN
};

/// `bins` ≥ 1; empty counts when stopped.
Histogram histogram(std::span<const float> values, ValueRange range, int bins,
                    const std::stop_token& stop = {});

} // namespace factorscope
