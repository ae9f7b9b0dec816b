#include "core/collapse/affine_map.h"

#include "core/tensor/memory.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <optional>

namespace factorscope {
namespace {

constexpr const char* kWhatToLower
    = QT_TRANSLATE_NOOP("core", "the channels, the kernels or the strides");

/// a·b + c; nothing when it overflows.
std::optional<std::int64_t> productPlus(std::int64_t a, std::int64_t b, std::int64_t c)
{
    std::int64_t result = 0;
    if (__builtin_mul_overflow(a, b, &result) || __builtin_add_overflow(result, c, &result))
        return {};
    return result;
}

Result<Extent> extentOrMemory(std::optional<std::int64_t> height, std::optional<std::int64_t> width,
                              const ComputeContext& context)
{
    if (height && width)
        return Extent{*height, *width};
    return requireMemory(
               std::numeric_limits<std::int64_t>::max(),
               std::min(context.memoryLimitBytes, std::numeric_limits<std::int64_t>::max() - 1),
               kWhatToLower)
        .error();
}

/// Of zeros, when `map` has room beside `heldBytes` that are taken already, and for its numbers in
/// float32 as well.
Result<AffineMap> allocated(AffineMap map, std::int64_t heldBytes, const ComputeContext& context)
{
    constexpr std::int64_t kBytesOfWeight = sizeof(double) + sizeof(float);
    const std::array sizes{map.outChannels, map.inChannels, map.kernel.height, map.kernel.width};
    const auto shape = Shape::checked(sizes);
    const auto bytes
        = shape ? productPlus(shape->elements(), kBytesOfWeight, heldBytes) : std::nullopt;
    if (!bytes)
        return extentOrMemory({}, {}, context).error();
    RETURN_IF_ERROR(requireMemory(*bytes, context.memoryLimitBytes, kWhatToLower));
    map.weights.resize(static_cast<std::size_t>(shape->elements()));
    map.bias.resize(static_cast<std::size_t>(map.outChannels));
    return map;
}

std::int64_t bytesOf(const AffineMap& map)
{
    return static_cast<std::int64_t>(map.weights.size() * sizeof(double));
}

/// The step's kernel spread over the map before it.
Extent spreadOf(const AffineMap& first, const Conv2d& conv)
{
    return {conv.dilation.height * first.stride.height, conv.dilation.width * first.stride.width};
}

/// to[ky·toWidth + kx] += weight · from[ky·width + kx]
void addScaled(const double* from, Extent size, double weight, double* to, std::int64_t toWidth)
{
    for (std::int64_t ky = 0; ky < size.height; ++ky)
        for (std::int64_t kx = 0; kx < size.width; ++kx)
            to[ky * toWidth + kx] += weight * from[ky * size.width + kx];
}

/// The kernels of one output channel. False when stopped: they are unfinished then.
bool composeChannel(const AffineMap& first, const AffineStep& step, std::int64_t oc, AffineMap& sum,
                    const ComputeContext& context)
{
    const Conv2d& conv = step.conv;
    const std::int64_t perGroup = first.outChannels / conv.groups;
    const std::int64_t firstMid = oc / (conv.outChannels / conv.groups) * perGroup;
    const Extent spread = spreadOf(first, conv);
    const std::int64_t taps = conv.kernel.height * conv.kernel.width;
    double* out = sum.weights.data() + oc * sum.inChannels * sum.kernelElements();
    double bias = step.bias.empty() ? 0.0 : step.bias[static_cast<std::size_t>(oc)];
    for (std::int64_t mid = 0; mid < perGroup; ++mid) {
        const double* kernels
            = first.weights.data() + (firstMid + mid) * first.inChannels * first.kernelElements();
        const double* weights = step.weights.data() + (oc * perGroup + mid) * taps;
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            if (context.stop.stop_requested())
                return false;
            const std::int64_t y = tap / conv.kernel.width * spread.height;
            const std::int64_t x = tap % conv.kernel.width * spread.width;
            for (std::int64_t c = 0; c < first.inChannels; ++c)
                addScaled(kernels + c * first.kernelElements(), first.kernel, weights[tap],
                          out + c * sum.kernelElements() + y * sum.kernel.width + x,
                          sum.kernel.width);
            bias += weights[tap] * first.bias[static_cast<std::size_t>(firstMid + mid)];
        }
        context.advance(taps * first.inChannels * first.kernelElements());
    }
    sum.bias[static_cast<std::size_t>(oc)] = bias;
    return true;
}

} // namespace

