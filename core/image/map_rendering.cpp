#include "core/image/map_rendering.h"

#include "core/result/expects.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace factorscope {
namespace {

/// Values of the map from `first` up to `last`, without it; none when they are equal.
struct Cover {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// What each pixel of one axis covers: at least one value, none beyond the map.
std::vector<Cover> covers(double origin, double scale, std::int64_t pixels, std::int64_t length)
{
    std::vector<Cover> axis(static_cast<std::size_t>(pixels));
    for (std::int64_t i = 0; i < pixels; ++i) {
        const double begin = origin + static_cast<double>(i) / scale;
        const double end = origin + static_cast<double>(i + 1) / scale;
        Cover cover;
        if (scale >= 1.0) {
            cover.first = static_cast<std::int64_t>(std::floor((begin + end) / 2.0));
            cover.last = cover.first + 1;
        } else {
            cover.first = static_cast<std::int64_t>(std::floor(begin));
            cover.last = std::max(cover.first + 1, static_cast<std::int64_t>(std::floor(end)));
        }
        cover.first = std::max<std::int64_t>(cover.first, 0);
        cover.last = std::min(cover.last, length);
        if (cover.first < cover.last)
            axis[static_cast<std::size_t>(i)] = cover;
    }
    return axis;
}

/// The means of what the pixels of one row cover, row after row.
class RowReader {
public:
    RowReader(std::span<const float> map, Extent size, std::span<const Cover> columns)
        : m_map(map), m_width(size.width), m_columns(columns)
    {
        for (const Cover& cover : columns) {
            if (cover.first == cover.last)
                continue;
            m_begin = m_end == 0 ? cover.first : std::min(m_begin, cover.first);
            m_end = std::max(m_end, cover.last);
        }
        m_sums.resize(static_cast<std::size_t>(m_end - m_begin));
    }

    /// `means` has one place for each column; those without a cover are left as they are.
    void read(const Cover& rows, std::span<float> means)
    {
        const float* first = m_map.data() + rows.first * m_width + m_begin;
        std::copy_n(first, m_sums.size(), m_sums.begin());
        for (std::int64_t y = rows.first + 1; y < rows.last; ++y) {
            const float* row = m_map.data() + y * m_width + m_begin;
            for (std::size_t x = 0; x < m_sums.size(); ++x)
                m_sums[x] += row[x];
        }
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            const Cover& cover = m_columns[i];
            if (cover.first == cover.last)
                continue;
            float sum = 0.0F;
            for (std::int64_t x = cover.first; x < cover.last; ++x)
                sum += m_sums[static_cast<std::size_t>(x - m_begin)];
            const std::int64_t count = (cover.last - cover.first) * (rows.last - rows.first);
            means[i] = count == 1 ? sum : sum / static_cast<float>(count);
        }
    }

private:
    std::span<const float> m_map;
    std::int64_t m_width;
    std::span<const Cover> m_columns;
    std::int64_t m_begin = 0; ///< of the columns that are covered at all
    std::int64_t m_end = 0;
    std::vector<float> m_sums; ///< of each column, over the rows
};

/// Reads a map and draws each pixel with colourAt(mean, pixel).
template <typename ColourAt>
void draw(std::span<const float> map, Extent size, const MapView& view, std::uint32_t outside,
          const PixelTarget& target, const ColourAt& colourAt)
{
    EXPECTS(view.scale > 0.0 && std::ssize(map) >= size.height * size.width);
    const std::vector<Cover> rows = covers(view.top, view.scale, target.size.height, size.height);
    const std::vector<Cover> columns = covers(view.left, view.scale, target.size.width, size.width);
    RowReader reader(map, size, columns);
    std::vector<float> means(columns.size());
    const std::uint32_t* above = nullptr;
    for (std::size_t j = 0; j < rows.size(); ++j) {
        std::uint32_t* pixels = target.pixels + static_cast<std::int64_t>(j) * target.stride;
        const bool isOutside = rows[j].first == rows[j].last;
        const bool isSame = j > 0 && !isOutside && rows[j].first == rows[j - 1].first
            && rows[j].last == rows[j - 1].last;
        if (isOutside) {
            std::fill_n(pixels, columns.size(), outside);
        } else if (isSame) {
            std::copy_n(above, columns.size(), pixels); // enlarged: the same values again
        } else {
            reader.read(rows[j], means);
            for (std::size_t i = 0; i < columns.size(); ++i)
                pixels[i]
                    = columns[i].first == columns[i].last ? outside : colourAt(means[i], pixels[i]);
        }
        above = pixels;
    }
}

std::uint32_t level(float value)
{
    return static_cast<std::uint32_t>(std::clamp(value, 0.0F, 1.0F) * 255.0F + 0.5F);
}

} // namespace

void renderMap(std::span<const float> map, Extent size, const MapView& view,
               const Colormap& colours, ValueRange range, std::uint32_t outside,
               const PixelTarget& target)
{
    draw(map, size, view, outside, target, [&](float mean, std::uint32_t) {
        return packed(colourOf(colours, mean, range.low, range.high));
    });
}

void renderRgb(std::span<const float> planes, Extent size, const MapView& view,
               std::uint32_t outside, const PixelTarget& target)
{
    const auto plane = static_cast<std::size_t>(size.height * size.width);
    for (unsigned channel = 0; channel < 3; ++channel) {
        const unsigned shift = 16U - 8U * channel;
        draw(planes.subspan(channel * plane, plane), size, view, outside, target,
             [&](float mean, std::uint32_t before) {
                 if (std::isnan(mean))
                     return packed(kNotANumber);
                 const std::uint32_t kept = channel == 0 ? 0xff000000U : before;
                 return kept | level(mean) << shift;
             });
    }
}

} // namespace factorscope
