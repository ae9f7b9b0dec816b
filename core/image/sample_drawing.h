#pragma once

#include "core/image/picture.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

namespace factorscope {

// The pictures of samples.h, each in a file of its own.
Picture drawScene(Extent size);
Picture drawZonePlate(Extent size);
Picture drawSiemensStar(Extent size);
Picture drawGratings(Extent size);
Picture drawText(Extent size);

/// sRGB values in [0, 1].
struct Colour {
    double r = 0.0;
    double g = 0.0;
    double b = 0.0;
};

constexpr Colour grey(double value)
{
    return {value, value, value};
}

/// From 0 to 1 as `x` goes from `low` to `high`, without corners.
inline double smoothStep(double low, double high, double x)
{
    const double t = std::clamp((x - low) / (high - low), 0.0, 1.0);
    return t * t * (3.0 - 2.0 * t);
}

/// A picture under the brush, white at first. Colours snap to the 8-bit levels.
class Canvas {
public:
    explicit Canvas(Extent size)
        : m_rgb(Tensor::filled({3, size.height, size.width}, 1.0F)), m_size(size),
          m_plane(size.height * size.width)
    { }

    Extent size() const { return m_size; }

    Colour at(std::int64_t y, std::int64_t x) const
    {
        const float* pixel = m_rgb.data() + y * m_size.width + x;
        return {double{pixel[0]}, double{pixel[m_plane]}, double{pixel[2 * m_plane]}};
    }

    void set(std::int64_t y, std::int64_t x, const Colour& colour)
    {
        float* pixel = m_rgb.data() + y * m_size.width + x;
        pixel[0] = level(colour.r);
        pixel[m_plane] = level(colour.g);
        pixel[2 * m_plane] = level(colour.b);
    }

    /// Every pixel from its middle: `colourAt(y, x)` with y and x in pixels from the picture's
    /// centre.
    template <typename ColourAt>
    void paint(ColourAt colourAt)
    {
        for (std::int64_t y = 0; y < m_size.height; ++y) {
            for (std::int64_t x = 0; x < m_size.width; ++x)
                set(y, x, colourAt(fromCentre(y, m_size.height), fromCentre(x, m_size.width)));
        }
    }

    Picture finished(std::string_view name) &&
    {
        return {std::move(m_rgb), std::string(name), 8, {}};
    }

private:
    static double fromCentre(std::int64_t pixel, std::int64_t count)
    {
        return (static_cast<double>(2 * pixel + 1) - static_cast<double>(count)) / 2.0;
    }

    static float level(double value)
    {
        return static_cast<float>(std::floor(std::clamp(value, 0.0, 1.0) * 255.0 + 0.5)) / 255.0F;
    }

    Tensor m_rgb;
    Extent m_size;
    std::int64_t m_plane;
};

} // namespace factorscope
