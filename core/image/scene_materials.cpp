#include "core/image/scene_materials.h"

#include "core/image/sample_drawing.h"
#include "core/image/value_noise.h"

#include <numbers>

namespace factorscope {
namespace {

/// How much of a pattern with this period is left when a pixel covers `footprint` of it.
double visibleShare(double period, double footprint)
{
    return 1.0 - smoothStep(0.25, 0.6, footprint / period);
}

Surface wood(const Vec3& p, double footprint)
{
    // Rings about a slanted axis, bent a little, with fibres along it.
    const Vec3 axis = normalized({0.45, 0.80, -0.55});
    const double along = dot(p, axis);
    const double bend = 0.16 * fractalNoise(p * 1.7 + Vec3{3.0, 1.0, 7.0}, 3, footprint * 1.7);
    const double distance = length(p - axis * along) + bend + 0.02 * along;
    constexpr double kRings = 9.0;
    const double ring = distance * kRings;
    const double phase = ring - std::floor(ring);
    // Early wood darkens slowly into late wood, then the next year begins at once.
    const double late = smoothStep(0.25, 0.88, phase) * (1.0 - smoothStep(0.93, 1.0, phase));
    const double year = latticeValue(static_cast<std::int64_t>(std::floor(ring)), 5, 9);
    const Vec3 stretched = (p - axis * along) * 46.0 + axis * (along * 4.0);
    const double fibre = visibleShare(1.0, footprint * 46.0) * valueNoise(stretched);
    const double seen = visibleShare(1.0 / kRings, footprint);
    const double dark = 0.35 + seen * (late * (0.55 + 0.45 * year) - 0.35) + 0.14 * fibre;

    Surface surface;
    surface.colour = mix({0.66, 0.37, 0.155}, {0.20, 0.075, 0.022}, std::clamp(dark, 0.0, 1.0));
    surface.normal = p;
    surface.mirror = 0.035;
    surface.grazing = 0.9;
    surface.highlight = 0.5;
    surface.sharpness = 90.0;
    return surface;
}

Surface marble(const Vec3& p, double footprint)
{
    const Vec3 q = p * 1.5 + Vec3{11.0, 4.0, 2.0};
    const double warp = fractalNoise(q * 0.9, 3, footprint * 1.4);
    const Vec3 warped = q + Vec3{1.3, 0.9, -1.1} * warp;
    const double broad = fractalNoise(warped * 1.1, 4, footprint * 2.0);
    const double thin = fractalNoise(warped * 2.9 + Vec3{8.0, 8.0, 8.0}, 3, footprint * 4.5);
    const double cloud = 0.5 + 0.5 * fractalNoise(q * 2.2, 4, footprint * 3.5);
    const double width = 0.022 + footprint * 1.5;
    const double veins = 0.9 * std::exp(-std::abs(broad) / width)
        + 0.45 * std::exp(-std::abs(thin) / (0.6 * width));

    Surface surface;
    const Vec3 stone = mix({0.006, 0.055, 0.035}, {0.05, 0.23, 0.13}, cloud);
    surface.colour = mix(stone, {0.74, 0.80, 0.70}, std::min(0.92, veins));
    surface.normal = p;
    surface.mirror = 0.05;
    surface.grazing = 0.9;
    surface.highlight = 0.9;
    surface.sharpness = 260.0;
    return surface;
}

Surface glaze(const Vec3& p, double footprint)
{
    const double seen = visibleShare(1.0, footprint * 16.0);
    const double speckle = smoothStep(0.50, 0.68, valueNoise(p * 16.0)) * seen;
    const double flow = 0.5 + 0.5 * fractalNoise(p * 2.2, 3, footprint * 2.2);
    Surface surface;
    surface.colour = mix({0.010, 0.045, 0.24}, {0.02, 0.20, 0.52}, flow);
    surface.colour = mix(surface.colour, {0.75, 0.78, 0.72}, 0.85 * speckle);
    surface.normal = p;
    surface.mirror = 0.05;
    surface.grazing = 0.9;
    surface.highlight = 1.0;
    surface.sharpness = 320.0;
    return surface;
}

Surface orange(const Vec3& p, double footprint)
{
    // Pores: the normal leans along the slope of noise.
    constexpr double kPores = 17.0;
    const double seen = visibleShare(1.0, footprint * kPores);
    const Vec3 q = p * kPores;
    constexpr double kStep = 0.15;
    const double here = valueNoise(q);
    const Vec3 slope{valueNoise(q + Vec3{kStep, 0.0, 0.0}) - here,
                     valueNoise(q + Vec3{0.0, kStep, 0.0}) - here,
                     valueNoise(q + Vec3{0.0, 0.0, kStep}) - here};
    Surface surface;
    surface.normal = normalized(p - slope * (0.75 * seen));
    const double ripe = 0.5 + 0.5 * fractalNoise(p * 1.3, 3, footprint * 1.3);
    surface.colour = mix({0.80, 0.20, 0.008}, {0.90, 0.33, 0.02}, ripe);
    const Vec3 stem = normalized({0.22, 0.90, -0.36});
    const double atStem = 1.0 - smoothStep(0.10, 0.14, length(p - stem));
    surface.colour = mix(surface.colour, {0.10, 0.14, 0.03}, atStem);
    surface.mirror = 0.03;
    surface.grazing = 0.9;
    surface.highlight = 0.35;
    surface.sharpness = 40.0;
    return surface;
}

Surface beachBall(const Vec3& p, double footprint)
{
    // Six sectors about a slanted axis: white between colours.
    const Vec3 axis = normalized({0.5, 0.8, -0.4});
    const Vec3 right = normalized({0.8, -0.5, 0.0});
    const Vec3 up{axis.y * right.z - axis.z * right.y, axis.z * right.x - axis.x * right.z,
                  axis.x * right.y - axis.y * right.x};
    const double turn = std::atan2(dot(p, up), dot(p, right)) / (2.0 * std::numbers::pi) + 0.5;
    const double sector = turn * 6.0;
    const auto number = static_cast<int>(sector) % 6;
    const double fromEdge = std::abs(sector - std::round(sector)) * std::numbers::pi / 3.0
        * length(p - axis * dot(p, axis));
    constexpr Vec3 kColours[] = {{0.80, 0.03, 0.025}, {0.85, 0.84, 0.80}, {0.92, 0.55, 0.02},
                                 {0.85, 0.84, 0.80},  {0.01, 0.24, 0.42}, {0.85, 0.84, 0.80}};
    constexpr Vec3 kSeam{0.5, 0.45, 0.42};
    Surface surface;
    surface.colour = mix(kSeam, kColours[number], smoothStep(0.0, footprint + 0.008, fromEdge));
    const double cap = length(p - axis);
    surface.colour = mix({0.85, 0.84, 0.80}, surface.colour,
                         smoothStep(0.22 - footprint, 0.22 + footprint, cap));
    surface.normal = p;
    surface.mirror = 0.04;
    surface.grazing = 0.9;
    surface.highlight = 0.5;
    surface.sharpness = 110.0;
    return surface;
}

/// How much of [from, to] lies in the odd ones of the unit intervals, as a mean.
double oddShare(double from, double to)
{
    const auto oddUpTo = [](double x) {
        const double pair = std::floor(x / 2.0);
        return pair + std::max(0.0, x - 2.0 * pair - 1.0);
    };
    return (oddUpTo(to) - oddUpTo(from)) / (to - from);
}

struct Ridge {
    double height;
    double roughness;
    double texture; ///< features per radian
    Vec3 dark;
    Vec3 light;
};

/// Trees, then hills, each farther and paler.
constexpr Ridge kRidges[] = {
    {0.020, 34.0, 130.0, {0.012, 0.035, 0.012}, {0.10, 0.17, 0.045}},
    {0.040, 6.5, 60.0, {0.06, 0.13, 0.075}, {0.16, 0.25, 0.12}},
    {0.068, 4.0, 30.0, {0.14, 0.22, 0.28}, {0.22, 0.32, 0.36}},
    {0.105, 2.6, 18.0, {0.27, 0.39, 0.54}, {0.34, 0.46, 0.60}},
};

/// The ridges from the nearest on; `behind` shines through where there is none.
template <typename Light>
Vec3 hillsBefore(Light behind, const Vec3& direction, double pixelAngle)
{
    constexpr double kHighest = 0.19;
    if (direction.y > kHighest)
        return behind();
    const double azimuth = std::atan2(direction.x, direction.z);
    Vec3 light;
    double open = 1.0;
    double layer = 0.0;
    for (const Ridge& ridge : kRidges) {
        layer += 3.0;
        const Vec3 along{azimuth * ridge.roughness + 2.1 * layer, layer, 0.5};
        const double hilly = fractalNoise(along, 4, pixelAngle * ridge.roughness);
        const double height = ridge.height * (1.0 + 0.85 * hilly);
        const double cover = open * smoothStep(-pixelAngle, pixelAngle, height - direction.y);
        if (cover <= 0.0)
            continue;
        const Vec3 place
            = Vec3{azimuth, 0.0, direction.y * 1.5} * ridge.texture + Vec3{0.0, layer, 0.0};
        const double lit = 0.5 + 0.9 * fractalNoise(place, 3, pixelAngle * ridge.texture);
        light = light + mix(ridge.dark, ridge.light, std::clamp(lit, 0.0, 1.0)) * cover;
        open -= cover;
        if (open < 0.01)
            return light;
    }
    return light + behind() * open;
}

Vec3 openSky(const Vec3& direction, double pixelAngle)
{
    constexpr Vec3 kZenith{0.06, 0.26, 0.86};
    const double up = std::max(0.0, direction.y);
    const Vec3 blue = mix(kHaze, kZenith, 1.0 - std::exp(-6.5 * up));
    if (direction.y < 0.02 || pixelAngle >= kBlurredSky)
        return blue;
    // A flat layer of clouds, far away at the horizon.
    const double scale = 1.0 / (direction.y + 0.10);
    const Vec3 p{direction.x * scale * 1.25 + 7.6, 3.0, direction.z * scale * 0.75 + 1.4};
    const double density = 0.5 + fractalNoise(p, 5, pixelAngle * scale * 2.0);
    const double cloud = smoothStep(0.46, 0.80, density);
    const Vec3 white = mix({1.10, 1.08, 1.04}, {0.62, 0.68, 0.78}, smoothStep(0.62, 1.05, density));
    return mix(blue, white, 0.92 * cloud * smoothStep(0.03, 0.16, direction.y));
}

/// Diagonal stone tiles, light and dark.
Surface terrace(const Vec3& p, double footprint)
{
    constexpr double kTile = 0.9;
    const double u = (p.x + p.z) * std::numbers::sqrt2 / 2.0 / kTile + 100.0;
    const double v = (p.z - p.x) * std::numbers::sqrt2 / 2.0 / kTile + 100.0;
    const double reach = footprint / kTile;
    const double du = oddShare(u - reach / 2.0, u + reach / 2.0);
    const double dv = oddShare(v - reach / 2.0, v + reach / 2.0);
    const double isDark = du + dv - 2.0 * du * dv;

    // Every tile is cut from another place of the stone.
    const auto tileU = static_cast<std::int64_t>(std::floor(u));
    const auto tileV = static_cast<std::int64_t>(std::floor(v));
    const double shade = latticeValue(tileU, tileV, 3) - 0.5;
    const Vec3 inTile{u, std::floor(latticeValue(tileU, tileV, 4) * 40.0), v};
    const double grain = fractalNoise(inTile * 5.0, 4, reach * 5.0);
    const double fine = visibleShare(1.0, reach * 34.0) * valueNoise(inTile * 34.0);
    const double tone = 1.0 + 0.32 * shade + 0.50 * grain + 0.10 * fine;

    Surface surface;
    surface.colour = mix({0.60, 0.49, 0.36}, {0.16, 0.062, 0.038}, isDark) * std::max(0.2, tone);
    const double fromGrout = std::min(std::abs(u - std::round(u)), std::abs(v - std::round(v)));
    const double grout
        = (1.0 - smoothStep(0.008, 0.014 + reach, fromGrout)) * visibleShare(1.0, 5.0 * reach);
    surface.colour = mix(surface.colour, {0.16, 0.13, 0.11}, 0.8 * grout);
    surface.normal = normalized({0.03 * grain, 1.0, 0.03 * fine});
    surface.mirror = 0.03 * (1.0 - grout);
    surface.grazing = 0.35 * (1.0 - grout);
    surface.highlight = 0.10;
    surface.sharpness = 30.0;
    return surface;
}

Surface meadow(const Vec3& p, double footprint)
{
    const Vec3 flat{p.x, 7.0, p.z};
    const double patches = fractalNoise(flat * 0.35, 5, footprint * 0.35);
    const double blades = fractalNoise(flat * 6.0, 2, footprint * 2.0);
    Surface surface;
    surface.colour = mix({0.075, 0.14, 0.018}, {0.27, 0.30, 0.055},
                         std::clamp(0.5 + 0.8 * patches + 0.5 * blades, 0.0, 1.0));
    surface.normal = {0.0, 1.0, 0.0};
    return surface;
}

} // namespace

Surface ballSurface(Material material, const Vec3& p, double footprint)
{
    switch (material) {
    case Material::Wood:
        return wood(p, footprint);
    case Material::Ceramic:
        return {{0.50, 0.012, 0.014}, p, 0.05, 0.9, 1.2, 420.0, false};
    case Material::Marble:
        return marble(p, footprint);
    case Material::Steel:
        return {{0.92, 0.92, 0.94}, p, 0.85, 0.15, 0.9, 260.0, true};
    case Material::Glaze:
        return glaze(p, footprint);
    case Material::Orange:
        return orange(p, footprint);
    case Material::Pearl:
        return {{0.80, 0.77, 0.72}, p, 0.06, 0.9, 0.8, 200.0, false};
    case Material::BeachBall:
        return beachBall(p, footprint);
    }
    return {};
}

Surface groundSurface(const Vec3& p, double footprintAcross, double footprintAlong)
{
    constexpr double kTerraceEnd = 8.5;
    const double footprint = (footprintAcross + footprintAlong) / 2.0;
    if (p.z > kTerraceEnd)
        return meadow(p, footprint);
    return terrace(p, footprint);
}

Vec3 skyLight(const Vec3& direction, double pixelAngle)
{
    if (pixelAngle >= kBlurredSky)
        return openSky(direction, pixelAngle);
    return hillsBefore([&] { return openSky(direction, pixelAngle); }, direction, pixelAngle);
}

} // namespace factorscope
