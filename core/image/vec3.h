#pragma once

#include <cmath>

namespace factorscope {

/// A place, a direction or light in red, green and blue.
struct Vec3 {
    double x = 0.0;
    double y = 0.0;
    double z = 0.0;
};

constexpr Vec3 operator+(const Vec3& a, const Vec3& b)
{
    return {a.x + b.x, a.y + b.y, a.z + b.z};
}

constexpr Vec3 operator-(const Vec3& a, const Vec3& b)
{
    return {a.x - b.x, a.y - b.y, a.z - b.z};
}

/// Part by part.
constexpr Vec3 operator*(const Vec3& a, const Vec3& b)
{
    return {a.x * b.x, a.y * b.y, a.z * b.z};
}

constexpr Vec3 operator*(const Vec3& a, double s)
{
    return {a.x * s, a.y * s, a.z * s};
}

constexpr double dot(const Vec3& a, const Vec3& b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

constexpr Vec3 mix(const Vec3& a, const Vec3& b, double t)
{
    return a + (b - a) * t;
}

inline double length(const Vec3& a)
{
    return std::sqrt(dot(a, a));
}

inline Vec3 normalized(const Vec3& a)
{
    return a * (1.0 / length(a));
}

} // namespace factorscope
