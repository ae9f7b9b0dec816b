#include "core/experiment/experiment.h"

#include "core/result/expects.h"

#include <algorithm>

namespace factorscope {

BranchOptions branchOptions(const Experiment& experiment, BranchKind kind)
{
    BranchOptions options{.inChannels = experiment.inChannels,
                          .midChannels = experiment.midChannels,
                          .outChannels = experiment.outChannels,
                          .between = experiment.between,
                          .leakySlope = experiment.leakySlope,
                          .batchNorm = experiment.batchNorm,
                          .residual = experiment.residual,
                          .bias = experiment.bias,
                          .mode = experiment.mode};
    if (kind == BranchKind::Original && experiment.originalInChannels > 0)
        options.inChannels = experiment.originalInChannels;
    if (kind == BranchKind::Original && experiment.originalOutChannels > 0)
        options.outChannels = experiment.originalOutChannels;
    return options;
}

BranchSpec branchSpec(const Experiment& experiment, BranchKind kind)
{
    return namedBranch(kind, branchOptions(experiment, kind));
}

double slopeBetween(const Experiment& experiment)
{
    switch (experiment.between) {
    case Between::None:
        return 1.0;
    case Between::Relu:
        return 0.0;
    case Between::Leaky:
        return experiment.leakySlope;
    }
    return 0.0;
}

void setSlopeBetween(Experiment& experiment, double slope)
{
    EXPECTS(slope >= 0.0 && slope <= 1.0);
    if (slope == 0.0) {
        experiment.between = Between::Relu;
    } else if (slope == 1.0) {
        experiment.between = Between::None;
    } else {
        experiment.between = Between::Leaky;
        experiment.leakySlope = slope;
    }
}

Result<void> validate(const Experiment& experiment)
{
    for (const BranchKind kind : {BranchKind::Original, experiment.factorised}) {
        const BranchOptions options = branchOptions(experiment, kind);
        if (options.residual == ResidualKind::Identity && options.inChannels != options.outChannels)
            return Error{ErrorCode::InvalidArgument,
                         QT_TRANSLATE_NOOP("core",
                                           "an identity residual needs as many output as input "
                                           "channels, not %1 and %2"),
                         {std::to_string(options.outChannels), std::to_string(options.inChannels)}};
    }
    if (experiment.midBank != 0 && experiment.midBank < experiment.midChannels)
        return Error{
            ErrorCode::InvalidArgument,
            QT_TRANSLATE_NOOP("core", "%1 mid channels cannot be the first of a bank of %2"),
            {std::to_string(experiment.midChannels), std::to_string(experiment.midBank)}};
    const bool hasHeight = experiment.size.height > 0;
    if (hasHeight != (experiment.size.width > 0))
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "the size %1 has no area"),
                     {experiment.size.text()}};
    return {};
}

std::int64_t sliderMidChannels(const Experiment& experiment)
{
    constexpr std::int64_t kMost = 65536; // as many as C_mid may be
    return std::min(
        kMost,
        std::max<std::int64_t>(128, 2 * std::max(experiment.inChannels, experiment.outChannels)));
}

void fitBank(Experiment& experiment)
{
    if (!experiment.weightFile)
        experiment.midBank = sliderMidChannels(experiment);
    experiment.midChannels = std::min(experiment.midChannels, experiment.midBank);
}

bool branchesAreRelated(const Experiment& experiment)
{
    return experiment.kernels && !experiment.weightFile && !experiment.originalWeightFile;
}

bool haveSameOriginal(const Experiment& a, const Experiment& b)
{
    const auto originalPart = [](Experiment experiment) {
        const Experiment any;
        experiment.midChannels = any.midChannels;
        experiment.midBank = any.midBank;
        experiment.factorised = any.factorised;
        experiment.between = any.between;
        experiment.leakySlope = any.leakySlope;
        experiment.weightFile = any.weightFile;
        return experiment;
    };
    return originalPart(a) == originalPart(b);
}

} // namespace factorscope
