#include "ui/maps/map_renderer.h"

#include <algorithm>
#include <utility>

namespace factorscope {
namespace {

constexpr int kBandHeight = 64; // pixels

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
    const PixelTarget target{reinterpret_cast<std::uint32_t*>(image.bits()),
                             image.bytesPerLine() / std::int64_t{sizeof(QRgb)},
                             {image.height(), image.width()}};
    team.forEach((image.height() + kBandHeight - 1) / kBandHeight, [&](std::int64_t i, int) {
        const QRect band(0, static_cast<int>(i) * kBandHeight, image.width(), kBandHeight);
        drawBand(pane, band.intersected(image.rect()), target);
    });
    return image;
}

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
        for (std::size_t i = 0; i < job.panes.size(); ++i) {
            if (stop.stop_requested())
                return;
            if (job.images[i].isNull())
                job.images[i] = rendered(job.panes[i], m_team, std::move(job.spares[i]));
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
    }
    present(images);
}

} // namespace factorscope
