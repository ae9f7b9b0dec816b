#include "ui/maps/map_renderer.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace factorscope {
void MapRenderer::request(std::vector<PaneToRender> panes, Present present)
{
    m_forgets = false;
    Job job{std::move(panes), {}, {}, std::move(present)};
    if (m_isBusy)
        m_waiting = std::move(job);
    else
        start(std::move(job));
}

void MapRenderer::forget()
{
    m_done = {};
    m_spares.clear();
    m_waiting.reset();
    m_forgets = true;
    if (!m_isBusy)
        m_lane.submit([this](const std::stop_token&) { m_tiles.clear(); });
}

void MapRenderer::start(Job job)
{
    m_isBusy = true;
    for (const PaneToRender& pane : job.panes) {
        const auto before = std::ranges::find(m_done.panes, pane);
        const bool isDrawn = before != m_done.panes.end();
        job.images.push_back(
            isDrawn ? m_done.images[static_cast<std::size_t>(before - m_done.panes.begin())]
                    : QImage());
        job.spares.push_back(isDrawn ? QImage() : takeSpare(pane.pixels));
    }
    m_lane.submit([this, job = std::move(job)](const std::stop_token& stop) mutable {
        m_tiles.keepOnly(job.panes);
        for (std::size_t i = 0; i < job.panes.size(); ++i) {
            if (stop.stop_requested())
                return;
            if (!job.images[i].isNull())
                continue;
            const PaneToRender& pane = job.panes[i];
            job.images[i] = pane.scrolls ? m_tiles.rendered(pane, m_team, std::move(job.spares[i]))
                                         : rendered(pane, m_team, std::move(job.spares[i]));
        }
        QMetaObject::invokeMethod(
            this, [this, job = std::move(job)]() mutable { deliver(std::move(job)); },
            Qt::QueuedConnection);
    });
}

/// An earlier picture of the size that nobody else holds, or null.
QImage MapRenderer::takeSpare(QSize size)
{
    const auto spare = std::ranges::find_if(m_spares, [size](const QImage& image) {
        return image.size() == size && image.isDetached();
    });
    if (spare == m_spares.end())
        return {};
    QImage taken = std::move(*spare);
    m_spares.erase(spare);
    return taken;
}

/// Keeps those that are not shown on. While the newest is drawn, the one before may be shown and
/// the one before that is free: so two of each pane are enough.
void MapRenderer::keepAsSpares(const std::vector<QImage>& images)
{
    const auto isOf = [](const QImage& image) {
        return [&image](const QImage& other) { return other.cacheKey() == image.cacheKey(); };
    };
    for (const QImage& image : images) {
        if (!image.isNull() && std::ranges::none_of(m_done.images, isOf(image)))
            m_spares.push_back(image);
    }
    std::erase_if(m_spares, [this](const QImage& spare) {
        return std::ranges::find(m_done.panes, spare.size(), &PaneToRender::pixels)
            == m_done.panes.end();
    });
    const auto excess = std::ssize(m_spares) - 2 * std::ssize(m_done.panes);
    m_spares.erase(m_spares.begin(), m_spares.begin() + std::max<std::ptrdiff_t>(excess, 0));
}

void MapRenderer::deliver(Job done)
{
    m_isBusy = false;
    const Present present = std::move(done.present); // may let go of what is done
    const std::vector<QImage> images = done.images;
    keepAsSpares(std::exchange(m_done, m_forgets ? Job{} : std::move(done)).images);
    if (m_waiting) {
        Job next = *std::move(m_waiting);
        m_waiting.reset();
        start(std::move(next));
    } else if (m_forgets) {
        m_lane.submit([this](const std::stop_token&) { m_tiles.clear(); });
    } else {
        renderAhead();
    }
    present(images);
}

/// Until the next request comes, which stops it.
void MapRenderer::renderAhead()
{
    std::vector<PaneToRender> panes;
    std::ranges::copy_if(m_done.panes, std::back_inserter(panes), &PaneToRender::scrolls);
    if (panes.empty())
        return;
    m_lane.submit([this, panes = std::move(panes)](const std::stop_token& stop) {
        for (const PaneToRender& pane : panes) {
            if (!m_tiles.renderAhead(pane, m_team, stop))
                return;
        }
    });
}

} // namespace factorscope
