#pragma once

#include "core/image/colormap.h"

namespace factorscope {

/// A colour by lightness (0 black … 1 white) and two opponents, in which equal distances look about
/// equally large (Björn Ottosson's OKLab, for the white of sRGB).
struct Oklab {
    double lightness = 0.0;
    double greenRed = 0.0;
    double blueYellow = 0.0;
};

/// Red, green and blue in proportion to light.
struct LinearRgb {
    double r = 0.0;
    double g = 0.0;
    double b = 0.0;
};

/// From light to the value that sRGB stores, and back; both for 0 … 1.
double srgbEncoded(double light);
double srgbDecoded(double value);

Oklab oklabOf(Rgb8 colour);
/// May lie outside 0 … 1: then sRGB cannot show the colour.
LinearRgb linearRgbOf(const Oklab& colour);

double distance(const Oklab& a, const Oklab& b);

} // namespace factorscope
