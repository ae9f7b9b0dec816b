#include "core/conv/columns.h"

#include "core/conv/ceil_div.h"

#include <algorithm>

namespace factorscope {
namespace {

/// One row of the column matrix: what one kernel tap sees over the output pixels ox in [x0, x1) of
/// one row. `row` is the input row, null in the padding above and below.
void gatherRow(const ConvProblem& p, const float* row, std::int64_t kx, const OutputRegion& region,
               float* to)
{
    const std::int64_t count = region.x1 - region.x0;
    if (!row) {
        std::fill_n(to, count, 0.0F);
        return;
    }
    const std::int64_t step = p.stride.width;
    const std::int64_t first = region.x0 * step - p.padding.width + kx * p.dilation.width;
    // Pixels [left, right) of the piece read inside the row, the others read padding.
    const std::int64_t left
        = std::clamp(first < 0 ? ceilDiv(-first, step) : 0, std::int64_t{0}, count);
    const std::int64_t right = std::clamp(
        first < p.inSize.width ? ceilDiv(p.inSize.width - first, step) : 0, left, count);
    std::fill_n(to, left, 0.0F);
    if (step == 1)
        std::copy_n(row + first + left, right - left, to + left);
    else
        for (std::int64_t i = left; i < right; ++i)
            to[i] = row[first + i * step];
    std::fill_n(to + right, count - right, 0.0F);
}

} // namespace

void gatherColumns(const ConvProblem& p, const float* input, std::int64_t channels,
                   const OutputRegion& region, float* columns)
{
    const auto [height, width] = p.inSize;
    for (std::int64_t c = 0; c < channels; ++c) {
        const float* map = input + c * height * width;
        for (std::int64_t ky = 0; ky < p.kernel.height; ++ky) {
            for (std::int64_t kx = 0; kx < p.kernel.width; ++kx) {
                for (std::int64_t oy = region.y0; oy < region.y1; ++oy) {
                    const std::int64_t y
                        = oy * p.stride.height - p.padding.height + ky * p.dilation.height;
                    gatherRow(p, y >= 0 && y < height ? map + y * width : nullptr, kx, region,
                              columns);
                    columns += region.x1 - region.x0;
                }
            }
        }
    }
}

} // namespace factorscope
