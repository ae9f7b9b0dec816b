#include "core/image/resize.h"

#include "core/tensor/memory.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace factorscope {
namespace {

/// The source pixels, and how much of each, that make one pixel along one axis.
struct Taps {
    std::int64_t first = 0;
    std::vector<double> weights;

    std::int64_t end() const { return first + static_cast<std::int64_t>(weights.size()); }
};

/// One axis of the picture: `from` pixels, of which the middle ones become `to`.
struct Axis {
    std::int64_t from;
    std::int64_t to;
};

/// The triangle about the middle of pixel `i`; as wide as the pixel when it shrinks. Pixels
/// outside the picture do not count.
Taps tapsOf(std::int64_t i, const Axis& axis, double scale)
{
    double cut = (static_cast<double>(axis.from) - static_cast<double>(axis.to) / scale) / 2.0;
    if (scale == 1.0)
        cut = std::floor(cut); // nothing is scaled, so cut between pixels and not through them
    const double middle = (static_cast<double>(i) + 0.5) / scale + cut - 0.5;
    const double reach = std::max(1.0, 1.0 / scale);
    const auto last = static_cast<double>(axis.from - 1);
    const double lower = std::clamp(std::floor(middle - reach) + 1.0, 0.0, last);
    const double upper = std::clamp(std::ceil(middle + reach) - 1.0, lower, last);

    Taps taps;
    taps.first = static_cast<std::int64_t>(lower);
    double sum = 0.0;
    for (double pixel = lower; pixel <= upper; pixel += 1.0) {
        taps.weights.push_back(std::max(0.0, 1.0 - std::abs(pixel - middle) / reach));
        sum += taps.weights.back();
    }
    for (double& weight : taps.weights)
        weight /= sum;
    return taps;
}

std::vector<Taps> allTaps(const Axis& axis, double scale)
{
    std::vector<Taps> taps;
    taps.reserve(static_cast<std::size_t>(axis.to));
    for (std::int64_t i = 0; i < axis.to; ++i)
        taps.push_back(tapsOf(i, axis, scale));
    return taps;
}

/// One output row of one channel, `in` (H,W): down the columns into `sums`, then along the row.
void writeRow(const float* in, std::int64_t inWidth, const Taps& rows,
              const std::vector<Taps>& columns, std::vector<double>& sums, float* out)
{
    const std::int64_t left = columns.front().first;
    const std::int64_t right = columns.back().end();
    std::fill(sums.begin(), sums.end(), 0.0);
    for (std::size_t k = 0; k < rows.weights.size(); ++k) {
        const float* row = in + (rows.first + static_cast<std::int64_t>(k)) * inWidth;
        const double weight = rows.weights[k];
        for (std::int64_t x = left; x < right; ++x)
            sums[static_cast<std::size_t>(x)] += weight * double{row[x]};
    }
    for (const Taps& taps : columns) {
        double sum = 0.0;
        for (std::size_t k = 0; k < taps.weights.size(); ++k)
            sum += taps.weights[k] * sums[static_cast<std::size_t>(taps.first) + k];
        *out++ = static_cast<float>(sum);
    }
}

Result<Tensor> scaledToCover(const Tensor& rgb, Extent size, const std::stop_token& stop)
{
    const Axis vertical{rgb.shape()[1], size.height};
    const Axis horizontal{rgb.shape()[2], size.width};
    const double scale
        = std::max(static_cast<double>(vertical.to) / static_cast<double>(vertical.from),
                   static_cast<double>(horizontal.to) / static_cast<double>(horizontal.from));
    const std::vector<Taps> rows = allTaps(vertical, scale);
    const std::vector<Taps> columns = allTaps(horizontal, scale);
    std::vector<double> sums(static_cast<std::size_t>(horizontal.from));

    Tensor out = Tensor::uninitialized({3, size.height, size.width});
    float* row = out.data();
    for (std::int64_t channel = 0; channel < 3; ++channel) {
        const float* in = rgb.data() + channel * vertical.from * horizontal.from;
        for (const Taps& taps : rows) {
            if (stop.stop_requested())
                return cancelled();
            writeRow(in, horizontal.from, taps, columns, sums, row);
            row += size.width;
        }
    }
    return out;
}

} // namespace

Result<Picture> resized(const Picture& picture, Extent size, const std::stop_token& stop)
{
    EXPECTS(size.height >= 1 && size.width >= 1);
    EXPECTS(picture.size().height >= 1 && picture.size().width >= 1);
    if (stop.stop_requested())
        return cancelled();
    const std::int64_t sizes[] = {3, size.height, size.width};
    const auto shape = Shape::checked(sizes);
    const std::int64_t needBytes = shape ? shape->elements() * std::int64_t{sizeof(float)}
                                         : std::numeric_limits<std::int64_t>::max();
    RETURN_IF_ERROR(
        requireMemory(needBytes, availableMemoryBytes(), QT_TRANSLATE_NOOP("core", "the size")));
    if (size == picture.size())
        return Picture{picture.rgb.clone(), picture.name, picture.bitsPerChannel, picture.notes};
    ASSIGN_OR_RETURN(Tensor rgb, scaledToCover(picture.rgb, size, stop));
    return Picture{std::move(rgb), picture.name, picture.bitsPerChannel, picture.notes};
}

} // namespace factorscope
