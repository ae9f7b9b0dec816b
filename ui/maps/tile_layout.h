#pragma once

#include "core/tensor/shape.h"

#include <QPointF>
#include <QRectF>

#include <cstdint>
#include <optional>

namespace factorscope {

/// How the maps of one stage lie in a pane: rows of tiles in the maps' own proportions, as large as
/// they fit. Where there are more than can be told apart the tiles are one page of several.
class TileLayout {
public:
    /// `channel` is on the page that is shown.
    TileLayout(std::int64_t channels, Extent map, const QRectF& area, std::int64_t channel);
    /// One tile, for one map.
    static TileLayout alone(Extent map, const QRectF& area, std::int64_t channel);

    std::int64_t first() const { return m_first; } ///< channel of the first tile
    std::int64_t count() const { return m_count; } ///< tiles
    QSizeF tileSize() const { return m_tile; }
    double bottom() const; ///< of the last row of a full page
    QRectF tile(std::int64_t channel) const;
    bool shows(std::int64_t channel) const
    {
        return channel >= m_first && channel < m_first + m_count;
    }
    std::optional<std::int64_t> channelAt(const QPointF& position) const;

    static constexpr double kLeastTile = 16.0; ///< of the longer side, in points

private:
    TileLayout() = default;

    std::int64_t m_first = 0;
    std::int64_t m_count = 0;
    std::int64_t m_columns = 1;
    std::int64_t m_rows = 1;
    QSizeF m_tile;
    QPointF m_origin;
    double m_gap = 4.0;
};

} // namespace factorscope
