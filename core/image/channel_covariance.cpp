#include "core/image/channel_covariance.h"

#include "core/result/expects.h"

#include <Eigen/Core>

#include <algorithm>

namespace factorscope {
namespace {

constexpr std::int64_t kTile = 32; ///< channels on each side of what one item computes
constexpr std::int64_t kBlock = 512; ///< pixels at once

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Of each channel.
struct Moments {
    std::vector<double> means;
    std::vector<double> variances;
};

/// The first image of (N,C,H,W), every step-th pixel of it.
class SampledMaps {
public:
    explicit SampledMaps(const Tensor& maps)
        : m_values(maps.data()), m_channels(maps.shape()[1]),
          m_plane(maps.shape()[2] * maps.shape()[3]),
          m_step(covarianceStep({maps.shape()[2], maps.shape()[3]}))
    {}

    std::int64_t channels() const { return m_channels; }
    std::int64_t pixels() const { return (m_plane + m_step - 1) / m_step; }

    Moments moments(const ComputeContext& context) const
    {
        Moments moments{std::vector<double>(static_cast<std::size_t>(m_channels)),
                        std::vector<double>(static_cast<std::size_t>(m_channels))};
        context.team.forEach(
            m_channels,
            [&](std::int64_t channel, int) {
                const auto c = static_cast<std::size_t>(channel);
                moments.means[c] = mean(channel);
                moments.variances[c] = variance(channel, moments.means[c]);
            },
            context.stop);
        return moments;
    }
    /// `block` (channels × pixels) takes what is above the means, from sample `from` on.
    void centred(std::int64_t channel, std::int64_t from, const std::vector<double>& means,
                 Eigen::Ref<Rows> block) const
    {
        for (std::int64_t c = 0; c < block.rows(); ++c) {
            const float* values = m_values + (channel + c) * m_plane + from * m_step;
            const double mean = means[static_cast<std::size_t>(channel + c)];
            for (std::int64_t i = 0; i < block.cols(); ++i)
                block(c, i) = double{values[i * m_step]} - mean;
        }
    }

private:
    double mean(std::int64_t channel) const
    {
        double sum = 0.0;
        for (std::int64_t i = 0; i < m_plane; i += m_step)
            sum += m_values[channel * m_plane + i];
        return sum / static_cast<double>(pixels());
    }
    /// 0 for a map of one value, whatever rounding makes of its mean.
    double variance(std::int64_t channel, double mean) const
    {
        const float* values = m_values + channel * m_plane;
        double sum = 0.0;
        bool isConstant = true;
        for (std::int64_t i = 0; i < m_plane; i += m_step) {
            const double distance = double{values[i]} - mean;
            sum += distance * distance;
            isConstant = isConstant && values[i] == values[0];
        }
        return isConstant ? 0.0 : sum / static_cast<double>(pixels());
    }

    const float* m_values;
    std::int64_t m_channels;
    std::int64_t m_plane;
    std::int64_t m_step;
};

/// One item of the work: the covariances of kTile channels with kTile others.
struct Tile {
    std::int64_t row = 0;
    std::int64_t column = 0;
};

std::vector<Tile> tilesOf(std::int64_t rows, std::int64_t columns, bool isSymmetric)
{
    std::vector<Tile> tiles;
    for (std::int64_t row = 0; row < rows; row += kTile) {
        for (std::int64_t column = isSymmetric ? row : 0; column < columns; column += kTile)
            tiles.push_back({row, column});
    }
    return tiles;
}

/// The two layers, and what is made of them.
struct Sums {
    SampledMaps a;
    SampledMaps b;
    Moments ofA;
    Moments ofB;
};

Rows covarianceOf(const Sums& sums, const Tile& tile, const ComputeContext& context)
{
    const std::int64_t rows = std::min(kTile, sums.a.channels() - tile.row);
    const std::int64_t columns = std::min(kTile, sums.b.channels() - tile.column);
    Rows total = Rows::Zero(rows, columns);
    Rows blockOfA(rows, kBlock);
    Rows blockOfB(columns, kBlock);
    const std::int64_t pixels = sums.a.pixels();
    for (std::int64_t from = 0; from < pixels; from += kBlock) {
        if (context.stop.stop_requested())
            break; // the caller looks at the token, too
        const std::int64_t count = std::min(kBlock, pixels - from);
        sums.a.centred(tile.row, from, sums.ofA.means, blockOfA.leftCols(count));
        sums.b.centred(tile.column, from, sums.ofB.means, blockOfB.leftCols(count));
        total.noalias() += blockOfA.leftCols(count) * blockOfB.leftCols(count).transpose();
    }
    context.advance(rows * columns * pixels);
    return total / static_cast<double>(pixels);
}

} // namespace

std::int64_t covarianceStep(Extent map)
{
    const std::int64_t pixels = map.height * map.width;
    const std::int64_t step = (pixels + kMostCovariancePixels - 1) / kMostCovariancePixels;
    return std::max<std::int64_t>(1, step | 1); // does not fall into rows of even length
}

std::int64_t covarianceMacs(const Tensor& a, const Tensor& b)
{
    const SampledMaps maps(a);
    const std::int64_t whole = maps.channels() * b.shape()[1] * maps.pixels();
    return &a == &b ? whole / 2 + kTile * maps.channels() * maps.pixels() / 2 : whole;
}

Result<ChannelCovariance> channelCovariance(const Tensor& a, const Tensor& b,
                                            const ComputeContext& context)
{
    EXPECTS(a.shape()[2] == b.shape()[2] && a.shape()[3] == b.shape()[3]);
    const bool isSymmetric = &a == &b;
    Sums sums{SampledMaps(a), SampledMaps(b), {}, {}};
    sums.ofA = sums.a.moments(context);
    sums.ofB = isSymmetric ? sums.ofA : sums.b.moments(context);
    ChannelCovariance result{.rows = sums.a.channels(),
                             .columns = sums.b.channels(),
                             .values = {},
                             .rowVariances = sums.ofA.variances,
                             .columnVariances = sums.ofB.variances,
                             .pixels = sums.a.pixels()};
    result.values.resize(static_cast<std::size_t>(result.rows * result.columns));
    Eigen::Map<Rows> values(result.values.data(), result.rows, result.columns);
    const std::vector<Tile> tiles = tilesOf(result.rows, result.columns, isSymmetric);
    context.team.forEach(
        std::ssize(tiles),
        [&](std::int64_t i, int) {
            const Tile& tile = tiles[static_cast<std::size_t>(i)];
            const Rows part = covarianceOf(sums, tile, context);
            values.block(tile.row, tile.column, part.rows(), part.cols()) = part;
            if (isSymmetric)
                values.block(tile.column, tile.row, part.cols(), part.rows()) = part.transpose();
        },
        context.stop);
    if (context.stop.stop_requested())
        return cancelled();
    return result;
}

} // namespace factorscope
