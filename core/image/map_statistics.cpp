#include "core/image/map_statistics.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// Sums in several lanes of a block, so that the compiler can use vectors, and in double precision
/// over the blocks.
constexpr std::size_t kBlock = 1024;
constexpr std::size_t kLanes = 16;

struct BlockSums {
    float least[kLanes];
    float most[kLanes];
    float sum[kLanes];
    float squares[kLanes];
    std::int32_t zeros[kLanes];
};

/// Of a whole number of lanes of finite values. The sums are of the values' distance from `origin`.
void addLanes(std::span<const float> values, float origin, BlockSums& sums)
{
    for (std::size_t i = 0; i + kLanes <= values.size(); i += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const float value = values[i + lane];
            const float distance = value - origin;
            sums.least[lane] = std::min(sums.least[lane], value);
            sums.most[lane] = std::max(sums.most[lane], value);
            sums.sum[lane] += distance;
            sums.squares[lane] += distance * distance;
            sums.zeros[lane] += value == 0.0F ? 1 : 0;
        }
    }
}

/// x − x is 0 for finite x and NaN for all else.
bool allFinite(std::span<const float> values)
{
    float sums[kLanes] = {};
    std::size_t i = 0;
    for (; i + kLanes <= values.size(); i += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            sums[lane] += values[i + lane] - values[i + lane];
    }
    for (; i < values.size(); ++i)
        sums[0] += values[i] - values[i];
    return std::ranges::all_of(sums, [](float sum) { return sum == 0.0F; });
}

/// Collects the statistics of one map.
class Collector {
public:
    explicit Collector(float origin) : m_origin(origin) {}

    void add(std::span<const float> block)
    {
        const std::size_t whole = allFinite(block) ? block.size() / kLanes * kLanes : 0;
        if (whole > 0)
            addWhole(block.first(whole));
        for (const float value : block.subspan(whole))
            addOne(value);
    }

    MapStatistics result() const
    {
        MapStatistics statistics = m_statistics;
        const auto finite = static_cast<double>(m_finite);
        if (m_finite > 0) {
            const double mean = m_sum / finite;
            statistics.mean = m_origin + mean;
            statistics.deviation = std::sqrt(std::max(0.0, m_squares / finite - mean * mean));
        }
        return statistics;
    }

private:
    void addWhole(std::span<const float> values)
    {
        BlockSums sums;
        std::ranges::fill(sums.least, values.front());
        std::ranges::fill(sums.most, values.front());
        std::ranges::fill(sums.sum, 0.0F);
        std::ranges::fill(sums.squares, 0.0F);
        std::ranges::fill(sums.zeros, 0);
        addLanes(values, m_origin, sums);
        include(std::ranges::min(sums.least), std::ranges::max(sums.most));
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            m_sum += sums.sum[lane];
            m_squares += sums.squares[lane];
            m_statistics.zeros += sums.zeros[lane];
        }
        m_statistics.values += std::ssize(values);
        m_finite += std::ssize(values);
    }
    void addOne(float value)
    {
        ++m_statistics.values;
        if (std::isnan(value)) {
            ++m_statistics.nans;
        } else if (std::isinf(value)) {
            ++m_statistics.infinite;
        } else {
            include(value, value);
            const double distance = double{value} - m_origin;
            m_sum += distance;
            m_squares += distance * distance;
            m_statistics.zeros += value == 0.0F ? 1 : 0;
            ++m_finite;
        }
    }
    void include(float least, float most)
    {
        m_statistics.least = m_finite == 0 ? least : std::min(m_statistics.least, least);
        m_statistics.most = m_finite == 0 ? most : std::max(m_statistics.most, most);
    }

    float m_origin; ///< near the values, so that the squares do not swallow the variance
    MapStatistics m_statistics;
    std::int64_t m_finite = 0;
    double m_sum = 0.0;
    double m_squares = 0.0;
};

/// `reach`: of all values, where the samples are all zero.
float typicalReach(std::span<const float> map, float reach)
{
    constexpr std::size_t kSamples = 1 << 14;
    constexpr double kShare = 0.995;
    // An odd step does not fall into the period of rows of even length.
    const std::size_t step = map.size() / kSamples | 1U;
    std::vector<float> reaches;
    reaches.reserve(map.size() / step + 1);
    for (std::size_t i = 0; i < map.size(); i += step) {
        if (std::isfinite(map[i]) && map[i] != 0.0F)
            reaches.push_back(std::abs(map[i]));
    }
    if (reaches.empty())
        return reach;
    const auto at
        = static_cast<std::size_t>(kShare * static_cast<double>(reaches.size() - 1) + 0.5);
    const auto typical = reaches.begin() + static_cast<std::ptrdiff_t>(at);
    std::ranges::nth_element(reaches, typical);
    return *typical;
}

} // namespace

MapStatistics statisticsOf(std::span<const float> map)
{
    const auto finite = std::ranges::find_if(map, [](float value) { return std::isfinite(value); });
    Collector collector(finite == map.end() ? 0.0F : *finite);
    for (std::size_t at = 0; at < map.size(); at += kBlock)
        collector.add(map.subspan(at, std::min(kBlock, map.size() - at)));
    MapStatistics statistics = collector.result();
    statistics.typicalReach = typicalReach(map, statistics.reach());
    return statistics;
}

std::vector<MapStatistics> mapStatistics(const Tensor& maps, const ComputeContext& context)
{
    const Shape& shape = maps.shape();
    const auto plane = static_cast<std::size_t>(shape[2] * shape[3]);
    std::vector<MapStatistics> statistics(static_cast<std::size_t>(shape[1]));
    const bool done = context.team.forEach(
        shape[1],
        [&](std::int64_t c, int) {
            const auto channel = static_cast<std::size_t>(c);
            statistics[channel] = statisticsOf(maps.values().subspan(channel * plane, plane));
        },
        context.stop);
    return done ? statistics : std::vector<MapStatistics>{};
}

ValueRange displayRange(std::span<const MapStatistics> maps)
{
    float least = 0.0F;
    float most = 0.0F;
    for (const MapStatistics& map : maps) {
        least = std::min(least, map.least);
        most = std::max(most, map.most);
    }
    const float reach = std::max(-least, most);
    if (reach == 0.0F)
        return {};
    return {least < 0.0F ? -reach : 0.0F, reach};
}

} // namespace factorscope
