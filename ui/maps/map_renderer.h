#pragma once

#include "core/image/map_rendering.h"
#include "core/parallel/lane.h"
#include "core/parallel/thread_team.h"
#include "core/tensor/tensor.h"
#include "ui/maps/map_scale.h"

#include <QImage>
#include <QObject>
#include <QRect>

#include <functional>
#include <optional>
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
    std::vector<TileToRender> tiles;
    bool operator==(const PaneToRender&) const = default;
};

/// Draws the picture of a pane, on any thread; null for an empty one.
QImage rendered(const PaneToRender& pane);
/// The same with all threads of a team, and in the memory of `spare` where that is of the size.
QImage rendered(const PaneToRender& pane, ThreadTeam& team, QImage spare = {});

/// Draws pictures of panes on threads of its own. A request that comes while another is drawn
/// waits until it is done, and replaces the one that waits: so there is progress while requests
/// keep coming. A pane that is asked for again is not drawn again. The memory of earlier pictures
/// is used again once nobody shows them: that of new ones takes as long to get as drawing does.
class MapRenderer : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// What is done with the pictures, in the order of the panes; on the GUI thread.
    using Present = std::function<void(const std::vector<QImage>& images)>;

    void request(std::vector<PaneToRender> panes, Present present);

    bool isBusy() const { return m_isBusy; }
    /// Lets go of the maps and the pictures that were drawn last.
    void forget();

private:
    struct Job {
        std::vector<PaneToRender> panes;
        std::vector<QImage> images;
        std::vector<QImage> spares; ///< to draw in, for the images that are still null
        Present present;
    };
    void start(Job job);
    QImage takeSpare(QSize size);
    void keepAsSpares(const std::vector<QImage>& images);
    void deliver(Job done);

    bool m_isBusy = false;
    bool m_forgets = false; ///< what is being drawn
    std::optional<Job> m_waiting;
    Job m_done; ///< the latest
    std::vector<QImage> m_spares; ///< of those before, which may be shown still
    ThreadTeam m_team{0}; ///< of the lane's thread
    Lane m_lane; ///< last: its thread ends before what it uses
};

} // namespace factorscope
