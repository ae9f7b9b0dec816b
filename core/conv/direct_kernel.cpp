// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
//
// in (any, found through offsets), weights (OC, terms), out (OC, rows, columns)
//
// Lanes are neighbouring output pixels: of one row, or of the rows laid end to end at the pitch of
// the input where that leaves fewer lanes idle (maps hardly wider than a vector). A block of
// V vectors × C channels of sums stays in registers over all terms; a term costs V loads of input,
// at any alignment, and C broadcasts of a weight for its V·C multiply-adds. 3 × 8 fill the 32
// registers of AVX-512 and 3 × 4 the 16 of the other sets: enough independent sums to hide the
// latency of two multiply-add units, and fewer loads than these units leave time for. Channels and
// pixels that are no multiple of that are shared out among smaller blocks of nearly equal size.
//
// Each output is one float that begins as the bias and takes up its products one by one, in the
// order of the weights. So its bits do not depend on the block it was in.
#include "core/conv/direct_kernel.h"

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <utility>

namespace factorscope {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using Vector = hn::Vec<Tag>;
constexpr std::ptrdiff_t kLanes = hn::MaxLanes(Tag());

constexpr bool kManyRegisters = kLanes == 16 || HWY_ARCH_ARM_A64;
constexpr int kMaxChannels = kManyRegisters ? 8 : 4;
constexpr int kMaxVectors = 8;
constexpr int kMaxSums = kManyRegisters ? 24 : 12; // vectors

/// Vectors of a block beside so many channels.
constexpr int vectorsFor(int channels)
{
    return std::min(kMaxVectors, kMaxSums / (channels == 3 ? 4 : channels));
}

/// The sums of some vectors of pixels and some channels.
struct Block {
    std::array<const float*, kMaxVectors> from; ///< what offset 0 reads
    std::array<float*, kMaxVectors> to; ///< of the first channel
    std::array<std::ptrdiff_t, kMaxVectors> toNext; ///< floats to the next channel
    const float* weights;
    const float* bias;
    std::array<const float*, kMaxVectors> initial; ///< of the first channel, null for the bias
};

// Arrays of vectors stay in registers only where every loop over them is unrolled.
template <int V, int C>
void sumBlock(const DirectSums& sums, const Block& block)
{
    const Tag d;
    const float* from[V];
    const float* weights[C];
    Vector sum[V][C];
#pragma GCC unroll 32
    for (int v = 0; v < V; ++v)
        from[v] = block.from[v];
#pragma GCC unroll 32
    for (int c = 0; c < C; ++c) {
        weights[c] = block.weights + c * sums.terms;
        const Vector bias = hn::Set(d, block.bias ? block.bias[c] : 0.0F);
#pragma GCC unroll 32
        for (int v = 0; v < V; ++v) {
            sum[v][c]
                = block.initial[v] ? hn::LoadU(d, block.initial[v] + c * block.toNext[v]) : bias;
            hwy::Prefetch(block.to[v] + c * block.toNext[v]);
        }
    }
    for (std::ptrdiff_t k = 0; k < sums.terms; ++k) {
        const std::ptrdiff_t offset = sums.offsets[k];
        Vector x[V];
#pragma GCC unroll 32
        for (int v = 0; v < V; ++v)
            x[v] = hn::LoadU(d, from[v] + offset);
#pragma GCC unroll 32
        for (int c = 0; c < C; ++c) {
            const Vector weight = hn::Set(d, weights[c][k]);
#pragma GCC unroll 32
            for (int v = 0; v < V; ++v)
                sum[v][c] = hn::MulAdd(x[v], weight, sum[v][c]);
        }
    }
    const bool rectifies = sums.negativeSlope && *sums.negativeSlope == 0.0F;
    const Vector slope = hn::Set(d, sums.negativeSlope ? *sums.negativeSlope : 1.0F);
#pragma GCC unroll 32
    for (int c = 0; c < C; ++c) {
#pragma GCC unroll 32
        for (int v = 0; v < V; ++v) {
            const Vector x = sum[v][c];
            const Vector y = rectifies
                ? hn::IfThenZeroElse(hn::Lt(x, hn::Zero(d)), x)
                : hn::IfThenElse(hn::Gt(x, hn::Zero(d)), x, hn::Mul(x, slope));
            hn::StoreU(y, d, block.to[v] + c * block.toNext[v]);
        }
    }
}

using SumBlock = void (*)(const DirectSums&, const Block&);
using BlocksOfChannels = std::array<SumBlock, kMaxVectors>;

template <int C, std::size_t... V>
constexpr BlocksOfChannels blocksOf(std::index_sequence<V...>)
{
    return {sumBlock<static_cast<int>(V) + 1, C>...};
}

template <std::size_t... C>
constexpr std::array<BlocksOfChannels, kMaxChannels> allBlocks(std::index_sequence<C...>)
{
    return {blocksOf<static_cast<int>(C) + 1>(
        std::make_index_sequence<vectorsFor(static_cast<int>(C) + 1)>())...};
}

constexpr std::array<BlocksOfChannels, kMaxChannels> kBlocks
    = allBlocks(std::make_index_sequence<kMaxChannels>());

/// Goes through the output pixels a vector at a time.
class Walk {
public:
    explicit Walk(const DirectSums& sums) : m_sums(sums)
    {
        const std::ptrdiff_t inRows = sums.rows * ((sums.columns + kLanes - 1) / kLanes);
        const std::ptrdiff_t endToEnd
            = ((sums.rows - 1) * sums.pitch + sums.columns + kLanes - 1) / kLanes;
        m_endToEnd = sums.runsOver && endToEnd < inRows;
        m_vectors = m_endToEnd ? endToEnd : inRows;
    }

