#include "ui/maps/tile_cache.h"

#include <algorithm>
#include <cstring>

namespace factorscope {
namespace {

/// Draws `tile` where its target lies in the picture.
void copyTo(QImage& image, const QImage& tile, const QRect& target)
{
    const QRect seen = target.intersected(image.rect());
    const auto bytes = static_cast<std::size_t>(std::max(seen.width(), 0)) * sizeof(QRgb);
    for (int y = seen.top(); y <= seen.bottom(); ++y) {
        const auto* from = reinterpret_cast<const QRgb*>(tile.constScanLine(y - target.top()));
        auto* to = reinterpret_cast<QRgb*>(image.scanLine(y));
        std::memcpy(to + seen.left(), from + (seen.left() - target.left()), bytes);
    }
}

} // namespace

const QImage* TileCache::find(const PaneToRender& pane, const TileToRender& tile) const
{
    const auto found = m_tiles.find({pane.maps.get(), tile.channel});
    if (found == m_tiles.end())
        return nullptr;
    const Entry& entry = found->second;
    const bool looksSo = entry.outside == pane.outside && entry.image.size() == tile.target.size()
        && entry.tile.view == tile.view && entry.tile.scale == tile.scale
        && entry.tile.isColour == tile.isColour;
    return looksSo ? &entry.image : nullptr;
}

/// Those that are missing, all threads together.
bool TileCache::add(const PaneToRender& pane, const std::vector<TileToRender>& tiles,
                    ThreadTeam& team, const std::stop_token& stop)
{
    std::vector<TileToRender> missing;
    for (const TileToRender& tile : tiles) {
        if (!find(pane, tile) && !tile.target.isEmpty())
            missing.push_back(tile);
    }
    std::vector<QImage> images(missing.size());
    const bool isDone = team.forEach(
        std::ssize(missing),
        [&](std::int64_t i, int) {
            const auto index = static_cast<std::size_t>(i);
            images[index] = renderedTile(pane, missing[index]);
        },
        stop);
    for (std::size_t i = 0; i < missing.size(); ++i) {
        if (images[i].isNull())
            continue;
        Entry& entry = m_tiles[{pane.maps.get(), missing[i].channel}];
        m_bytes += static_cast<std::size_t>(images[i].sizeInBytes());
        m_bytes -= static_cast<std::size_t>(entry.image.sizeInBytes());
        entry = {pane.maps, missing[i], pane.outside, std::move(images[i])};
        ++m_drawn;
    }
    return isDone;
}

QImage TileCache::rendered(const PaneToRender& pane, ThreadTeam& team, QImage spare)
{
    if (!pane.maps || pane.pixels.isEmpty())
        return {};
    if (m_bytes > kMostBytes)
        clear(); // what is seen is soon there again
    add(pane, pane.tiles, team, {});
    QImage image = std::move(spare);
    if (image.size() != pane.pixels)
        image = QImage(pane.pixels, QImage::Format_RGB32);
    image.fill(pane.ground);
    for (const TileToRender& tile : pane.tiles) {
        if (const QImage* drawn = find(pane, tile))
            copyTo(image, *drawn, tile.target);
    }
    return image;
}

bool TileCache::renderAhead(const PaneToRender& pane, ThreadTeam& team, const std::stop_token& stop)
{
    if (!pane.maps || m_bytes > kMostBytes)
        return true;
    return add(pane, pane.ahead, team, stop);
}

void TileCache::keepOnly(const std::vector<PaneToRender>& panes)
{
    std::erase_if(m_tiles, [&](const auto& tile) {
        const bool goes = std::ranges::none_of(panes, [&](const PaneToRender& pane) {
            return pane.scrolls && pane.maps.get() == tile.first.first;
        });
        if (goes)
            m_bytes -= static_cast<std::size_t>(tile.second.image.sizeInBytes());
        return goes;
    });
}

void TileCache::clear()
{
    m_tiles.clear();
    m_bytes = 0;
}

} // namespace factorscope
