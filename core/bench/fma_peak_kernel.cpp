// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
#include "core/bench/fma_peak_kernel.h"

#include <hwy/highway.h>

#include <cstddef>
#include <utility>

namespace factorscope {
namespace {

// Enough sums to fill two units of four cycles each, few enough for sixteen registers.
constexpr std::size_t kSums = 12;

#if HWY_TARGET == HWY_EMU128 || HWY_TARGET == HWY_SCALAR
// Highway emulates its vectors here; the processor's own four lanes are the peak.
using Vector = float __attribute__((vector_size(16)));
constexpr std::int64_t kLanes = 4;

HWY_INLINE Vector filled(float value)
{
    return Vector{value, value, value, value};
}

HWY_INLINE Vector fused(Vector factor, Vector term, Vector sum)
{
    return sum * factor + term;
}

HWY_INLINE float first(Vector vector)
{
    return vector[0];
}
#else
namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vector = hn::Vec<Tag>;
constexpr std::int64_t kLanes = hn::MaxLanes(Tag());

HWY_INLINE Vector filled(float value)
{
    return hn::Set(Tag(), value);
}

HWY_INLINE Vector fused(Vector factor, Vector term, Vector sum)
{
    return hn::MulAdd(sum, factor, term);
}

HWY_INLINE float first(Vector vector)
{
    return hn::GetLane(vector);
}
#endif

/// The sums as variables of their own: an array of them would live in memory.
template <std::size_t... i>
HWY_INLINE float run(std::int64_t repetitions, std::index_sequence<i...>)
{
    // sum <- 0.5 · sum + 1 stays a number of ordinary size.
    const Vector factor = filled(0.5F);
    const Vector term = filled(1.0F);
    Vector sums[] = {filled(static_cast<float>(i))...};
    for (std::int64_t repetition = 0; repetition < repetitions; ++repetition)
        ((sums[i] = fused(factor, term, sums[i])), ...);
    return (first(sums[i]) + ...);
}

} // namespace

void FACTORSCOPE_KERNEL(FmaWork& work)
{
    work.result = run(work.repetitions, std::make_index_sequence<kSums>());
    work.flops = 2 * std::int64_t{kSums} * kLanes * work.repetitions;
}

} // namespace factorscope
