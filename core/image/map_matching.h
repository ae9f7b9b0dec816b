#pragma once

#include "core/image/channel_covariance.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

namespace factorscope {

/// Scores of rows × columns pairs, row by row; all finite.
struct PairScores {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<double> values;

    double at(std::int64_t row, std::int64_t column) const
    {
        return values[static_cast<std::size_t>(row * columns + column)];
    }
};

/// For each row its column, no column twice, so that the sum of the scores is greatest; nothing for
/// rows that are left over where there are more rows. The Hungarian method with potentials (Kuhn
/// 1955, Munkres 1957, as shortest augmenting paths): O(n²m) for the lesser n. Empty when stopped.
std::vector<std::optional<std::int64_t>> bestAssignment(const PairScores& scores,
                                                        const std::stop_token& stop = {});

/// Pearson's correlation of each map of one layer with each of another over their pixels: −1 … 1. A
/// map that does not vary, or has values that are not finite, correlates with nothing: 0.
PairScores correlations(const ChannelCovariance& covariance);

} // namespace factorscope
