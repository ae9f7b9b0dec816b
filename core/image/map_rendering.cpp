#include "core/image/map_rendering.h"

#include "core/conv/kernel_dispatch.h"
#include "core/image/mean_kernel.h"
#include "core/result/expects.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace factorscope {

FACTORSCOPE_DISPATCH_KERNEL(averageRows, const RowsToAverage&)

namespace {

/// Values of the map that one pixel covers, along one axis; none where it lies beyond the map.
struct Cover {
    std::int64_t first = 0;
    std::int64_t count = 0;
    bool operator==(const Cover&) const = default;
};

std::int64_t floorOf(double value)
{
    const auto whole = static_cast<std::int64_t>(value);
    return whole - (static_cast<double>(whole) > value ? 1 : 0);
}

/// Of a pixel from `begin` to `end` on the map: at least one value, none beyond the map.
Cover coverOf(double begin, double end, bool isReduced, std::int64_t length)
{
    const std::int64_t at = floorOf(isReduced ? begin : (begin + end) / 2.0);
    const std::int64_t next = isReduced ? std::max(at + 1, floorOf(end)) : at + 1;
    const std::int64_t first = std::max<std::int64_t>(at, 0);
    const std::int64_t count = std::min(next, length) - first;
    return count > 0 ? Cover{first, count} : Cover{};
}

/// Where pixels lie along one axis of a map.
struct AxisView {
    double from = 0.0; ///< on the map, of pixel 0
    double scale = 1.0;
    std::int64_t origin = 0; ///< the first pixel
    std::int64_t pixels = 0; ///< from there on
    std::int64_t length = 0; ///< of the map
};

std::vector<Cover> coversOf(const AxisView& view)
{
    const auto edge
        = [&](std::int64_t i) { return view.from + static_cast<double>(i) / view.scale; };
    std::vector<Cover> covers;
    covers.reserve(static_cast<std::size_t>(view.pixels));
    double begin = edge(view.origin);
    for (std::int64_t i = 1; i <= view.pixels; ++i) {
        const double end = edge(view.origin + i);
        covers.push_back(coverOf(begin, end, view.scale < 1.0, view.length));
        begin = end;
    }
    return covers;
}

/// The columns of the map that lie under the pixels of a row.
struct Columns {
    explicit Columns(const AxisView& view);

    bool isReduced;
    std::int64_t begin = 0; ///< of the pixels that lie on the map
    std::int64_t end = 0;
    std::int64_t firstColumn = 0; ///< of those that are seen at all
    std::int64_t count = 0;
    /// Of each pixel on the map, counted from firstColumn; to a multiple of kPixelsAtOnce.
    std::vector<std::int32_t> first;
    std::vector<std::int32_t> counts;
    std::int32_t mostCount = 0;

    std::int64_t pixels() const { return end - begin; }
    bool isEmpty() const { return begin == end; }
    /// Neither reduced nor enlarged.
    bool isPlain() const { return !isReduced && count == pixels(); }
};

Columns::Columns(const AxisView& view) : isReduced(view.scale < 1.0)
{
    const std::vector<Cover> covers = coversOf(view);
    const auto isOnMap = [](const Cover& cover) { return cover.count > 0; };
    const auto from = std::ranges::find_if(covers, isOnMap);
    const auto to = std::find_if_not(from, covers.end(), isOnMap);
    if (from == to)
        return;
    begin = from - covers.begin();
    end = to - covers.begin();
    firstColumn = from->first;
    count = (to - 1)->first + (to - 1)->count - firstColumn;
    const auto room = (pixels() + kPixelsAtOnce - 1) / kPixelsAtOnce * kPixelsAtOnce;
    first.assign(static_cast<std::size_t>(room), 0);
    counts.assign(static_cast<std::size_t>(room), 1);
    for (auto cover = from; cover != to; ++cover) {
        const auto i = static_cast<std::size_t>(cover - from);
        first[i] = static_cast<std::int32_t>(cover->first - firstColumn);
        counts[i] = static_cast<std::int32_t>(cover->count);
    }
    mostCount = std::ranges::max(counts);
}

/// The values that rows of pixels show: those of the map itself, or the means of what is covered.
class RowReader {
public:
    RowReader(const float* map, std::int64_t width, const Columns& columns, InstructionSet set)
        : m_map(map), m_width(width), m_columns(columns), m_set(set)
    {
        if (!columns.isReduced)
            return;
        m_sums.resize(static_cast<std::size_t>(columns.count));
        m_means.resize(columns.first.size());
    }

