#include "core/bench/fma_peak.h"

#include "core/bench/fma_peak_kernel.h"
#include "core/conv/kernel_dispatch.h"
#include "core/timing/timing.h"

#include <vector>

namespace factorscope {

FACTORSCOPE_DISPATCH_KERNEL(multiplyAdd, FmaWork&)

Result<FmaBurst> fmaBurst(const ComputeContext& context)
{
    constexpr std::int64_t kRepetitions = 100'000;
    std::vector<FmaWork> work(static_cast<std::size_t>(context.team.size()),
                              FmaWork{.repetitions = kRepetitions});
    const auto start = Clock::now();
    const bool done = context.team.forEach(
        context.team.size(),
        [&](std::int64_t item, int) {
            multiplyAdd(work[static_cast<std::size_t>(item)], context.instructionSet);
        },
        context.stop);
    const double milliseconds = millisecondsSince(start);
    if (!done)
        return cancelled();
    FmaBurst burst{.milliseconds = milliseconds};
    for (const FmaWork& one : work)
        burst.flops += one.flops;
    return burst;
}

} // namespace factorscope
