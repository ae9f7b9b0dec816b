#include "core/collapse/linear_stack.h"

#include "core/branch/layer_traits.h"

#include <algorithm>

namespace factorscope {
namespace {

bool isIdentity(const Layer& layer)
{
    const auto* leaky = std::get_if<LeakyRelu>(&layer.type);
    return leaky && leaky->slope == 1.0;
}

/// The layers before the trailing activations.
std::size_t stackLength(const BranchSpec& spec)
{
    const auto last = std::find_if_not(spec.layers.rbegin(), spec.layers.rend(), isActivation);
    return static_cast<std::size_t>(spec.layers.rend() - last);
}

void collectActivations(const std::vector<Layer>& layers, std::size_t count, LayerPath path,
                        std::vector<LayerPath>& found)
{
    path.push_back(0);
    for (std::size_t i = 0; i < count; ++i, ++path.back()) {
        if (const auto* residual = std::get_if<Residual>(&layers[i].type))
            collectActivations(residual->body, residual->body.size(), path, found);
        else if (isActivation(layers[i]) && !isIdentity(layers[i]))
            found.push_back(path);
    }
}

void setSlopes(std::vector<Layer>& layers, std::size_t count, double slope)
{
    for (std::size_t i = 0; i < count; ++i) {
        if (auto* residual = std::get_if<Residual>(&layers[i].type))
            setSlopes(residual->body, residual->body.size(), slope);
        else if (isActivation(layers[i]))
            layers[i] = {LeakyRelu{slope}};
    }
}

} // namespace

std::vector<Layer> trailingActivations(const BranchSpec& spec)
{
    return {spec.layers.begin() + static_cast<std::ptrdiff_t>(stackLength(spec)),
            spec.layers.end()};
}

std::vector<LayerPath> activationsBetween(const BranchSpec& spec)
{
    std::vector<LayerPath> found;
    collectActivations(spec.layers, stackLength(spec), {}, found);
    return found;
}

BranchSpec withSlopeBetween(const BranchSpec& spec, double slope)
{
    BranchSpec changed = spec;
    setSlopes(changed.layers, stackLength(spec), slope);
    return changed;
}

} // namespace factorscope
