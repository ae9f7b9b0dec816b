#include "core/conv/conv_gradient.h"

#include <algorithm>
#include <array>
#include <string>

namespace factorscope {
namespace {

/// g as the convolution that is its gradient reads it: (stride − 1) zeros between its values, and
/// behind the last ones those that the stride skipped. With a padding so wide that the kernel does
/// not reach the input from the outermost values, these are left out.
struct Spread {
    Extent size; ///< of what is read
    Extent padding; ///< of that convolution
    Extent crop; ///< values of g left out on each side
};

/// A height or a width of it: size, padding and crop.
std::array<std::int64_t, 3> spreadAxis(std::int64_t in, std::int64_t kernelReach,
                                       std::int64_t padding)
{
    const std::int64_t positions = in + 2 * padding - kernelReach + 1; // at a stride of one
    const std::int64_t after = kernelReach - 1 - padding;
    const std::int64_t crop = std::max<std::int64_t>(-after, 0);
    return {positions - 2 * crop, std::max<std::int64_t>(after, 0), crop};
}

Spread spreadOf(const ConvProblem& p)
{
    const auto [height, down, above]
        = spreadAxis(p.inSize.height, reach(p.kernel.height, p.dilation.height), p.padding.height);
    const auto [width, across, beside]
        = spreadAxis(p.inSize.width, reach(p.kernel.width, p.dilation.width), p.padding.width);
    return {{height, width}, {down, across}, {above, beside}};
}

/// One map of g into one of what is read.
void spreadMap(const float* from, Extent out, Extent stride, const Spread& spread, float* to)
{
    std::fill_n(to, spread.size.height * spread.size.width, 0.0F);
    for (std::int64_t y = 0; y < out.height; ++y) {
        const std::int64_t ty = y * stride.height - spread.crop.height;
        if (ty < 0 || ty >= spread.size.height)
            continue;
        for (std::int64_t x = 0; x < out.width; ++x) {
            const std::int64_t tx = x * stride.width - spread.crop.width;
            if (tx >= 0 && tx < spread.size.width)
                to[ty * spread.size.width + tx] = from[y * out.width + x];
        }
    }
}

Result<Tensor> spreadGradient(const ConvProblem& p, const Tensor& gradient, const Spread& spread,
                              const ComputeContext& context)
{
    const Extent out = p.outSize();
    Tensor wide = Tensor::uninitialized(
        {p.batch, p.outChannels, spread.size.height, spread.size.width}, context.pool);
    float* to = wide.data();
    const auto map = [&](std::int64_t item, int) {
        spreadMap(gradient.data() + item * out.height * out.width, out, p.stride, spread,
                  to + item * spread.size.height * spread.size.width);
    };
    if (!context.team.forEach(p.batch * p.outChannels, map, context.stop))
        return cancelled();
    return wide;
}

} // namespace

Tensor turnedKernels(const Tensor& weights, std::int64_t groups)
{
    const Shape& shape = weights.shape();
    const std::int64_t outs = shape[0] / groups;
    const std::int64_t ins = shape[1];
    const std::int64_t taps = shape[2] * shape[3];
    Tensor turned = Tensor::uninitialized({groups * ins, outs, shape[2], shape[3]});
    float* to = turned.data();
    for (std::int64_t group = 0; group < groups; ++group) {
        for (std::int64_t c = 0; c < ins; ++c) {
            for (std::int64_t o = 0; o < outs; ++o, to += taps) {
                const float* from = weights.data() + ((group * outs + o) * ins + c) * taps;
                std::reverse_copy(from, from + taps, to);
            }
        }
    }
    return turned;
}

Result<Tensor> inputGradient(std::string_view algorithm, const ConvProblem& problem,
                             const Tensor& outputGradient, const Tensor& weights,
                             const ComputeContext& context)
{
    EXPECTS(outputGradient.shape() == problem.outShape());
    EXPECTS(weights.shape() == problem.weightShape());
    const Spread spread = spreadOf(problem);
    const ConvProblem gradient{.batch = problem.batch,
                               .inChannels = problem.outChannels,
                               .inSize = spread.size,
                               .outChannels = problem.inChannels,
                               .kernel = problem.kernel,
                               .padding = spread.padding,
                               .dilation = problem.dilation,
                               .groups = problem.groups};
    const SharedTensor turned = weights.derived("turned " + std::to_string(problem.groups), [&] {
        return std::optional(turnedKernels(weights, problem.groups));
    });
    if (spread.size.height <= 0 || spread.size.width <= 0) // it sees nothing but padding
        return Tensor::zeros(problem.inShape());
    ASSIGN_OR_RETURN(const ConvEngine* engine, engineOrAuto(algorithm, gradient));
    if (spread.size == problem.outSize())
        return convolve(*engine, gradient, outputGradient, {.weights = *turned}, context);
    ASSIGN_OR_RETURN(const Tensor wide, spreadGradient(problem, outputGradient, spread, context));
    return convolve(*engine, gradient, wide, {.weights = *turned}, context);
}

Result<Tensor> biasGradient(const Tensor& outputGradient, const ComputeContext& context)
{
    const Shape& shape = outputGradient.shape();
    const std::int64_t plane = shape[2] * shape[3];
    Tensor sums = Tensor::uninitialized({shape[1]});
    float* to = sums.data();
    const auto channel = [&](std::int64_t c, int) {
        double sum = 0.0;
        for (std::int64_t n = 0; n < shape[0]; ++n) {
            const float* map = outputGradient.data() + (n * shape[1] + c) * plane;
            for (std::int64_t i = 0; i < plane; ++i)
                sum += double{map[i]};
        }
        to[c] = static_cast<float>(sum);
    };
    if (!context.team.forEach(shape[1], channel, context.stop))
        return cancelled();
    return sums;
}

} // namespace factorscope
