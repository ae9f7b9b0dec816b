#pragma once

#include "core/image/picture.h"
#include "tests/support/same_bits.h"

#include <algorithm>
#include <cstdint>
#include <random>

namespace factorscope {

/// A picture whose values are `valueAt(channel, y, x)`.
template <typename ValueAt>
Picture drawnPicture(Extent size, ValueAt valueAt)
{
    Picture picture{Tensor::uninitialized({3, size.height, size.width}), "drawn", 8, {}};
    float* value = picture.rgb.data();
    for (int channel = 0; channel < 3; ++channel) {
        for (std::int64_t y = 0; y < size.height; ++y) {
            for (std::int64_t x = 0; x < size.width; ++x)
                *value++ = static_cast<float>(valueAt(channel, y, x));
        }
    }
    return picture;
}

/// The same in grey: `valueAt(y, x)`.
template <typename ValueAt>
Picture drawnGreyPicture(Extent size, ValueAt valueAt)
{
    return drawnPicture(size,
                        [&](int, std::int64_t y, std::int64_t x) { return double{valueAt(y, x)}; });
}

/// Every value drawn from [0, 1).
inline Picture noisePicture(Extent size, unsigned seed)
{
    std::mt19937 generator(seed);
    return drawnPicture(size, [&](int, std::int64_t, std::int64_t) {
        return static_cast<double>(generator() >> 8) / 16777216.0; // exact in float
    });
}

} // namespace factorscope
