// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
//
// The position of a value is computed in double precision with the operations of colourOf(), one by
// one, so that it falls into the same step.
#include "core/image/colour_kernel.h"
#include "core/image/colormap.h"

#include <hwy/highway.h>

namespace factorscope {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Wide = hn::ScalableTag<double>;
using Values = hn::Rebind<float, Wide>;
using Steps = hn::Rebind<std::int32_t, Wide>;
using Pixels = hn::Rebind<std::uint32_t, Wide>;

constexpr Wide kWide;
constexpr Values kValues;
constexpr Steps kSteps;
constexpr Pixels kPixels;
constexpr auto kLanes = static_cast<std::ptrdiff_t>(hn::MaxLanes(kWide));

/// The colours of as many values as a vector of doubles holds.
inline __attribute__((always_inline)) void colourVector(const ValuesToColour& job,
                                                        const float* values, std::uint32_t* pixels)
{
    const auto given = hn::LoadU(kValues, values);
    const auto isNan = hn::IsNaN(given);
    const auto value = hn::PromoteTo(kWide, hn::IfThenZeroElse(isNan, given));
    const auto position
        = hn::Div(hn::Sub(value, hn::Set(kWide, job.low)), hn::Set(kWide, job.range));
    const auto step = hn::Mul(position, hn::Set(kWide, double{kColormapSize}));
    const auto kept
        = hn::Max(hn::Min(step, hn::Set(kWide, double{kColormapSize - 1})), hn::Zero(kWide));
    const auto colour = hn::GatherIndex(kPixels, job.colours, hn::DemoteTo(kSteps, kept));
    const auto nan = hn::Set(kPixels, job.notANumber);
    hn::StoreU(hn::IfThenElse(hn::RebindMask(kPixels, isNan), nan, colour), kPixels, pixels);
}

} // namespace

void FACTORSCOPE_KERNEL(const ValuesToColour& given)
{
    const ValuesToColour job = given; // writing pixels cannot change it
    std::ptrdiff_t i = 0;
    for (; i + kLanes <= job.count; i += kLanes)
        colourVector(job, job.values + i, job.pixels + i);
    if (i == job.count)
        return;
    float values[kLanes] = {};
    std::uint32_t pixels[kLanes];
    for (std::ptrdiff_t rest = i; rest < job.count; ++rest)
        values[rest - i] = job.values[rest];
    colourVector(job, values, pixels);
    for (std::ptrdiff_t rest = i; rest < job.count; ++rest)
        job.pixels[rest] = pixels[rest - i];
}

} // namespace factorscope
