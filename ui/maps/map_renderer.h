#pragma once

#include "core/parallel/lane.h"
#include "core/parallel/thread_team.h"
#include "ui/maps/pane_rendering.h"
#include "ui/maps/tile_cache.h"

#include <QImage>
#include <QObject>

#include <functional>
#include <optional>
#include <vector>

namespace factorscope {

/// Draws pictures of panes on threads of its own. A request that comes while another is drawn
/// waits until it is done, and replaces the one that waits: so there is progress while requests
/// keep coming. A pane that is asked for again is not drawn again. The memory of earlier pictures
/// is used again once nobody shows them: that of new ones takes as long to get as drawing does.
/// Of panes that scroll each tile is drawn once, and those ahead while nothing else is asked for.
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
    void renderAhead();

    bool m_isBusy = false;
    bool m_forgets = false; ///< what is being drawn
    std::optional<Job> m_waiting;
    Job m_done; ///< the latest
    std::vector<QImage> m_spares; ///< of those before, which may be shown still
    ThreadTeam m_team{0}; ///< of the lane's thread
    TileCache m_tiles; ///< likewise
    Lane m_lane; ///< last: its thread ends before what it uses
};

} // namespace factorscope
