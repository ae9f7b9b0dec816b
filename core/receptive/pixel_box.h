#pragma once

#include "core/branch/layer_traits.h"
#include "core/tensor/shape.h"

#include <cstdint>

namespace factorscope {

/// A position of a map, in pixels.
struct Position {
    std::int64_t y = 0;
    std::int64_t x = 0;
    bool operator==(const Position&) const = default;
};

/// Pixels from (y0, x0) to (y1, x1), both inclusive.
struct PixelBox {
    std::int64_t y0 = 0;
    std::int64_t x0 = 0;
    std::int64_t y1 = 0;
    std::int64_t x1 = 0;

    std::int64_t height() const { return y1 - y0 + 1; }
    std::int64_t width() const { return x1 - x0 + 1; }
    std::int64_t pixels() const { return height() * width(); }
    bool contains(std::int64_t y, std::int64_t x) const
    {
        return y >= y0 && y <= y1 && x >= x0 && x <= x1;
    }
    bool isEmpty() const { return y1 < y0 || x1 < x0; }
    bool operator==(const PixelBox&) const = default;
};

/// The least box that holds both; an empty one adds nothing.
PixelBox joined(const PixelBox& a, const PixelBox& b);

/// The part of a box that lies on an image; nothing (y1 < y0 and x1 < x0) when none does.
PixelBox clippedTo(const PixelBox& box, Extent size);

/// All positions that the window of a layer has over those of `box`, on its input and beyond.
PixelBox seenThrough(const Window& window, const PixelBox& box);

} // namespace factorscope
