#pragma once

#include "core/image/colormap.h"
#include "core/tensor/tensor.h"

#include <cstdint>
#include <span>
#include <vector>

namespace factorscope {

/// Pixels in rows from the top.
struct RgbImage {
    Extent size;
    std::vector<Rgb8> pixels;
};

/// The numbers at the two ends of a colour scale.
struct ValueRange {
    float low = 0.0F;
    float high = 1.0F;
    bool operator==(const ValueRange&) const = default;
};

/// What a scale must span for the finite values of a tensor: from 0 when none is negative, else
/// symmetric about 0. Without a finite value: 0 to 1.
ValueRange displayRange(std::span<const float> values);
inline ValueRange displayRange(const Tensor& tensor)
{
    return displayRange(tensor.values());
}

/// How maps lie beside and below each other: as squarely as their shape allows, with few empty
/// places.
struct SheetLayout {
    std::int64_t columns = 1;
    std::int64_t rows = 1;
    Extent map;
    std::int64_t gap = 2; ///< pixels between maps

    Extent size() const;
    /// Upper left corner of a map.
    Extent origin(std::int64_t index) const;
};
SheetLayout sheetLayout(std::int64_t maps, Extent map);

/// All maps of the first image of (N,C,H,W), one pixel each value, on a neutral ground.
RgbImage contactSheet(const Tensor& maps, const Colormap& colours, ValueRange range);
/// The same with a scale of its own for each map, as displayRange() has it: signed maps, if there
/// are any, in a diverging colormap. So a weak map shows what is in it, and maps do not compare by
/// colour.
RgbImage contactSheet(const Tensor& maps);

} // namespace factorscope
