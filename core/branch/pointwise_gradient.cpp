#include "core/branch/pointwise_gradient.h"

#include "core/conv/ceil_div.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// Calls body(x, g) with each value of one channel, in the order of the images.
template <typename Body>
void forChannel(const Tensor& in, float* gradient, std::int64_t channel, const Body& body)
{
    const Shape& shape = in.shape();
    const std::int64_t plane = shape[2] * shape[3];
    for (std::int64_t n = 0; n < shape[0]; ++n) {
        const std::int64_t first = (n * shape[1] + channel) * plane;
        for (std::int64_t i = first; i < first + plane; ++i)
            body(in.data()[i], gradient[i]);
    }
}

} // namespace

bool leakyReluGradient(const Tensor& in, float slope, Tensor& gradient,
                       const ComputeContext& context)
{
    constexpr std::int64_t kPiece = std::int64_t{64} << 10;
    const float* x = in.data();
    float* g = gradient.data();
    const std::int64_t count = in.elements();
    const auto piece = [&](std::int64_t item, int) {
        const std::int64_t end = std::min(count, (item + 1) * kPiece);
        if (slope == 0.0F) { // what is cut off is 0, even where the gradient is infinite
            for (std::int64_t i = item * kPiece; i < end; ++i)
                g[i] = x[i] <= 0.0F ? 0.0F : g[i];
        } else {
            for (std::int64_t i = item * kPiece; i < end; ++i)
                g[i] = x[i] <= 0.0F ? slope * g[i] : g[i];
        }
    };
    return context.team.forEach(ceilDiv(count, kPiece), piece, context.stop);
}

// With x̂ = (x − mean)/√(variance + eps) and n values of a channel:
//   ∂L/∂shift = Σ g, ∂L/∂scale = Σ g·x̂, ∂L/∂x = scale/√(variance + eps) · g, and of the batch
//   ∂L/∂x = scale/√(variance + eps) · (g − (Σ g)/n − x̂·(Σ g·x̂)/n)   (Ioffe & Szegedy 2015).
bool normalizeGradient(const Tensor& in, const std::vector<ChannelMoments>& moments, double eps,
                       bool isOfBatch, const Tensor& scale, Tensor& gradient, Tensor& ofScale,
                       Tensor& ofShift, const ComputeContext& context)
{
    float* g = gradient.data();
    float* scales = ofScale.data();
    float* shifts = ofShift.data();
    const Shape& shape = in.shape();
    const auto count = static_cast<double>(shape[0] * shape[2] * shape[3]);
    const auto channel = [&](std::int64_t c, int) {
        const auto [mean, variance] = moments[static_cast<std::size_t>(c)];
        const double inverse = 1.0 / std::sqrt(variance + eps);
        double sum = 0.0;
        double product = 0.0;
        forChannel(in, g, c, [&](float x, float value) {
            sum += double{value};
            product += double{value} * (double{x} - mean) * inverse;
        });
        shifts[c] = static_cast<float>(sum);
        scales[c] = static_cast<float>(product);
        const double factor = double{scale.data()[c]} * inverse;
        const double meanSum = isOfBatch ? sum / count : 0.0;
        const double meanProduct = isOfBatch ? product / count : 0.0;
        forChannel(in, g, c, [&](float x, float& value) {
            const double normalized = (double{x} - mean) * inverse;
            value
                = static_cast<float>(factor * (double{value} - meanSum - normalized * meanProduct));
        });
    };
    return context.team.forEach(shape[1], channel, context.stop);
}

} // namespace factorscope
