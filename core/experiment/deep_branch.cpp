#include "core/experiment/deep_branch.h"

#include "core/branch/layer_traits.h"

#include <string>

namespace factorscope {
namespace {

/// The experiment of the blocks behind the first.
Experiment behindTheFirst(Experiment experiment, std::int64_t block)
{
    experiment.seed += static_cast<std::uint64_t>(block);
    experiment.inChannels = experiment.outChannels;
    experiment.originalInChannels = experiment.originalOutChannels;
    return experiment;
}

/// "branch.2.body.0.weight" as the tensor of a layer `offset` further on.
std::string movedName(const std::string& name, std::size_t offset)
{
    constexpr std::string_view kPrefix = "branch.";
    const std::size_t end = name.find('.', kPrefix.size());
    const std::size_t index = std::stoul(name.substr(kPrefix.size(), end - kPrefix.size()));
    return std::string(kPrefix) + std::to_string(index + offset) + name.substr(end);
}

} // namespace

BranchSpec deepSpec(const Experiment& experiment, BranchKind kind, std::int64_t blocks)
{
    EXPECTS(blocks >= 1);
    BranchSpec spec = branchSpec(experiment, kind);
    const BranchSpec next = branchSpec(behindTheFirst(experiment, 1), kind);
    for (std::int64_t block = 1; block < blocks; ++block)
        spec.layers.insert(spec.layers.end(), next.layers.begin(), next.layers.end());
    return spec;
}

Result<DeepBranch> deepBranch(const Experiment& experiment, BranchKind kind, std::int64_t blocks,
                              const SharedWeights& first, std::int64_t memoryLimitBytes)
{
    DeepBranch deep{deepSpec(experiment, kind, blocks), first};
    if (blocks == 1)
        return deep;
    const bool isFromFile = kind == BranchKind::Original ? experiment.originalWeightFile != nullptr
                                                         : experiment.weightFile != nullptr;
    const std::int64_t out = channelsAfter(deep.spec.layers, deep.spec.inChannels);
    if (isFromFile && out != deep.spec.inChannels)
        return Error{ErrorCode::Shape,
                     QT_TRANSLATE_NOOP("core",
                                       "a branch from a file can be stacked only with as many "
                                       "channels at both ends, not %1 and %2"),
                     {std::to_string(deep.spec.inChannels), std::to_string(out)}};
    const std::size_t layers = deep.spec.layers.size() / static_cast<std::size_t>(blocks);
    TensorMap tensors = clone(*first);
    for (std::int64_t block = 1; block < blocks; ++block) {
        SharedWeights own = first;
        if (!isFromFile) {
            const Experiment behind = behindTheFirst(experiment, block);
            TorchGenerator generator(behind.seed);
            ASSIGN_OR_RETURN(own, weightsOf(behind, kind, generator, memoryLimitBytes));
        }
        for (const auto& [name, tensor] : *own)
            tensors.emplace(movedName(name, static_cast<std::size_t>(block) * layers),
                            tensor.clone());
    }
    deep.weights = std::make_shared<const TensorMap>(std::move(tensors));
    return deep;
}

} // namespace factorscope
