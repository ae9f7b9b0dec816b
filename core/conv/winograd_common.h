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

/// Output channels, half-open.
struct ChannelRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;

    std::int64_t count() const { return end - begin; }
};

/// Part of an image whose output a kernel computes. `largest`: as of DirectRegions.
struct WinogradPart {
    std::int64_t image = 0;
    OutputRegion region{};
    ChannelRange channels{};
    Extent largest{};
};

/// What a kernel takes of image `image`.
WinogradLayer winogradLayer(const ConvProblem& p, const ConvData& data, std::int64_t image,
                            float* scratch, bool& hasNonFinite);

/// Computes a part by `direct`, on planar maps.
void computeDirectly(const ConvProblem& p, const ConvData& data, const WinogradPart& part,
                     float* scratch, const ComputeContext& context);

/// Multiply-accumulate operations of a part.
std::int64_t macsOf(const ConvProblem& p, const WinogradPart& part);

/// Has a kernel compute a part: compute(const WinogradLayer&). A value that is not finite spoils
/// the whole tile that sees it, by the definition only what the kernel of the convolution reaches
/// from there: `direct` then computes the part again. It takes planar maps alone; false where they
/// are not.
template <typename Compute>
bool computePart(const ConvProblem& p, const ConvData& data, const WinogradPart& part,
                 float* scratch, const ComputeContext& context, const Compute& compute)
{
    bool hasNonFinite = false;
    compute(winogradLayer(p, data, part.image, scratch, hasNonFinite));
    if (hasNonFinite && !arePlanar(data))
        return false;
    if (hasNonFinite)
        computeDirectly(p, data, part, scratch, context);
    context.advance(macsOf(p, part));
    return true;
}

} // namespace factorscope
