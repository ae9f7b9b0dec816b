#include "core/experiment/stages.h"

#include "core/experiment/evaluate.h"

#include <algorithm>

namespace factorscope {
namespace {

const LayerRun& layerAt(const std::vector<LayerRun>& layers, const LayerPath& path)
{
    const std::vector<LayerRun>* level = &layers;
    for (std::size_t i = 0; i + 1 < path.size(); ++i)
        level = &level->at(static_cast<std::size_t>(path[i])).body;
    return level->at(static_cast<std::size_t>(path.back()));
}

Result<SharedTensor> difference(const SharedTensor& a, const SharedTensor& b,
                                const ComputeContext& context)
{
    if (a->shape() != b->shape())
        return SharedTensor{};
    Tensor result = Tensor::uninitialized(a->shape(), context.pool);
    const std::int64_t maps = a->shape()[0] * a->shape()[1];
    const std::int64_t plane = maps == 0 ? 0 : a->elements() / maps;
    float* values = result.data();
    const bool done = context.team.forEach(
        maps,
        [plane, values, minuend = a->data(), subtrahend = b->data()](std::int64_t map, int) {
            for (std::int64_t i = map * plane; i < (map + 1) * plane; ++i)
                values[i] = minuend[i] - subtrahend[i];
        },
        context.stop);
    if (!done)
        return cancelled();
    return std::make_shared<const Tensor>(std::move(result));
}

/// Those of the maps that both have: the same tensor, or maps at the beginning of the same memory.
std::vector<MapStatistics> statisticsInCommon(const StageMaps& a, const StageMaps& b)
{
    if (!a.maps || !b.maps || a.maps->data() != b.maps->data() || a.size() != b.size())
        return {};
    const auto count = static_cast<std::ptrdiff_t>(std::min(a.channels(), b.channels()));
    return {b.statistics.begin(), b.statistics.begin() + count};
}

} // namespace

float StageMaps::at(std::int64_t channel, std::int64_t y, std::int64_t x) const
{
    const Shape& shape = maps->shape();
    EXPECTS(channel >= 0 && channel < shape[1] && y >= 0 && y < shape[2] && x >= 0 && x < shape[3]);
    return maps->data()[(channel * shape[2] + y) * shape[3] + x];
}

std::span<const float> StageMaps::map(std::int64_t channel) const
{
    const auto plane = static_cast<std::size_t>(maps->shape()[2] * maps->shape()[3]);
    return maps->values().subspan(static_cast<std::size_t>(channel) * plane, plane);
}

Result<Stages> stagesOf(const Experiment& experiment, const BranchEvaluation& original,
                        const BranchEvaluation& factorised, const Stages* previous,
                        const ComputeContext& context)
{
    Stages stages;
    stages[Stage::Input].maps = factorised.input;
    const auto mid
        = midLayers(experiment.factorised, branchOptions(experiment, experiment.factorised));
    if (mid) {
        const std::vector<LayerRun>& layers = factorised.run.layers;
        stages[Stage::MidBefore].maps = layerAt(layers, mid->before).activation;
        if (mid->after)
            stages[Stage::MidAfter].maps = layerAt(layers, *mid->after).activation;
    }
    stages[Stage::Original].maps = original.run.output;
    stages[Stage::Factorised].maps = factorised.run.output;
    ASSIGN_OR_RETURN(stages[Stage::Difference].maps,
                     difference(original.run.output, factorised.run.output, context));
    for (const Stage stage : kStages) {
        StageMaps& own = stages[stage];
        if (!own.maps)
            continue;
        own.statistics = mapStatistics(*own.maps, context,
                                       previous ? statisticsInCommon(own, (*previous)[stage])
                                                : std::vector<MapStatistics>());
        if (std::ssize(own.statistics) != own.channels())
            return cancelled();
    }
    return stages;
}

bool canBeDead(Stage stage)
{
    return stage == Stage::MidAfter || stage == Stage::Original || stage == Stage::Factorised;
}

} // namespace factorscope
