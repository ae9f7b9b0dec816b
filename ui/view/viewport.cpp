#include "ui/view/viewport.h"

#include <algorithm>

namespace factorscope {
namespace {

double fittingScale(Extent map, const QSizeF& tile)
{
    const double scale = std::min(tile.width() / static_cast<double>(map.width),
                                  tile.height() / static_cast<double>(map.height));
    return std::max(scale, 1e-6);
}

/// The center that keeps the map in the tile: half a tile from each edge, or the middle of what
/// fits.
double keptInside(double center, double length, double shown)
{
    if (shown >= length)
        return 0.5;
    const double margin = shown / 2.0 / length;
    return std::clamp(center, margin, 1.0 - margin);
}

Viewport keptInside(Viewport viewport, Extent map, const QSizeF& tile)
{
    const double fitting = fittingScale(map, tile);
    const double most = std::max(1.0, Viewport::kMostPixels / fitting);
    viewport.zoom = std::clamp(viewport.zoom, 1.0, most);
    const double scale = fitting * viewport.zoom;
    viewport.center
        = {keptInside(viewport.center.x(), static_cast<double>(map.width), tile.width() / scale),
           keptInside(viewport.center.y(), static_cast<double>(map.height), tile.height() / scale)};
    return viewport;
}

} // namespace

MapMapping::MapMapping(const Viewport& viewport, Extent map, const QSizeF& tile)
    : m_tile(tile), m_map(map)
{
    const Viewport kept = keptInside(viewport, map, tile);
    m_scale = fittingScale(map, tile) * kept.zoom;
    const QPointF center(kept.center.x() * static_cast<double>(map.width),
                         kept.center.y() * static_cast<double>(map.height));
    m_origin = QPointF(tile.width() / 2.0, tile.height() / 2.0) - center * m_scale;
}

QPointF MapMapping::toMap(const QPointF& inTile) const
{
    return (inTile - m_origin) / m_scale;
}

QPointF MapMapping::toTile(const QPointF& inMap) const
{
    return inMap * m_scale + m_origin;
}

QRectF MapMapping::toTile(std::int64_t x0, std::int64_t y0, std::int64_t x1, std::int64_t y1) const
{
    const auto corner = [](std::int64_t x, std::int64_t y) {
        return QPointF(static_cast<double>(x), static_cast<double>(y));
    };
    return {toTile(corner(x0, y0)), toTile(corner(x1 + 1, y1 + 1))};
}

MapView MapMapping::view(double devicePixelRatio) const
{
    const QPointF corner = toMap({0.0, 0.0});
    return {corner.x(), corner.y(), m_scale * devicePixelRatio};
}

QRectF MapMapping::visible() const
{
    const QRectF whole(
        toTile(QPointF(0.0, 0.0)),
        toTile(QPointF(static_cast<double>(m_map.width), static_cast<double>(m_map.height))));
    return whole.intersected(QRectF({0.0, 0.0}, m_tile));
}

Viewport zoomedAt(const Viewport& viewport, double factor, const QPointF& inTile, Extent map,
                  const QSizeF& tile)
{
    const QPointF held = MapMapping(viewport, map, tile).toMap(inTile);
    Viewport zoomed = keptInside(viewport, map, tile);
    zoomed.zoom *= factor;
    zoomed = keptInside(zoomed, map, tile);
    const double scale = fittingScale(map, tile) * zoomed.zoom;
    const QPointF middle(tile.width() / 2.0, tile.height() / 2.0);
    const QPointF center = held - (inTile - middle) / scale;
    zoomed.center = {center.x() / static_cast<double>(map.width),
                     center.y() / static_cast<double>(map.height)};
    return keptInside(zoomed, map, tile);
}

Viewport panned(const Viewport& viewport, const QPointF& delta, Extent map, const QSizeF& tile)
{
    Viewport moved = keptInside(viewport, map, tile);
    const double scale = fittingScale(map, tile) * moved.zoom;
    moved.center -= QPointF(delta.x() / scale / static_cast<double>(map.width),
                            delta.y() / scale / static_cast<double>(map.height));
    return keptInside(moved, map, tile);
}

} // namespace factorscope
