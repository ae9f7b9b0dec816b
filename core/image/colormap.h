#pragma once

#include "core/conv/instruction_set.h"

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

/// As toolkits take it: 0xffRRGGBB.
inline std::uint32_t packed(Rgb8 colour)
{
    return 0xff000000U | std::uint32_t{colour.r} << 16U | std::uint32_t{colour.g} << 8U | colour.b;
}

inline constexpr int kColormapSize = 256;

/// A perceptually even scale of 256 colours.
struct Colormap {
    std::string_view id;
    const char* label; ///< marked for translation
    bool diverging; ///< for signed data: the middle colour stands for zero
    std::span<const Rgb8, kColormapSize> colours;
    std::span<const std::uint32_t, kColormapSize> pixels; ///< the same, packed
};

/// Sequential: "aurora", dark violet-blue over green to light yellow, evenly spaced in OKLab and
/// ever lighter; "gray", the value itself as sRGB, so that a picture's channel looks like the
/// picture. Diverging: "blue-orange", dark ends and a light neutral middle; "ice-fire", light ends
/// and a dark neutral middle. The two arms of a diverging scale are equally light, and both colours
/// beside its centre are the neutral one. The first of a kind is the one to begin with.
std::span<const Colormap> colormaps();

/// The first of its kind.
const Colormap& defaultColormap(bool diverging);

/// Nothing for an unknown id.
const Colormap* findColormap(std::string_view id);

/// The colour of `value` on a scale from `low` to `high`; values beyond the ends, also infinite
/// ones, take the end colour; NaN takes kNotANumber. low == high gives the middle colour, and so do
/// limits that are no interval. With low == -high, zero is neutral on a diverging scale.
Rgb8 colourOf(const Colormap& map, float value, float low, float high);

inline constexpr Rgb8 kNotANumber{255, 0, 255};

/// The same for many values; `pixels` has room for them all.
void drawValues(const Colormap& map, std::span<const float> values, float low, float high,
                std::uint32_t* pixels, InstructionSet set = bestInstructionSet());

} // namespace factorscope
