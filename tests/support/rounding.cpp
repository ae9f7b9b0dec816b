#include "tests/support/rounding.h"

#include "core/branch/layer_traits.h"
#include "core/conv/conv_engine.h"
#include "core/result/expects.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace factorscope {
namespace {

constexpr double kUnitRoundoff = 0x1p-24;

// Of winograd: twice what random numbers came to at most, in units of the bound of a plain sum.
constexpr std::array<std::pair<std::string_view, double>, 9> kAmplifications{{
    {"reference", 1.0},
    {"gemm", 1.0},
    {"direct", 1.0},
    {"winograd F(1x4,3x3)", 2.0},
    {"winograd F(1x4,5x5)", 2.0},
    {"winograd F(2x2,5x5)", 2.0},
    {"winograd F(4x4,3x3)", 2.0},
    {"winograd F(4x4,5x5)", 2.0},
    {"winograd F(6x6,3x3)", 12.0},
}};

std::size_t count(const Shape& shape)
{
    return static_cast<std::size_t>(shape.elements());
}

BoundedTensor zeros(const Shape& shape)
{
    return {shape, std::vector<double>(count(shape)), std::vector<double>(count(shape))};
}

/// Along one axis: the output position that tap `k` takes from input position `at`, or -1.
std::int64_t reachedBy(std::int64_t at, std::int64_t k, std::int64_t padding, std::int64_t stride,
                       std::int64_t dilation, std::int64_t size)
{
    const std::int64_t shifted = at + padding - k * dilation;
    if (shifted < 0 || shifted % stride != 0 || shifted / stride >= size)
        return -1;
    return shifted / stride;
}

/// The sums of one convolution while they grow.
struct Sums {
    BoundedTensor out; ///< of the bounds: what the errors of the input come to
    std::vector<double> magnitudes;
};

void scatter(const ConvProblem& p, std::int64_t n, std::int64_t oc, const BoundedTensor& input,
             const float* weights, Sums& sums)
{
    const Extent outSize = p.outSize();
    const std::int64_t firstIn = oc / p.outChannelsPerGroup() * p.inChannelsPerGroup();
    const std::int64_t toPlane = (n * p.outChannels + oc) * outSize.height * outSize.width;
    const auto give = [&](std::int64_t from, std::int64_t to, double weight) {
        const auto i = static_cast<std::size_t>(from);
        const auto o = static_cast<std::size_t>(toPlane + to);
        sums.out.values[o] += input.values[i] * weight;
        sums.out.bounds[o] += input.bounds[i] * std::abs(weight);
        sums.magnitudes[o] += std::abs(input.values[i] * weight);
    };
    for (std::int64_t c = 0; c < p.inChannelsPerGroup(); ++c) {
        const std::int64_t fromPlane = (n * p.inChannels + firstIn + c) * p.inSize.height;
        for (std::int64_t ky = 0; ky < p.kernel.height; ++ky) {
            for (std::int64_t kx = 0; kx < p.kernel.width; ++kx) {
                const double weight = *weights++;
                for (std::int64_t y = 0; y < p.inSize.height; ++y) {
                    const std::int64_t oy = reachedBy(y, ky, p.padding.height, p.stride.height,
                                                      p.dilation.height, outSize.height);
                    for (std::int64_t x = 0; oy >= 0 && x < p.inSize.width; ++x) {
                        const std::int64_t ox = reachedBy(x, kx, p.padding.width, p.stride.width,
                                                          p.dilation.width, outSize.width);
                        if (ox >= 0)
                            give((fromPlane + y) * p.inSize.width + x, oy * outSize.width + ox,
                                 weight);
                    }
                }
            }
        }
    }
}

/// The largest value within the reach of a tile about each position, (N,C,H,W): an algorithm that
/// computes several outputs at once errs by what the largest of them has come together from.
std::vector<double> largestAround(const std::vector<double>& values, const Shape& shape)
{
    constexpr std::int64_t kReach = 7;
    std::vector<double> result = values;
    const auto spread = [&](std::int64_t length, std::int64_t step) {
        const std::vector<double> before = result;
        for (std::int64_t i = 0; i < shape.elements(); ++i) {
            const std::int64_t at = i / step % length;
            for (std::int64_t d = std::max(-kReach, -at); d <= std::min(kReach, length - 1 - at);
                 ++d)
                result[std::size_t(i)]
                    = std::max(result[std::size_t(i)], before[std::size_t(i + d * step)]);
        }
    };
    spread(shape[3], 1);
    spread(shape[2], shape[3]);
    return result;
}

/// Calls body(channel, index) for every value of a feature map.
template <typename Body>
void forEachValue(const Shape& shape, const Body& body)
{
    const std::int64_t plane = shape[2] * shape[3];
    for (std::int64_t i = 0; i < shape.elements(); ++i)
        body(i / plane % shape[1], static_cast<std::size_t>(i));
}

BoundedTensor activation(double slope, BoundedTensor x)
{
    for (std::size_t i = 0; i < x.values.size(); ++i) {
        // A value near zero may fall on either side of it.
        x.bounds[i] *= std::max(1.0, std::abs(slope));
        if (x.values[i] <= 0.0) {
            x.values[i] *= slope;
            x.bounds[i] += roundingBound(1, std::abs(x.values[i]));
        }
    }
    return x;
}

struct Moments {
    double mean = 0.0;
    double variance = 0.0;
    double largestBound = 0.0; ///< of the values they were taken of
};

std::vector<Moments> momentsOf(const BoundedTensor& x)
{
    std::vector<Moments> moments(static_cast<std::size_t>(x.shape[1]));
    const double size = static_cast<double>(x.shape[0] * x.shape[2] * x.shape[3]);
    forEachValue(x.shape, [&](std::int64_t c, std::size_t i) {
        Moments& m = moments[static_cast<std::size_t>(c)];
        m.mean += x.values[i] / size;
        m.largestBound = std::max(m.largestBound, x.bounds[i]);
    });
    forEachValue(x.shape, [&](std::int64_t c, std::size_t i) {
        Moments& m = moments[static_cast<std::size_t>(c)];
        m.variance += (x.values[i] - m.mean) * (x.values[i] - m.mean) / size;
    });
    return moments;
}

/// The tensors of a branch under a prefix, and what all layers have in common.
class Oracle {
public:
    Oracle(const TensorMap& weights, Mode mode, double amplification)
        : m_weights(weights), m_mode(mode), m_amplification(amplification)
    {}

