#include "ui/maps/map_renderer.h"

#include <algorithm>

namespace factorscope {
namespace {

void draw(const TileToRender& tile, const PaneToRender& pane, QImage& image)
{
    const QRect target = tile.target.intersected(image.rect());
    if (target != tile.target || target.isEmpty())
        return;
    const std::int64_t stride = image.bytesPerLine() / std::int64_t{sizeof(QRgb)};
    auto* pixels = reinterpret_cast<std::uint32_t*>(image.bits());
    const PixelTarget out{
        pixels + target.y() * stride + target.x(), stride, {target.height(), target.width()}};
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

} // namespace

QImage rendered(const PaneToRender& pane)
{
    if (!pane.maps || pane.pixels.isEmpty())
        return {};
    QImage image(pane.pixels, QImage::Format_RGB32);
    image.fill(pane.ground);
    for (const TileToRender& tile : pane.tiles)
        draw(tile, pane, image);
    return image;
}

void MapRenderer::request(std::vector<PaneToRender> panes, Present present)
{
    m_forgets = false;
    Job job{std::move(panes), {}, std::move(present)};
    if (m_isBusy)
        m_waiting = std::move(job);
    else
        start(std::move(job));
}

void MapRenderer::forget()
{
    m_done = {};
    m_waiting.reset();
    m_forgets = true;
}

void MapRenderer::start(Job job)
{
    m_isBusy = true;
    for (const PaneToRender& pane : job.panes) {
        const auto before = std::ranges::find(m_done.panes, pane);
        job.images.push_back(
            before == m_done.panes.end()
                ? QImage()
                : m_done.images[static_cast<std::size_t>(before - m_done.panes.begin())]);
    }
    m_lane.submit([this, job = std::move(job)](const std::stop_token& stop) mutable {
        for (std::size_t i = 0; i < job.panes.size(); ++i) {
            if (stop.stop_requested())
                return;
            if (job.images[i].isNull())
                job.images[i] = rendered(job.panes[i]);
        }
        QMetaObject::invokeMethod(
            this, [this, job = std::move(job)]() mutable { deliver(std::move(job)); },
            Qt::QueuedConnection);
    });
}

void MapRenderer::deliver(Job done)
{
    m_isBusy = false;
    const Present present = std::move(done.present); // may let go of what is done
    const std::vector<QImage> images = done.images;
    m_done = m_forgets ? Job{} : std::move(done);
    if (m_waiting) {
        Job next = *std::move(m_waiting);
        m_waiting.reset();
        start(std::move(next));
    }
    present(images);
}

} // namespace factorscope
