#include "core/branch/spec_json.h"

#include "core/branch/layer_traits.h"
#include "core/file/input_file.h"
#include "core/json/json_fields.h"

#include <algorithm>

namespace factorscope {
namespace {

constexpr std::int64_t kMaxChannels = 1 << 16;
constexpr std::int64_t kMaxKernel = 1 << 10;
constexpr std::int64_t kMaxGeometry = 1 << 16;
constexpr std::size_t kMaxLayers = 1024;
constexpr int kMaxNesting = 16;
constexpr std::int64_t kMaxFileBytes = 1 << 20;

Result<std::vector<Layer>> layersFrom(const Json& array, const JsonFields& owner, std::int64_t in,
                                      const LayerPath& parent, const std::string& source);

Result<Layer> convFrom(const JsonFields& fields, std::int64_t in)
{
    RETURN_IF_ERROR(fields.allow(
        {"op", "out_channels", "kernel", "padding", "stride", "dilation", "groups", "bias"}));
    Conv2d conv;
    ASSIGN_OR_RETURN(const Json* outChannels, fields.require("out_channels"));
    ASSIGN_OR_RETURN(conv.outChannels,
                     fields.integer("out_channels", *outChannels, 1, kMaxChannels));
    ASSIGN_OR_RETURN(conv.kernel, fields.extent("kernel", 1, kMaxKernel));
    ASSIGN_OR_RETURN(conv.padding, fields.extent("padding", 0, kMaxGeometry));
    ASSIGN_OR_RETURN(conv.stride, fields.extentOr({1, 1}, "stride", 1, kMaxGeometry));
    ASSIGN_OR_RETURN(conv.dilation, fields.extentOr({1, 1}, "dilation", 1, kMaxGeometry));
    if (const Json* groups = fields.find("groups")) {
        ASSIGN_OR_RETURN(conv.groups, fields.integer("groups", *groups, 1, kMaxChannels));
    }
    if (const Json* bias = fields.find("bias")) {
        if (!bias->is_boolean())
            return fields.mistake(
                QT_TRANSLATE_NOOP("core", "%1: bias %2 is neither true nor false"),
                {JsonFields::shown(*bias)});
        conv.bias = bias->get<bool>();
    }
    if (in % conv.groups != 0 || conv.outChannels % conv.groups != 0)
        return fields.mistake(
            QT_TRANSLATE_NOOP("core",
                              "%1: %2 input and %3 output channels do not divide into %4 groups"),
            {std::to_string(in), std::to_string(conv.outChannels), std::to_string(conv.groups)});
    return Layer{conv};
}

Result<Layer> residualFrom(const JsonFields& fields, std::int64_t in, const LayerPath& path,
                           const std::string& source)
{
    RETURN_IF_ERROR(fields.allow({"op", "shortcut", "layers"}));
    ASSIGN_OR_RETURN(const std::string shortcut, fields.word("shortcut", {"identity", "conv1x1"}));
    ASSIGN_OR_RETURN(const Json* layers, fields.require("layers"));
    Residual residual;
    residual.shortcut = shortcut == "identity" ? Shortcut::Identity : Shortcut::Conv1x1;
    ASSIGN_OR_RETURN(residual.body, layersFrom(*layers, fields, in, path, source));
    if (residual.shortcut == Shortcut::Identity && channelsAfter(residual.body, in) != in)
        return fields.mistake(
            QT_TRANSLATE_NOOP("core",
                              "%1: an identity shortcut keeps %2 channels and the body makes %3"),
            {std::to_string(in), std::to_string(channelsAfter(residual.body, in))});
    return Layer{residual};
}

Result<Layer> layerFrom(const Json& json, std::int64_t in, const LayerPath& path,
                        const std::string& source)
{
    const JsonFields fields(json, "'" + source + "', layer " + pathText(path));
    RETURN_IF_ERROR(fields.requireObject());
    ASSIGN_OR_RETURN(const std::string op,
                     fields.word("op", {"conv2d", "relu", "leaky_relu", "batch_norm", "residual"}));
    if (op == "conv2d")
        return convFrom(fields, in);
    if (op == "residual")
        return residualFrom(fields, in, path, source);
    if (op == "leaky_relu") {
        RETURN_IF_ERROR(fields.allow({"op", "slope"}));
        ASSIGN_OR_RETURN(const double slope, fields.realOr(LeakyRelu{}.slope, "slope", -1e6, 1e6));
        return Layer{LeakyRelu{slope}};
    }
    if (op == "batch_norm") {
        RETURN_IF_ERROR(fields.allow({"op", "eps"}));
        ASSIGN_OR_RETURN(const double eps, fields.realOr(BatchNorm{}.eps, "eps", 0.0, 1e6));
        return Layer{BatchNorm{eps}};
    }
    RETURN_IF_ERROR(fields.allow({"op"}));
    return Layer{Relu{}};
}

Result<std::vector<Layer>> layersFrom(const Json& array, const JsonFields& owner, std::int64_t in,
                                      const LayerPath& parent, const std::string& source)
{
    if (!array.is_array() || array.empty() || array.size() > kMaxLayers)
        return owner.mistake(
            QT_TRANSLATE_NOOP("core", "%1: layers is not a list of 1 to %2 layers"),
            {std::to_string(kMaxLayers)});
    if (parent.size() >= kMaxNesting)
        return owner.mistake(QT_TRANSLATE_NOOP("core", "%1: residuals are nested deeper than %2"),
                             {std::to_string(kMaxNesting)});
    std::vector<Layer> layers;
    LayerPath path = parent;
    path.push_back(0);
    for (const Json& element : array) {
        ASSIGN_OR_RETURN(Layer layer, layerFrom(element, in, path, source));
        in = channelsAfter({layer}, in);
        layers.push_back(std::move(layer));
        ++path.back();
    }
    return layers;
}

Json toJson(const std::vector<Layer>& layers);

Json toJson(Extent extent)
{
    return Json::array({extent.height, extent.width});
}

Json toJson(const Layer& layer)
{
    Json json{{"op", opName(layer)}};
    std::visit(Visitor{
                   [&](const Conv2d& conv) {
                       json["out_channels"] = conv.outChannels;
                       json["kernel"] = toJson(conv.kernel);
                       json["padding"] = toJson(conv.padding);
                       json["stride"] = toJson(conv.stride);
                       json["dilation"] = toJson(conv.dilation);
                       json["groups"] = conv.groups;
                       json["bias"] = conv.bias;
                   },
                   [](const Relu&) {},
                   [&](const LeakyRelu& leaky) { json["slope"] = leaky.slope; },
                   [&](const BatchNorm& norm) { json["eps"] = norm.eps; },
                   [&](const Residual& residual) {
                       const bool identity = residual.shortcut == Shortcut::Identity;
                       json["shortcut"] = identity ? "identity" : "conv1x1";
                       json["layers"] = toJson(residual.body);
                   },
               },
               layer.type);
    return json;
}

Json toJson(const std::vector<Layer>& layers)
{
    Json array = Json::array();
    for (const Layer& layer : layers)
        array.push_back(toJson(layer));
    return array;
}

} // namespace

Result<BranchSpec> branchSpecFromJson(const Json& json, const std::string& source)
{
    const JsonFields fields(json, "'" + source + "'");
    RETURN_IF_ERROR(fields.allow({"format", "name", "in_channels", "mode", "layers"}));
    RETURN_IF_ERROR(fields.word("format", {"factorscope-branch/1"}));
    BranchSpec spec;
    if (const Json* name = fields.find("name")) {
        if (!name->is_string())
            return fields.mistake(QT_TRANSLATE_NOOP("core", "%1: name %2 is not a text"),
                                  {JsonFields::shown(*name)});
        spec.name = name->get<std::string>();
    }
    if (fields.find("mode")) {
        ASSIGN_OR_RETURN(const std::string mode, fields.word("mode", {"eval", "train"}));
        spec.mode = mode == "train" ? Mode::Train : Mode::Eval;
    }
    ASSIGN_OR_RETURN(const Json* inChannels, fields.require("in_channels"));
    ASSIGN_OR_RETURN(spec.inChannels, fields.integer("in_channels", *inChannels, 1, kMaxChannels));
    ASSIGN_OR_RETURN(const Json* layers, fields.require("layers"));
    ASSIGN_OR_RETURN(spec.layers, layersFrom(*layers, fields, spec.inChannels, {}, source));
    return spec;
}

Result<BranchSpec> readBranchSpec(const std::filesystem::path& path)
{
    ASSIGN_OR_RETURN(const std::string text, readText(path, kMaxFileBytes));
    ASSIGN_OR_RETURN(const Json json, parseJson(text, path.string()));
    return branchSpecFromJson(json, path.string());
}

Json toJson(const BranchSpec& spec)
{
    return {{"format", "factorscope-branch/1"},
            {"name", spec.name},
            {"in_channels", spec.inChannels},
            {"mode", spec.mode == Mode::Train ? "train" : "eval"},
            {"layers", toJson(spec.layers)}};
}

} // namespace factorscope
