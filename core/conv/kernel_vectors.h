#pragma once

// For the sources of kernels alone, which add_kernels() compiles once for each instruction set: its
// vectors of floats, and what they have in common.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace factorscope {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

#define FACTORSCOPE_ALWAYS __attribute__((always_inline))
#define FACTORSCOPE_INLINE inline FACTORSCOPE_ALWAYS
// Arrays of vectors stay in registers only where every loop over them is unrolled.
#define FACTORSCOPE_UNROLL _Pragma("GCC unroll 64")

using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;
constexpr D kTag;
constexpr std::int64_t kLanes = static_cast<std::int64_t>(HWY_MAX_BYTES / sizeof(float));

/// Transposes the 4×4 numbers in each 128-bit part of four vectors.
FACTORSCOPE_INLINE void transposeParts(V* v)
{
    const hn::Repartition<double, D> pairs;
    const V ab0 = hn::InterleaveLower(kTag, v[0], v[1]); // a0 b0 a1 b1
    const V ab2 = hn::InterleaveUpper(kTag, v[0], v[1]);
    const V cd0 = hn::InterleaveLower(kTag, v[2], v[3]);
    const V cd2 = hn::InterleaveUpper(kTag, v[2], v[3]);
    const auto lower = [&](V a, V b) {
        return hn::BitCast(
            kTag, hn::InterleaveLower(pairs, hn::BitCast(pairs, a), hn::BitCast(pairs, b)));
    };
    const auto upper = [&](V a, V b) {
        return hn::BitCast(
            kTag, hn::InterleaveUpper(pairs, hn::BitCast(pairs, a), hn::BitCast(pairs, b)));
    };
    v[0] = lower(ab0, cd0);
    v[1] = upper(ab0, cd0);
    v[2] = lower(ab2, cd2);
    v[3] = upper(ab2, cd2);
}

/// Transposes L vectors of L numbers.
FACTORSCOPE_INLINE void transpose(V (&v)[kLanes])
{
    FACTORSCOPE_UNROLL
    for (int part = 0; part < kLanes / 4; ++part)
        transposeParts(v + 4 * part);
#if HWY_MAX_BYTES >= 32
    // Now v[4p + i] has in its part q the numbers 4p…4p+3 of row 4q + i: a transposition of parts.
    FACTORSCOPE_UNROLL
    for (int i = 0; i < 4; ++i) {
#if HWY_MAX_BYTES == 32
        const V a = v[i];
        const V b = v[4 + i];
        v[i] = hn::ConcatLowerLower(kTag, b, a);
        v[4 + i] = hn::ConcatUpperUpper(kTag, b, a);
#else
        const V ab0 = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(v[4 + i]), v[i]); // a0 b0 a2 b2
        const V ab1 = hn::OddEvenBlocks(v[4 + i], hn::SwapAdjacentBlocks(v[i])); // a1 b1 a3 b3
        const V cd0 = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(v[12 + i]), v[8 + i]);
        const V cd1 = hn::OddEvenBlocks(v[12 + i], hn::SwapAdjacentBlocks(v[8 + i]));
        v[i] = hn::ConcatLowerLower(kTag, cd0, ab0);
        v[4 + i] = hn::ConcatLowerLower(kTag, cd1, ab1);
        v[8 + i] = hn::ConcatUpperUpper(kTag, cd0, ab0);
        v[12 + i] = hn::ConcatUpperUpper(kTag, cd1, ab1);
#endif
    }
#endif
}

/// The numbers x…x+L−1 of a row of `width`, zeros where it has none.
FACTORSCOPE_INLINE V loadWithin(const float* row, std::int64_t x, std::int64_t width)
{
    if (x >= 0 && x + kLanes <= width)
        return hn::LoadU(kTag, row + x);
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
    const auto count = [](std::int64_t n) {
        return static_cast<std::size_t>(std::clamp(n, std::int64_t{0}, kLanes));
    };
    const auto before = hn::FirstN(kTag, count(-x));
    const auto within = hn::FirstN(kTag, count(width - x));
    return hn::MaskedLoad(hn::AndNot(before, within), kTag, row + x);
#else
    HWY_ALIGN float numbers[kLanes] = {};
    for (std::int64_t i = std::max<std::int64_t>(0, -x); i < std::min(kLanes, width - x); ++i)
        numbers[i] = row[x + i];
    return hn::Load(kTag, numbers);
#endif
}

/// The first `count` numbers of a vector.
FACTORSCOPE_INLINE void storeFirst(V v, float* to, std::int64_t count)
{
    if (count >= kLanes)
        return hn::StoreU(v, kTag, to);
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
    hn::BlendedStore(v, hn::FirstN(kTag, static_cast<std::size_t>(count)), kTag, to);
#else
    HWY_ALIGN float numbers[kLanes];
    hn::Store(v, kTag, numbers);
    for (std::int64_t i = 0; i < count; ++i)
        to[i] = numbers[i];
#endif
}

/// Stores a vector; past the caches only where it is aligned, and until finishStores() other
/// threads may not see it.
FACTORSCOPE_INLINE void store(V v, float* to, bool isPastCaches)
{
    if (isPastCaches)
        hn::Stream(v, kTag, to);
    else
        hn::StoreU(v, kTag, to);
}

FACTORSCOPE_INLINE void finishStores(bool arePastCaches)
{
    if (arePastCaches)
        hwy::FlushStream();
}

/// Calls body(i) for i from 0 to kCount − 1, each known to the compiler.
template <int kCount, typename Body>
FACTORSCOPE_INLINE void unrolled(const Body& body)
{
    [&]<int... I>(std::integer_sequence<int, I...>) FACTORSCOPE_ALWAYS
    {
        (body(std::integral_constant<int, I>{}), ...);
    }
    (std::make_integer_sequence<int, kCount>{});
}

FACTORSCOPE_INLINE V activated(V x, const float* negativeSlope)
{
    if (!negativeSlope)
        return x;
    if (*negativeSlope == 0.0F) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128
        return hn::Max(hn::Zero(kTag), x); // of NaN or two zeros the instruction takes the second
#else
        return hn::IfThenZeroElse(hn::Lt(x, hn::Zero(kTag)), x);
#endif
    }
    return hn::IfThenElse(hn::Gt(x, hn::Zero(kTag)), x, hn::Mul(x, hn::Set(kTag, *negativeSlope)));
}

} // namespace
} // namespace factorscope
