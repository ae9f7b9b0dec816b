#pragma once

#include "ui/maps/pane_rendering.h"

#include <cstddef>
#include <map>
#include <utility>

namespace factorscope {

/// Tiles of maps that scroll, drawn once each while their maps and how they look stay. One thread
/// at a time.
class TileCache {
public:
    /// The picture of a pane that scrolls, made of tiles that are there and of those that are drawn
    /// now.
    QImage rendered(const PaneToRender& pane, ThreadTeam& team, QImage spare);
    /// Draws what will be seen when it scrolls on. False when stopped before the end.
    bool renderAhead(const PaneToRender& pane, ThreadTeam& team, const std::stop_token& stop);

    /// Lets go of the tiles of maps that are on none of these panes.
    void keepOnly(const std::vector<PaneToRender>& panes);
    void clear();

    std::size_t tiles() const { return m_tiles.size(); }
    std::size_t drawn() const { return m_drawn; } ///< tiles ever
    std::size_t bytes() const { return m_bytes; }
    static constexpr std::size_t kMostBytes = std::size_t{128} << 20;

private:
    using Key = std::pair<const Tensor*, std::int64_t>; ///< a map: the channel of a tensor
    struct Entry {
        SharedTensor maps; ///< so that no other tensor takes its address
        TileToRender tile; ///< where it lies does not matter
        QRgb outside = 0;
        QImage image;
    };
    const QImage* find(const PaneToRender& pane, const TileToRender& tile) const;
    bool add(const PaneToRender& pane, const std::vector<TileToRender>& tiles, ThreadTeam& team,
             const std::stop_token& stop);

    std::map<Key, Entry> m_tiles;
    std::size_t m_bytes = 0;
    std::size_t m_drawn = 0;
};

} // namespace factorscope
