#include "core/collapse/slope_sweep.h"

#include "core/branch/layer_traits.h"
#include "core/collapse/linear_stack.h"
#include "core/conv/activation.h"
#include "core/tensor/memory.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace factorscope {
namespace {

constexpr int kLanes = 8;

/// Sums of neighbouring pixels, each in its own, so that the compiler adds several at once.
struct Lanes {
    std::array<double, kLanes> squares{};
    std::array<double, kLanes> errorSquares{};
    std::array<float, kLanes> largest{}; ///< passes over NaN, which the squares keep
    std::array<float, kLanes> largestError{};

    template <std::size_t count>
    void add(const float* stack, const float* collapsed)
    {
        for (std::size_t i = 0; i < count; ++i) {
            const float value = std::abs(stack[i]);
            const float error = std::abs(stack[i] - collapsed[i]);
            squares[i] += double{value} * double{value};
            errorSquares[i] += double{error} * double{error};
            largest[i] = largest[i] < value ? value : largest[i];
            largestError[i] = largestError[i] < error ? error : largestError[i];
        }
    }
};

/// The activations between, those of slope 1 too.
std::vector<LayerPath> movable(const BranchSpec& spec)
{
    return activationsBetween(withSlopeBetween(spec, 0.0));
}

const Layer& layerAt(const std::vector<Layer>& layers, const LayerPath& path, std::size_t depth = 0)
{
    const Layer& layer = layers[static_cast<std::size_t>(path[depth])];
    if (depth + 1 == path.size())
        return layer;
    return layerAt(std::get<Residual>(layer.type).body, path, depth + 1);
}

double slopeOf(const Layer& activation)
{
    const auto* leaky = std::get_if<LeakyRelu>(&activation.type);
    return leaky ? leaky->slope : 0.0;
}

BranchSpec withoutTrailing(BranchSpec spec)
{
    spec.layers.resize(spec.layers.size() - trailingActivations(spec).size());
    return spec;
}

/// Both runs of over() and what they keep.
Result<void> requireRoom(const BranchSpec& stack, const BranchSpec& one, const Shape& input,
                         std::string_view algorithm, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(const std::vector<Shape> shapes, layerShapes(stack, input));
    RETURN_IF_ERROR(layerShapes(one, input));
    constexpr std::int64_t kKept = 2; // tensors that stay while the next run goes on
    const int threads = context.team.size();
    const std::int64_t peak = std::max(peakBytes(stack, input, algorithm, Capture::Output, threads),
                                       peakBytes(one, input, algorithm, Capture::Output, threads));
    return requireMemory(kKept * shapes.back().elements() * std::int64_t{sizeof(float)} + peak,
                         context.memoryLimitBytes,
                         QT_TRANSLATE_NOOP("core", "the size or the channels"));
}

} // namespace

/// Over the pixels of one map.
struct SlopeSweep::Sums {
    double squares = 0.0; ///< of the stack
    double errorSquares = 0.0;
    float largest = 0.0F;
    float largestError = 0.0F;

    void addRow(const float* stack, const float* collapsed, std::int64_t count)
    {
        Lanes lanes;
        std::int64_t x = 0;
        for (; x + kLanes <= count; x += kLanes)
            lanes.add<kLanes>(stack + x, collapsed + x);
        for (; x < count; ++x)
            lanes.add<1>(stack + x, collapsed + x);
        for (std::size_t i = 0; i < kLanes; ++i) {
            squares += lanes.squares[i];
            errorSquares += lanes.errorSquares[i];
            largest = std::max(largest, lanes.largest[i]);
            largestError = std::max(largestError, lanes.largestError[i]);
        }
    }

    void add(const Sums& other)
    {
        squares += other.squares;
        errorSquares += other.errorSquares;
        largest = std::max(largest, other.largest);
        largestError = std::max(largestError, other.largestError);
    }
};

std::optional<SlopeAnchor> anchorOf(const BranchSpec& spec, const BranchRun& run)
{
    const std::vector<LayerPath> between = movable(spec);
    if (between.size() != 1)
        return {};
    const std::size_t last = spec.layers.size() - trailingActivations(spec).size() - 1;
    if (!run.layers[last].activation)
        return {};
    return SlopeAnchor{slopeOf(layerAt(spec.layers, between.front())), run.layers[last].activation};
}

Result<SlopeSweep> SlopeSweep::over(const BranchSpec& spec, const TensorMap& weights,
                                    const Collapsed& collapsed, const SharedTensor& input,
                                    std::optional<SlopeAnchor> anchor, std::string_view algorithm,
                                    const ComputeContext& context)
{
    const std::size_t count = movable(spec).size();
    if (count != 1)
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core",
                                       "a slope is varied of one activation between, and '%1' has "
                                       "%2 of them"),
                     {spec.name, std::to_string(count)}};
    const BranchSpec stack = withoutTrailing(spec);
    const Shape& shape = input->shape();
    RETURN_IF_ERROR(requireRoom(stack, collapsed.spec(), shape, algorithm, context));
    const auto run = [&](const BranchSpec& branch, const TensorMap& tensors) {
        return runBranch(branch, tensors, input, algorithm, Capture::Output, context);
    };
    SlopeSweep sweep;
    ASSIGN_OR_RETURN(sweep.m_ring, borderRing(spec, {shape[2], shape[3]}));
    ASSIGN_OR_RETURN(const BranchRun linear, run(withSlopeBetween(stack, 1.0), weights));
    sweep.m_linear = linear.output;
    if (!anchor || anchor->slope == 1.0) { // that is the other end already
        ASSIGN_OR_RETURN(const BranchRun rectified, run(withSlopeBetween(stack, 0.0), weights));
        anchor = SlopeAnchor{0.0, rectified.output};
    }
    sweep.m_anchor = *std::move(anchor);
    EXPECTS(sweep.m_anchor.maps->shape() == sweep.shape());
    ASSIGN_OR_RETURN(const BranchRun one, run(collapsed.spec(), *collapsed.tensors));
    sweep.m_collapsed = one.output;
    for (const Layer& layer : collapsed.trailing)
        sweep.m_trailing.push_back(static_cast<float>(slopeOf(layer)));
    return sweep;
}

