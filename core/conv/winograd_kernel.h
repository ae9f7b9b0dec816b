#pragma once

#include "core/conv/instruction_set.h"
#include "core/conv/winograd_layer.h"

#include <algorithm>
#include <cstdint>

namespace factorscope {

/// The variants of Winograd that are built: outputs of a tile × taps of the kernel, along each
/// axis.
enum class WinogradVariant { F2x5, F4x3, F4x5, F6x3 };

/// A block has no more tiles than that.
inline constexpr std::int64_t kMostTilesOfBlock = 128;

/// Tiles of one image, half-open, counted in tiles.
struct TileRectangle {
    std::int64_t top = 0;
    std::int64_t bottom = 0;
    std::int64_t left = 0;
    std::int64_t right = 0;

    Extent size() const { return {bottom - top, right - left}; }
};

/// A rectangle of tiles of a layer, each M×M outputs, and what is needed to compute it.
///
///   weights (N·N positions, blocks of OC, C, 16); scratch of WinogradScratch::floats
struct WinogradBlock : WinogradLayer {
    std::int64_t weightBlocks = 0; ///< of OC: outputs may be some of them
    WinogradVariant variant = WinogradVariant::F4x5;
    TileRectangle tiles;
    bool hasNext = false; ///< the next block lies to the right
};

/// Where things lie in the scratch memory of one block.
struct WinogradScratch {
    /// One slot for each position of a transformed tile and one more, (tiles, channels): the
    /// transformed input lies in slots 1 to N², its products with the weights in slots 0 to N² − 1,
    /// so that each is written over what has just been used.
    std::int64_t slotFloats = 0;
    /// Behind the slots: a strip of the image with the channels last, (rows, columns, 16).
    std::int64_t stripColumns = 0;
    std::int64_t stripBegin = 0;
    std::int64_t floats = 0;

    /// For tiles of `outputs`² made of `inputs`².
    static WinogradScratch of(std::int64_t outputs, std::int64_t inputs, Extent tiles,
                              std::int64_t channels)
    {
        WinogradScratch scratch;
        // An odd number of cache lines, so that the slots do not fall onto each other in the cache.
        const std::int64_t lines = tiles.height * tiles.width * inBlocks(channels);
        scratch.slotFloats = (lines | 1) * kChannelBlock;
        const std::int64_t columns = tiles.width * outputs + inputs - outputs;
        scratch.stripColumns = inBlocks(columns) * kChannelBlock;
        scratch.stripBegin = (inputs * inputs + 1) * scratch.slotFloats;
        scratch.floats = scratch.stripBegin + inputs * scratch.stripColumns * kChannelBlock;
        return scratch;
    }
};

/// Computes a block, built once for each instruction set.
void computeWinogradBlock(const WinogradBlock& block, InstructionSet set);

} // namespace factorscope
