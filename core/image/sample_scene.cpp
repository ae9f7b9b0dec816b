#include "core/image/oklab.h"
#include "core/image/sample_drawing.h"
#include "core/image/scene_materials.h"
#include "core/image/vec3.h"

#include <iterator>
#include <limits>
#include <vector>

namespace factorscope {
namespace {

struct Ball {
    Vec3 centre;
    double radius;
    Material material;
};

constexpr Ball kBalls[] = {
    {{-0.25, 1.20, 1.00}, 1.20, Material::Wood},
    {{1.62, 0.78, 0.10}, 0.78, Material::Ceramic},
    {{-2.02, 0.82, -0.10}, 0.82, Material::Marble},
    {{2.75, 1.05, 2.60}, 1.05, Material::Steel},
    {{-0.86, 0.44, -1.05}, 0.44, Material::Glaze},
    {{0.55, 0.40, -1.20}, 0.40, Material::Orange},
    {{-0.12, 0.21, -1.75}, 0.21, Material::Pearl},
    {{-3.55, 1.00, 3.60}, 1.00, Material::BeachBall},
};
constexpr int kNothing = -1;
constexpr int kGround = -2;

struct Ray {
    Vec3 origin;
    Vec3 direction;
    double pixelAngle; ///< how much wider a pixel gets per unit of length
};

struct Hit {
    double distance = std::numeric_limits<double>::infinity();
    int thing = kNothing; ///< index of a ball, or one of the above
};

Hit nearestHit(const Ray& ray, int except)
{
    Hit hit;
    if (ray.direction.y < 0.0 && except != kGround)
        hit = {-ray.origin.y / ray.direction.y, kGround};
    for (int i = 0; i < static_cast<int>(std::size(kBalls)); ++i) {
        const Vec3 toCentre = kBalls[i].centre - ray.origin;
        const double along = dot(toCentre, ray.direction);
        const double inside
            = kBalls[i].radius * kBalls[i].radius - dot(toCentre, toCentre) + along * along;
        if (i == except || along <= 0.0 || inside <= 0.0)
            continue;
        const double distance = along - std::sqrt(inside);
        if (distance > 0.0 && distance < hit.distance)
            hit = {distance, i};
    }
    return hit;
}

/// How much of the sun is seen from a point: the balls cover its disc with soft rims.
double sunShare(const Vec3& p, int except)
{
    constexpr double kSunRadius = 0.045; // larger than the real one, for softer shadows
    const Vec3 sun = kSunDirection;
    double share = 1.0;
    for (int i = 0; i < static_cast<int>(std::size(kBalls)); ++i) {
        const Vec3 toCentre = kBalls[i].centre - p;
        const double along = dot(toCentre, sun);
        if (i == except || along <= 0.0)
            continue;
        const double passingSquared = dot(toCentre, toCentre) - along * along;
        const double reach = kBalls[i].radius + kSunRadius * along;
        if (passingSquared >= reach * reach)
            continue;
        const double passing = std::sqrt(std::max(0.0, passingSquared));
        share *= smoothStep(-kSunRadius, kSunRadius, (passing - kBalls[i].radius) / along);
    }
    return share;
}

/// How much of the sky is seen from a point: each ball hides its solid angle, weighted by slant.
double skyShare(const Vec3& p, const Vec3& normal, int except)
{
    double share = 1.0;
    for (int i = 0; i < static_cast<int>(std::size(kBalls)); ++i) {
        const Vec3 toCentre = kBalls[i].centre - p;
        const double squared = dot(toCentre, toCentre);
        const double slant = dot(normal, toCentre);
        if (i == except || slant <= 0.0)
            continue;
        const double hidden
            = slant * kBalls[i].radius * kBalls[i].radius / (squared * std::sqrt(squared));
        share *= 1.0 - std::min(1.0, hidden);
    }
    return share;
}

Surface surfaceAt(const Hit& hit, const Ray& ray, const Vec3& p)
{
    const double footprint = hit.distance * ray.pixelAngle;
    if (hit.thing == kGround)
        return groundSurface(p, footprint, footprint / std::max(0.01, -ray.direction.y));
    const Ball& ball = kBalls[hit.thing];
    const Vec3 fromCentre = (p - ball.centre) * (1.0 / ball.radius);
    return ballSurface(ball.material, fromCentre, footprint / ball.radius);
}

/// The mirror image of the sun, blurred by the surface (Blinn's formula).
double highlight(const Surface& surface, const Vec3& sun, const Vec3& view)
{
    const double cosine = dot(surface.normal, normalized(sun - view));
    if ((1.0 - cosine) * surface.sharpness > 7.0)
        return 0.0; // less than a thousandth
    return surface.highlight * std::pow(cosine, surface.sharpness);
}

/// Light from the sun and the sky that the surface scatters towards the eye.
Vec3 scattered(const Surface& surface, const Hit& hit, const Vec3& p, const Vec3& view)
{
    constexpr Vec3 kSun{2.75, 2.45, 2.00};
    constexpr Vec3 kSkyAbove{0.50, 0.66, 0.95};
    constexpr Vec3 kGroundBelow{0.30, 0.24, 0.18};
    const Vec3 sun = kSunDirection;
    const double facing = std::max(0.0, dot(surface.normal, sun));
    const double lit = facing > 0.0 ? sunShare(p, hit.thing) : 0.0;
    const double open = skyShare(p, surface.normal, hit.thing);
    // A ball also shades itself where it nears the ground.
    const double aboveGround = hit.thing == kGround ? 1.0 : std::clamp(0.35 + p.y, 0.0, 1.0);
    const Vec3 around
        = mix(kGroundBelow * aboveGround, kSkyAbove, 0.5 + 0.5 * surface.normal.y) * open;
    const Vec3 light = kSun * (facing * lit) + around;
    const Vec3 glance = lit > 0.0 ? kSun * (lit * highlight(surface, sun, view)) : Vec3{};
    return surface.colour * light * (surface.isMetal ? 0.05 : 1.0) + glance;
}

Vec3 lightFrom(const Hit& hit, const Ray& ray, int depth);

double fifthPower(double x)
{
    return x * x * x * x * x;
}

/// The mirror image in a surface, as strong as the angle makes it (Schlick's formula).
Vec3 mirrored(const Surface& surface, const Ray& ray, const Hit& hit, const Vec3& p, int depth)
{
    const double slant = -dot(ray.direction, surface.normal);
    const double strength
        = surface.mirror + surface.grazing * fifthPower(1.0 - std::clamp(slant, 0.0, 1.0));
    if (strength < 0.02)
        return {};
    const Vec3 direction = normalized(ray.direction + surface.normal * (2.0 * slant));
    // A curved mirror shows more per pixel, and stone is a blurred one.
    const Ray away{p, direction, hit.thing == kGround ? kBlurredSky : ray.pixelAngle * 8.0};
    const Vec3 image = depth > 0 ? lightFrom(nearestHit(away, hit.thing), away, depth - 1)
                                 : skyLight(direction, kBlurredSky);
    return (surface.isMetal ? surface.colour * image : image) * strength;
}

/// The light that comes along a ray from what it hits.
Vec3 lightFrom(const Hit& hit, const Ray& ray, int depth)
{
    if (hit.thing == kNothing)
        return skyLight(ray.direction, ray.pixelAngle);
    const Vec3 p = ray.origin + ray.direction * hit.distance;
    const Surface surface = surfaceAt(hit, ray, p);
    const Vec3 light
        = scattered(surface, hit, p, ray.direction) + mirrored(surface, ray, hit, p, depth);
    constexpr double kClearUntil = 9.0;
    constexpr double kThickest = 0.32;
    const double haze = 1.0 - std::exp(-std::max(0.0, hit.distance - kClearUntil) / 90.0);
    return mix(light, kHaze, kThickest * haze);
}

/// From unbounded light to 0 … 1: bright parts bend towards white.
Vec3 exposed(const Vec3& light)
{
    constexpr double kExposure = 0.92;
    constexpr double kWhite = 3.2;
    const auto curve = [](double v) {
        const double x = v * kExposure;
        return std::min(1.0, x * (1.0 + x / (kWhite * kWhite)) / (1.0 + 0.62 * x));
    };
    return {curve(light.x), curve(light.y), curve(light.z)};
}

class Camera {
public:
    explicit Camera(Extent size)
        : m_height(static_cast<double>(size.height)), m_width(static_cast<double>(size.width)),
          m_pixel(2.0 * kHalfView / std::min(m_height, m_width))
    {
        m_forward = normalized(kTarget - kEye);
        m_right = normalized({m_forward.z, 0.0, -m_forward.x});
        m_up = {m_forward.y * m_right.z - m_forward.z * m_right.y,
                m_forward.z * m_right.x - m_forward.x * m_right.z,
                m_forward.x * m_right.y - m_forward.y * m_right.x};
    }

