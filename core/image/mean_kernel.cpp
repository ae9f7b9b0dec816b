// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
#include "core/image/mean_kernel.h"

#include <hwy/highway.h>

namespace factorscope {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kPixelsAtOnce>;
using Ints = hn::RebindToSigned<Floats>;

constexpr Floats kFloats;
constexpr Ints kInts;
constexpr auto kLanes = static_cast<std::ptrdiff_t>(hn::MaxLanes(kFloats));

/// sums = a + b
inline __attribute__((always_inline)) void addRows(const float* a, const float* b,
                                                   std::ptrdiff_t count, float* sums)
{
    std::ptrdiff_t x = 0;
    for (; x + kLanes <= count; x += kLanes)
        hn::StoreU(hn::Add(hn::LoadU(kFloats, a + x), hn::LoadU(kFloats, b + x)), kFloats,
                   sums + x);
    for (; x < count; ++x)
        sums[x] = a[x] + b[x];
}

} // namespace

void FACTORSCOPE_KERNEL(const RowsToAverage& job)
{
    const float* sums = job.rows;
    for (std::ptrdiff_t y = 1; y < job.rowCount; ++y) {
        addRows(sums, job.rows + y * job.stride, job.columnCount, job.sums);
        sums = job.sums;
    }
    const auto one = hn::Set(kInts, 1);
    const auto rows = hn::Set(kFloats, static_cast<float>(job.rowCount));
    for (std::ptrdiff_t i = 0; i < job.pixels; i += kLanes) {
        const auto first = hn::LoadU(kInts, job.first + i);
        const auto counts = hn::LoadU(kInts, job.counts + i);
        const auto last = hn::Sub(counts, one);
        auto sum = hn::GatherIndex(kFloats, sums, first);
        for (std::int32_t k = 1; k < job.mostCount; ++k) {
            const auto column = hn::Min(hn::Set(kInts, k), last); // none beyond the sums
            const auto more = hn::Add(sum, hn::GatherIndex(kFloats, sums, hn::Add(first, column)));
            const auto has = hn::RebindMask(kFloats, hn::Gt(counts, hn::Set(kInts, k)));
            sum = hn::IfThenElse(has, more, sum);
        }
        const auto values = hn::Mul(hn::ConvertTo(kFloats, counts), rows);
        hn::StoreU(hn::Div(sum, values), kFloats, job.means + i);
    }
}

} // namespace factorscope
