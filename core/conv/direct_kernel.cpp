// Compiled once for each instruction set, with FACTORSCOPE_KERNEL as the name of the function.
//
// in (any, found through offsets), weights (OC, terms), out (OC, rows, columns)
//
// Lanes are neighbouring output pixels: of one row, or of the rows laid end to end at the pitch of
// the input where that leaves fewer lanes idle (maps hardly wider than a vector). A block of
// P vectors × C channels of sums stays in registers over all terms; a term costs P loads of input,
// at any alignment, and C broadcasts of a weight for its P·C multiply-adds. 3 × 8 fill the 32
// registers of AVX-512 and 3 × 4 the 16 of the other sets: enough independent sums to hide the
// latency of two multiply-add units, and fewer loads than these units leave time for. Channels and
// pixels that are no multiple of that are shared out among smaller blocks of nearly equal size.
//
// Each output is one float that begins as the bias, or as what is there already, and takes up its
// products one by one, in the order of the weights. So its bits do not depend on the block it was
// in.
#include "core/conv/direct_kernel.h"

#include "core/conv/kernel_vectors.h"

#include <algorithm>
#include <array>
#include <utility>

namespace factorscope {
namespace {

constexpr bool kManyRegisters = kLanes == 16 || HWY_ARCH_ARM_A64;
constexpr int kMaxChannels = kManyRegisters ? 8 : 4;
constexpr int kMaxVectors = 8;
constexpr int kMaxSums = kManyRegisters ? 24 : 12; // vectors

/// Vectors of a block beside so many channels.
constexpr int vectorsFor(int channels)
{
    return std::min(kMaxVectors, kMaxSums / (channels == 3 ? 4 : channels));
}

/// Where a vector of pixels lies in the first channel of a block.
struct Place {
    const float* from; ///< what offset 0 reads
    const float* initial; ///< null for the bias
    float* preActivations; ///< null for nowhere
    float* to;
    std::ptrdiff_t next; ///< floats to the next channel
};

/// The sums of some vectors of pixels and some channels.
struct Block {
    std::array<Place, kMaxVectors> places;
    const float* weights;
    const float* bias;
};

/// P vectors of pixels × C channels.
template <int P, int C>
void sumBlock(const DirectSums& sums, const Block& block)
{
    const float* from[P];
    const float* weights[C];
    V sum[P][C];
    FACTORSCOPE_UNROLL
    for (int p = 0; p < P; ++p)
        from[p] = block.places[p].from;
    FACTORSCOPE_UNROLL
    for (int c = 0; c < C; ++c) {
        weights[c] = block.weights + c * sums.terms;
        const V bias = hn::Set(kTag, block.bias ? block.bias[c] : 0.0F);
        FACTORSCOPE_UNROLL
        for (int p = 0; p < P; ++p) {
            const Place& place = block.places[p];
            sum[p][c] = bias;
            if (place.initial) {
                const float* const initial = place.initial + c * place.next;
                sum[p][c] = hn::LoadU(kTag, initial);
                hwy::Prefetch(initial + P * kLanes); // hardware does not follow so many maps
            }
            hwy::Prefetch(place.to + c * place.next);
        }
    }
    for (std::ptrdiff_t k = 0; k < sums.terms; ++k) {
        const std::ptrdiff_t offset = sums.offsets[k];
        V x[P];
        FACTORSCOPE_UNROLL
        for (int p = 0; p < P; ++p)
            x[p] = hn::LoadU(kTag, from[p] + offset);
        FACTORSCOPE_UNROLL
        for (int c = 0; c < C; ++c) {
            const V weight = hn::Set(kTag, weights[c][k]);
            FACTORSCOPE_UNROLL
            for (int p = 0; p < P; ++p)
                sum[p][c] = hn::MulAdd(x[p], weight, sum[p][c]);
        }
    }
    FACTORSCOPE_UNROLL
    for (int c = 0; c < C; ++c) {
        FACTORSCOPE_UNROLL
        for (int p = 0; p < P; ++p) {
            const Place& place = block.places[p];
            const std::ptrdiff_t at = c * place.next;
            if (place.preActivations)
                hn::StoreU(sum[p][c], kTag, place.preActivations + at);
            hn::StoreU(activated(sum[p][c], sums.negativeSlope), kTag, place.to + at);
        }
    }
}

using SumBlock = void (*)(const DirectSums&, const Block&);
using BlocksOfChannels = std::array<SumBlock, kMaxVectors>;

template <int C, std::size_t... P>
constexpr BlocksOfChannels blocksOf(std::index_sequence<P...>)
{
    return {sumBlock<static_cast<int>(P) + 1, C>...};
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
    /// Floats from the first pixel of a map of the output.
    std::ptrdiff_t at() const { return m_y * m_sums.outputRow + m_x; }

    /// Brings the pixels of a vector to maps laid out as the output: `values` (channels, lanes),
    /// `maps` begins with the first of these channels.
    void scatter(const float* values, std::ptrdiff_t channels, float* maps) const
    {
        forParts(channels, [&](std::ptrdiff_t at, std::ptrdiff_t lane, std::ptrdiff_t count) {
            storeFirst(hn::LoadU(kTag, values + lane), maps + at, count);
        });
    }

    /// The reverse.
    void gather(const float* maps, std::ptrdiff_t channels, float* values) const
    {
        forParts(channels, [&](std::ptrdiff_t at, std::ptrdiff_t lane, std::ptrdiff_t count) {
            std::copy_n(maps + at, count, values + lane);
        });
    }

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
    void forParts(std::ptrdiff_t channels, const Body& body) const
    {
        std::ptrdiff_t y = m_y;
        std::ptrdiff_t x = m_x;
        for (std::ptrdiff_t lane = 0; lane < kLanes && y < m_sums.rows; ++y) {
            const std::ptrdiff_t count = std::min(m_sums.columns - x, kLanes - lane);
            if (count > 0) {
                const std::ptrdiff_t at = y * m_sums.outputRow + x;
                for (std::ptrdiff_t c = 0; c < channels; ++c)
                    body(at + c * m_sums.outputMap, c * kLanes + lane, count);
            }
            if (!m_endToEnd)
                return;
            lane += m_sums.pitch - x;
            x = 0;
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
            m_block.places[i].from = walk.from();
            m_at[i] = walk.isWhole() ? walk.at() : 0;
            m_areWhole = m_areWhole && walk.isWhole();
        }
    }

    void sum(std::ptrdiff_t first, std::ptrdiff_t channels)
    {
        for (std::size_t i = 0; i < static_cast<std::size_t>(m_vectors); ++i) {
            Place& place = m_block.places[i];
            const std::ptrdiff_t at = first * m_sums.outputMap + m_at[i];
            place.initial = m_sums.initial ? m_sums.initial + at : nullptr;
            place.preActivations = m_sums.preActivations ? m_sums.preActivations + at : nullptr;
            place.to = m_sums.output + at;
            place.next = m_sums.outputMap;
        }
        if (!m_areWhole)
            takeAside(first, channels);
        m_block.weights = m_sums.weights + first * m_sums.terms;
        m_block.bias = m_sums.bias ? m_sums.bias + first : nullptr;
        kBlocks[static_cast<std::size_t>(channels - 1)][static_cast<std::size_t>(m_vectors - 1)](
            m_sums, m_block);
        if (!m_areWhole)
            bringBack(first, channels);
    }

private:
    using Aside = std::array<float, kMaxSums * kLanes + kLanes>; // may be read from its last float

    /// Vectors that do not lie within a row are summed elsewhere, as (channels, lanes).
    void takeAside(std::ptrdiff_t first, std::ptrdiff_t channels)
    {
        Walk walk = m_start;
        for (std::ptrdiff_t v = 0; v < m_vectors; ++v, walk.next()) {
            if (walk.isWhole())
                continue;
            Place& place = m_block.places[static_cast<std::size_t>(v)];
            const std::ptrdiff_t at = v * channels * kLanes;
            place.to = m_output.data() + at;
            place.next = kLanes;
            if (place.preActivations)
                place.preActivations = m_preActivations.data() + at;
            if (place.initial) {
                walk.gather(m_sums.initial + first * m_sums.outputMap, channels, place.to);
                place.initial = place.to;
            }
        }
    }

    void bringBack(std::ptrdiff_t first, std::ptrdiff_t channels)
    {
        Walk walk = m_start;
        const std::ptrdiff_t map = first * m_sums.outputMap;
        for (std::ptrdiff_t v = 0; v < m_vectors; ++v, walk.next()) {
            if (walk.isWhole())
                continue;
            const std::ptrdiff_t at = v * channels * kLanes;
            walk.scatter(m_output.data() + at, channels, m_sums.output + map);
            if (m_sums.preActivations)
                walk.scatter(m_preActivations.data() + at, channels, m_sums.preActivations + map);
        }
    }

    const DirectSums& m_sums;
    const Walk m_start;
    const std::ptrdiff_t m_vectors;
    std::array<std::ptrdiff_t, kMaxVectors> m_at; ///< floats from a map's first pixel, if whole
    bool m_areWhole = true; ///< each vector lies in one row of the output
    Block m_block;
    alignas(64) Aside m_output;
    alignas(64) Aside m_preActivations;
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
    // What is gone through again and again is to stay near: the input of a few vectors of pixels,
    // or else, where all the weights are too much for the second-level cache, those of one block.
    // Under few terms writing takes longest, and maps are better written a few at a time.
    constexpr std::ptrdiff_t kFewTerms = 60;
    constexpr std::ptrdiff_t kNear = std::ptrdiff_t{64} << 10; // floats
    const std::ptrdiff_t blocks = (sums.channels + kMaxChannels - 1) / kMaxChannels;
    if (sums.terms > kFewTerms && sums.channels * sums.terms <= kNear)
        return sumChannels(sums, 0, sums.channels, blocks);
    std::ptrdiff_t first = 0;
    for (std::ptrdiff_t block = blocks; block > 0; --block) {
        const std::ptrdiff_t channels = blockSize(sums.channels - first, block);
        sumChannels(sums, first, first + channels, 1);
        first += channels;
    }
}

} // namespace factorscope
