#pragma once

#include "core/image/map_rendering.h"
#include "core/parallel/thread_team.h"
#include "core/tensor/tensor.h"
#include "ui/maps/map_scale.h"

#include <QImage>
#include <QRect>

#include <vector>

namespace factorscope {

/// One map in a picture of several.
struct TileToRender {
    std::int64_t channel = 0;
    bool isColour = false; ///< channels 0 to 2 as red, green and blue
    QRect target; ///< in pixels of the picture
    MapView view;
    MapScale scale;
    bool operator==(const TileToRender&) const = default;
};

/// The picture of one pane: what is asked of a renderer.
struct PaneToRender {
    SharedTensor maps; ///< (N,C,H,W), the first image; null: nothing to see
    QSize pixels;
    QRgb ground = 0; ///< between the tiles
    QRgb outside = 0; ///< in a tile, beyond its map
    std::vector<TileToRender> tiles{};
    bool scrolls = false; ///< the same tiles come again at other places, so they are worth keeping
    std::vector<TileToRender> ahead{}; ///< that will be seen when it scrolls on
    bool operator==(const PaneToRender&) const = default;
};

/// Draws the picture of a pane, on any thread; null for an empty one.
QImage rendered(const PaneToRender& pane);
/// The same with all threads of a team, and in the memory of `spare` where that is of the size.
QImage rendered(const PaneToRender& pane, ThreadTeam& team, QImage spare = {});
/// One tile alone, as large as its target.
QImage renderedTile(const PaneToRender& pane, const TileToRender& tile);

} // namespace factorscope