    std::vector<BoundedTensor> all(const std::vector<Layer>& layers, const BoundedTensor& input,
                                   const std::string& prefix) const
    {
        std::vector<BoundedTensor> results;
        for (const Layer& layer : layers) {
            const std::string name = prefix + std::to_string(results.size()) + ".";
            results.push_back(one(layer, results.empty() ? input : results.back(), name));
        }
        return results;
    }

private:
    BoundedTensor one(const Layer& layer, const BoundedTensor& x, const std::string& name) const
    {
        return std::visit(Visitor{
                              [&](const Conv2d& conv) { return convolution(conv, x, name); },
                              [&](const Relu&) { return activation(0.0, x); },
                              [&](const LeakyRelu& leaky) { return activation(leaky.slope, x); },
                              [&](const BatchNorm& norm) { return normalization(norm, x, name); },
                              [&](const Residual& residual) { return sum(residual, x, name); },
                          },
                          layer.type);
    }

    BoundedTensor convolution(const Conv2d& conv, const BoundedTensor& x,
                              const std::string& name) const
    {
        return boundedConvolution(convProblem(conv, x.shape), x, m_weights.at(name + "weight"),
                                  conv.bias ? &m_weights.at(name + "bias") : nullptr,
                                  m_amplification);
    }

    BoundedTensor normalization(const BatchNorm& norm, BoundedTensor x,
                                const std::string& name) const
    {
        const bool train = m_mode == Mode::Train;
        const std::vector<Moments> ofBatch = momentsOf(x);
        forEachValue(x.shape, [&](std::int64_t c, std::size_t i) {
            const auto number
                = [&](const char* what) { return double{m_weights.at(name + what).data()[c]}; };
            const Moments m = train ? ofBatch[static_cast<std::size_t>(c)]
                                    : Moments{number("running_mean"), number("running_var"), 0.0};
            const double deviation = std::sqrt(m.variance + norm.eps);
            const double factor = number("weight") / deviation;
            const double centred = (x.values[i] - m.mean) * factor;
            // Mean and deviation of the batch err by no more than the values do.
            const double relative = m.largestBound / deviation;
            x.bounds[i] = (x.bounds[i] + m.largestBound) * std::abs(factor)
                + std::abs(centred) * relative / (1.0 - std::min(relative, 0.5))
                + roundingBound(4,
                                (std::abs(x.values[i]) + std::abs(m.mean)) * std::abs(factor)
                                    + std::abs(number("bias")));
            x.values[i] = centred + number("bias");
        });
        return x;
    }

