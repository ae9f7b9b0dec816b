#include "core/collapse/slope_study.h"

#include "core/branch/executor.h"
#include "core/branch/layer_traits.h"
#include "core/collapse/linear_stack.h"
#include "core/result/expects.h"
#include "core/tensor/memory.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

BranchSpec withoutTrailing(BranchSpec spec)
{
    spec.layers.resize(spec.layers.size() - trailingActivations(spec).size());
    return spec;
}

/// All three outputs stay.
Result<void> requireRoom(const BranchSpec& stack, const BranchSpec& one, const Shape& input,
                         std::string_view algorithm, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(const std::vector<Shape> shapes, layerShapes(stack, input));
    RETURN_IF_ERROR(layerShapes(one, input));
    const int threads = context.team.size();
    const std::int64_t output
        = (shapes.empty() ? input : shapes.back()).elements() * std::int64_t{sizeof(float)};
    const std::int64_t running
        = std::max(peakBytes(stack, input, algorithm, Capture::Output, threads),
                   peakBytes(one, input, algorithm, Capture::Output, threads));
    return requireMemory(2 * output + running, context.memoryLimitBytes,
                         QT_TRANSLATE_NOOP("core", "the size or the channels"));
}

double activated(double value, const std::vector<Layer>& trailing)
{
    for (const Layer& layer : trailing) {
        const auto* leaky = std::get_if<LeakyRelu>(&layer.type);
        const double slope = leaky ? leaky->slope : 0.0;
        value = value < 0.0 ? slope * value : value;
    }
    return value;
}

/// One map of one image, and what the stack makes of it at a slope.
struct Plane {
    const float* linear;
    const float* rectified;
    const float* collapsed;
    Extent size;

    /// `map` counts through all images.
    Plane(const SlopeStudy& study, std::int64_t map)
    {
        const Shape& shape = study.linear->shape();
        EXPECTS(map >= 0 && map < shape[0] * shape[1]);
        size = {shape[2], shape[3]};
        const std::int64_t offset = map * size.height * size.width;
        linear = study.linear->data() + offset;
        rectified = study.rectified->data() + offset;
        collapsed = study.collapsed->data() + offset;
    }
    double stack(std::int64_t i, double slope) const
    {
        return slope * double{linear[i]} + (1.0 - slope) * double{rectified[i]};
    }
};

/// The larger one, or NaN where either is.
double largerOf(double a, double b)
{
    return a < b || std::isnan(b) ? b : a;
}

/// Over pixels of one or more maps; the largest ones keep NaN.
struct Sums {
    double largest = 0.0;
    double interiorBefore = 0.0;
    double interior = 0.0;
    double ring = 0.0;
    double squares = 0.0;
    double errorSquares = 0.0;

    void add(const Sums& other)
    {
        for (const auto most :
             {&Sums::largest, &Sums::interiorBefore, &Sums::interior, &Sums::ring})
            this->*most = largerOf(this->*most, other.*most);
        squares += other.squares;
        errorSquares += other.errorSquares;
    }
    SlopeErrors errors(double slope) const
    {
        const double scale = largest > 0.0 ? largest : 1.0; // silence equals silence
        return {.slope = slope,
                .largest = largest,
                .interiorBefore = interiorBefore / scale,
                .interior = interior / scale,
                .ring = ring / scale,
                .relative = errorSquares == 0.0 ? 0.0 : std::sqrt(errorSquares / squares)};
    }
};

bool isAllRing(const Ring& ring, Extent size)
{
    return ring.top + ring.bottom >= size.height || ring.left + ring.right >= size.width;
}

Sums sumsOf(const SlopeStudy& study, std::int64_t map, double slope)
{
    const Plane plane(study, map);
    const bool sumsRing = isAllRing(study.ring, plane.size);
    Sums sums;
    std::int64_t i = 0;
    for (std::int64_t y = 0; y < plane.size.height; ++y) {
        for (std::int64_t x = 0; x < plane.size.width; ++x, ++i) {
            const double stack = plane.stack(i, slope);
            const double one = double{plane.collapsed[i]};
            const double made = activated(stack, study.trailing);
            const double error = std::abs(made - activated(one, study.trailing));
            const bool isRing = study.ring.holds(y, x, plane.size);
            sums.largest = largerOf(sums.largest, std::abs(double{plane.linear[i]}));
            if (isRing) {
                sums.ring = largerOf(sums.ring, error);
            } else {
                sums.interior = largerOf(sums.interior, error);
                sums.interiorBefore = largerOf(sums.interiorBefore, std::abs(stack - one));
            }
            if (!isRing || sumsRing) {
                sums.squares += made * made;
                sums.errorSquares += error * error;
            }
        }
    }
    return sums;
}

} // namespace

