#pragma once

// For the sources of kernels alone: the matrix products of step 2 of winograd_kernel.cpp.
#include "core/conv/kernel_vectors.h"
#include "core/conv/winograd_kernel.h"

#include <array>

namespace factorscope {
namespace {

constexpr std::int64_t kVectorsOfBlock = kChannelBlock / kLanes;

/// Part of some rows of each channel of a planar image.
struct Rows {
    const float* image = nullptr; ///< (channels,H,W)
    Extent size;
    std::int64_t channels = 0;
    std::int64_t top = 0;
    std::int64_t bottom = 0;
    std::int64_t left = 0;
    std::int64_t right = 0;

    Rows within() const
    {
        Rows rows = *this;
        rows.top = std::max<std::int64_t>(0, top);
        rows.bottom = std::max(rows.top, std::min(bottom, size.height));
        rows.left = std::max<std::int64_t>(0, left);
        rows.right = std::max(rows.left, std::min(right, size.width));
        return rows;
    }
    std::int64_t count() const { return channels * (bottom - top); }
    const float* row(std::int64_t i) const
    {
        const std::int64_t height = bottom - top;
        return image + (i / height * size.height + top + i % height) * size.width;
    }
};

/// The cache lines of rows that will soon be read or written, asked for one at a time while the
/// products are computed: memory is slow to answer, and a burst of questions would hold these up.
class LinesAhead {
public:
    LinesAhead(const Rows& first, const Rows& second) : m_rows{first.within(), second.within()}
    {
        nextRow();
    }

    std::int64_t count() const
    {
        std::int64_t lines = 0;
        for (const Rows& rows : m_rows)
            lines += rows.count() * ceilDiv(rows.right - rows.left, kLine);
        return lines;
    }

    FACTORSCOPE_INLINE void askForNext(int lines)
    {
        for (; lines > 0 && m_at < m_end; --lines) {
            __builtin_prefetch(m_at, 0, 2); // to the second-level cache
            m_at += kLine;
            if (m_at >= m_end)
                nextRow();
        }
    }

private:
    static constexpr std::int64_t kLine = 16; ///< floats

    void nextRow()
    {
        while (m_row == m_rows[m_part].count()) {
            if (m_part == 1)
                return;
            m_part = 1;
            m_row = 0;
        }
        const Rows& rows = m_rows[m_part];
        m_at = rows.row(m_row) + rows.left;
        m_end = rows.row(m_row) + rows.right;
        ++m_row;
    }

    Rows m_rows[2];
    int m_part = 0;
    std::int64_t m_row = 0;
    const float* m_at = nullptr;
    const float* m_end = nullptr;
};

/// One position's product of `tiles` with a panel of output channels.
struct Product {
    const float* a = nullptr; ///< (tiles, C)
    std::int64_t aStride = 0;
    const float* b = nullptr; ///< (blocks, C, 16), from the panel's first vector on
    std::int64_t channels = 0; ///< C
    float* c = nullptr; ///< (tiles, OC)
    std::int64_t cStride = 0;
    LinesAhead* lines = nullptr; ///< some are asked for every few channels
    int linesAtOnce = 0;
};

constexpr std::int64_t kChannelsAtOnce = 8; ///< between looks at the lines

/// kTiles × kVectors sums, each in a register.
template <int kTiles, int kVectors>
void multiply(const Product& p)
{
    V sums[kTiles][kVectors];
    FACTORSCOPE_UNROLL
    for (int t = 0; t < kTiles; ++t) {
        FACTORSCOPE_UNROLL
        for (int v = 0; v < kVectors; ++v)
            sums[t][v] = hn::Zero(kTag);
    }
    const float* b = p.b;
    const std::int64_t blockStride = p.channels * kChannelBlock;
    for (std::int64_t channel = 0; channel < p.channels;) {
        p.lines->askForNext(p.linesAtOnce);
        const std::int64_t end = std::min(channel + kChannelsAtOnce, p.channels);
        for (; channel < end; ++channel, b += kChannelBlock) {
            V weights[kVectors];
            FACTORSCOPE_UNROLL
            for (int v = 0; v < kVectors; ++v)
                weights[v] = hn::Load(
                    kTag, b + v / kVectorsOfBlock * blockStride + v % kVectorsOfBlock * kLanes);
            FACTORSCOPE_UNROLL
            for (int t = 0; t < kTiles; ++t) {
                const V input = hn::Set(kTag, p.a[t * p.aStride + channel]);
                FACTORSCOPE_UNROLL
                for (int v = 0; v < kVectors; ++v)
                    sums[t][v] = hn::MulAdd(input, weights[v], sums[t][v]);
            }
        }
    }
    FACTORSCOPE_UNROLL
    for (int t = 0; t < kTiles; ++t) {
        FACTORSCOPE_UNROLL
        for (int v = 0; v < kVectors; ++v)
            hn::Store(sums[t][v], kTag, p.c + t * p.cStride + v * kLanes);
    }
}

constexpr int kPanelVectors = HWY_MAX_BYTES == 64 ? 4 : static_cast<int>(kVectorsOfBlock);
constexpr int kMostTiles = 8; ///< with more, the addresses do not fit the registers

/// The most tiles whose sums over that many vectors fit the registers.
constexpr int mostTiles(int vectors)
{
    constexpr int kSums = HWY_MAX_BYTES == 64 ? 24 : 12;
    return std::min(kSums / vectors, kMostTiles);
}

using Multiply = void (*)(const Product&);
using MultiplyTiles = std::array<Multiply, kMostTiles>; ///< by tiles, from 1 on

template <int kVectors, std::size_t... kTiles>
constexpr MultiplyTiles multiplyTiles(std::index_sequence<kTiles...>)
{
    return {multiply<static_cast<int>(kTiles) + 1, kVectors>...};
}

template <std::size_t... kVectors>
constexpr std::array<MultiplyTiles, sizeof...(kVectors)>
multiplyVectors(std::index_sequence<kVectors...>)
{
    return {multiplyTiles<static_cast<int>(kVectors) + 1>(
        std::make_index_sequence<mostTiles(static_cast<int>(kVectors) + 1)>())...};
}

/// By vectors and tiles, both from 1 on.
constexpr auto kMultiply = multiplyVectors(std::make_index_sequence<kPanelVectors>());

/// The tiles of a block in groups as equal as they come, so that none is left with few, for panels
/// of so many vectors.
class TileGroups {
public:
    TileGroups(std::int64_t tiles, std::int64_t vectors)
    {
        if (vectors == 0)
            return;
        m_count = ceilDiv(tiles, mostTiles(static_cast<int>(vectors)));
        for (std::int64_t i = 0; i < m_count; ++i) {
            m_first[i] = tiles * i / m_count;
            const std::int64_t size = tiles * (i + 1) / m_count - m_first[i];
            m_multiply[i] = kMultiply[static_cast<std::size_t>(vectors - 1)]
                                     [static_cast<std::size_t>(size - 1)];
        }
    }

    std::int64_t count() const { return m_count; }

    /// All tiles times one panel.
    void multiplyPanel(Product p) const
    {
        const float* a = p.a;
        float* c = p.c;
        for (std::int64_t i = 0; i < m_count; ++i) {
            p.a = a + m_first[i] * p.aStride;
            p.c = c + m_first[i] * p.cStride;
            m_multiply[i](p);
        }
    }

private:
    std::int64_t m_count = 0;
    std::int64_t m_first[kMostTilesOfBlock];
    Multiply m_multiply[kMostTilesOfBlock];
};

} // namespace
} // namespace factorscope
