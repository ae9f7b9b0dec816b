#include "core/experiment/opening.h"

namespace factorscope {

Experiment openingExperiment()
{
    Experiment experiment;
    experiment.inChannels = 3;
    experiment.midChannels = 16;
    experiment.outChannels = 16;
    experiment.kernels = HandMade::Matched;
    experiment.kernelShape.painted = handMadeKernel({.kind = HandMade::Log}); // to begin with
    experiment.midBank = sliderMidChannels(experiment);
    return experiment;
}

} // namespace factorscope