    /// One for each pixel where the map is reduced, else one for each column that is seen.
    std::span<const float> read(const Cover& rows)
    {
        const float* first = m_map + rows.first * m_width + m_columns.firstColumn;
        if (!m_columns.isReduced)
            return {first, static_cast<std::size_t>(m_columns.count)};
        averageRows({.rows = first,
                     .stride = m_width,
                     .rowCount = rows.count,
                     .columnCount = m_columns.count,
                     .sums = m_sums.data(),
                     .first = m_columns.first.data(),
                     .counts = m_columns.counts.data(),
                     .mostCount = m_columns.mostCount,
                     .pixels = std::ssize(m_means),
                     .means = m_means.data()},
                    m_set);
        return std::span(m_means).first(static_cast<std::size_t>(m_columns.pixels()));
    }

private:
    const float* m_map;
    std::int64_t m_width;
    const Columns& m_columns;
    InstructionSet m_set;
    std::vector<float> m_sums;
    std::vector<float> m_means;
};

/// Draws row by row. `drawRow(rows, pixels)` draws the values that a RowReader has for the rows.
template <typename DrawRow>
void draw(const std::vector<Cover>& rows, const Columns& columns, std::uint32_t outside,
          const PixelTarget& target, const DrawRow& drawRow)
{
    const bool isEnlarged = !columns.isReduced && !columns.isPlain();
    std::vector<std::uint32_t> values(isEnlarged ? static_cast<std::size_t>(columns.count) : 0);
    const std::uint32_t* above = nullptr;
    for (std::size_t j = 0; j < rows.size(); ++j) {
        std::uint32_t* row = target.pixels + static_cast<std::int64_t>(j) * target.stride;
        std::uint32_t* pixels = row + columns.begin;
        if (rows[j].count == 0 || columns.isEmpty()) {
            std::fill_n(row, target.size.width, outside);
            continue;
        }
        std::fill_n(row, columns.begin, outside);
        std::fill(row + columns.end, row + target.size.width, outside);
        if (above && rows[j] == rows[j - 1]) {
            std::copy_n(above, columns.pixels(), pixels); // enlarged: the same values again
        } else if (isEnlarged) {
            drawRow(rows[j], values.data());
            for (std::int64_t i = 0; i < columns.pixels(); ++i)
                pixels[i]
                    = values[static_cast<std::size_t>(columns.first[static_cast<std::size_t>(i)])];
        } else {
            drawRow(rows[j], pixels);
        }
        above = pixels;
    }
}

std::vector<Cover> rowsOf(const MapView& view, Extent size, const PixelTarget& target)
{
    EXPECTS(view.scale > 0.0);
    return coversOf({view.top, view.scale, target.origin.height, target.size.height, size.height});
}

AxisView acrossOf(const MapView& view, Extent size, const PixelTarget& target)
{
    return {view.left, view.scale, target.origin.width, target.size.width, size.width};
}

std::uint32_t level(float value)
{
    return static_cast<std::uint32_t>(
        static_cast<std::int32_t>(std::clamp(value, 0.0F, 1.0F) * 255.0F + 0.5F));
}

std::uint32_t rgb(float r, float g, float b)
{
    if (std::isnan(r) || std::isnan(g) || std::isnan(b))
        return packed(kNotANumber);
    return 0xff000000U | level(r) << 16U | level(g) << 8U | level(b);
}

} // namespace

void renderMap(std::span<const float> map, Extent size, const MapView& view,
               const Colormap& colours, ValueRange range, std::uint32_t outside,
               const PixelTarget& target, InstructionSet set)
{
    EXPECTS(std::ssize(map) >= size.height * size.width);
    const Columns columns(acrossOf(view, size, target));
    RowReader reader(map.data(), size.width, columns, set);
    draw(rowsOf(view, size, target), columns, outside, target,
         [&](const Cover& rows, std::uint32_t* pixels) {
             drawValues(colours, reader.read(rows), range.low, range.high, pixels, set);
         });
}

void renderRgb(std::span<const float> planes, Extent size, const MapView& view,
               std::uint32_t outside, const PixelTarget& target, InstructionSet set)
{
    const std::int64_t plane = size.height * size.width;
    EXPECTS(std::ssize(planes) >= 3 * plane);
    const Columns columns(acrossOf(view, size, target));
    RowReader red(planes.data(), size.width, columns, set);
    RowReader green(planes.data() + plane, size.width, columns, set);
    RowReader blue(planes.data() + 2 * plane, size.width, columns, set);
    draw(rowsOf(view, size, target), columns, outside, target,
         [&](const Cover& rows, std::uint32_t* pixels) {
             const auto r = red.read(rows);
             const auto g = green.read(rows);
             const auto b = blue.read(rows);
             for (std::size_t i = 0; i < r.size(); ++i)
                 pixels[i] = rgb(r[i], g[i], b[i]);
         });
}

} // namespace factorscope
