#include "core/branch/layer_traits.h"

#include <algorithm>

namespace factorscope {
namespace {

Error shapeError(const char* text, std::vector<std::string> arguments, const LayerPath& path)
{
    arguments.push_back(pathText(path));
    return {ErrorCode::Shape, text, std::move(arguments)};
}

Result<Shape> convOutShape(const Conv2d& conv, const Shape& in, const LayerPath& path)
{
    const std::int64_t channels = in[1];
    if (channels % conv.groups != 0)
        return shapeError(
            QT_TRANSLATE_NOOP("core", "%1 input channels do not divide into %2 groups at layer %3"),
            {std::to_string(channels), std::to_string(conv.groups)}, path);
    if (conv.outChannels % conv.groups != 0)
        return shapeError(
            QT_TRANSLATE_NOOP("core",
                              "%1 output channels do not divide into %2 groups at layer %3"),
            {std::to_string(conv.outChannels), std::to_string(conv.groups)}, path);
    const Extent padded{in[2] + 2 * conv.padding.height, in[3] + 2 * conv.padding.width};
    const Extent covered{reach(conv.kernel.height, conv.dilation.height),
                         reach(conv.kernel.width, conv.dilation.width)};
    if (covered.height > padded.height || covered.width > padded.width)
        return shapeError(
            QT_TRANSLATE_NOOP("core", "kernel %1 exceeds padded input %2 at layer %3"),
            {covered.text(), padded.text()}, path);
    const Extent out = convProblem(conv, in).outSize();
    const std::int64_t sizes[] = {in[0], conv.outChannels, out.height, out.width};
    const auto shape = Shape::checked(sizes);
    if (!shape)
        return shapeError(QT_TRANSLATE_NOOP("core", "the output %1x%2 is too large at layer %3"),
                          {std::to_string(conv.outChannels), out.text()}, path);
    return *shape;
}

Result<Shape> residualOutShape(const Residual& residual, const Shape& in, const LayerPath& path)
{
    Shape out = in;
    LayerPath inner = path;
    inner.push_back(0);
    for (const Layer& layer : residual.body) {
        ASSIGN_OR_RETURN(out, outShape(layer, out, inner));
        ++inner.back();
    }
    // The 1×1 convolution of a shortcut changes the channels, nothing changes the size.
    const bool channelsFit = residual.shortcut == Shortcut::Conv1x1 || out[1] == in[1];
    if (!channelsFit || out[2] != in[2] || out[3] != in[3])
        return shapeError(
            QT_TRANSLATE_NOOP("core",
                              "the body makes %1 and the shortcut %2 of a residual at layer %3"),
            {out.text(),
             residual.shortcut == Shortcut::Conv1x1 ? Shape{in[0], out[1], in[2], in[3]}.text()
                                                    : in.text()},
            path);
    return out;
}

void addConvParameters(const Conv2d& conv, std::int64_t in, const std::string& prefix,
                       std::vector<Parameter>& parameters)
{
    const Shape weight{conv.outChannels, in / conv.groups, conv.kernel.height, conv.kernel.width};
    const std::int64_t fanIn = weight[1] * weight[2] * weight[3];
    parameters.push_back({prefix + "weight", weight, ParameterRole::Weight, fanIn});
    if (conv.bias)
        parameters.push_back({prefix + "bias", {conv.outChannels}, ParameterRole::Bias, fanIn});
}

void addParameters(const std::vector<Layer>& layers, std::int64_t in, const std::string& prefix,
                   std::vector<Parameter>& parameters)
{
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::string name = prefix + std::to_string(i) + ".";
        const std::int64_t out = channelsAfter({layers[i]}, in);
        std::visit(
            Visitor{
                [&](const Conv2d& conv) { addConvParameters(conv, in, name, parameters); },
                [&](const BatchNorm&) {
                    parameters.push_back({name + "weight", {in}, ParameterRole::NormScale});
                    parameters.push_back({name + "bias", {in}, ParameterRole::NormShift});
                    parameters.push_back({name + "running_mean", {in}, ParameterRole::RunningMean});
                    parameters.push_back(
                        {name + "running_var", {in}, ParameterRole::RunningVariance});
                },
                [&](const Residual& residual) {
                    addParameters(residual.body, in, name + "body.", parameters);
                    if (residual.shortcut == Shortcut::Conv1x1)
                        addConvParameters(shortcutConv(out), in, name + "shortcut.", parameters);
                },
                [](const Relu&) {},
                [](const LeakyRelu&) {},
            },
            layers[i].type);
        in = out;
    }
}

std::optional<std::int64_t> convMacs(const Conv2d& conv, const Shape& in)
{
    const ConvProblem problem = convProblem(conv, in);
    std::int64_t macs = problem.outShape().elements();
    if (__builtin_mul_overflow(macs, problem.patchElements(), &macs))
        return {};
    return macs;
}

std::optional<std::int64_t> residualMacs(const Residual& residual, const Shape& in)
{
    std::int64_t sum = 0;
    Shape shape = in;
    for (const Layer& layer : residual.body) {
        const auto part = macs(layer, shape);
        if (!part || __builtin_add_overflow(sum, *part, &sum))
            return {};
        shape = *outShape(layer, shape, {});
    }
    if (residual.shortcut == Shortcut::Conv1x1) {
        const auto part = convMacs(shortcutConv(shape[1]), in);
        if (!part || __builtin_add_overflow(sum, *part, &sum))
            return {};
    }
    return sum;
}

bool hasNorm(const std::vector<Layer>& layers)
{
    return std::ranges::any_of(layers, [](const Layer& layer) {
        const auto* residual = std::get_if<Residual>(&layer.type);
        return residual ? hasNorm(residual->body) : std::holds_alternative<BatchNorm>(layer.type);
    });
}

} // namespace