Result<SlopeStudy> studySlopes(const BranchSpec& spec, const TensorMap& weights,
                               const Collapsed& collapsed, const SharedTensor& input,
                               std::string_view algorithm, const ComputeContext& context)
{
    const BranchSpec stack = withoutTrailing(spec);
    const std::size_t between = activationsBetween(withSlopeBetween(spec, 0.0)).size();
    if (between != 1)
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core",
                                       "a slope is varied of one activation between, and '%1' has "
                                       "%2 of them"),
                     {spec.name, std::to_string(between)}};
    const BranchSpec one = withoutTrailing(collapsed.spec());
    const Shape& shape = input->shape();
    RETURN_IF_ERROR(requireRoom(stack, one, shape, algorithm, context));
    SlopeStudy study;
    study.trailing = collapsed.trailing;
    ASSIGN_OR_RETURN(study.ring, borderRing(spec, {shape[2], shape[3]}));
    const auto outputOf
        = [&](const BranchSpec& branch, const TensorMap& tensors) -> Result<SharedTensor> {
        ASSIGN_OR_RETURN(const BranchRun run,
                         runBranch(branch, tensors, input, algorithm, Capture::Output, context));
        return run.output;
    };
    ASSIGN_OR_RETURN(study.linear, outputOf(withSlopeBetween(stack, 1.0), weights));
    ASSIGN_OR_RETURN(study.rectified, outputOf(withSlopeBetween(stack, 0.0), weights));
    ASSIGN_OR_RETURN(study.collapsed, outputOf(one, *collapsed.tensors));
    EXPECTS(study.linear->shape() == study.collapsed->shape());
    return study;
}

SlopeErrors slopeErrors(const SlopeStudy& study, std::int64_t channel, double slope)
{
    EXPECTS(channel >= 0 && channel < study.linear->shape()[1]);
    return sumsOf(study, channel, slope).errors(slope);
}

Result<SlopeErrors> slopeErrors(const SlopeStudy& study, double slope,
                                const ComputeContext& context)
{
    const Shape& shape = study.linear->shape();
    std::vector<Sums> parts(static_cast<std::size_t>(shape[0] * shape[1]));
    const auto one = [&](std::int64_t map, int) {
        parts[static_cast<std::size_t>(map)] = sumsOf(study, map, slope);
    };
    if (!context.team.forEach(std::ssize(parts), one, context.stop))
        return cancelled();
    Sums sums;
    for (const Sums& part : parts) // in order, so that the bits are the same on any threads
        sums.add(part);
    return sums.errors(slope);
}

Result<std::vector<SlopeErrors>> slopeCurve(const SlopeStudy& study,
                                            std::optional<std::int64_t> channel, int steps,
                                            const ComputeContext& context)
{
    EXPECTS(steps > 0);
    std::vector<SlopeErrors> curve(static_cast<std::size_t>(steps) + 1);
    const auto slopeAt = [steps](std::int64_t i) { return static_cast<double>(i) / steps; };
    if (channel) {
        const auto one = [&](std::int64_t i, int) {
            curve[static_cast<std::size_t>(i)] = slopeErrors(study, *channel, slopeAt(i));
        };
        if (!context.team.forEach(steps + 1, one, context.stop))
            return cancelled();
        return curve;
    }
    for (std::int64_t i = 0; i <= steps; ++i) {
        ASSIGN_OR_RETURN(curve[static_cast<std::size_t>(i)],
                         slopeErrors(study, slopeAt(i), context));
    }
    return curve;
}

SlopeMaps slopeMaps(const SlopeStudy& study, std::int64_t channel, double slope)
{
    const Plane plane(study, channel);
    const Shape shape{1, 1, plane.size.height, plane.size.width};
    Tensor stack = Tensor::uninitialized(shape);
    Tensor collapsed = Tensor::uninitialized(shape);
    Tensor difference = Tensor::uninitialized(shape);
    const std::span<float> stacks = stack.values();
    const std::span<float> ones = collapsed.values();
    const std::span<float> differences = difference.values();
    for (std::size_t i = 0; i < stacks.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        const double a = activated(plane.stack(at, slope), study.trailing);
        const double b = activated(double{plane.collapsed[at]}, study.trailing);
        stacks[i] = static_cast<float>(a);
        ones[i] = static_cast<float>(b);
        differences[i] = static_cast<float>(a - b);
    }
    const auto shared
        = [](Tensor& tensor) { return std::make_shared<const Tensor>(std::move(tensor)); };
    return {shared(stack), shared(collapsed), shared(difference)};
}

} // namespace factorscope
