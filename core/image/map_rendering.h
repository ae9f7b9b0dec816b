#pragma once

#include "core/image/colormap.h"
#include "core/image/contact_sheet.h"
#include "core/tensor/shape.h"

#include <cstdint>
#include <span>

namespace factorscope {

/// Which part of a map is seen, and how large. The pixel (i, j) of what is shown covers the map
/// from left + i/scale and top + j/scale on.
struct MapView {
    double left = 0.0; ///< in pixels of the map
    double top = 0.0;
    double scale = 1.0; ///< target pixels for each pixel of the map, > 0
    bool operator==(const MapView&) const = default;
};

/// A rectangle of packed pixels within a picture. Borrowed.
struct PixelTarget {
    std::uint32_t* pixels = nullptr;
    std::int64_t stride = 0; ///< pixels from one row to the next
    Extent size;
    /// Row and column of its first pixel in what the view shows, for a target that is a part of it.
    Extent origin{0, 0};
};

/// Draws what is seen of one map (H,W). Enlarged, each pixel shows the value it lies on; reduced,
/// the mean of the values it covers, and NaN where one of them is. Beyond the map: `outside`. Takes
/// time with the part of the map that is seen. The same pixels for every instruction set.
void renderMap(std::span<const float> map, Extent size, const MapView& view,
               const Colormap& colours, ValueRange range, std::uint32_t outside,
               const PixelTarget& target, InstructionSet set = bestInstructionSet());

/// Three maps as red, green and blue in [0, 1], such as an input lifted from a picture; `planes`
/// holds them one after the other. A pixel that is NaN in one of them is kNotANumber.
void renderRgb(std::span<const float> planes, Extent size, const MapView& view,
               std::uint32_t outside, const PixelTarget& target,
               InstructionSet set = bestInstructionSet());

} // namespace factorscope
