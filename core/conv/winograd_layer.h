#pragma once

#include "core/conv/map_layout.h"
#include "core/conv/row_range.h"
#include "core/tensor/shape.h"

#include <cstdint>

namespace factorscope {

/// One image of a convolution by minimal filtering, for the kernels.
///
///   input (C,H,W) and output (OC,OH,OW), in the layout named, of which some rows alone may be
///   there; bias (OC) or null
struct WinogradLayer {
    const float* input = nullptr;
    MapLayout inputLayout = MapLayout::Planar;
    std::int64_t inChannels = 0;
    Extent inSize;
    RowRange inRows; ///< that lie at `input`
    Extent padding;
    const float* weights = nullptr; ///< transformed
    const float* bias = nullptr;
    const float* negativeSlope = nullptr; ///< null: no activation
    float* output = nullptr;
    MapLayout outputLayout = MapLayout::Planar;
    std::int64_t outChannels = 0;
    Extent outSize;
    RowRange outRows; ///< that lie at `output`
    float* scratch = nullptr; ///< 64-byte aligned
    bool* hasNonFinite = nullptr; ///< set when a sum is not finite: the output is then of no use
};

/// Whether the output is written past the caches: what is more than they hold had to be read into
/// them first, only to drive out what is there. Whole cache lines can be, of planar maps.
inline bool isWrittenPastCaches(const WinogradLayer& layer)
{
    constexpr std::int64_t kLeastFloats = std::int64_t{8} << 20; // 32 MB
    constexpr std::int64_t kLine = 16; // floats
    const std::int64_t width = layer.outSize.width;
    return layer.outputLayout == MapLayout::Planar && width % kLine == 0
        && layer.outChannels * layer.outRows.count() * width >= kLeastFloats
        && reinterpret_cast<std::uintptr_t>(layer.output) % (kLine * sizeof(float)) == 0;
}

} // namespace factorscope