/// `count` values from `first` on, at a slope, after the trailing activations.
void SlopeSweep::writeValues(double slope, std::int64_t first, std::int64_t count, float* to) const
{
    // anchor and linear (N,C,H,W): out = anchor + share·(linear − anchor)
    const auto share = static_cast<float>((slope - m_anchor.slope) / (1.0 - m_anchor.slope));
    const float* anchor = m_anchor.maps->data() + first;
    const float* linear = m_linear->data() + first;
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = anchor[i] + share * (linear[i] - anchor[i]);
    for (const float trailing : m_trailing)
        activate(to, to, count, trailing);
}

SlopeSweep::Sums SlopeSweep::sumsOf(double slope, std::int64_t map, Ring ring) const
{
    const std::int64_t height = shape()[2];
    const std::int64_t width = shape()[3];
    const std::int64_t inside = width - ring.left - ring.right;
    std::vector<float> row(static_cast<std::size_t>(inside));
    Sums sums;
    for (std::int64_t y = ring.top; y < height - ring.bottom; ++y) {
        const std::int64_t first = (map * height + y) * width + ring.left;
        writeValues(slope, first, inside, row.data());
        sums.addRow(row.data(), m_collapsed->data() + first, inside);
    }
    return sums;
}

Result<SlopePoint> SlopeSweep::at(double slope, const ComputeContext& context) const
{
    const bool hasInside
        = m_ring.top + m_ring.bottom < shape()[2] && m_ring.left + m_ring.right < shape()[3];
    const Ring ring = hasInside ? m_ring : Ring{};
    const std::int64_t maps = shape()[0] * shape()[1];
    std::vector<Sums> parts(static_cast<std::size_t>(maps));
    const auto one = [&](std::int64_t map, int) {
        parts[static_cast<std::size_t>(map)] = sumsOf(slope, map, ring);
    };
    if (!context.team.forEach(maps, one, context.stop))
        return cancelled();
    Sums sums;
    for (const Sums& part : parts)
        sums.add(part);
    if (sums.errorSquares == 0.0) // silence equals silence
        return SlopePoint{slope, 0.0, 0.0};
    const double largestError = std::isnan(sums.errorSquares) ? NAN : double{sums.largestError};
    return SlopePoint{slope, std::sqrt(sums.errorSquares / sums.squares),
                      largestError / double{sums.largest}};
}

Result<std::vector<SlopePoint>> SlopeSweep::curve(int count, const ComputeContext& context) const
{
    EXPECTS(count >= 2);
    if (context.progress)
        context.progress->total.fetch_add(count * shape().elements());
    std::vector<SlopePoint> points;
    for (int i = 0; i < count; ++i) {
        const double slope = 1.0 - static_cast<double>(i) / static_cast<double>(count - 1);
        ASSIGN_OR_RETURN(points.emplace_back(), at(slope, context));
        context.advance(shape().elements());
    }
    return points;
}

Tensor SlopeSweep::stackMap(double slope, std::int64_t channel) const
{
    EXPECTS(channel >= 0 && channel < shape()[1]);
    Tensor map = Tensor::uninitialized({1, 1, shape()[2], shape()[3]});
    writeValues(slope, channel * map.elements(), map.elements(), map.data());
    return map;
}

Tensor SlopeSweep::collapsedMap(std::int64_t channel) const
{
    EXPECTS(channel >= 0 && channel < shape()[1]);
    const auto plane = static_cast<std::size_t>(shape()[2] * shape()[3]);
    return Tensor::from(
        {1, 1, shape()[2], shape()[3]},
        m_collapsed->values().subspan(static_cast<std::size_t>(channel) * plane, plane));
}

Tensor SlopeSweep::differenceMap(double slope, std::int64_t channel) const
{
    Tensor map = stackMap(slope, channel);
    const Tensor collapsed = collapsedMap(channel);
    std::ranges::transform(map.values(), collapsed.values(), map.data(), std::minus());
    return map;
}

Result<Tensor> SlopeSweep::stackMaps(double slope, const ComputeContext& context) const
{
    Tensor maps = Tensor::uninitialized(shape(), context.pool);
    const std::int64_t plane = shape()[2] * shape()[3];
    float* to = maps.data();
    const auto one
        = [&](std::int64_t map, int) { writeValues(slope, map * plane, plane, to + map * plane); };
    if (!context.team.forEach(shape()[0] * shape()[1], one, context.stop))
        return cancelled();
    return maps;
}

} // namespace factorscope
