#pragma once

#include "core/image/map_rendering.h"

#include <QPointF>
#include <QRectF>
#include <QSizeF>

namespace factorscope {

/// Which part of the maps all panes show; zoom 1 fits the whole map.
struct Viewport {
    QPointF center{0.5, 0.5}; ///< as a share of the map's width and height
    double zoom = 1.0;

    static constexpr double kMostPixels = 64.0; ///< screen pixels for one of the map, at the most
    bool operator==(const Viewport&) const = default;
};

/// Where a map of `map` pixels lies in a tile of `tile` pixels: the mapping between both.
class MapMapping {
public:
    MapMapping(const Viewport& viewport, Extent map, const QSizeF& tile);

    double scale() const { return m_scale; } ///< tile pixels for one of the map
    QPointF toMap(const QPointF& inTile) const;
    QPointF toTile(const QPointF& inMap) const;
    /// Pixels (x0, y0) to (x1, y1) of the map, inclusive, as a rectangle in the tile.
    QRectF toTile(std::int64_t x0, std::int64_t y0, std::int64_t x1, std::int64_t y1) const;
    /// What the tile shows of the map at `devicePixelRatio`.
    MapView view(double devicePixelRatio) const;
    /// The whole map, or the part that the tile shows of it.
    QRectF visible() const;

private:
    QSizeF m_tile;
    Extent m_map;
    double m_scale;
    QPointF m_origin; ///< of the map in the tile
};

/// Zooms by `factor` so that the position of the map under `inTile` stays there.
Viewport zoomedAt(const Viewport& viewport, double factor, const QPointF& inTile, Extent map,
                  const QSizeF& tile);
/// Moves by `delta` tile pixels.
Viewport panned(const Viewport& viewport, const QPointF& delta, Extent map, const QSizeF& tile);

} // namespace factorscope