    std::ptrdiff_t vectors() const { return m_vectors; }
    bool isWhole() const { return m_x + kLanes <= m_sums.columns; }
    const float* from() const { return m_sums.input + m_y * m_sums.pitch + m_x; }
    float* to() const { return m_sums.output + m_y * m_sums.outputRow + m_x; }

    /// Brings the pixels of a vector to the output: `values` (channels, lanes), beginning with the
    /// channel `first`.
    void scatter(const float* values, std::ptrdiff_t first, std::ptrdiff_t channels) const
    {
        forParts(first, channels,
                 [&](std::ptrdiff_t at, std::ptrdiff_t lane, std::ptrdiff_t count) {
                     storeFirst(values + lane, count, m_sums.output + at);
                 });
    }

    /// The reverse, from what the sums begin with.
    void gather(float* values, std::ptrdiff_t first, std::ptrdiff_t channels) const
    {
        forParts(first, channels,
                 [&](std::ptrdiff_t at, std::ptrdiff_t lane, std::ptrdiff_t count) {
                     std::copy_n(m_sums.initial + at, count, values + lane);
                 });
    }

    const float* initial() const { return m_sums.initial + (to() - m_sums.output); }

    void next()
    {
        m_x += kLanes;
        if (m_endToEnd) {
            for (; m_x >= m_sums.pitch; m_x -= m_sums.pitch)
                ++m_y;
        } else if (m_x >= m_sums.columns) {
            m_x = 0;
            ++m_y;
        } else {
            // The last vector of a row goes back to where it is whole.
            m_x = std::min(m_x, std::max(m_sums.columns - kLanes, std::ptrdiff_t{0}));
        }
    }

private:
    /// Calls body(place, lane, count) for the parts of a vector of each channel that lie within a
    /// row: where in the output, which of (channels, lanes), how many.
    template <typename Body>
    void forParts(std::ptrdiff_t first, std::ptrdiff_t channels, const Body& body) const
    {
        std::ptrdiff_t y = m_y;
        std::ptrdiff_t x = m_x;
        for (std::ptrdiff_t lane = 0; lane < kLanes && y < m_sums.rows; ++y) {
            const std::ptrdiff_t count = std::min(m_sums.columns - x, kLanes - lane);
            if (count > 0) {
                const std::ptrdiff_t at = first * m_sums.outputMap + y * m_sums.outputRow + x;
                for (std::ptrdiff_t c = 0; c < channels; ++c)
                    body(at + c * m_sums.outputMap, c * kLanes + lane, count);
            }
            if (!m_endToEnd)
                return;
            lane += m_sums.pitch - x;
            x = 0;
        }
    }

    /// May read a vector, writes no more than `count` floats.
    static void storeFirst(const float* values, std::ptrdiff_t count, float* to)
    {
        if constexpr (kLanes >= 8) {
            const Tag d;
            const auto first = hn::FirstN(d, static_cast<std::size_t>(count));
            hn::BlendedStore(hn::LoadU(d, values), first, d, to);
        } else {
            for (std::ptrdiff_t i = 0; i < count; ++i)
                to[i] = values[i];
        }
    }