    /// Through a place of the picture, in pixels from its upper left corner.
    Ray ray(double y, double x) const
    {
        const Vec3 direction = m_forward + m_right * ((x - m_width / 2.0) * m_pixel)
            - m_up * ((y - m_height / 2.0) * m_pixel);
        return {kEye, normalized(direction), m_pixel};
    }

private:
    static constexpr Vec3 kEye{0.35, 2.35, -8.2};
    static constexpr Vec3 kTarget{0.0, 1.42, 0.6};
    static constexpr double kHalfView = 0.345; // tangent of half the angle of view

    double m_height;
    double m_width;
    double m_pixel;
    Vec3 m_forward;
    Vec3 m_right;
    Vec3 m_up;
};

/// What is seen at one place of the picture.
struct Look {
    Vec3 light; ///< exposed, 0 … 1
    int thing = kNothing;
};

Look look(const Camera& camera, double y, double x)
{
    constexpr int kDepth = 1; // mirror images in mirror images
    const Ray ray = camera.ray(y, x);
    const Hit hit = nearestHit(ray, kNothing);
    return {exposed(lightFrom(hit, ray, kDepth)), hit.thing};
}

/// One look through the middle of every pixel, then more where its neighbours differ.
class SceneDrawing {
public:
    explicit SceneDrawing(Extent size)
        : m_size(size), m_camera(size), m_looks(static_cast<std::size_t>(size.height * size.width))
    {
        for (std::int64_t y = 0; y < size.height; ++y) {
            for (std::int64_t x = 0; x < size.width; ++x)
                m_looks[index(y, x)]
                    = look(m_camera, static_cast<double>(y) + 0.5, static_cast<double>(x) + 0.5);
        }
    }

