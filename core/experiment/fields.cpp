#include "core/experiment/fields.h"

namespace factorscope {

namespace {

BranchOptions withoutShortcut(const Experiment& experiment)
{
    BranchOptions options = branchOptions(experiment, experiment.factorised);
    options.residual = ResidualKind::None;
    return options;
}

} // namespace

BranchSpec firstHalf(const Experiment& experiment)
{
    const BranchOptions options = withoutShortcut(experiment);
    BranchSpec spec = namedBranch(experiment.factorised, options);
    const auto mid = midLayers(experiment.factorised, options);
    spec.layers.resize(mid ? static_cast<std::size_t>(mid->before.back()) + 1 : 0);
    return spec;
}

BranchSpec secondHalf(const Experiment& experiment)
{
    const BranchOptions options = withoutShortcut(experiment);
    BranchSpec spec = namedBranch(experiment.factorised, options);
    const auto mid = midLayers(experiment.factorised, options);
    if (mid) {
        const auto last = (mid->after ? *mid->after : mid->before).back();
        spec.layers.erase(spec.layers.begin(), spec.layers.begin() + last + 1);
        spec.inChannels = options.midChannels;
    }
    return spec;
}

ExperimentFields fieldsOf(const Experiment& experiment)
{
    return {theoreticalField(branchSpec(experiment, BranchKind::Original)),
            theoreticalField(branchSpec(experiment, experiment.factorised)),
            theoreticalField(secondHalf(experiment))};
}

} // namespace factorscope
