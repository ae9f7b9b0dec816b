// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
#include "core/image/statistics_kernel.h"

#include <hwy/highway.h>

namespace factorscope {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kSumLanes>;

constexpr Floats kFloats;
constexpr auto kLanes = static_cast<std::ptrdiff_t>(hn::MaxLanes(kFloats));

} // namespace

void FACTORSCOPE_KERNEL(const BlockToSum& job)
{
    const auto zero = hn::Zero(kFloats);
    const auto origin = hn::Set(kFloats, job.origin);
    auto notFinite = zero; // x − x is 0 for finite x and NaN for all else
    std::int64_t zeros = 0;
    // One vector of sums after the other: the block stays in the first-level cache meanwhile, and
    // the sums in registers.
    for (std::ptrdiff_t lane = 0; lane < kSumLanes; lane += kLanes) {
        auto least = hn::Set(kFloats, job.values[0]);
        auto most = least;
        auto sum = zero;
        auto squares = zero;
        for (std::ptrdiff_t i = lane; i < job.count; i += kSumLanes) {
            const auto value = hn::LoadU(kFloats, job.values + i);
            const auto distance = hn::Sub(value, origin);
            least = hn::Min(value, least);
            most = hn::Max(value, most);
            sum = hn::Add(sum, distance);
            squares = hn::Add(squares, hn::Mul(distance, distance));
            zeros += static_cast<std::int64_t>(hn::CountTrue(kFloats, hn::Eq(value, zero)));
            notFinite = hn::Add(notFinite, hn::Sub(value, value));
        }
        hn::StoreU(least, kFloats, job.sums->least + lane);
        hn::StoreU(most, kFloats, job.sums->most + lane);
        hn::StoreU(sum, kFloats, job.sums->sum + lane);
        hn::StoreU(squares, kFloats, job.sums->squares + lane);
    }
    job.sums->zeros = zeros;
    job.sums->isFinite = hn::AllTrue(kFloats, hn::Eq(notFinite, zero));
}

} // namespace factorscope
