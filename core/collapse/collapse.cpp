#include "core/collapse/collapse.h"

#include "core/branch/executor.h"
#include "core/branch/pointwise.h"
#include "core/collapse/linear_stack.h"
#include "core/weights/initialize.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace factorscope {
namespace {

constexpr const char* kWeightName = "branch.0.weight";
constexpr const char* kBiasName = "branch.0.bias";

using Composition = std::optional<AffineMap>; ///< nothing yet: the identity

/// Composes the layers of one branch; holds what they have in common.
class Composer {
public:
    Composer(const TensorMap& weights, Mode mode, const ComputeContext& context)
        : m_weights(weights), m_mode(mode), m_context(context)
    {}

    /// The map that the layers are, on `channels`; activations are taken for the identity.
    Result<AffineMap> ofAll(const std::vector<Layer>& layers, std::int64_t channels,
                            const std::string& prefix, LayerPath path) const
    {
        Composition map;
        path.push_back(0);
        for (const Layer& layer : layers) {
            const std::string name = prefix + std::to_string(path.back()) + ".";
            const std::int64_t in = map ? map->outChannels : channels;
            ASSIGN_OR_RETURN(map, then(layer, std::move(map), in, name, path));
            ++path.back();
        }
        if (!map)
            return identityMap(channels, m_context);
        return *std::move(map);
    }

private:
    Result<Composition> then(const Layer& layer, Composition map, std::int64_t channels,
                             const std::string& name, const LayerPath& path) const
    {
        return std::visit(Visitor{
                              [&](const Conv2d& conv) {
                                  return convolved(conv, std::move(map), channels, name, path);
                              },
                              [&](const Relu&) { return Result<Composition>(std::move(map)); },
                              [&](const LeakyRelu&) { return Result<Composition>(std::move(map)); },
                              [&](const BatchNorm& norm) {
                                  return normalized(norm, std::move(map), channels, name, path);
                              },
                              [&](const Residual& residual) {
                                  return summed(residual, std::move(map), channels, name, path);
                              },
                          },
                          layer.type);
    }

    std::vector<double> numbers(const std::string& name) const
    {
        const auto values = m_weights.at(name).values();
        return {values.begin(), values.end()};
    }

    Result<Composition> appended(const Composition& map, std::int64_t channels,
                                 const AffineStep& step) const
    {
        ASSIGN_OR_RETURN(AffineMap next,
                         map ? composed(*map, step, m_context)
                             : denseMap(channels, step, m_context));
        return Composition(std::move(next));
    }

    Result<Composition> convolved(const Conv2d& conv, const Composition& map, std::int64_t channels,
                                  const std::string& name, const LayerPath& path) const
    {
        if (channels % conv.groups != 0 || conv.outChannels % conv.groups != 0)
            return Error{ErrorCode::Shape,
                         QT_TRANSLATE_NOOP("core",
                                           "%1 input and %2 output channels do not divide into %3 "
                                           "groups at layer %4"),
                         {std::to_string(channels), std::to_string(conv.outChannels),
                          std::to_string(conv.groups), pathText(path)}};
        const std::vector<double> weights = numbers(name + "weight");
        const std::vector<double> bias = conv.bias ? numbers(name + "bias") : std::vector<double>();
        return appended(map, channels, {conv, weights, bias});
    }

    Result<Composition> normalized(const BatchNorm& norm, Composition map, std::int64_t channels,
                                   const std::string& name, const LayerPath& path) const
    {
        if (m_mode == Mode::Train)
            return Error{ErrorCode::Unsupported,
                         QT_TRANSLATE_NOOP("core",
                                           "the batch_norm at layer %1 in training mode takes its "
                                           "mean and variance from the batch, so the stack is not "
                                           "linear"),
                         {pathText(path)}};
        if (!map) {
            ASSIGN_OR_RETURN(map, identityMap(channels, m_context));
        }
        const std::vector<ChannelMoments> moments = runningMoments(
            m_weights.at(name + "running_mean"), m_weights.at(name + "running_var"));
        const std::vector<double> scale = numbers(name + "weight");
        const std::vector<double> shift = numbers(name + "bias");
        const std::size_t perChannel = map->weights.size() / moments.size();
        for (std::size_t c = 0; c < moments.size(); ++c) {
            const double factor = scale[c] / std::sqrt(moments[c].variance + norm.eps);
            for (std::size_t i = 0; i < perChannel; ++i)
                map->weights[c * perChannel + i] *= factor;
            map->bias[c] = (map->bias[c] - moments[c].mean) * factor + shift[c];
        }
        return map;
    }

