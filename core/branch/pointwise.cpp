#include "core/branch/pointwise.h"

#include "core/conv/activation.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

// Pieces of this size are handed to the threads: large enough to pay, small enough to stop within.
constexpr std::int64_t kPiece = std::int64_t{64} << 10;

/// Calls body(begin, end) over [0, count) in pieces.
template <typename Body>
bool forPieces(std::int64_t count, const ComputeContext& context, const Body& body)
{
    const auto piece = [&](std::int64_t item, int) {
        body(item * kPiece, std::min(count, (item + 1) * kPiece));
    };
    return context.team.forEach((count + kPiece - 1) / kPiece, piece, context.stop);
}

ChannelMoments momentsOf(const Tensor& in, std::int64_t channel)
{
    const Shape& shape = in.shape();
    const std::int64_t plane = shape[2] * shape[3];
    const auto sumOver = [&](const auto& term) {
        double sum = 0.0;
        for (std::int64_t n = 0; n < shape[0]; ++n) {
            const float* map = in.data() + (n * shape[1] + channel) * plane;
            for (std::int64_t i = 0; i < plane; ++i)
                sum += term(double{map[i]});
        }
        return sum / static_cast<double>(shape[0] * plane);
    };
    const double mean = sumOver([](double x) { return x; });
    return {mean, sumOver([&](double x) { return (x - mean) * (x - mean); })};
}

} // namespace

bool leakyRelu(const Tensor& in, float slope, Tensor& out, const ComputeContext& context)
{
    const float* from = in.data();
    float* to = out.data();
    return forPieces(in.elements(), context, [=](std::int64_t begin, std::int64_t end) {
        activate(from + begin, to + begin, end - begin, slope);
    });
}

bool add(const Tensor& a, const Tensor& b, Tensor& out, const ComputeContext& context)
{
    const float* left = a.data();
    const float* right = b.data();
    float* to = out.data();
    return forPieces(a.elements(), context, [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i)
            to[i] = left[i] + right[i];
    });
}

std::vector<ChannelMoments> batchMoments(const Tensor& in, const ComputeContext& context)
{
    std::vector<ChannelMoments> moments(static_cast<std::size_t>(in.shape()[1]));
    const auto channel
        = [&](std::int64_t c, int) { moments[static_cast<std::size_t>(c)] = momentsOf(in, c); };
    if (!context.team.forEach(in.shape()[1], channel, context.stop))
        return {};
    return moments;
}

std::vector<ChannelMoments> runningMoments(const Tensor& mean, const Tensor& variance)
{
    std::vector<ChannelMoments> moments;
    for (std::int64_t c = 0; c < mean.elements(); ++c)
        moments.push_back({double{mean.data()[c]}, double{variance.data()[c]}});
    return moments;
}

ChannelScale channelScale(const ChannelMoments& moments, double eps, float scale, float shift)
{
    const double factor = scale / std::sqrt(moments.variance + eps);
    return {factor, shift - moments.mean * factor};
}

bool normalize(const Tensor& in, const std::vector<ChannelMoments>& moments, double eps,
               const Tensor& scale, const Tensor& shift, Tensor& out, const ComputeContext& context)
{
    const Shape& shape = in.shape();
    const std::int64_t plane = shape[2] * shape[3];
    const auto map = [&](std::int64_t item, int) {
        const auto c = static_cast<std::size_t>(item % shape[1]);
        const ChannelScale own = channelScale(moments[c], eps, scale.data()[c], shift.data()[c]);
        const float* from = in.data() + item * plane;
        float* to = out.data() + item * plane;
        for (std::int64_t i = 0; i < plane; ++i)
            to[i] = own.of(from[i]);
    };
    return context.team.forEach(shape[0] * shape[1], map, context.stop);
}

} // namespace factorscope
