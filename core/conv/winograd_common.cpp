#include "core/conv/winograd_common.h"

#include <string>

namespace factorscope {

std::optional<Error> declinedByWinograd(const ConvProblem& problem, Extent kernel)
{
    constexpr Extent kOne{1, 1};
    if (problem.kernel != kernel)
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core", "winograd takes kernels of 3x3 and 5x5, not %1x%2"),
                     {std::to_string(problem.kernel.height), std::to_string(problem.kernel.width)}};
    if (problem.stride != kOne || problem.dilation != kOne || problem.groups != 1)
        return Error{ErrorCode::Unsupported,
                     QT_TRANSLATE_NOOP("core",
                                       "winograd takes convolutions without stride, "
                                       "dilation and groups"),
                     {}};
    return {};
}

Error tooManyForWinograd(const ConvProblem& problem)
{
    return {ErrorCode::Unsupported,
            QT_TRANSLATE_NOOP("core", "winograd takes fewer channels than %1 to %2"),
            {std::to_string(problem.inChannels), std::to_string(problem.outChannels)}};
}

WinogradLayer winogradLayer(const ConvProblem& p, const ConvData& data, std::int64_t image,
                            float* scratch, bool& hasNonFinite)
{
    const Extent out = p.outSize();
    return {.input = data.input + image * mapFloats(data.inputLayout, p.inChannels, p.inSize),
            .inputLayout = data.inputLayout,
            .inChannels = p.inChannels,
            .inSize = p.inSize,
            .inRows = {0, p.inSize.height},
            .padding = p.padding,
            .weights = data.prepared,
            .bias = data.bias,
            .negativeSlope = data.negativeSlope ? &*data.negativeSlope : nullptr,
            .output = data.output + image * mapFloats(data.outputLayout, p.outChannels, out),
            .outputLayout = data.outputLayout,
            .outChannels = p.outChannels,
            .outSize = out,
            .outRows = {0, out.height},
            .scratch = scratch,
            .hasNonFinite = &hasNonFinite};
}

void computeDirectly(const ConvProblem& p, const ConvData& data, const WinogradPart& part,
                     float* scratch, const ComputeContext& context)
{
    DirectRegions(p, part.largest)
        .run(data,
             {.image = part.image,
              .group = 0,
              .region = part.region,
              .firstChannel = part.channels.begin,
              .endChannel = part.channels.end},
             scratch, context);
}

std::int64_t macsOf(const ConvProblem& p, const WinogradPart& part)
{
    return part.region.pixels() * part.channels.count() * p.patchElements();
}

} // namespace factorscope
