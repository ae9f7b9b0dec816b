// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
#include "core/image/magnitude_kernel.h"

#include <hwy/highway.h>

namespace factorscope {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Bits = hn::CappedTag<std::int32_t, kMagnitudesBeyond>;

constexpr Bits kBits;
constexpr hn::RebindToFloat<Bits> kFloats;
constexpr auto kLanes = static_cast<std::ptrdiff_t>(hn::MaxLanes(kBits));

} // namespace

void FACTORSCOPE_KERNEL(const MagnitudesToKeep& job)
{
    const auto magnitude = hn::Set(kBits, kMagnitudeBits);
    const auto infinity = hn::Set(kBits, kInfinityBits);
    const auto above = hn::Set(kBits, job.above);
    std::int32_t* kept = job.kept;
    const auto keep = [&](const float* values) {
        const auto bits = hn::And(hn::BitCast(kBits, hn::LoadU(kFloats, values)), magnitude);
        const auto isKept = hn::And(hn::Gt(bits, above), hn::Lt(bits, infinity));
        kept += hn::CompressStore(bits, isKept, kBits, kept);
    };
    std::ptrdiff_t i = 0;
    for (; i + kLanes <= job.count; i += kLanes)
        keep(job.values + i);
    if (i < job.count) { // beside zeros, which are not kept
        float last[kLanes] = {};
        for (std::ptrdiff_t lane = 0; i + lane < job.count; ++lane)
            last[lane] = job.values[i + lane];
        keep(last);
    }
    *job.keptCount = kept - job.kept;
}

} // namespace factorscope