Result<AffineMap> identityMap(std::int64_t channels, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(AffineMap map,
                     allocated({.inChannels = channels, .outChannels = channels}, 0, context));
    for (std::int64_t c = 0; c < channels; ++c)
        map.weights[static_cast<std::size_t>(c * channels + c)] = 1.0;
    return map;
}

Result<AffineMap> denseMap(std::int64_t channels, const AffineStep& step,
                           const ComputeContext& context)
{
    const Conv2d& conv = step.conv;
    ASSIGN_OR_RETURN(const Extent kernel,
                     extentOrMemory(productPlus(conv.kernel.height - 1, conv.dilation.height, 1),
                                    productPlus(conv.kernel.width - 1, conv.dilation.width, 1),
                                    context));
    ASSIGN_OR_RETURN(AffineMap map,
                     allocated({.inChannels = channels,
                                .outChannels = conv.outChannels,
                                .kernel = kernel,
                                .stride = conv.stride,
                                .padding = conv.padding},
                               0, context));
    const double* weight = step.weights.data();
    for (std::int64_t oc = 0; oc < conv.outChannels; ++oc) {
        if (context.stop.stop_requested())
            return cancelled();
        const std::int64_t perGroup = channels / conv.groups;
        const std::int64_t firstIn = oc / (conv.outChannels / conv.groups) * perGroup;
        double* out = map.weights.data() + (oc * channels + firstIn) * map.kernelElements();
        for (std::int64_t c = 0; c < perGroup; ++c, out += map.kernelElements())
            for (std::int64_t ky = 0; ky < conv.kernel.height; ++ky)
                for (std::int64_t kx = 0; kx < conv.kernel.width; ++kx)
                    out[ky * conv.dilation.height * kernel.width + kx * conv.dilation.width]
                        = *weight++;
    }
    std::ranges::copy(step.bias, map.bias.begin());
    return map;
}

Result<AffineMap> composed(const AffineMap& first, const AffineStep& step,
                           const ComputeContext& context)
{
    const Conv2d& conv = step.conv;
    EXPECTS(first.outChannels % conv.groups == 0 && conv.outChannels % conv.groups == 0);
    const auto along = [&](auto side) -> std::array<std::optional<std::int64_t>, 3> {
        const auto spread = productPlus(conv.dilation.*side, first.stride.*side, 0);
        return {spread ? productPlus(conv.kernel.*side - 1, *spread, first.kernel.*side) : spread,
                productPlus(first.stride.*side, conv.stride.*side, 0),
                productPlus(conv.padding.*side, first.stride.*side, first.padding.*side)};
    };
    const auto [height, strideY, paddingY] = along(&Extent::height);
    const auto [width, strideX, paddingX] = along(&Extent::width);
    ASSIGN_OR_RETURN(const Extent kernel, extentOrMemory(height, width, context));
    ASSIGN_OR_RETURN(const Extent stride, extentOrMemory(strideY, strideX, context));
    ASSIGN_OR_RETURN(const Extent padding, extentOrMemory(paddingY, paddingX, context));
    ASSIGN_OR_RETURN(AffineMap sum,
                     allocated({.inChannels = first.inChannels,
                                .outChannels = conv.outChannels,
                                .kernel = kernel,
                                .stride = stride,
                                .padding = padding},
                               bytesOf(first), context));
    if (context.progress)
        context.progress->total.fetch_add(static_cast<std::int64_t>(step.weights.size())
                                          * first.inChannels * first.kernelElements());
    std::atomic<bool> whole = true;
    const auto channel = [&](std::int64_t oc, int) {
        if (!composeChannel(first, step, oc, sum, context))
            whole = false;
    };
    if (!context.team.forEach(conv.outChannels, channel, context.stop) || !whole)
        return cancelled();
    return sum;
}

AffineStep asStep(const AffineMap& map)
{
    return {{.outChannels = map.outChannels,
             .kernel = map.kernel,
             .padding = map.padding,
             .stride = map.stride},
            map.weights,
            map.bias};
}

} // namespace factorscope
