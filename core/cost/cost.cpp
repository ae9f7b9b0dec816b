#include "core/cost/cost.h"

#include "core/branch/layer_traits.h"
#include "core/cost/saturating.h"
#include "core/receptive/receptive_field.h"

#include <algorithm>

namespace factorscope {
namespace {

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

} // namespace

void addTo(Cost& sum, const Cost& part)
{
    sum.params = plus(sum.params, part.params);
    sum.weights = plus(sum.weights, part.weights);
    sum.macs = plus(sum.macs, part.macs);
    sum.activationBytes = plus(sum.activationBytes, part.activationBytes);
}

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

} // namespace factorscope
