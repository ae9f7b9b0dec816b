#pragma once

#include "core/image/vec3.h"

namespace factorscope {

// What the things in the sample "scene" are made of.

enum class Material { Wood, Ceramic, Marble, Steel, Glaze, Orange, Pearl, BeachBall };

/// A surface at one point. Colours are in proportion to light.
struct Surface {
    Vec3 colour; ///< of scattered light; for a metal of the mirror image, too
    Vec3 normal;
    double mirror = 0.0; ///< share of light mirrored when looking straight at it …
    double grazing = 0.0; ///< … and what is added along the surface
    double highlight = 0.0; ///< strength of the sun's mirror image
    double sharpness = 1.0; ///< of that image
    bool isMetal = false;
};

/// The surface of a ball; `p` is the point seen from the ball's centre, in radii, and `footprint`
/// the size of a pixel there, in radii.
Surface ballSurface(Material material, const Vec3& p, double footprint);

/// The paved ground at y = 0. `footprint`: the size of a pixel on it, across and along the view.
Surface groundSurface(const Vec3& p, double footprintAcross, double footprintAlong);

/// Sky, clouds and hills in a direction, as sharp as `pixelAngle` allows. From kBlurredSky on it is
/// the plain sky, as a rough surface mirrors it.
inline constexpr double kBlurredSky = 0.05;
Vec3 skyLight(const Vec3& direction, double pixelAngle);

/// Where the sun stands.
inline constexpr Vec3 kSunDirection{-0.5477, 0.6847, -0.4808}; // behind the camera, upper left

/// The colour of distance.
inline constexpr Vec3 kHaze{0.62, 0.74, 0.88};

} // namespace factorscope
