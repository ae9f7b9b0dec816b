#include "core/image/map_statistics.h"

#include "core/conv/kernel_dispatch.h"
#include "core/image/magnitude_kernel.h"
#include "core/image/statistics_kernel.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>

namespace factorscope {

FACTORSCOPE_DISPATCH_KERNEL(sumBlock, const BlockToSum&)
FACTORSCOPE_DISPATCH_KERNEL(keepAbove, const MagnitudesToKeep&)

namespace {

/// Sums of a block are in single precision, those over the blocks in double.
constexpr std::size_t kBlock = 1024;

bool allFinite(std::span<const float> values)
{
    return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

/// Collects the statistics of one map.
class Collector {
public:
    Collector(float origin, InstructionSet set) : m_origin(origin), m_set(set) {}

    void add(std::span<const float> block)
    {
        const std::size_t whole = block.size() / kSumLanes * kSumLanes;
        const std::size_t done
            = allFinite(block.subspan(whole)) && addWhole(block.first(whole)) ? whole : 0;
        for (const float value : block.subspan(done))
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
    /// False, and nothing is added, where one of them is not finite.
    bool addWhole(std::span<const float> values)
    {
        if (values.empty())
            return true;
        BlockSums sums;
        sumBlock({values.data(), std::ssize(values), m_origin, &sums}, m_set);
        if (!sums.isFinite)
            return false;
        include(std::ranges::min(sums.least), std::ranges::max(sums.most));
        for (std::ptrdiff_t lane = 0; lane < kSumLanes; ++lane) {
            m_sum += sums.sum[lane];
            m_squares += sums.squares[lane];
        }
        m_statistics.zeros += sums.zeros;
        m_statistics.values += std::ssize(values);
        m_finite += std::ssize(values);
        return true;
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
    InstructionSet m_set;
    MapStatistics m_statistics;
    std::int64_t m_finite = 0;
    double m_sum = 0.0;
    double m_squares = 0.0;
};

/// Keeps the greatest of many magnitudes that are finite and not 0.
class Greatest {
public:
    /// Of those that are more than `least` alone.
    Greatest(std::size_t count, std::int32_t least, InstructionSet set)
        : m_count(count), m_set(set), m_least(least),
          m_kept(kRoom * count + kBlock + kMagnitudesBeyond)
    {}

    /// Of kBlock values at the most.
    void add(std::span<const float> values)
    {
        std::ptrdiff_t added = 0;
        keepAbove({values.data(), std::ssize(values), m_least, m_kept.data() + m_size, &added},
                  m_set);
        m_size += static_cast<std::size_t>(added);
        if (m_size <= kRoom * m_count)
            return;
        m_least = at(m_count - 1);
        m_size = m_count;
    }
    std::size_t size() const { return m_size; }
    /// The one that `rank` others are no less than; rank < count and size().
    std::int32_t at(std::size_t rank)
    {
        const auto begin = m_kept.begin();
        const auto place = begin + static_cast<std::ptrdiff_t>(rank);
        std::nth_element(begin, place, begin + static_cast<std::ptrdiff_t>(m_size),
                         std::greater<>());
        return *place;
    }

private:
    static constexpr std::size_t kRoom = 4; ///< for so many times the count

    std::size_t m_count;
    InstructionSet m_set;
    std::int32_t m_least; ///< what is no more is not kept
    std::vector<std::int32_t> m_kept;
    std::size_t m_size = 0; ///< of what is kept
};

/// How many of so many magnitudes the typical reach leaves out: half a percent.
std::size_t beyondTypical(std::size_t magnitudes)
{
    constexpr double kShare = 0.995;
    const std::size_t last = magnitudes - 1;
    return last - static_cast<std::size_t>(kShare * static_cast<double>(last) + 0.5);
}

/// What the greatest percent or two probably exceed, after a look at a few values.
std::int32_t probableBound(std::span<const float> map)
{
    constexpr std::size_t kSamples = 512;
    // An odd step does not fall into the period of rows of even length.
    const std::size_t step = map.size() / kSamples | 1U;
    std::array<std::int32_t, kSamples> samples;
    std::size_t size = 0;
    for (std::size_t i = 0; i < map.size() && size < kSamples; i += step) {
        const std::int32_t bits = std::bit_cast<std::int32_t>(map[i]) & kMagnitudeBits;
        samples[size] = bits;
        size += bits != 0 && bits < kInfinityBits ? 1 : 0;
    }
    const std::size_t rank = size / 100 + 4;
    if (rank >= size)
        return 0;
    const auto place = samples.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(samples.begin(), place, samples.begin() + static_cast<std::ptrdiff_t>(size),
                     std::greater<>());
    return *place;
}

float typicalReach(std::span<const float> map, const MapStatistics& statistics, InstructionSet set)
{
    const std::int64_t magnitudes = statistics.values - statistics.nonFinite() - statistics.zeros;
    if (magnitudes == 0)
        return 0.0F;
    const std::size_t rank = beyondTypical(static_cast<std::size_t>(magnitudes));
    const auto greatest = [&](std::int32_t above) {
        Greatest kept(rank + 1, above, set);
        for (std::size_t at = 0; at < map.size(); at += kBlock)
            kept.add(map.subspan(at, std::min(kBlock, map.size() - at)));
        return kept;
    };
    Greatest kept = greatest(probableBound(map));
    if (kept.size() <= rank) // too high
        kept = greatest(0);
    return std::bit_cast<float>(kept.at(rank));
}

} // namespace

MapStatistics statisticsOf(std::span<const float> map, InstructionSet set)
{
    const auto finite = std::ranges::find_if(map, [](float value) { return std::isfinite(value); });
    Collector collector(finite == map.end() ? 0.0F : *finite, set);
    for (std::size_t at = 0; at < map.size(); at += kBlock)
        collector.add(map.subspan(at, std::min(kBlock, map.size() - at)));
    MapStatistics statistics = collector.result();
    statistics.typicalReach = typicalReach(map, statistics, set);
    return statistics;
}

std::vector<MapStatistics> mapStatistics(const Tensor& maps, const ComputeContext& context,
                                         std::vector<MapStatistics> known)
{
    const Shape& shape = maps.shape();
    const auto plane = static_cast<std::size_t>(shape[2] * shape[3]);
    const std::size_t first = known.size();
    std::vector<MapStatistics> statistics = std::move(known);
    statistics.resize(static_cast<std::size_t>(shape[1]));
    const bool done = context.team.forEach(
        shape[1] - static_cast<std::int64_t>(first),
        [&](std::int64_t i, int) {
            const std::size_t channel = first + static_cast<std::size_t>(i);
            statistics[channel] = statisticsOf(maps.values().subspan(channel * plane, plane),
                                               context.instructionSet);
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