    /// body(x) + shortcut(x) as one map: the shortcut is a tap more of the body's kernel, where the
    /// output pixel itself lies in it.
    Result<Composition> summed(const Residual& residual, const Composition& map,
                               std::int64_t channels, const std::string& name,
                               const LayerPath& path) const
    {
        ASSIGN_OR_RETURN(AffineMap sum, ofAll(residual.body, channels, name + "body.", path));
        RETURN_IF_ERROR(requireSum(residual, sum, path));
        const std::int64_t elements = sum.kernelElements();
        double* own
            = sum.weights.data() + sum.padding.height * sum.kernel.width + sum.padding.width;
        if (residual.shortcut == Shortcut::Identity) {
            for (std::int64_t c = 0; c < channels; ++c)
                own[(c * channels + c) * elements] += 1.0;
        } else {
            const std::vector<double> weights = numbers(name + "shortcut.weight");
            const std::vector<double> bias = numbers(name + "shortcut.bias");
            for (std::size_t i = 0; i < weights.size(); ++i)
                own[static_cast<std::int64_t>(i) * elements] += weights[i];
            for (std::size_t c = 0; c < bias.size(); ++c)
                sum.bias[c] += bias[c];
        }
        if (!map)
            return Composition(std::move(sum));
        return appended(map, channels, asStep(sum));
    }

    /// A sum is a convolution when body and shortcut take the same steps over the image.
    static Result<void> requireSum(const Residual& residual, const AffineMap& body,
                                   const LayerPath& path)
    {
        if (body.stride != Extent{1, 1})
            return Error{ErrorCode::Unsupported,
                         QT_TRANSLATE_NOOP("core",
                                           "the body of the residual at layer %1 has stride %2 and "
                                           "its shortcut 1x1, so their sum is no convolution"),
                         {pathText(path), body.stride.text()}};
        const Extent fitting{2 * body.padding.height + 1, 2 * body.padding.width + 1};
        if (body.kernel != fitting)
            return Error{ErrorCode::Shape,
                         QT_TRANSLATE_NOOP("core",
                                           "the body of the residual at layer %1 does not keep the "
                                           "size: its kernels make %2 and its padding fits %3"),
                         {pathText(path), body.kernel.text(), fitting.text()}};
        if (residual.shortcut == Shortcut::Identity && body.inChannels != body.outChannels)
            return Error{ErrorCode::Shape,
                         QT_TRANSLATE_NOOP("core",
                                           "the body of the residual at layer %1 makes %2 channels "
                                           "of %3"),
                         {pathText(path), std::to_string(body.outChannels),
                          std::to_string(body.inChannels)}};
        return {};
    }

    const TensorMap& m_weights;
    const Mode m_mode;
    const ComputeContext& m_context;
};

Tensor narrowed(const Shape& shape, const std::vector<double>& values)
{
    Tensor tensor = Tensor::uninitialized(shape);
    std::ranges::transform(values, tensor.data(),
                           [](double value) { return static_cast<float>(value); });
    return tensor;
}

Result<void> requireFinite(const TensorMap& tensors, const std::string& branch)
{
    const NonFinite count = countNonFinite(tensors);
    if (count == NonFinite{})
        return {};
    return Error{
        ErrorCode::InvalidArgument,
        QT_TRANSLATE_NOOP("core",
                          "the collapsed kernel of '%1' has %2 NaN and %3 infinite values, "
                          "which its weights have or lead to"),
        {branch, std::to_string(count.nan), std::to_string(count.infinite)}};
}

} // namespace

const Tensor& Collapsed::weights() const
{
    return tensors->at(kWeightName);
}

const Tensor& Collapsed::bias() const
{
    return tensors->at(kBiasName);
}

BranchSpec Collapsed::spec() const
{
    BranchSpec spec{.name = "collapsed", .inChannels = map.inChannels, .layers = {}};
    spec.layers.push_back({asStep(map).conv});
    spec.layers.insert(spec.layers.end(), trailing.begin(), trailing.end());
    return spec;
}

Result<Collapsed> collapse(const BranchSpec& spec, const TensorMap& weights, BetweenLayers between,
                           const ComputeContext& context)
{
    RETURN_IF_ERROR(requireWeights(spec, weights));
    Collapsed collapsed;
    collapsed.leftOut = activationsBetween(spec);
    if (between == BetweenLayers::Refuse && !collapsed.leftOut.empty())
        return Error{
            ErrorCode::Unsupported,
            QT_TRANSLATE_NOOP("core",
                              "the activation at layer %1 of '%2' is between, so the stack "
                              "is not linear"),
            {pathText(collapsed.leftOut.front()), spec.name}};
    collapsed.trailing = trailingActivations(spec);
    ASSIGN_OR_RETURN(
        collapsed.map,
        Composer(weights, spec.mode, context).ofAll(spec.layers, spec.inChannels, "branch.", {}));
    const AffineMap& map = collapsed.map;
    TensorMap tensors;
    tensors.emplace(kWeightName,
                    narrowed({map.outChannels, map.inChannels, map.kernel.height, map.kernel.width},
                             map.weights));
    tensors.emplace(kBiasName, narrowed({map.outChannels}, map.bias));
    RETURN_IF_ERROR(requireFinite(tensors, spec.name));
    collapsed.tensors = std::make_shared<const TensorMap>(std::move(tensors));
    collapsed.ring = borderRing(spec);
    return collapsed;
}

} // namespace factorscope
