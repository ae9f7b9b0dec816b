#pragma once

#include "core/conv/conv_engine.h"
#include "core/conv/direct_region.h"
#include "core/conv/winograd_layer.h"

#include <optional>

namespace factorscope {

// What the engines that filter minimally have in common.

/// Why they do not take a problem with a kernel of this size; nothing when they may.
std::optional<Error> declinedByWinograd(const ConvProblem& problem, Extent kernel);

/// That a problem has too many channels for them.
Error tooManyForWinograd(const ConvProblem& problem);

/// Part of an image whose output a kernel computes. `largest`: as of DirectRegions.
struct WinogradPart {
    std::int64_t image = 0;
    OutputRegion region{};
    Extent largest{};
};

/// What a kernel takes of image `image`.
WinogradLayer winogradLayer(const ConvProblem& p, const ConvData& data, std::int64_t image,
                            float* scratch, bool& hasNonFinite);

/// Has a kernel compute a part: compute(const WinogradLayer&). A value that is not finite spoils
/// the whole tile that sees it, by the definition only what the kernel of the convolution reaches
/// from there: `direct` then computes the part again.
template <typename Compute>
void computePart(const ConvProblem& p, const ConvData& data, const WinogradPart& part,
                 float* scratch, const ComputeContext& context, const Compute& compute)
{
    bool hasNonFinite = false;
    compute(winogradLayer(p, data, part.image, scratch, hasNonFinite));
    if (hasNonFinite)
        DirectRegions(p, part.largest).run(data, part.image, part.region, scratch, context);
    context.advance(part.region.pixels() * p.outChannels * p.patchElements());
}

} // namespace factorscope
