#include "core/conv/conv_problem.h"

#include <limits>

namespace factorscope {
namespace {

std::int64_t outLength(std::int64_t in, std::int64_t kernel, std::int64_t padding,
                       std::int64_t stride, std::int64_t dilation)
{
    return (in + 2 * padding - reach(kernel, dilation)) / stride + 1;
}

} // namespace

std::int64_t reach(std::int64_t kernel, std::int64_t dilation)
{
    return (kernel - 1) * dilation + 1;
}

Extent ConvProblem::outSize() const
{
    return {outLength(inSize.height, kernel.height, padding.height, stride.height, dilation.height),
            outLength(inSize.width, kernel.width, padding.width, stride.width, dilation.width)};
}

std::int64_t ConvProblem::patchElements() const
{
    return inChannelsPerGroup() * kernel.height * kernel.width;
}

std::int64_t ConvProblem::macs() const
{
    const Extent out = outSize();
    std::int64_t product = 1;
    for (const std::int64_t factor : {batch, outChannels, out.height, out.width, patchElements()})
        if (__builtin_mul_overflow(product, factor, &product))
            return std::numeric_limits<std::int64_t>::max();
    return product;
}

Shape ConvProblem::inShape() const
{
    return {batch, inChannels, inSize.height, inSize.width};
}

Shape ConvProblem::weightShape() const
{
    return {outChannels, inChannelsPerGroup(), kernel.height, kernel.width};
}

Shape ConvProblem::outShape() const
{
    const Extent out = outSize();
    return {batch, outChannels, out.height, out.width};
}

} // namespace factorscope
