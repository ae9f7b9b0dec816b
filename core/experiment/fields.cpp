#include "core/experiment/fields.h"

namespace factorscope {

BranchSpec secondHalf(const Experiment& experiment)
{
    BranchOptions options = branchOptions(experiment, experiment.factorised);
    options.residual = ResidualKind::None;
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
