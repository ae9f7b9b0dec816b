#include "ui/maps/pane_rendering.h"

#include <algorithm>
#include <utility>

namespace factorscope {
namespace {

constexpr int kBandHeight = 64; // pixels

PixelTarget targetOf(QImage& image)
{
    return {reinterpret_cast<std::uint32_t*>(image.bits()),
            image.bytesPerLine() / std::int64_t{sizeof(QRgb)},
            {image.height(), image.width()}};
}

/// Draws what lies in `part` of the picture.
void draw(const TileToRender& tile, const PaneToRender& pane, const QRect& part,
          const PixelTarget& image)
{
    const QRect target = tile.target.intersected(part);
    if (target.isEmpty())
        return;
    const QPoint origin = target.topLeft() - tile.target.topLeft();
    const PixelTarget out{image.pixels + target.y() * image.stride + target.x(),
                          image.stride,
                          {target.height(), target.width()},
                          {origin.y(), origin.x()}};
    const Shape& shape = pane.maps->shape();
    const Extent size{shape[2], shape[3]};
    const auto plane = static_cast<std::size_t>(size.height * size.width);
    const auto values = pane.maps->values();
    if (tile.isColour)
        renderRgb(values.first(3 * plane), size, tile.view, pane.outside, out);
    else
        renderMap(values.subspan(static_cast<std::size_t>(tile.channel) * plane, plane), size,
                  tile.view, *tile.scale.colours, tile.scale.range, pane.outside, out);
}

void drawBand(const PaneToRender& pane, const QRect& band, const PixelTarget& image)
{
    for (int y = band.top(); y <= band.bottom(); ++y)
        std::fill_n(image.pixels + y * image.stride, band.width(), pane.ground);
    for (const TileToRender& tile : pane.tiles)
        draw(tile, pane, band, image);
}

} // namespace

QImage rendered(const PaneToRender& pane)
{
    ThreadTeam team(1);
    return rendered(pane, team);
}

QImage rendered(const PaneToRender& pane, ThreadTeam& team, QImage spare)
{
    if (!pane.maps || pane.pixels.isEmpty())
        return {};
    QImage image = std::move(spare);
    if (image.size() != pane.pixels)
        image = QImage(pane.pixels, QImage::Format_RGB32);
    const PixelTarget target = targetOf(image);
    team.forEach((image.height() + kBandHeight - 1) / kBandHeight, [&](std::int64_t i, int) {
        const QRect band(0, static_cast<int>(i) * kBandHeight, image.width(), kBandHeight);
        drawBand(pane, band.intersected(image.rect()), target);
    });
    return image;
}

QImage renderedTile(const PaneToRender& pane, const TileToRender& tile)
{
    QImage image(tile.target.size(), QImage::Format_RGB32);
    if (image.isNull())
        return image;
    TileToRender alone = tile;
    alone.target.moveTopLeft({0, 0});
    draw(alone, pane, image.rect(), targetOf(image));
    return image;
}

} // namespace factorscope
