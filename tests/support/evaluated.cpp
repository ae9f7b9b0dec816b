#include "tests/support/evaluated.h"

#include "core/experiment/opening.h"
#include "core/image/samples.h"

#include <cstdio>
#include <cstdlib>

namespace factorscope {

Experiment smallExperiment()
{
    Experiment experiment = openingExperiment();
    experiment.picture
        = std::make_shared<const Picture>(findSample(kOpeningSample)->draw({40, 48}));
    return experiment;
}

std::shared_ptr<const BothEvaluated> evaluated(const Experiment& experiment)
{
    static ThreadTeam team(2);
    const auto answered = answer(experiment, EvaluateBoth{}, {.team = team});
    if (!answered) {
        std::fprintf(stderr, "%s\n", answered.error().message().c_str());
        std::abort();
    }
    return {*answered, &std::get<BothEvaluated>(**answered)};
}

BothEvaluated withMaps(const BothEvaluated& both, Stage stage, const SharedTensor& maps)
{
    BothEvaluated other = both;
    other.stages[stage] = {maps, {}};
    for (std::int64_t c = 0; c < other.stages[stage].channels(); ++c)
        other.stages[stage].statistics.push_back(statisticsOf(other.stages[stage].map(c)));
    return other;
}

std::shared_ptr<const WeightFile> weightsWith(const BothEvaluated& both, const std::string& tensor,
                                              std::size_t index, float value)
{
    WeightFile file{"changed.safetensors", clone(*both.factorised.weights)};
    file.tensors.at(tensor).values()[index] = value;
    return std::make_shared<const WeightFile>(std::move(file));
}

} // namespace factorscope
