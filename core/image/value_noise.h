#pragma once

#include "core/image/vec3.h"

#include <cstdint>

namespace factorscope {

// Repeatable randomness in space, for drawn textures.

/// A number in [0, 1) that depends on nothing but the place in the lattice.
double latticeValue(std::int64_t x, std::int64_t y, std::int64_t z);

/// Smooth noise in [-1, 1] whose features are about one unit large; |p| below 2^31. With a whole y
/// it is noise in a plane, at half the cost.
double valueNoise(const Vec3& p);

/// Noise with finer and fainter noise on top; about [-1, 1]. What is finer than `footprint`, the
/// size of a pixel in space, is left out, so that it does not glitter.
double fractalNoise(Vec3 p, int octaves, double footprint);

} // namespace factorscope