    const DirectSums& m_sums;
    bool m_endToEnd = false;
    std::ptrdiff_t m_vectors = 0;
    std::ptrdiff_t m_y = 0;
    std::ptrdiff_t m_x = 0;
};

/// How many channels lie in one of so many blocks: nearly as many in each.
std::ptrdiff_t blockSize(std::ptrdiff_t channels, std::ptrdiff_t blocks)
{
    return (channels + blocks - 1) / blocks;
}

/// Vectors of pixels that are summed together, channel by channel.
class Pixels {
public:
    Pixels(const DirectSums& sums, Walk& walk, std::ptrdiff_t vectors)
        : m_sums(sums), m_start(walk), m_vectors(vectors)
    {
        for (std::ptrdiff_t v = 0; v < vectors; ++v, walk.next()) {
            const auto i = static_cast<std::size_t>(v);
            m_block.from[i] = walk.from();
            m_to[i] = walk.isWhole() ? walk.to() : nullptr;
            m_whole = m_whole && walk.isWhole();
        }
    }

    void sum(std::ptrdiff_t first, std::ptrdiff_t channels)
    {
        Walk begin = m_start;
        for (std::ptrdiff_t v = 0; v < m_vectors; ++v, begin.next()) {
            const auto i = static_cast<std::size_t>(v);
            m_block.to[i] = m_to[i] ? m_to[i] + first * m_sums.outputMap
                                    : m_aside.data() + v * channels * kLanes;
            m_block.toNext[i] = m_to[i] ? m_sums.outputMap : kLanes;
            m_block.initial[i] = nullptr;
            if (m_sums.initial && m_to[i]) {
                m_block.initial[i] = begin.initial() + first * m_sums.outputMap;
            } else if (m_sums.initial) {
                begin.gather(m_block.to[i], first, channels);
                m_block.initial[i] = m_block.to[i];
            }
        }
        m_block.weights = m_sums.weights + first * m_sums.terms;
        m_block.bias = m_sums.bias ? m_sums.bias + first : nullptr;
        kBlocks[static_cast<std::size_t>(channels - 1)][static_cast<std::size_t>(m_vectors - 1)](
            m_sums, m_block);
        Walk walk = m_start;
        for (std::ptrdiff_t v = 0; !m_whole && v < m_vectors; ++v, walk.next()) {
            if (!walk.isWhole())
                walk.scatter(m_aside.data() + v * channels * kLanes, first, channels);
        }
    }

private:
    const DirectSums& m_sums;
    const Walk m_start;
    const std::ptrdiff_t m_vectors;
    bool m_whole = true; ///< each vector lies in one row of the output
    std::array<float*, kMaxVectors> m_to; ///< in the first channel, null if not whole
    Block m_block;
    // Where vectors that are not whole are stored at first; the last may be read from its end.
    alignas(64) std::array<float, kMaxSums * kLanes + kLanes> m_aside;
};

/// All pixels of the channels [first, end), so many blocks of them for each few vectors of pixels.
void sumChannels(const DirectSums& sums, std::ptrdiff_t first, std::ptrdiff_t end,
                 std::ptrdiff_t blocks)
{
    const std::ptrdiff_t largest = vectorsFor(static_cast<int>(blockSize(end - first, blocks)));
    Walk walk(sums);
    std::ptrdiff_t left = walk.vectors();
    for (std::ptrdiff_t steps = (left + largest - 1) / largest; steps > 0; --steps) {
        const std::ptrdiff_t vectors = blockSize(left, steps);
        left -= vectors;
        Pixels pixels(sums, walk, vectors);
        std::ptrdiff_t channel = first;
        for (std::ptrdiff_t block = blocks; block > 0; --block) {
            const std::ptrdiff_t channels = blockSize(end - channel, block);
            pixels.sum(channel, channels);
            channel += channels;
        }
    }
}

} // namespace

void FACTORSCOPE_KERNEL(const DirectSums& sums)
{
    // What is gone through again and again is to stay near: the input of a few vectors, or else,
    // where all the weights are too much for the second-level cache, those of one block.
    constexpr std::ptrdiff_t kNear = std::ptrdiff_t{64} << 10; // floats
    std::ptrdiff_t blocks = (sums.channels + kMaxChannels - 1) / kMaxChannels;
    if (sums.channels * sums.terms <= kNear)
        return sumChannels(sums, 0, sums.channels, blocks);
    for (std::ptrdiff_t first = 0; blocks > 0; --blocks) {
        const std::ptrdiff_t channels = blockSize(sums.channels - first, blocks);
        sumChannels(sums, first, first + channels, 1);
        first += channels;
    }
}

} // namespace factorscope