    BoundedTensor sum(const Residual& residual, const BoundedTensor& x,
                      const std::string& name) const
    {
        BoundedTensor body = all(residual.body, x, name + "body.").back();
        const bool oneByOne = residual.shortcut == Shortcut::Conv1x1;
        const BoundedTensor shortcut
            = oneByOne ? convolution(shortcutConv(body.shape[1]), x, name + "shortcut.") : x;
        for (std::size_t i = 0; i < body.values.size(); ++i) {
            body.values[i] += shortcut.values[i];
            body.bounds[i] += shortcut.bounds[i] + roundingBound(1, std::abs(body.values[i]));
        }
        return body;
    }

    const TensorMap& m_weights;
    const Mode m_mode;
    const double m_amplification;
};

std::string firstBeyond(const Tensor& actual, const BoundedTensor& expected, const float* recorded)
{
    if (actual.shape() != expected.shape)
        return "the shape is " + actual.shape().text() + " and not " + expected.shape.text();
    for (std::size_t i = 0; i < expected.values.size(); ++i) {
        const double wanted = recorded ? double{recorded[i]} : expected.values[i];
        // A recording made in float32 may be off by as much itself.
        const double bound = recorded ? 2.0 * expected.bounds[i] : expected.bounds[i];
        const double found = actual.data()[i];
        if (!(std::abs(found - wanted) <= bound)) // so that NaN is a difference
            return "value " + std::to_string(i) + " of " + actual.shape().text() + " is "
                + std::to_string(found) + " and not " + std::to_string(wanted) + ": off by "
                + std::to_string((found - wanted) / bound) + " of what it may be";
    }
    return {};
}

} // namespace

double roundingBound(std::int64_t terms, double magnitude, double amplification)
{
    return amplification * static_cast<double>(terms + 1) * kUnitRoundoff * magnitude;
}

double amplificationOf(std::string_view algorithm)
{
    double largest = 0.0;
    for (const ConvEngine* engine : convEngines()) {
        const auto row = std::ranges::find(kAmplifications, label(*engine),
                                           &decltype(kAmplifications)::value_type::first);
        EXPECTS(row != kAmplifications.end());
        if (algorithm == "auto" || algorithm == engine->name() || algorithm == label(*engine))
            largest = std::max(largest, row->second);
    }
    EXPECTS(largest > 0.0);
    return largest;
}

BoundedTensor BoundedTensor::exactly(const Tensor& tensor)
{
    BoundedTensor result = zeros(tensor.shape());
    std::ranges::copy(tensor.values(), result.values.begin());
    return result;
}

BoundedTensor boundedConvolution(const ConvProblem& problem, const BoundedTensor& input,
                                 const Tensor& weights, const Tensor* bias, double amplification)
{
    Sums sums{zeros(problem.outShape()), std::vector<double>(count(problem.outShape()))};
    for (std::int64_t n = 0; n < problem.batch; ++n)
        for (std::int64_t oc = 0; oc < problem.outChannels; ++oc)
            scatter(problem, n, oc, input, weights.data() + oc * problem.patchElements(), sums);
    if (amplification > 1.0)
        sums.magnitudes = largestAround(sums.magnitudes, problem.outShape());
    forEachValue(problem.outShape(), [&](std::int64_t oc, std::size_t i) {
        const double constant = bias ? double{bias->data()[oc]} : 0.0;
        sums.out.values[i] += constant;
        sums.out.bounds[i] += roundingBound(problem.patchElements() + 1,
                                            sums.magnitudes[i] + std::abs(constant), amplification);
    });
    return std::move(sums.out);
}

std::vector<BoundedTensor> boundedActivations(const BranchSpec& spec, const TensorMap& weights,
                                              const Tensor& input, double amplification)
{
    return Oracle(weights, spec.mode, amplification)
        .all(spec.layers, BoundedTensor::exactly(input), "branch.");
}

std::string firstOutside(const Tensor& actual, const BoundedTensor& expected)
{
    return firstBeyond(actual, expected, nullptr);
}

std::string firstDifference(const Tensor& actual, const Tensor& recorded,
                            const BoundedTensor& expected)
{
    if (recorded.shape() != actual.shape())
        return "the shape is " + actual.shape().text() + " and not " + recorded.shape().text();
    return firstBeyond(actual, expected, recorded.data());
}

} // namespace factorscope
