#pragma once

#include "core/conv/ceil_div.h"
#include "core/conv/instruction_set.h"
#include "core/conv/winograd_kernel.h"
#include "core/tensor/shape.h"

#include <cstdint>

namespace factorscope {

/// Rows and columns of output gradients that one tile takes.
inline constexpr std::int64_t kGradientTile = 4;

/// What a rectangle of tiles of one image adds to the gradient of the kernels (OC,C,R,R).
///
///   input (C,H,W), gradient (OC,OH,OW)
///   kernels (R·R, C, OC rounded up to blocks of 16)
struct WinogradGradientBlock {
    std::int64_t taps = 3; ///< R: 3 or 5
    const float* input = nullptr;
    std::int64_t inChannels = 0;
    Extent inSize;
    Extent padding;
    const float* gradient = nullptr;
    std::int64_t outChannels = 0;
    Extent outSize;
    TileRectangle tiles;
    Extent mostTiles; ///< of the blocks that share the sums
    float* scratch = nullptr; ///< WinogradGradientScratch::floats, 64-byte aligned; keeps the sums
    bool isFirst = false; ///< the sums begin here …
    bool isLast = false; ///< … and are transformed into `kernels` here
    float* kernels = nullptr;
};

/// Where things lie in the scratch memory of the blocks that share sums.
struct WinogradGradientScratch {
    std::int64_t inputSlot = 0; ///< floats from position to position, (tiles, C)
    std::int64_t gradientSlot = 0; ///< (tiles, OC)
    std::int64_t sumsSlot = 0; ///< (C, OC)
    std::int64_t stripColumns = 0;
    std::int64_t gradientBegin = 0;
    std::int64_t sumsBegin = 0;
    std::int64_t stripBegin = 0;
    std::int64_t floats = 0;

    static WinogradGradientScratch of(std::int64_t taps, Extent tiles, std::int64_t inChannels,
                                      std::int64_t outChannels)
    {
        const std::int64_t inputs = kGradientTile + taps - 1;
        const std::int64_t positions = inputs * inputs;
        const std::int64_t count = tiles.height * tiles.width;
        // An odd number of cache lines, so that the slots do not fall onto each other in the cache.
        const auto slot = [](std::int64_t rows, std::int64_t blocks) {
            return (rows * blocks | 1) * kChannelBlock;
        };
        WinogradGradientScratch at;
        at.inputSlot = slot(count, inBlocks(inChannels));
        at.gradientSlot = slot(count, inBlocks(outChannels));
        at.sumsSlot = slot(inChannels, inBlocks(outChannels));
        at.stripColumns = inBlocks(tiles.width * kGradientTile + taps - 1) * kChannelBlock;
        at.gradientBegin = positions * at.inputSlot;
        at.sumsBegin = at.gradientBegin + positions * at.gradientSlot;
        at.stripBegin = at.sumsBegin + positions * at.sumsSlot;
        at.floats = at.stripBegin + inputs * at.stripColumns * kChannelBlock;
        return at;
    }
};

/// Computes a block, built once for each instruction set.
void addWinogradGradient(const WinogradGradientBlock& block, InstructionSet set);

} // namespace factorscope
