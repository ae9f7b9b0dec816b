// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
//
// in (maps, rows, columns) at any distances, out (maps, rows, columns) in a frame of zeros. Lanes
// are neighbouring columns. Under a stride of 2 every other value is taken from two vectors; other
// strides are rare.
#include "core/conv/direct_gather_kernel.h"

#include <hwy/highway.h>

namespace factorscope {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
constexpr std::ptrdiff_t kLanes = hn::MaxLanes(Tag());

using Vector = hn::Vec<Tag>;

// Ends of rows are done with masks where these are quick, else one by one.
constexpr bool kHasMasks = kLanes == 16;

Vector loadFirst(const float* from, std::ptrdiff_t count)
{
    const Tag d;
    return hn::MaskedLoad(hn::FirstN(d, static_cast<std::size_t>(count)), d, from);
}

void storeFirst(Vector values, float* to, std::ptrdiff_t count)
{
    const Tag d;
    hn::BlendedStore(values, hn::FirstN(d, static_cast<std::size_t>(count)), d, to);
}

float* putZeros(float* to, std::ptrdiff_t count)
{
    const Tag d;
    std::ptrdiff_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        hn::StoreU(hn::Zero(d), d, to + i);
    if (i < count && kHasMasks) {
        storeFirst(hn::Zero(d), to + i, count - i);
    } else {
        for (; i < count; ++i)
            to[i] = 0.0F;
    }
    return to + count;
}

float* putRow(const float* from, float* to, std::ptrdiff_t count)
{
    const Tag d;
    std::ptrdiff_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        hn::StoreU(hn::LoadU(d, from + i), d, to + i);
    if (i < count && kHasMasks) {
        storeFirst(loadFirst(from + i, count - i), to + i, count - i);
    } else if (i < count && count >= kLanes) { // the last whole vector again
        hn::StoreU(hn::LoadU(d, from + count - kLanes), d, to + count - kLanes);
    } else {
        for (; i < count; ++i)
            to[i] = from[i];
    }
    return to + count;
}

float* putEveryOther(const float* from, float* to, std::ptrdiff_t count)
{
    const Tag d;
    std::ptrdiff_t i = 0;
    // The last pair of vectors would be read one value too far.
    for (; i + kLanes < count; i += kLanes) {
        const Vector lower = hn::LoadU(d, from + 2 * i);
        const Vector upper = hn::LoadU(d, from + 2 * i + kLanes);
        hn::StoreU(hn::ConcatEven(d, upper, lower), d, to + i);
    }
    if (i < count && kHasMasks) {
        const std::ptrdiff_t left = 2 * (count - i) - 1;
        const std::ptrdiff_t lowerCount = left < kLanes ? left : kLanes;
        const Vector lower = loadFirst(from + 2 * i, lowerCount);
        const Vector upper = loadFirst(from + 2 * i + lowerCount, left - lowerCount);
        storeFirst(hn::ConcatEven(d, upper, lower), to + i, count - i);
    } else {
        for (; i < count; ++i)
            to[i] = from[2 * i];
    }
    return to + count;
}

float* putColumns(const float* from, std::ptrdiff_t step, float* to, std::ptrdiff_t count)
{
    if (step == 1)
        return putRow(from, to, count);
    if (step == 2)
        return putEveryOther(from, to, count);
    for (std::ptrdiff_t i = 0; i < count; ++i)
        to[i] = from[i * step];
    return to + count;
}

} // namespace

void FACTORSCOPE_KERNEL(const FramedRows& r)
{
    const std::ptrdiff_t width = r.before + r.columns + r.after;
    for (std::ptrdiff_t map = 0; map < r.maps; ++map) {
        const float* from = r.from + map * r.fromMap;
        float* to = putZeros(r.to + map * r.toMap, r.above * width);
        for (std::ptrdiff_t row = 0; row < r.rows; ++row, from += r.fromRow) {
            to = putZeros(to, r.before);
            to = putColumns(from, r.fromColumn, to, r.columns);
            to = putZeros(to, r.after);
        }
        putZeros(to, r.below * width + r.behind);
    }
}

} // namespace factorscope
