#include "core/experiment/adopt_kernels.h"

#include <utility>

namespace factorscope {

Experiment withKernels(Experiment experiment, const HandMadeChoice& choice)
{
    experiment.kernels = choice.kind;
    experiment.kernelShape = choice.shape;
    if (choice.kind == HandMade::Random)
        experiment.seed = choice.seed;
    const bool hadFiles = experiment.weightFile || experiment.originalWeightFile;
    experiment.weightFile = nullptr;
    experiment.originalWeightFile = nullptr;
    if (hadFiles)
        fitBank(experiment);
    return experiment;
}

} // namespace factorscope
