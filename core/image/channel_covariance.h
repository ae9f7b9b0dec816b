#pragma once

#include "core/conv/conv_engine.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <cstdint>
#include <vector>

namespace factorscope {

/// How the channels of one layer vary with those of another, or with each other.
struct ChannelCovariance {
    std::int64_t rows = 0; ///< channels of the first
    std::int64_t columns = 0; ///< of the second
    std::vector<double> values; ///< rows × columns
    std::vector<double> rowVariances; ///< of each channel alone; 0 where it has one value only
    std::vector<double> columnVariances;
    std::int64_t pixels = 0; ///< that all are the mean of

    double at(std::int64_t row, std::int64_t column) const
    {
        return values[static_cast<std::size_t>(row * columns + column)];
    }
};

/// Of larger maps every n-th pixel is taken, n odd, so many at the most: what a covariance of many
/// pixels gains by more of them is below what anyone reads from it.
inline constexpr std::int64_t kMostCovariancePixels = 1 << 16;

/// Every n-th pixel of a map is taken.
std::int64_t covarianceStep(Extent map);

/// The covariances (over n, not n − 1) over the pixels of the first image of two (N,C,H,W) of one
/// height and width, in double. Where one is the other only half is computed. The same bits for any
/// number of threads. Values that are not finite make those of their channel NaN. Error: Cancelled.
Result<ChannelCovariance> channelCovariance(const Tensor& a, const Tensor& b,
                                            const ComputeContext& context);

/// Multiplications that it takes.
std::int64_t covarianceMacs(const Tensor& a, const Tensor& b);

} // namespace factorscope
