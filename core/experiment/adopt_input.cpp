#include "core/experiment/adopt_input.h"

#include "core/experiment/adopt_weights.h"
#include "core/experiment/parameters.h"

namespace factorscope {
namespace {

bool fitsChannels(Lift lift, const Experiment& experiment)
{
    const auto all = [&](std::int64_t channels) {
        return experiment.inChannels == channels
            && (experiment.originalInChannels == 0 || experiment.originalInChannels == channels);
    };
    switch (lift) {
    case Lift::Rgb:
        return all(3);
    case Lift::Gray:
        return all(1);
    case Lift::Filterbank:
    case Lift::Randn:
        return true;
    }
    return true;
}

/// After the channels have changed.
void dropUnfit(Experiment& experiment)
{
    if (experiment.lift && !fitsChannels(*experiment.lift, experiment))
        experiment.lift.reset();
    dropUnfitWeights(experiment);
}

} // namespace

Experiment withPicture(Experiment experiment, std::shared_ptr<const Picture> picture)
{
    experiment.picture = std::move(picture);
    experiment.inputTensor = nullptr;
    if (experiment.lift == Lift::Randn)
        experiment.lift.reset();
    dropUnfit(experiment);
    return experiment;
}

Result<Experiment> withTensor(Experiment experiment, SharedTensor tensor)
{
    RETURN_IF_ERROR(setParameter(experiment, *findParameter("in-channels"), tensor->shape()[1]));
    experiment.originalInChannels = 0;
    experiment.inputTensor = std::move(tensor);
    experiment.picture = nullptr;
    experiment.size = {};
    experiment.lift.reset();
    dropUnfit(experiment);
    return experiment;
}

Experiment withPreset(Experiment experiment, const Preset& preset, PresetSize size)
{
    apply(preset, experiment);
    if (size == PresetSize::OfPicture || experiment.inputTensor)
        experiment.size = {};
    dropUnfit(experiment);
    return experiment;
}

Experiment withSeededWeights(Experiment experiment)
{
    experiment.kernels.reset();
    experiment.weightFile = nullptr;
    experiment.originalWeightFile = nullptr;
    fitBank(experiment);
    return experiment;
}

} // namespace factorscope
