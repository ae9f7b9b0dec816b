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

/// The columns whose tiles are next to kScrolledTile and fill the width; a tile is no larger than
/// the area.
Fit scrolledFit(std::int64_t tiles, Extent map, const QSizeF& area)
{
    const double gap = gapFor(tiles);
    const auto width = static_cast<double>(map.width);
    const double alone = largestFit(1, map, area).scale;
    const double wanted
        = TileLayout::kScrolledTile / static_cast<double>(std::max(map.height, map.width));
    const double columns
        = std::round((area.width() + gap) / (width * std::min(alone, wanted) + gap));
    Fit fit;
    fit.columns = std::clamp<std::int64_t>(static_cast<std::int64_t>(columns), 1, tiles);
    const auto gaps = static_cast<double>(fit.columns - 1) * gap;
    fit.scale = std::min((area.width() - gaps) / (static_cast<double>(fit.columns) * width), alone);
    return fit;
}

} // namespace

TileLayout::TileLayout(std::int64_t maps, Extent map, const QRectF& area, double scroll)
    : m_area(area.topLeft(), area.size().expandedTo(QSizeF(0.0, 0.0)))
{
    if (maps < 1 || map.height < 1 || map.width < 1)
        return;
    Fit fit = largestFit(maps, map, m_area.size());
    if (maps > 1 && longerSide(fit, map) < kLeastTile)
        fit = scrolledFit(maps, map, m_area.size());
    m_maps = maps;
    m_columns = fit.columns;
    m_rows = (maps + fit.columns - 1) / fit.columns;
    m_gap = gapFor(maps);
    m_tile = QSizeF(std::max(1.0, std::floor(fit.scale * static_cast<double>(map.width))),
                    std::max(1.0, std::floor(fit.scale * static_cast<double>(map.height))));
    const auto columns = static_cast<double>(m_columns);
    const double width = columns * m_tile.width() + (columns - 1.0) * m_gap;
    m_origin = {area.x() + std::floor((area.width() - width) / 2.0), area.y()};
    const double height = static_cast<double>(m_rows) * rowHeight() - m_gap;
    m_most = std::max(0.0, std::ceil(height - m_area.height()));
    scrollTo(scroll);
}

TileLayout TileLayout::alone(Extent map, const QRectF& area, std::int64_t place)
{
    TileLayout layout(1, map, area, 0.0);
    layout.m_first = place;
    return layout;
}

/// Tiles begin at whole points, so that they are sharp.
void TileLayout::scrollTo(double places)
{
    const double wanted = std::isfinite(places) ? places : 0.0;
    const double rows = wanted / static_cast<double>(m_columns);
    m_scrolled = std::clamp(std::round(rows * rowHeight()), 0.0, m_most);
    const auto firstRow = static_cast<std::int64_t>(std::floor((m_scrolled + m_gap) / rowHeight()));
    const double end
        = std::min(m_scrolled + m_area.height(), static_cast<double>(m_rows) * rowHeight());
    const auto endRow
        = scrolls() ? static_cast<std::int64_t>(std::ceil(end / rowHeight())) : m_rows;
    m_first = std::min(firstRow * m_columns, m_maps - 1);
    m_count = m_area.isEmpty() ? 0 : std::min(endRow * m_columns, m_maps) - m_first;
}

double TileLayout::bottom() const
{
    if (scrolls())
        return m_area.bottom();
    return m_origin.y() + static_cast<double>(m_rows) * rowHeight() - m_gap;
}

QRectF TileLayout::tile(std::int64_t place) const
{
    const std::int64_t index = m_maps == 1 ? place - m_first : place;
    const auto column = static_cast<double>(index % m_columns);
    const auto row = static_cast<double>(index / m_columns);
    return {m_origin + QPointF(column * (m_tile.width() + m_gap), row * rowHeight() - m_scrolled),
            m_tile};
}

std::optional<std::int64_t> TileLayout::placeAt(const QPointF& position) const
{
    if (m_count == 0 || (scrolls() && !m_area.contains(position)))
        return {};
    const QPointF inside = position - m_origin + QPointF(0.0, m_scrolled);
    const auto column
        = static_cast<std::int64_t>(std::floor(inside.x() / (m_tile.width() + m_gap)));
    const auto row = static_cast<std::int64_t>(std::floor(inside.y() / rowHeight()));
    if (column < 0 || column >= m_columns || row < 0)
        return {};
    const std::int64_t place = row * m_columns + column + (m_maps == 1 ? m_first : 0);
    if (!shows(place) || !tile(place).contains(position))
        return {};
    return place;
}

std::int64_t TileLayout::page() const
{
    const auto rows
        = static_cast<std::int64_t>(std::floor((m_area.height() + m_gap) / rowHeight()));
    return std::clamp<std::int64_t>(rows, 1, m_rows) * m_columns;
}

double TileLayout::scrollShowing(std::int64_t place) const
{
    const QRectF wanted
        = tile(std::clamp<std::int64_t>(place, 0, std::max<std::int64_t>(m_maps - 1, 0)));
    double scrolled = m_scrolled;
    if (wanted.bottom() > m_area.bottom())
        scrolled += wanted.bottom() - m_area.bottom();
    if (wanted.top() < m_area.top())
        scrolled = m_scrolled - (m_area.top() - wanted.top());
    return std::clamp(scrolled, 0.0, m_most) / rowHeight() * static_cast<double>(m_columns);
}

} // namespace factorscope
