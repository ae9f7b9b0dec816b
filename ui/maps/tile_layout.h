#pragma once

#include "core/tensor/shape.h"

#include <QPointF>
#include <QRectF>

#include <cstdint>
#include <optional>

namespace factorscope {

/// How the maps of one stage lie in a pane: rows of tiles in the maps' own proportions, as large as
/// they fit. Where they would be too small to tell apart they are larger, and the rows scroll. Maps
/// count by their place, from 0.
class TileLayout {
public:
    /// `scroll`: the place in whose row the area begins, part of a row as part of its places. An
    /// area that has no room, or less than none, shows no tile.
    TileLayout(std::int64_t maps, Extent map, const QRectF& area, double scroll);
    /// One tile, for one map.
    static TileLayout alone(Extent map, const QRectF& area, std::int64_t place);

    std::int64_t first() const { return m_first; } ///< place of the first tile that is seen
    std::int64_t count() const { return m_count; } ///< tiles that are seen, in part at least
    QSizeF tileSize() const { return m_tile; }
    double bottom() const; ///< of the last row, or of the area where rows scroll
    QRectF tile(std::int64_t place) const; ///< may be beyond the area where rows scroll
    bool shows(std::int64_t place) const { return place >= m_first && place < m_first + m_count; }
    std::optional<std::int64_t> placeAt(const QPointF& position) const;

    bool scrolls() const { return m_most > 0.0; }
    double scroll() const { return m_scrolled / rowHeight() * static_cast<double>(m_columns); }
    double mostScroll() const { return m_most / rowHeight() * static_cast<double>(m_columns); }
    std::int64_t columns() const { return m_columns; }
    /// Places that a page has: those of the rows that are seen wholly, one row at least.
    std::int64_t page() const;
    /// The scroll next to this one that shows all of a place's tile.
    double scrollShowing(std::int64_t place) const;

    static constexpr double kLeastTile = 24.0; ///< of the longer side, in points, to see all maps
    static constexpr double kScrolledTile = 40.0; ///< about, where that is not possible

private:
    TileLayout() = default;
    void scrollTo(double places);
    double rowHeight() const { return m_tile.height() + m_gap; }

    std::int64_t m_maps = 0;
    std::int64_t m_first = 0;
    std::int64_t m_count = 0;
    std::int64_t m_columns = 1;
    std::int64_t m_rows = 1;
    QRectF m_area;
    QSizeF m_tile;
    QPointF m_origin; ///< of the first place without scrolling
    double m_gap = 4.0;
    double m_scrolled = 0.0; ///< points, a whole number
    double m_most = 0.0;
};

} // namespace factorscope
