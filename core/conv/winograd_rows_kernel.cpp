// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
//
// Where an image has few channels, the tiles of winograd_kernel.cpp, whose lanes are channels, are
// mostly empty. Here the lanes are L tiles beside each other, each four outputs of one row:
//
//   1. Every input row is brought to the N positions, once for all outputs that see it:
//      (row, C, groups of L tiles, N, L), with zeros where the padding is.
//   2. An output row takes R of them: Σ over R·C terms of a position's vector times one weight. The
//      sums of some positions, G groups and a few output channels stay in registers, so many of
//      each that multiply-adds, not loads, are what takes time. There are N where the definition
//      needs 4·R.
//   3. Aᵀ turns the sums of all positions into four outputs; bias, activation.
//
// Tiles and pixels are brought apart and together by transposing 4×4 numbers in each 128-bit part
// of four vectors. The lane 4q + i has then the tile i·L/4 + q: all that matters is that both ways
// are the same.
//
// So an output is the same bits in whatever rectangle it is computed.
#include "core/conv/winograd_rows_kernel.h"

#include "core/conv/ceil_div.h"
#include "core/conv/kernel_vectors.h"
#include "core/conv/winograd_vectors.h"

#include <array>

namespace factorscope {
namespace {

constexpr std::int64_t kGroupPixels = kRowOutputs * kLanes;

constexpr int kGroupsAtOnce = HWY_MAX_BYTES == 64 ? 2 : 1;

/// Positions that are summed together.
template <typename T>
constexpr int kPositionsAtOnce = T::kInputs % 3 == 0 ? 3 : 2;

/// Sums beside each other: as many as fit the registers, and few where vectors are emulated, which
/// have none, and take long to compile.
constexpr int kSums = HWY_MAX_BYTES == 64 ? 24 : HWY_TARGET == HWY_EMU128 ? 4 : 12;
template <typename T>
constexpr int kMostChannels = std::max(kSums / kGroupsAtOnce / kPositionsAtOnce<T>, 1);

/// The inputs `x`…`x + count` of a row, zeros beyond it.
void copyRow(const float* row, std::int64_t width, std::int64_t x, std::int64_t count, float* to)
{
    const std::int64_t begin = std::clamp(-x, std::int64_t{0}, count);
    const std::int64_t end = std::clamp(width - x, begin, count);
    std::fill(to, to + begin, 0.0F);
    std::copy(row + x + begin, row + x + end, to + begin);
    std::fill(to + end, to + count, 0.0F);
}

/// The tiles of one group, to (N, L).
template <typename T>
FACTORSCOPE_INLINE void transformGroup(const float* inputs, float* to)
{
    V d[2 * kRowOutputs];
    V positions[T::kInputs];
    V t[T::kInputs];
    FACTORSCOPE_UNROLL
    for (int i = 0; i < kRowOutputs; ++i) {
        d[i] = hn::LoadU(kTag, inputs + i * kLanes);
        d[kRowOutputs + i] = hn::LoadU(kTag, inputs + i * kLanes + kRowOutputs);
    }
    transposeParts(d);
    transposeParts(d + kRowOutputs);
    FACTORSCOPE_UNROLL
    for (int i = 0; i < T::kInputs; ++i)
        positions[i] = d[i];
    transformInput<T>(positions, t);
    FACTORSCOPE_UNROLL
    for (int i = 0; i < T::kInputs; ++i)
        hn::Store(t[i], kTag, to + i * kLanes);
}

/// The tiles of one row of one channel from input `x` on, to (groups, N, L). Only what reaches
/// beyond the row is copied first.
template <typename T>
void transformRow(const float* row, std::int64_t width, std::int64_t x, std::int64_t groups,
                  float* to)
{
    constexpr std::int64_t kInputs = kGroupPixels + kRowOutputs;
    HWY_ALIGN float copy[kInputs];
    for (std::int64_t group = 0; group < groups; ++group) {
        if (x >= 0 && x + kInputs <= width) {
            transformGroup<T>(row + x, to);
        } else {
            copyRow(row, width, x, kInputs, copy);
            transformGroup<T>(copy, to);
        }
        x += kGroupPixels;
        to += T::kInputs * kLanes;
    }
}

/// Neighbouring groups of tiles of one output row.
struct Groups {
    const float* inputs; ///< of the first term
    std::int64_t termStride;
    std::int64_t terms; ///< R·C
    float* output; ///< of the first channel
    std::int64_t pixels; ///< within the image
    bool isPastCaches; ///< whether the output is written so
};

/// Adds up a few positions, to (groups, channels, N, L).
template <typename T, int kChannels, int kGroups>
FACTORSCOPE_INLINE void sumPositions(const Groups& groups, const float* weights,
                                     std::int64_t position, float* to)
{
    constexpr int kPositions = kPositionsAtOnce<T>;
    const std::int64_t channelWeights = groups.terms * T::kInputs;
    V sums[kGroups][kChannels][kPositions];
    FACTORSCOPE_UNROLL
    for (int g = 0; g < kGroups; ++g) {
        FACTORSCOPE_UNROLL
        for (int c = 0; c < kChannels; ++c) {
            FACTORSCOPE_UNROLL
            for (int i = 0; i < kPositions; ++i)
                sums[g][c][i] = hn::Zero(kTag);
        }
    }
    const float* inputs = groups.inputs + position * kLanes;
    weights += position;
    for (std::int64_t term = 0; term < groups.terms; ++term) {
        FACTORSCOPE_UNROLL
        for (int i = 0; i < kPositions; ++i) {
            V x[kGroups];
            FACTORSCOPE_UNROLL
            for (int g = 0; g < kGroups; ++g)
                x[g] = hn::Load(kTag, inputs + (g * T::kInputs + i) * kLanes);
            FACTORSCOPE_UNROLL
            for (int c = 0; c < kChannels; ++c) {
                const V weight = hn::Set(kTag, weights[c * channelWeights + i]);
                FACTORSCOPE_UNROLL
                for (int g = 0; g < kGroups; ++g)
                    sums[g][c][i] = hn::MulAdd(x[g], weight, sums[g][c][i]);
            }
        }
        inputs += groups.termStride;
        weights += T::kInputs;
    }
    FACTORSCOPE_UNROLL
    for (int g = 0; g < kGroups; ++g) {
        FACTORSCOPE_UNROLL
        for (int c = 0; c < kChannels; ++c) {
            FACTORSCOPE_UNROLL
            for (int i = 0; i < kPositions; ++i)
                hn::Store(sums[g][c][i], kTag,
                          to + ((g * kChannels + c) * T::kInputs + position + i) * kLanes);
        }
    }
}

/// Four outputs of each tile of a group, as far as the image reaches.
FACTORSCOPE_INLINE void storeGroup(V (&y)[kRowOutputs], std::int64_t pixels, float* to,
                                   bool isPastCaches)
{
    transposeParts(y);
    if (pixels >= kGroupPixels) {
        FACTORSCOPE_UNROLL
        for (int i = 0; i < kRowOutputs; ++i)
            store(y[i], to + i * kLanes, isPastCaches);
        return;
    }
    for (int i = 0; i < kRowOutputs && i * kLanes < pixels; ++i)
        storeFirst(y[i], to + i * kLanes, pixels - i * kLanes);
}

/// Some output channels from `first` on. What is not finite shows in the first and the last output
/// of a tile, which are returned, added up.
template <typename T, int kChannels, int kGroups>
V sumGroups(const WinogradRows& rows, const Groups& groups, std::int64_t first)
{
    const std::int64_t plane = rows.outRows.count() * rows.outSize.width;
    const float* weights = rows.weights + first * groups.terms * T::kInputs;
    float* to = groups.output + first * plane;
    HWY_ALIGN float sums[kGroups * kChannels * T::kInputs * kLanes];
    for (std::int64_t i = 0; i < T::kInputs; i += kPositionsAtOnce<T>)
        sumPositions<T, kChannels, kGroups>(groups, weights, i, sums);
    V ends = hn::Zero(kTag);
    FACTORSCOPE_UNROLL
    for (int c = 0; c < kChannels; ++c, to += plane) {
        const V bias = hn::Set(kTag, rows.bias ? rows.bias[first + c] : 0.0F);
        FACTORSCOPE_UNROLL
        for (int g = 0; g < kGroups; ++g) {
            V t[T::kInputs];
            V y[kRowOutputs];
            FACTORSCOPE_UNROLL
            for (int i = 0; i < T::kInputs; ++i)
                t[i] = hn::Load(kTag, sums + ((g * kChannels + c) * T::kInputs + i) * kLanes);
            transformOutput<T>(t, y);
            ends = hn::Add(ends, hn::Add(y[0], y[kRowOutputs - 1]));
            FACTORSCOPE_UNROLL
            for (int i = 0; i < kRowOutputs; ++i)
                y[i] = activated(hn::Add(y[i], bias), rows.negativeSlope);
            storeGroup(y, groups.pixels - g * kGroupPixels, to + g * kGroupPixels,
                       groups.isPastCaches);
        }
    }
    return ends;
}

using SumGroups = V (*)(const WinogradRows&, const Groups&, std::int64_t);

/// By channels, from 1 on.
template <typename T, int kGroups, std::size_t... kChannels>
constexpr std::array<SumGroups, sizeof...(kChannels)>
allSumGroups(std::index_sequence<kChannels...>)
{
    return {sumGroups<T, static_cast<int>(kChannels) + 1, kGroups>...};
}

/// All output channels of some groups.
template <typename T, int kGroups>
V sumChannels(const WinogradRows& rows, const Groups& groups)
{
    constexpr int kMost = kMostChannels<T>;
    constexpr auto kGroupSums = allSumGroups<T, kGroups>(std::make_index_sequence<kMost>());
    const std::int64_t blocks = ceilDiv(rows.outChannels, kMost);
    V ends = hn::Zero(kTag);
    for (std::int64_t block = 0; block < blocks; ++block) {
        const std::int64_t first = rows.outChannels * block / blocks;
        const std::int64_t size = rows.outChannels * (block + 1) / blocks - first;
        ends = hn::Add(ends, kGroupSums[static_cast<std::size_t>(size - 1)](rows, groups, first));
    }
    return ends;
}

template <typename T>
void compute(const WinogradRows& rows)
{
    const std::int64_t groups = ceilDiv(rows.right - rows.left, kGroupPixels);
    const std::int64_t termFloats = groups * T::kInputs * kLanes;
    float* to = rows.scratch;
    for (std::int64_t y = rows.top - rows.padding.height;
         y < rows.bottom - rows.padding.height + T::kTaps - 1; ++y) {
        for (std::int64_t c = 0; c < rows.inChannels; ++c, to += termFloats) {
            if (y < 0 || y >= rows.inSize.height) {
                std::fill_n(to, termFloats, 0.0F);
                continue;
            }
            transformRow<T>(
                rows.input + (c * rows.inRows.count() + y - rows.inRows.begin) * rows.inSize.width,
                rows.inSize.width, rows.left - rows.padding.width, groups, to);
        }
    }
    const bool isPastCaches = isWrittenPastCaches(rows);
    V ends = hn::Zero(kTag);
    for (std::int64_t y = rows.top; y < rows.bottom; ++y) {
        const float* inputs = rows.scratch + (y - rows.top) * rows.inChannels * termFloats;
        for (std::int64_t g = 0; g < groups; g += kGroupsAtOnce) {
            const std::int64_t x = rows.left + g * kGroupPixels;
            const Groups some{.inputs = inputs + g * T::kInputs * kLanes,
                              .termStride = termFloats,
                              .terms = T::kTaps * rows.inChannels,
                              .output
                              = rows.output + (y - rows.outRows.begin) * rows.outSize.width + x,
                              .pixels = rows.right - x,
                              .isPastCaches = isPastCaches};
            ends = hn::Add(ends,
                           g + kGroupsAtOnce <= groups ? sumChannels<T, kGroupsAtOnce>(rows, some)
                                                       : sumChannels<T, 1>(rows, some));
        }
    }
    finishStores(isPastCaches);
    const V nothing = hn::Sub(ends, ends); // NaN where they are not finite
    if (!hn::AllTrue(kTag, hn::Eq(nothing, nothing)))
        *rows.hasNonFinite = true;
}

} // namespace

void FACTORSCOPE_KERNEL(const WinogradRows& rows)
{
    if (rows.taps == 5)
        compute<WinogradTransform<kRowOutputs, 5>>(rows);
    else
        compute<WinogradTransform<kRowOutputs, 3>>(rows);
}

} // namespace factorscope
