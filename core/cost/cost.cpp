#include "core/cost/cost.h"

#include "core/branch/layer_traits.h"
#include "core/receptive/receptive_field.h"

#include <algorithm>
#include <array>
#include <limits>

namespace factorscope {
namespace {

// Sums saturate here; a count that reaches it is refused.
constexpr std::int64_t kTooMany = std::numeric_limits<std::int64_t>::max();

std::int64_t times(std::int64_t a, std::int64_t b)
{
    std::int64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? kTooMany : product;
}

std::int64_t plus(std::int64_t a, std::int64_t b)
{
    std::int64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? kTooMany : sum;
}

void addTo(Cost& sum, const Cost& part)
{
    sum.params = plus(sum.params, part.params);
    sum.weights = plus(sum.weights, part.weights);
    sum.macs = plus(sum.macs, part.macs);
    sum.activationBytes = plus(sum.activationBytes, part.activationBytes);
}

std::int64_t bytesOf(const Shape& shape)
{
    return times(shape.elements(), sizeof(float));
}

Cost parameterCost(const Layer& layer, std::int64_t inChannels)
{
    Cost cost;
    for (const Parameter& parameter : parametersOf({"", inChannels, Mode::Eval, {layer}})) {
        if (isLearned(parameter.role))
            cost.params = plus(cost.params, parameter.shape.elements());
        if (parameter.role == ParameterRole::Weight)
            cost.weights = plus(cost.weights, parameter.shape.elements());
    }
    return cost;
}

/// Bytes of a layer's own output and, of a residual, those within.
std::int64_t activationBytes(const Layer& layer, const Shape& in)
{
    const Shape out = *outShape(layer, in, {});
    std::int64_t bytes = worksInPlace(layer) ? 0 : bytesOf(out);
    if (const auto* residual = std::get_if<Residual>(&layer.type)) {
        Shape shape = in;
        for (const Layer& inner : residual->body) {
            bytes = plus(bytes, activationBytes(inner, shape));
            shape = *outShape(inner, shape, {});
        }
        if (residual->shortcut == Shortcut::Conv1x1)
            bytes = plus(bytes, bytesOf(out));
    }
    return bytes;
}

Error tooLarge(Extent size)
{
    return {ErrorCode::Shape,
            QT_TRANSLATE_NOOP("core", "the costs at %1 are too large to count"),
            {size.text()}};
}

/// Calls visit(layer, shape of its input) for every layer, inner ones and shortcuts too.
template <typename Visit>
void forEachLayer(const std::vector<Layer>& layers, Shape shape, const Visit& visit)
{
    for (const Layer& layer : layers) {
        const Shape out = *outShape(layer, shape, {});
        visit(layer, shape);
        if (const auto* residual = std::get_if<Residual>(&layer.type)) {
            forEachLayer(residual->body, shape, visit);
            if (residual->shortcut == Shortcut::Conv1x1)
                visit(Layer{shortcutConv(out[1])}, shape);
        }
        shape = out;
    }
}

} // namespace

Result<CostReport> costOf(const BranchSpec& spec, Extent size)
{
    Shape shape{1, spec.inChannels, size.height, size.width};
    ASSIGN_OR_RETURN(const std::vector<Shape> shapes, layerShapes(spec, shape));
    CostReport report;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const Layer& layer = spec.layers[i];
        const Shape& out = shapes[i];
        Cost cost = parameterCost(layer, shape[1]);
        cost.macs = macs(layer, shape).value_or(kTooMany);
        cost.activationBytes = activationBytes(layer, shape);
        addTo(report.total, cost);
        report.layers.push_back({std::string(opName(layer)), {out[1], out[2], out[3]}, cost});
        if (const auto* conv = std::get_if<Conv2d>(&layer.type)) {
            report.layers.back().kernel = conv->kernel;
            report.layers.back().groups = conv->groups;
        }
        shape = out;
    }
    const Cost& total = report.total;
    if (std::max({total.params, total.macs, total.activationBytes}) > kTooMany / 2)
        return tooLarge(size);
    report.receptiveField = theoreticalField(spec).size;
    return report;
}

CostRatio ratioOf(const Cost& decomposed, const Cost& original)
{
    const auto ratio = [](std::int64_t a, std::int64_t b) {
        return static_cast<double>(a) / static_cast<double>(b);
    };
    return {ratio(decomposed.params, original.params), ratio(decomposed.weights, original.weights),
            ratio(decomposed.macs, original.macs),
            ratio(decomposed.activationBytes, original.activationBytes)};
}

double parityMidChannels(std::int64_t inChannels, std::int64_t outChannels)
{
    const ChannelEnds ends{inChannels, outChannels};
    return parityMidChannels(ends, ends);
}

double parityMidChannels(const ChannelEnds& original, const ChannelEnds& stack)
{
    return 25.0 * static_cast<double>(original.in * original.out)
        / (9.0 * static_cast<double>(stack.in + stack.out));
}

std::span<const CountingConvention> countingConventions()
{
    static constexpr std::array<CountingConvention, 8> conventions{{
        {.id = "weights", .perMac = 1, .countsBias = false, .backendMayCountRelu = false},
        {.id = "fvcore", .perMac = 1, .countsBias = false, .backendMayCountRelu = false},
        {.id = "thop", .perMac = 1, .countsBias = false, .backendMayCountRelu = false},
        {.id = "netscope", .perMac = 1, .countsBias = false, .backendMayCountRelu = false},
        {.id = "torchinfo", .perMac = 1, .countsBias = true, .backendMayCountRelu = false},
        {.id = "ptflops", .perMac = 1, .countsBias = true, .backendMayCountRelu = true},
        {.id = "torch", .perMac = 2, .countsBias = false, .backendMayCountRelu = false},
        {.id = "calflops", .perMac = 2, .countsBias = true, .backendMayCountRelu = false},
    }};
    return conventions;
}

const CountingConvention* findConvention(std::string_view id)
{
    const auto found = std::ranges::find(countingConventions(), id, &CountingConvention::id);
    return found == countingConventions().end() ? nullptr : &*found;
}

Result<std::int64_t> counted(const BranchSpec& spec, Extent size,
                             const CountingConvention& convention)
{
    ASSIGN_OR_RETURN(const CostReport report, costOf(spec, size));
    std::int64_t sum = times(report.total.macs, convention.perMac);
    const Shape input{1, spec.inChannels, size.height, size.width};
    forEachLayer(spec.layers, input, [&](const Layer& layer, const Shape& in) {
        const auto* conv = std::get_if<Conv2d>(&layer.type);
        if (conv && conv->bias && convention.countsBias)
            sum = plus(sum, outShape(layer, in, {})->elements());
    });
    if (sum == kTooMany)
        return tooLarge(size);
    return sum;
}

Result<std::int64_t> countedActivations(const BranchSpec& spec, Extent size)
{
    const Shape input{1, spec.inChannels, size.height, size.width};
    RETURN_IF_ERROR(layerShapes(spec, input));
    std::int64_t sum = 0;
    forEachLayer(spec.layers, input, [&](const Layer& layer, const Shape& in) {
        if (worksInPlace(layer))
            sum = plus(sum, in.elements());
    });
    return sum;
}

} // namespace factorscope
