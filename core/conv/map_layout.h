#pragma once

#include "core/conv/ceil_div.h"
#include "core/tensor/shape.h"

#include <cstdint>

namespace factorscope {

/// Channels are kept in blocks of this many floats, whatever the instruction set: the widest
/// vector, and a cache line.
inline constexpr std::int64_t kChannelBlock = 16;

inline std::int64_t inBlocks(std::int64_t channels)
{
    return ceilDiv(channels, kChannelBlock);
}

/// How the maps of an image lie in memory.
enum class MapLayout {
    Planar, ///< (C,H,W)
    Blocks, ///< (blocks of C, H, W, 16); what a last block has beyond C is of no meaning
};

/// Floats of the maps of one image.
inline std::int64_t mapFloats(MapLayout layout, std::int64_t channels, Extent size)
{
    return (layout == MapLayout::Planar ? channels : inBlocks(channels) * kChannelBlock)
        * size.height * size.width;
}

} // namespace factorscope
