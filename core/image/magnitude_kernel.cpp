// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
#include "core/image/magnitude_kernel.h"

#include "core/conv/kernel_vectors.h"

namespace factorscope {
namespace {

constexpr hn::RebindToSigned<D> kBits;
static_assert(kLanes <= kMagnitudesBeyond);

} // namespace

void FACTORSCOPE_KERNEL(const MagnitudesToKeep& job)
{
    const auto magnitude = hn::Set(kBits, kMagnitudeBits);
    const auto infinity = hn::Set(kBits, kInfinityBits);
    const auto above = hn::Set(kBits, job.above);
    std::int32_t* kept = job.kept;
    for (std::ptrdiff_t i = 0; i < job.count; i += kLanes) {
        const V values = loadWithin(job.values, i, job.count); // zeros behind, which are not kept
        const auto bits = hn::And(hn::BitCast(kBits, values), magnitude);
        const auto isKept = hn::And(hn::Gt(bits, above), hn::Lt(bits, infinity));
        kept += hn::CompressStore(bits, isKept, kBits, kept);
    }
    *job.keptCount = kept - job.kept;
}

} // namespace factorscope
