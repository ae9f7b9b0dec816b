#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace factorscope {

struct Rgb8 {
    std::uint8_t r = 0;
    std::uint8_t g = 0;
    std::uint8_t b = 0;
    bool operator==(const Rgb8&) const = default;
};

/// A perceptually even scale of 256 colours.
struct Colormap {
    std::string_view id;
    const char* label; ///< marked for translation
    bool diverging;    ///< for signed data: the middle colour stands for zero
    std::span<const Rgb8, 256> colours;
};

/// Sequential: "viridis-like" scale of our own and grey; diverging: blue through neutral to red-orange.
std::span<const Colormap> colormaps();
const Colormap* findColormap(std::string_view id);

/// The colour of `value` on a scale from `low` to `high`; values beyond the ends take the end
/// colour; NaN takes kNotANumber. low == high gives the middle colour.
Rgb8 colourOf(const Colormap& map, float value, float low, float high);

inline constexpr Rgb8 kNotANumber{255, 0, 255};

} // namespace factorscope