std::string_view opName(const Layer& layer)
{
    return std::visit(Visitor{
                          [](const Conv2d&) { return "conv2d"; },
                          [](const Relu&) { return "relu"; },
                          [](const LeakyRelu&) { return "leaky_relu"; },
                          [](const BatchNorm&) { return "batch_norm"; },
                          [](const Residual&) { return "residual"; },
                      },
                      layer.type);
}

Result<Shape> outShape(const Layer& layer, const Shape& in, const LayerPath& path)
{
    return std::visit(
        Visitor{
            [&](const Conv2d& conv) { return convOutShape(conv, in, path); },
            [&](const Relu&) { return Result<Shape>(in); },
            [&](const LeakyRelu&) { return Result<Shape>(in); },
            [&](const BatchNorm&) { return Result<Shape>(in); },
            [&](const Residual& residual) { return residualOutShape(residual, in, path); },
        },
        layer.type);
}

ConvProblem convProblem(const Conv2d& conv, const Shape& in)
{
    return {.batch = in[0],
            .inChannels = in[1],
            .inSize = {in[2], in[3]},
            .outChannels = conv.outChannels,
            .kernel = conv.kernel,
            .padding = conv.padding,
            .stride = conv.stride,
            .dilation = conv.dilation,
            .groups = conv.groups};
}

Conv2d shortcutConv(std::int64_t outChannels)
{
    return {.outChannels = outChannels};
}

std::vector<Parameter> parametersOf(const BranchSpec& spec)
{
    std::vector<Parameter> parameters;
    addParameters(spec.layers, spec.inChannels, "branch.", parameters);
    return parameters;
}

bool isLearned(ParameterRole role)
{
    return role != ParameterRole::RunningMean && role != ParameterRole::RunningVariance;
}

std::int64_t channelsAfter(const std::vector<Layer>& layers, std::int64_t in)
{
    for (const Layer& layer : layers) {
        in = std::visit(
            Visitor{
                [](const Conv2d& conv) { return conv.outChannels; },
                [&](const Relu&) { return in; },
                [&](const LeakyRelu&) { return in; },
                [&](const BatchNorm&) { return in; },
                [&](const Residual& residual) { return channelsAfter(residual.body, in); },
            },
            layer.type);
    }
    return in;
}

std::optional<Window> windowOf(const Layer& layer)
{
    using Windowed = std::optional<Window>;
    return std::visit(
        Visitor{
            [](const Conv2d& conv) {
                return Windowed({conv.kernel, conv.padding, conv.stride, conv.dilation});
            },
            [](const Relu&) { return Windowed(Window{}); },
            [](const LeakyRelu&) { return Windowed(Window{}); },
            [](const BatchNorm&) { return Windowed(Window{}); },
            [](const Residual&) { return Windowed(); },
        },
        layer.type);
}

std::optional<std::int64_t> macs(const Layer& layer, const Shape& in)
{
    using Count = std::optional<std::int64_t>;
    return std::visit(Visitor{
                          [&](const Conv2d& conv) { return convMacs(conv, in); },
                          [](const Relu&) { return Count(0); },
                          [](const LeakyRelu&) { return Count(0); },
                          [](const BatchNorm&) { return Count(0); },
                          [&](const Residual& residual) { return residualMacs(residual, in); },
                      },
                      layer.type);
}

std::optional<float> slopeOf(const Layer& layer)
{
    return std::visit(
        Visitor{
            [](const Conv2d&) { return std::optional<float>(); },
            [](const Relu&) { return std::optional(0.0F); },
            [](const LeakyRelu& leaky) { return std::optional(static_cast<float>(leaky.slope)); },
            [](const BatchNorm&) { return std::optional<float>(); },
            [](const Residual&) { return std::optional<float>(); },
        },
        layer.type);
}

bool worksInPlace(const Layer& layer)
{
    return std::visit(Visitor{
                          [](const Conv2d&) { return false; },
                          [](const Relu&) { return true; },
                          [](const LeakyRelu&) { return true; },
                          [](const BatchNorm&) { return false; },
                          [](const Residual&) { return false; },
                      },
                      layer.type);
}

bool usesBatchStatistics(const BranchSpec& spec)
{
    return spec.mode == Mode::Train && hasNorm(spec.layers);
}

Result<std::vector<Shape>> layerShapes(const BranchSpec& spec, const Shape& input)
{
    EXPECTS(input.rank() == 4);
    if (input[1] != spec.inChannels)
        return Error{ErrorCode::Shape,
                     QT_TRANSLATE_NOOP("core", "the input has %1 channels and the branch takes %2"),
                     {std::to_string(input[1]), std::to_string(spec.inChannels)}};
    std::vector<Shape> shapes;
    Shape shape = input;
    for (const Layer& layer : spec.layers) {
        const LayerPath path{static_cast<int>(shapes.size())};
        ASSIGN_OR_RETURN(shape, outShape(layer, shape, path));
        shapes.push_back(shape);
    }
    return shapes;
}

} // namespace factorscope
