#include "core/experiment/branch_halves.h"

#include "core/branch/layer_traits.h"

namespace factorscope {
namespace {

const Residual* residualOf(const BranchSpec& spec)
{
    return spec.layers.empty() ? nullptr : std::get_if<Residual>(&spec.layers.front().type);
}

/// Layers `first` to `end`, exclusive, under the names that they have as a branch.
BranchPart partOf(const std::vector<Layer>& layers, std::size_t first, std::size_t end,
                  const TensorMap& weights, const std::string& prefix)
{
    BranchPart part;
    for (std::size_t i = first; i < end; ++i) {
        const std::string before = prefix + std::to_string(i) + ".";
        const std::string after = "branch." + std::to_string(i - first) + ".";
        part.spec.layers.push_back(layers[i]);
        for (auto it = weights.lower_bound(before);
             it != weights.end() && it->first.starts_with(before); ++it)
            part.weights.emplace(after + it->first.substr(before.size()), it->second.clone());
    }
    return part;
}

} // namespace

BranchHalves halvesOf(const BothEvaluated& both)
{
    const BranchSpec& spec = both.factorised.spec;
    const Residual* residual = residualOf(spec);
    const std::vector<Layer>& layers = residual ? residual->body : spec.layers;
    const BranchOptions options = branchOptions(both.experiment, both.experiment.factorised);
    const auto mid = midLayers(both.experiment.factorised, options);
    EXPECTS(mid);
    std::size_t end = layers.size();
    while (end > 0 && isActivation(layers[end - 1]))
        --end;
    const auto firstEnd = static_cast<std::size_t>(mid->before.back()) + 1;
    const std::size_t secondBegin = firstEnd + (mid->after ? 1 : 0);
    const std::string prefix = residual ? "branch.0.body." : "branch.";
    const TensorMap& weights = *both.factorised.weights;
    BranchHalves halves{partOf(layers, 0, firstEnd, weights, prefix),
                        partOf(layers, secondBegin, end, weights, prefix)};
    halves.first.spec.inChannels = spec.inChannels;
    halves.second.spec.inChannels = channelsAfter(halves.first.spec.layers, spec.inChannels);
    halves.first.spec.mode = halves.second.spec.mode = spec.mode;
    return halves;
}

double shortcutFactor(const BranchEvaluation& branch, std::int64_t out, std::int64_t in)
{
    const Residual* residual = residualOf(branch.spec);
    if (!residual)
        return 0.0;
    if (residual->shortcut == Shortcut::Identity)
        return out == in ? 1.0 : 0.0;
    const Tensor& weight = branch.weights->at("branch.0.shortcut.weight");
    return weight.data()[out * weight.shape()[1] + in];
}

} // namespace factorscope
