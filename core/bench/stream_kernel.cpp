// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
#include "core/bench/stream_kernel.h"

#include <hwy/highway.h>

#include <cstddef>

namespace factorscope {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
} // namespace

void FACTORSCOPE_KERNEL(const StreamWork& work)
{
    const hn::ScalableTag<float> tag;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(tag));
    const auto factor = hn::Set(tag, work.factor);
    for (std::int64_t i = 0; i < work.floats; i += lanes)
        hn::Store(hn::MulAdd(factor, hn::Load(tag, work.c + i), hn::Load(tag, work.b + i)), tag,
                  work.a + i);
}

} // namespace factorscope
