#include "core/image/value_noise.h"

#include <algorithm>
#include <array>

namespace factorscope {
namespace {

std::uint32_t mixed(std::uint32_t bits)
{
    bits ^= bits >> 16;
    bits *= 0x7feb352dU;
    bits ^= bits >> 15;
    bits *= 0x846ca68bU;
    return bits ^ (bits >> 16);
}

constexpr std::uint32_t kTableSize = 4096;

/// Random values for the places of the lattice, in [-1, 1].
const std::array<float, kTableSize>& latticeTable()
{
    static const auto table = [] {
        std::array<float, kTableSize> values{};
        for (std::uint32_t i = 0; i < kTableSize; ++i)
            values[i] = static_cast<float>(mixed(i + 1) / 2147483648.0 - 1.0);
        return values;
    }();
    return table;
}

// Rows and layers of the lattice start far from each other in the table.
constexpr std::uint32_t kColumnStep = 0x9e3779b1U;
constexpr std::uint32_t kRowStep = 0x85ebca77U;
constexpr std::uint32_t kLayerStep = 0xc2b2ae3dU;

/// A place's coordinate: the lattice point before it and the smoothed way to the next.
struct Coordinate {
    explicit Coordinate(double p)
    {
        auto whole = static_cast<std::int32_t>(p); // several times faster than floor()
        whole -= p < whole ? 1 : 0;
        const auto t = static_cast<float>(p - whole);
        before = static_cast<std::uint32_t>(whole);
        way = t * t * t * (t * (t * 6.0F - 15.0F) + 10.0F);
    }

    std::uint32_t before;
    float way;
};

} // namespace

double latticeValue(std::int64_t x, std::int64_t y, std::int64_t z)
{
    const std::uint32_t place = static_cast<std::uint32_t>(x) * kColumnStep
        + static_cast<std::uint32_t>(y) * kRowStep + static_cast<std::uint32_t>(z) * kLayerStep;
    return mixed(place) / 4294967296.0;
}

double valueNoise(const Vec3& p)
{
    const std::array<float, kTableSize>& table = latticeTable();
    const Coordinate x(p.x);
    const Coordinate y(p.y);
    const Coordinate z(p.z);
    const std::uint32_t corner
        = x.before * kColumnStep ^ y.before * kRowStep ^ z.before * kLayerStep;
    const std::uint32_t nextX = (x.before * kColumnStep) ^ ((x.before + 1) * kColumnStep);
    const std::uint32_t nextY = (y.before * kRowStep) ^ ((y.before + 1) * kRowStep);
    const std::uint32_t nextZ = (z.before * kLayerStep) ^ ((z.before + 1) * kLayerStep);
    const auto alongX = [&](std::uint32_t start) {
        const float a = table[start >> 20];
        const float b = table[(start ^ nextX) >> 20];
        return a + (b - a) * x.way;
    };
    const auto alongXY = [&](std::uint32_t start) {
        const float a = alongX(start);
        // On a whole y the other row has no part: noise in the plane costs half.
        return y.way == 0.0F ? a : a + (alongX(start ^ nextY) - a) * y.way;
    };
    const float a = alongXY(corner);
    return double{a + (alongXY(corner ^ nextZ) - a) * z.way};
}

double fractalNoise(Vec3 p, int octaves, double footprint)
{
    double sum = 0.0;
    double amplitude = 0.5;
    for (int octave = 0; octave < octaves; ++octave) {
        // Gone when a feature is as small as a pixel, whole from three pixels on.
        const double visible = std::clamp((1.0 - footprint) * 1.5, 0.0, 1.0);
        if (visible <= 0.0)
            break;
        sum += amplitude * visible * valueNoise(p);
        // Turned and shifted a little, so that the lattices do not lie on top of each other.
        p = Vec3{1.6 * p.x + 1.2 * p.z, 2.0 * p.y, 1.6 * p.z - 1.2 * p.x} + Vec3{17.3, 5.0, 31.1};
        footprint *= 2.0;
        amplitude *= 0.5;
    }
    return sum;
}

} // namespace factorscope
