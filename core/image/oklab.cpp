#include "core/image/oklab.h"

#include <cmath>

namespace factorscope {

double srgbEncoded(double light)
{
    return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1.0 / 2.4) - 0.055;
}

double srgbDecoded(double value)
{
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

// The matrices are the definition's: https://bottosson.github.io/posts/oklab

Oklab oklabOf(Rgb8 colour)
{
    const double r = srgbDecoded(colour.r / 255.0);
    const double g = srgbDecoded(colour.g / 255.0);
    const double b = srgbDecoded(colour.b / 255.0);
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

LinearRgb linearRgbOf(const Oklab& colour)
{
    const double a = colour.greenRed;
    const double b = colour.blueYellow;
    const auto cube = [](double v) { return v * v * v; };
    const double l = cube(colour.lightness + 0.3963377774 * a + 0.2158037573 * b);
    const double m = cube(colour.lightness - 0.1055613458 * a - 0.0638541728 * b);
    const double s = cube(colour.lightness - 0.0894841775 * a - 1.2914855480 * b);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

double distance(const Oklab& a, const Oklab& b)
{
    return std::hypot(a.lightness - b.lightness, a.greenRed - b.greenRed,
                      a.blueYellow - b.blueYellow);
}

} // namespace factorscope
