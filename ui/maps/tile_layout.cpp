#include "ui/maps/tile_layout.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

struct Fit {
    std::int64_t columns = 1;
    double scale = 0.0; ///< points for each pixel of a map
};

double gapFor(std::int64_t tiles)
{
    return tiles > 64 ? 2.0 : 4.0;
}

/// The number of columns that makes `tiles` tiles largest.
Fit largestFit(std::int64_t tiles, Extent map, const QSizeF& area)
{
    Fit best;
    const double gap = gapFor(tiles);
    for (std::int64_t columns = 1; columns <= tiles; ++columns) {
        const std::int64_t rows = (tiles + columns - 1) / columns;
        const double width = area.width() - gap * static_cast<double>(columns - 1);
        const double height = area.height() - gap * static_cast<double>(rows - 1);
        const double scale = std::min(width / static_cast<double>(columns * map.width),
                                      height / static_cast<double>(rows * map.height));
        if (scale > best.scale)
            best = {columns, scale};
    }
    return best;
}

double longerSide(const Fit& fit, Extent map)
{
    return fit.scale * static_cast<double>(std::max(map.height, map.width));
}

/// How many tiles of a legible size fit.
std::int64_t pageSize(std::int64_t channels, Extent map, const QSizeF& area)
{
    constexpr std::int64_t kMost = 1024;
    std::int64_t tiles = std::min(channels, kMost);
    while (tiles > 1 && longerSide(largestFit(tiles, map, area), map) < TileLayout::kLeastTile)
        tiles = (tiles + 1) / 2;
    return tiles;
}

} // namespace

TileLayout::TileLayout(std::int64_t channels, Extent map, const QRectF& area, std::int64_t channel)
{
    if (channels < 1 || map.height < 1 || map.width < 1)
        return;
    const std::int64_t page = pageSize(channels, map, area.size());
    const Fit fit = largestFit(page, map, area.size());
    const std::int64_t wanted = std::clamp<std::int64_t>(channel, 0, channels - 1);
    m_first = wanted / page * page;
    m_count = std::min(page, channels - m_first);
    m_columns = fit.columns;
    m_rows = (page + fit.columns - 1) / fit.columns;
    m_gap = gapFor(page);
    m_tile = QSizeF(std::max(1.0, std::floor(fit.scale * static_cast<double>(map.width))),
                    std::max(1.0, std::floor(fit.scale * static_cast<double>(map.height))));
    const auto columns = static_cast<double>(m_columns);
    const double width = columns * m_tile.width() + (columns - 1.0) * m_gap;
    m_origin = {area.x() + std::floor((area.width() - width) / 2.0), area.y()};
}

TileLayout TileLayout::alone(Extent map, const QRectF& area, std::int64_t channel)
{
    TileLayout layout(1, map, area, 0);
    layout.m_first = channel;
    return layout;
}

double TileLayout::bottom() const
{
    const auto rows = static_cast<double>(m_rows);
    return m_origin.y() + rows * m_tile.height() + (rows - 1.0) * m_gap;
}

QRectF TileLayout::tile(std::int64_t channel) const
{
    const std::int64_t index = channel - m_first;
    const auto column = static_cast<double>(index % m_columns);
    const auto row = static_cast<double>(index / m_columns);
    return {m_origin + QPointF(column * (m_tile.width() + m_gap), row * (m_tile.height() + m_gap)),
            m_tile};
}

std::optional<std::int64_t> TileLayout::channelAt(const QPointF& position) const
{
    if (m_count == 0)
        return {};
    const QPointF inside = position - m_origin;
    const auto column
        = static_cast<std::int64_t>(std::floor(inside.x() / (m_tile.width() + m_gap)));
    const auto row = static_cast<std::int64_t>(std::floor(inside.y() / (m_tile.height() + m_gap)));
    if (column < 0 || column >= m_columns || row < 0)
        return {};
    const std::int64_t channel = m_first + row * m_columns + column;
    if (!shows(channel) || !tile(channel).contains(position))
        return {};
    return channel;
}

} // namespace factorscope
