#include "core/receptive/pixel_box.h"

#include <algorithm>

namespace factorscope {

PixelBox joined(const PixelBox& a, const PixelBox& b)
{
    if (a.isEmpty() || b.isEmpty())
        return a.isEmpty() ? b : a;
    return {std::min(a.y0, b.y0), std::min(a.x0, b.x0), std::max(a.y1, b.y1), std::max(a.x1, b.x1)};
}

PixelBox clippedTo(const PixelBox& box, Extent size)
{
    const PixelBox cut{std::max<std::int64_t>(box.y0, 0), std::max<std::int64_t>(box.x0, 0),
                       std::min(box.y1, size.height - 1), std::min(box.x1, size.width - 1)};
    return cut.isEmpty() ? PixelBox{0, 0, -1, -1} : cut;
}

PixelBox seenThrough(const Window& window, const PixelBox& box)
{
    return {box.y0 * window.stride.height - window.padding.height,
            box.x0 * window.stride.width - window.padding.width,
            box.y1 * window.stride.height - window.padding.height
                + (window.kernel.height - 1) * window.dilation.height,
            box.x1 * window.stride.width - window.padding.width
                + (window.kernel.width - 1) * window.dilation.width};
}

} // namespace factorscope