    Vec3 pixel(std::int64_t y, std::int64_t x) const
    {
        const bool isEdge = differs(y, x, y - 1, x) || differs(y, x, y + 1, x)
            || differs(y, x, y, x - 1) || differs(y, x, y, x + 1);
        return isEdge ? manyLooks(y, x) : m_looks[index(y, x)].light;
    }

private:
    std::size_t index(std::int64_t y, std::int64_t x) const
    {
        return static_cast<std::size_t>(y * m_size.width + x);
    }

    /// Whether another thing or a much lighter or darker colour is seen in the neighbour.
    bool differs(std::int64_t y, std::int64_t x, std::int64_t ny, std::int64_t nx) const
    {
        constexpr double kContrast = 0.4;
        constexpr double kDarkness = 0.08; // nothing but noise below
        if (ny < 0 || nx < 0 || ny >= m_size.height || nx >= m_size.width)
            return false;
        const Look& here = m_looks[index(y, x)];
        const Look& there = m_looks[index(ny, nx)];
        const Vec3 step = there.light - here.light;
        const double most = std::max({std::abs(step.x), std::abs(step.y), std::abs(step.z)});
        const double level = std::max({here.light.x, here.light.y, here.light.z}) + kDarkness;
        return here.thing != there.thing || most > kContrast * level;
    }

    /// The mean of the first look and of four around it, no two in one row or column.
    Vec3 manyLooks(std::int64_t y, std::int64_t x) const
    {
        constexpr double kPlaces[4][2] = {{0.15, 0.38}, {0.38, 0.85}, {0.62, 0.15}, {0.85, 0.62}};
        Vec3 sum = m_looks[index(y, x)].light;
        for (const auto& place : kPlaces)
            sum = sum
                + look(m_camera, static_cast<double>(y) + place[0],
                       static_cast<double>(x) + place[1])
                      .light;
        return sum * 0.2;
    }

    Extent m_size;
    Camera m_camera;
    std::vector<Look> m_looks;
};

} // namespace

Picture drawScene(Extent size)
{
    const SceneDrawing drawing(size);
    Canvas canvas(size);
    for (std::int64_t y = 0; y < size.height; ++y) {
        for (std::int64_t x = 0; x < size.width; ++x) {
            const Vec3 light = drawing.pixel(y, x);
            canvas.set(y, x, {srgbEncoded(light.x), srgbEncoded(light.y), srgbEncoded(light.z)});
        }
    }
    return std::move(canvas).finished("scene");
}

} // namespace factorscope
