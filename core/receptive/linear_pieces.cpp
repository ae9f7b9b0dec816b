#include "core/receptive/linear_pieces.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace factorscope {
namespace {

/// A mid pixel: which of its channels are on, and how many.
struct Signs {
    std::uint64_t hash = 0;
    std::int64_t active = 0;
};

/// The finaliser of SplitMix64 (Steele, Lea & Flood 2014): every bit depends on all.
std::uint64_t mixed(std::uint64_t value)
{
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15U;

/// A number of its own for bit `index` of a pattern; a pattern is the sum of those that are on.
std::uint64_t keyOf(std::int64_t index)
{
    return mixed((static_cast<std::uint64_t>(index) + 1) * kStep);
}

struct Channels {
    std::int64_t first = 0;
    std::int64_t count = 1;
};

/// Row by row in parallel; empty when stopped.
std::vector<Signs> signsOf(const Tensor& mid, const Channels& channels,
                           const ComputeContext& context)
{
    const std::int64_t height = mid.shape()[2];
    const std::int64_t width = mid.shape()[3];
    std::vector<Signs> signs(static_cast<std::size_t>(height * width));
    const auto row = [&](std::int64_t y, int) {
        Signs* to = signs.data() + y * width;
        for (std::int64_t c = 0; c < channels.count; ++c) {
            const float* from = mid.data() + ((channels.first + c) * height + y) * width;
            const std::uint64_t key = keyOf(c);
            for (std::int64_t x = 0; x < width; ++x) {
                const bool isOn = from[x] > 0.0F;
                to[x].hash += isOn ? key : 0;
                to[x].active += isOn ? 1 : 0;
            }
        }
    };
    if (!context.team.forEach(height, row, context.stop))
        return {};
    return signs;
}

/// The pattern of an output: the mid pixels of its window, each in its place.
Signs patternAt(const std::vector<Signs>& mid, Extent midSize, const PixelBox& window)
{
    Signs pattern;
    for (std::int64_t y = window.y0; y <= window.y1; ++y) {
        for (std::int64_t x = window.x0; x <= window.x1; ++x) {
            if (y < 0 || x < 0 || y >= midSize.height || x >= midSize.width)
                continue;
            const Signs& signs = mid[static_cast<std::size_t>(y * midSize.width + x)];
            const std::int64_t place = (y - window.y0) * window.width() + x - window.x0;
            if (signs.active > 0)
                pattern.hash += mixed(signs.hash + static_cast<std::uint64_t>(place + 1) * kStep);
            pattern.active += signs.active;
        }
    }
    return pattern;
}

/// Numbers the patterns in the order of their frequency, those alike in the order of their places.
void number(const std::vector<Signs>& patterns, LinearPieces& result)
{
    std::unordered_map<std::uint64_t, std::int32_t> found;
    std::vector<std::int32_t> order;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        const auto [entry, isNew]
            = found.try_emplace(patterns[i].hash, static_cast<std::int32_t>(found.size()));
        if (isNew) {
            const auto at = static_cast<std::int64_t>(i);
            result.counts.push_back(0);
            result.examples.push_back({at / result.size.width, at % result.size.width});
            result.active.push_back(patterns[i].active);
        }
        result.pieces.push_back(entry->second);
        ++result.counts[static_cast<std::size_t>(entry->second)];
    }
    order.resize(result.counts.size());
    std::iota(order.begin(), order.end(), 0);
    const auto countOf
        = [&](std::int32_t piece) { return result.counts[static_cast<std::size_t>(piece)]; };
    std::ranges::stable_sort(order, std::greater(), countOf);
    std::vector<std::int32_t> rank(order.size());
    LinearPieces sorted = result;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto from = static_cast<std::size_t>(order[i]);
        rank[from] = static_cast<std::int32_t>(i);
        sorted.counts[i] = result.counts[from];
        sorted.examples[i] = result.examples[from];
        sorted.active[i] = result.active[from];
    }
    for (std::int32_t& piece : sorted.pieces)
        piece = rank[static_cast<std::size_t>(piece)];
    result = std::move(sorted);
}

} // namespace

Result<LinearPieces> linearPieces(const Tensor& mid, const TheoreticalField& field, Extent size,
                                  std::optional<std::int64_t> channel,
                                  const ComputeContext& context)
{
    const Shape& shape = mid.shape();
    const Channels channels = channel ? Channels{*channel, 1} : Channels{0, shape[1]};
    EXPECTS(channels.first >= 0 && channels.first + channels.count <= shape[1]);
    const std::vector<Signs> signs = signsOf(mid, channels, context);
    std::vector<Signs> patterns(static_cast<std::size_t>(size.height * size.width));
    const auto row = [&](std::int64_t y, int) {
        for (std::int64_t x = 0; x < size.width; ++x)
            patterns[static_cast<std::size_t>(y * size.width + x)]
                = patternAt(signs, {shape[2], shape[3]}, fieldBox(field, y, x));
    };
    if (signs.empty() || !context.team.forEach(size.height, row, context.stop))
        return cancelled();
    LinearPieces result;
    result.size = size;
    result.taps = field.size.height * field.size.width * channels.count;
    number(patterns, result);
    return result;
}

} // namespace factorscope
