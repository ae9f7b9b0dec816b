#pragma once

#include "core/experiment/evaluate.h"
#include "core/image/samples.h"

#include <limits>

namespace factorscope {

/// 3 → 5 → 4 channels with drawn weights on a small picture, computed.
inline std::shared_ptr<const Answer> sampleAnswer(Extent size = {12, 16})
{
    Experiment experiment;
    experiment.inChannels = 3;
    experiment.midChannels = 5;
    experiment.outChannels = 4;
    experiment.picture = std::make_shared<const Picture>(findSample("gratings")->draw(size));
    ThreadTeam team(1);
    const ComputeContext context{.team = team,
                                 .pool = nullptr,
                                 .memoryLimitBytes = std::numeric_limits<std::int64_t>::max(),
                                 .stop = {}};
    const auto answered = answer(experiment, EvaluateBoth{}, context);
    EXPECTS(answered);
    return *answered;
}

} // namespace factorscope
