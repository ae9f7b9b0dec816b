#include "core/collapse/comparison.h"

#include "core/branch/executor.h"
#include "core/branch/layer_traits.h"
#include "core/collapse/linear_stack.h"
#include "core/tensor/memory.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The larger one, or NaN where either is.
double largerOf(double a, double b)
{
    return a < b || std::isnan(b) ? b : a;
}

Result<void> requireRoom(const BranchSpec& stack, const BranchSpec& one, const Shape& input,
                         std::string_view algorithm, const ComputeContext& context)
{
    ASSIGN_OR_RETURN(const std::vector<Shape> shapes, layerShapes(stack, input));
    RETURN_IF_ERROR(layerShapes(one, input));
    const int threads = context.team.size();
    const std::int64_t kept
        = (shapes.empty() ? input : shapes.back()).elements() * std::int64_t{sizeof(float)};
    const std::int64_t peak
        = std::max(peakBytes(stack, input, algorithm, Capture::Output, threads),
                   kept + peakBytes(one, input, algorithm, Capture::Output, threads));
    return requireMemory(peak, context.memoryLimitBytes,
                         QT_TRANSLATE_NOOP("core", "the size or the channels"));
}

/// Of one output map.
struct Errors {
    double largest = 0.0;
    double interior = 0.0;
    double ring = 0.0;
};

Errors errorsOf(const CollapseComparison& c, std::int64_t map)
{
    const Shape& shape = c.stack->shape();
    const Extent size{shape[2], shape[3]};
    const float* stack = c.stack->data() + map * size.height * size.width;
    const float* collapsed = c.collapsed->data() + map * size.height * size.width;
    Errors errors;
    for (std::int64_t y = 0; y < size.height; ++y) {
        for (std::int64_t x = 0; x < size.width; ++x, ++stack, ++collapsed) {
            double& worst = c.ring.holds(y, x, size) ? errors.ring : errors.interior;
            worst = largerOf(worst, std::abs(double{*stack} - double{*collapsed}));
            errors.largest = largerOf(errors.largest, std::abs(double{*stack}));
        }
    }
    return errors;
}

Result<void> measure(CollapseComparison& c, const ComputeContext& context)
{
    const Shape& shape = c.stack->shape();
    const std::int64_t maps = shape[0] * shape[1];
    std::vector<Errors> errors(static_cast<std::size_t>(maps));
    const auto one
        = [&](std::int64_t map, int) { errors[static_cast<std::size_t>(map)] = errorsOf(c, map); };
    if (!context.team.forEach(maps, one, context.stop))
        return cancelled();
    for (const Errors& e : errors) {
        c.largest = largerOf(c.largest, e.largest);
        c.maxInteriorError = largerOf(c.maxInteriorError, e.interior);
        c.maxRingError = largerOf(c.maxRingError, e.ring);
    }
    const double scale = c.largest > 0.0 ? c.largest : 1.0; // silence is equal to silence
    c.maxInteriorError /= scale;
    c.maxRingError /= scale;
    const std::int64_t inRows = std::max<std::int64_t>(0, shape[2] - c.ring.top - c.ring.bottom);
    const std::int64_t inColumns = std::max<std::int64_t>(0, shape[3] - c.ring.left - c.ring.right);
    c.interiorPixels = inRows * inColumns;
    c.ringPixels = shape[2] * shape[3] - c.interiorPixels;
    return {};
}

} // namespace

Result<CollapseComparison> compared(const BranchSpec& spec, const TensorMap& weights,
                                    const Collapsed& collapsed, const SharedTensor& input,
                                    std::string_view algorithm, const ComputeContext& context)
{
    const BranchSpec stack = withSlopeBetween(spec, 1.0);
    const BranchSpec one = collapsed.spec();
    const Shape& shape = input->shape();
    RETURN_IF_ERROR(requireRoom(stack, one, shape, algorithm, context));
    CollapseComparison comparison;
    ASSIGN_OR_RETURN(comparison.ring, borderRing(spec, {shape[2], shape[3]}));
    ASSIGN_OR_RETURN(const BranchRun stackRun,
                     runBranch(stack, weights, input, algorithm, Capture::Output, context));
    ASSIGN_OR_RETURN(
        const BranchRun oneRun,
        runBranch(one, *collapsed.tensors, input, algorithm, Capture::Output, context));
    comparison.stack = stackRun.output;
    comparison.collapsed = oneRun.output;
    EXPECTS(comparison.stack->shape() == comparison.collapsed->shape());
    RETURN_IF_ERROR(measure(comparison, context));
    return comparison;
}

Tensor errorMap(const CollapseComparison& comparison, std::optional<std::int64_t> channel)
{
    const Shape& shape = comparison.stack->shape();
    const std::int64_t first = channel.value_or(0);
    const std::int64_t end = channel ? first + 1 : shape[1];
    EXPECTS(first >= 0 && end <= shape[1]);
    const std::int64_t plane = shape[2] * shape[3];
    Tensor map = Tensor::zeros({1, 1, shape[2], shape[3]});
    float* out = map.data();
    for (std::int64_t i = first * plane; i < end * plane; ++i) {
        const double difference = std::abs(double{comparison.stack->data()[i]}
                                           - double{comparison.collapsed->data()[i]});
        out[i % plane] = static_cast<float>(largerOf(out[i % plane], difference));
    }
    return map;
}

} // namespace factorscope
