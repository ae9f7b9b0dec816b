#include "core/image/contact_sheet.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace factorscope {
namespace {

constexpr Rgb8 kGround{128, 128, 128};

/// Draws each map with the range that rangeOf(its values) gives.
template <typename RangeOf>
RgbImage drawn(const Tensor& maps, const Colormap& colours, const RangeOf& rangeOf)
{
    const Shape& shape = maps.shape();
    const SheetLayout layout = sheetLayout(shape[1], {shape[2], shape[3]});
    const Extent size = layout.size();
    RgbImage sheet{size,
                   std::vector<Rgb8>(static_cast<std::size_t>(size.height * size.width), kGround)};
    const std::int64_t plane = shape[2] * shape[3];
    for (std::int64_t c = 0; c < shape[1]; ++c) {
        const float* value = maps.data() + c * plane;
        const ValueRange range = rangeOf(std::span(value, static_cast<std::size_t>(plane)));
        const Extent at = layout.origin(c);
        for (std::int64_t y = 0; y < shape[2]; ++y) {
            Rgb8* row = sheet.pixels.data() + (at.height + y) * size.width + at.width;
            for (std::int64_t x = 0; x < shape[3]; ++x)
                row[x] = colourOf(colours, *value++, range.low, range.high);
        }
    }
    return sheet;
}

} // namespace

ValueRange displayRange(std::span<const float> values)
{
    float least = 0.0F;
    float most = 0.0F;
    for (const float value : values) {
        if (!std::isfinite(value))
            continue;
        least = std::min(least, value);
        most = std::max(most, value);
    }
    const float reach = std::max(-least, most);
    if (reach == 0.0F)
        return {};
    return {least < 0.0F ? -reach : 0.0F, reach};
}

Extent SheetLayout::size() const
{
    return {rows * (map.height + gap) - gap, columns * (map.width + gap) - gap};
}

Extent SheetLayout::origin(std::int64_t index) const
{
    return {index / columns * (map.height + gap), index % columns * (map.width + gap)};
}

SheetLayout sheetLayout(std::int64_t maps, Extent map)
{
    SheetLayout best;
    double bestScore = std::numeric_limits<double>::infinity();
    for (std::int64_t columns = 1; columns <= maps; ++columns) {
        const SheetLayout layout{columns, (maps + columns - 1) / columns, map};
        const Extent size = layout.size();
        const double slope = static_cast<double>(size.height) / static_cast<double>(size.width);
        const double empty
            = static_cast<double>(layout.columns * layout.rows - maps) / static_cast<double>(maps);
        const double score = std::max(slope, 1.0 / slope) * (1.0 + 2.0 * empty);
        if (score < bestScore) {
            bestScore = score;
            best = layout;
        }
    }
    return best;
}

RgbImage contactSheet(const Tensor& maps, const Colormap& colours, ValueRange range)
{
    return drawn(maps, colours, [&](std::span<const float>) { return range; });
}

RgbImage contactSheet(const Tensor& maps)
{
    const bool isSigned = displayRange(maps).low < 0.0F;
    return drawn(maps, defaultColormap(isSigned), [&](std::span<const float> map) {
        const float high = displayRange(map).high;
        return ValueRange{isSigned ? -high : 0.0F, high};
    });
}

} // namespace factorscope
