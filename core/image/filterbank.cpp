#include "core/image/filterbank.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numbers>
#include <vector>

namespace factorscope {
namespace {

using Kind = OrientedFilter::Kind;
using Plane = OrientedFilter::Plane;

constexpr int kOrientations = 4;
constexpr int kGroup = 2 * kOrientations;
constexpr int kScales = 4;
constexpr Plane kPlaneOrder[] = {Plane::Brightness, Plane::RedGreen, Plane::BlueYellow};
constexpr int kPlanes = std::size(kPlaneOrder);

/// 0, 1/2, 1/4, 3/4, 1/8, 5/8 …: the binary digits of the index, mirrored at the point.
double vanDerCorput(int index)
{
    double value = 0.0;
    double digit = 0.5;
    for (; index > 0; index /= 2, digit /= 2.0)
        value += digit * (index % 2);
    return value;
}

struct PixelRow {
    const float* r;
    const float* g;
    const float* b;
    std::int64_t width;
};

PixelRow pixelRow(const Tensor& rgb, std::int64_t y)
{
    const std::int64_t width = rgb.shape()[2];
    const std::int64_t plane = rgb.shape()[1] * width;
    const float* row = rgb.data() + y * width;
    return {row, row + plane, row + 2 * plane, width};
}

/// One row of a plane; computed in double and rounded once.
void writePlaneRow(const PixelRow& in, Plane plane, float* out)
{
    const auto write = [&](auto formula) {
        for (std::int64_t x = 0; x < in.width; ++x)
            out[x] = static_cast<float>(formula(double{in.r[x]}, double{in.g[x]}, double{in.b[x]}));
    };
    switch (plane) {
    case Plane::Brightness:
        write([](double r, double g, double b) { return 0.2126 * r + 0.7152 * g + 0.0722 * b; });
        break;
    case Plane::RedGreen:
        write([](double r, double g, double) { return r - g; });
        break;
    case Plane::BlueYellow:
        write([](double r, double g, double b) { return b - (r + g) / 2.0; });
        break;
    }
}

/// Half of the Gaussian and of its derivatives, at the distances 1 … radius from the middle; the
/// other half is the same or its negative. Normalised on the grid: the Gaussian sums to 1, the
/// first derivative of x is 1, the second of x²/2 is 1.
struct Kernels {
    int radius = 0;
    std::vector<float> smooth;
    std::vector<float> first;
    std::vector<float> second;
};

std::vector<float> scaled(const std::vector<double>& half, double norm)
{
    std::vector<float> rounded;
    for (const double weight : half)
        rounded.push_back(static_cast<float>(weight / norm));
    return rounded;
}

Kernels kernelsFor(double sigmaPx)
{
    const int radius = static_cast<int>(std::ceil(4.0 * sigmaPx));
    std::vector<double> smooth;
    std::vector<double> first;
    std::vector<double> second;
    double sum = 1.0;
    double slope = 0.0;
    double curvature = 0.0;
    for (int k = 1; k <= radius; ++k) {
        const double t = k / sigmaPx;
        const double gauss = std::exp(-t * t / 2.0);
        smooth.push_back(gauss);
        first.push_back(t * gauss);
        second.push_back((t * t - 1.0) * gauss);
        sum += 2.0 * smooth.back();
        slope += 2.0 * k * first.back();
        curvature += k * k * second.back();
    }
    return {radius, scaled(smooth, sum), scaled(first, slope), scaled(second, curvature)};
}

// The three filters along one line. They use differences from the middle only, so that equal
// pixels give their own value, zero and zero, without rounding errors. `at(k)` is the row of the
// neighbours at distance k, k < 0 before.

template <typename At>
void smoothRow(const std::vector<float>& half, At at, std::int64_t width, float* out)
{
    const float* middle = at(0);
    std::copy_n(middle, width, out);
    for (int k = 1; k <= static_cast<int>(half.size()); ++k) {
        const float* before = at(-k);
        const float* after = at(k);
        const float weight = half[static_cast<std::size_t>(k - 1)];
        for (std::int64_t x = 0; x < width; ++x)
            out[x] += weight * ((before[x] - middle[x]) + (after[x] - middle[x]));
    }
}

template <typename At>
void firstDerivativeRow(const std::vector<float>& half, At at, std::int64_t width, float* out)
{
    std::fill_n(out, width, 0.0F);
    for (int k = 1; k <= static_cast<int>(half.size()); ++k) {
        const float* before = at(-k);
        const float* after = at(k);
        const float weight = half[static_cast<std::size_t>(k - 1)];
        for (std::int64_t x = 0; x < width; ++x)
            out[x] += weight * (after[x] - before[x]);
    }
}

template <typename At>
void secondDerivativeRow(const std::vector<float>& half, At at, std::int64_t width, float* out)
{
    const float* middle = at(0);
    std::fill_n(out, width, 0.0F);
    for (int k = 1; k <= static_cast<int>(half.size()); ++k) {
        const float* before = at(-k);
        const float* after = at(k);
        const float weight = half[static_cast<std::size_t>(k - 1)];
        for (std::int64_t x = 0; x < width; ++x)
            out[x] += weight * ((before[x] - middle[x]) + (after[x] - middle[x]));
    }
}

/// The five derivatives along one row of pixels.
struct DerivativeRows {
    std::vector<float> x;
    std::vector<float> y;
    std::vector<float> xx;
    std::vector<float> xy;
    std::vector<float> yy;
};

/// Gives the derivatives of a plane row by row, from the top. Keeps the rows that the column
/// filters reach, filtered along x already, in a ring.
class DerivativeScan {
public:
    DerivativeScan(const Picture& picture, Plane plane, double sigmaPx)
        : m_rgb(picture.rgb), m_plane(plane), m_size(picture.size()),
          m_kernels(kernelsFor(sigmaPx)),
          m_ring(static_cast<std::size_t>(2 * m_kernels.radius + 1)), m_padded(paddedWidth())
    {
        const std::vector<float> row(static_cast<std::size_t>(m_size.width));
        for (Filtered& filtered : m_ring)
            filtered = {row, row, row};
        m_rows = {row, row, row, row, row};
    }

    /// Row `y`; the calls go through 0, 1, 2 …
    const DerivativeRows& row(std::int64_t y)
    {
        while (m_filteredRows <= std::min(y + m_kernels.radius, m_size.height - 1))
            filterAlongX(m_filteredRows++);
        const auto at = [&](std::vector<float> Filtered::*kind) {
            return [this, y, kind](int k) { return (filteredRow(y + k).*kind).data(); };
        };
        const std::int64_t width = m_size.width;
        smoothRow(m_kernels.smooth, at(&Filtered::first), width, m_rows.x.data());
        firstDerivativeRow(m_kernels.first, at(&Filtered::smooth), width, m_rows.y.data());
        smoothRow(m_kernels.smooth, at(&Filtered::second), width, m_rows.xx.data());
        firstDerivativeRow(m_kernels.first, at(&Filtered::first), width, m_rows.xy.data());
        secondDerivativeRow(m_kernels.second, at(&Filtered::smooth), width, m_rows.yy.data());
        return m_rows;
    }

private:
    struct Filtered {
        std::vector<float> smooth;
        std::vector<float> first;
        std::vector<float> second;
    };

    std::size_t paddedWidth() const
    {
        return static_cast<std::size_t>(m_size.width + 2 * m_kernels.radius);
    }

    Filtered& filteredRow(std::int64_t y)
    {
        const std::int64_t inside = std::clamp<std::int64_t>(y, 0, m_size.height - 1);
        return m_ring[static_cast<std::size_t>(inside) % m_ring.size()];
    }

    void filterAlongX(std::int64_t y)
    {
        float* middle = m_padded.data() + m_kernels.radius;
        writePlaneRow(pixelRow(m_rgb, y), m_plane, middle);
        std::fill(m_padded.data(), middle, middle[0]);
        std::fill_n(middle + m_size.width, m_kernels.radius, middle[m_size.width - 1]);
        const auto at = [middle](int k) { return middle + k; };
        Filtered& out = filteredRow(y);
        smoothRow(m_kernels.smooth, at, m_size.width, out.smooth.data());
        firstDerivativeRow(m_kernels.first, at, m_size.width, out.first.data());
        secondDerivativeRow(m_kernels.second, at, m_size.width, out.second.data());
    }

    const Tensor& m_rgb;
    Plane m_plane;
    Extent m_size;
    Kernels m_kernels;
    std::vector<Filtered> m_ring;
    std::vector<float> m_padded;
    DerivativeRows m_rows;
    std::int64_t m_filteredRows = 0;
};

/// The parts of the x and y axes in the direction across an edge of this orientation. Exact for
/// horizontal and vertical ones.
std::array<double, 2> across(double degrees)
{
    if (degrees == 0.0)
        return {0.0, 1.0};
    if (degrees == 90.0)
        return {1.0, 0.0};
    const double radians = degrees * std::numbers::pi / 180.0;
    return {std::sin(radians), std::cos(radians)};
}

void writeSteeredRow(const OrientedFilter& filter, const DerivativeRows& rows, std::int64_t width,
                     float* out)
{
    const auto [nx, ny] = across(filter.degrees);
    if (filter.kind == Kind::Edge) {
        const auto cx = static_cast<float>(filter.sigmaPx * nx);
        const auto cy = static_cast<float>(filter.sigmaPx * ny);
        const float* dx = rows.x.data();
        const float* dy = rows.y.data();
        for (std::int64_t x = 0; x < width; ++x)
            out[x] = cx * dx[x] + cy * dy[x];
        return;
    }
    const double strength = -filter.sigmaPx * filter.sigmaPx;
    const auto cxx = static_cast<float>(strength * nx * nx);
    const auto cxy = static_cast<float>(strength * 2.0 * nx * ny);
    const auto cyy = static_cast<float>(strength * ny * ny);
    const float* dxx = rows.xx.data();
    const float* dxy = rows.xy.data();
    const float* dyy = rows.yy.data();
    for (std::int64_t x = 0; x < width; ++x)
        out[x] = cxx * dxx[x] + cxy * dxy[x] + cyy * dyy[x];
}

/// The channels of one group, `first` and up to seven more: they share a plane and a scale.
Result<void> fillGroup(const Picture& picture, int first, Tensor& bank, const std::stop_token& stop)
{
    const auto end = std::min<int>(first + kGroup, static_cast<int>(bank.shape()[1]));
    std::vector<OrientedFilter> filters;
    for (int channel = first; channel < end; ++channel)
        filters.push_back(orientedFilter(channel));
    DerivativeScan scan(picture, filters.front().plane, filters.front().sigmaPx);
    const Extent size = picture.size();
    for (std::int64_t y = 0; y < size.height; ++y) {
        if (stop.stop_requested())
            return cancelled();
        const DerivativeRows& rows = scan.row(y);
        float* out = bank.data() + (first * size.height + y) * size.width;
        for (const OrientedFilter& filter : filters) {
            writeSteeredRow(filter, rows, size.width, out);
            out += size.height * size.width;
        }
    }
    return {};
}

} // namespace

OrientedFilter orientedFilter(int channel)
{
    EXPECTS(channel >= kPointwiseChannels);
    constexpr double kRoot2 = std::numbers::sqrt2;
    constexpr double kSigmasPx[kScales] = {1.0, kRoot2, 2.0, 2.0 * kRoot2};
    const int group = (channel - kPointwiseChannels) / kGroup;
    const int member = (channel - kPointwiseChannels) % kGroup;
    const double stepDegrees = 180.0 / kOrientations;
    const double turn = vanDerCorput(group / (kScales * kPlanes));
    return {member < kOrientations ? Kind::Edge : Kind::Ridge,
            kPlaneOrder[group / kScales % kPlanes], kSigmasPx[group % kScales],
            stepDegrees * (member % kOrientations + turn)};
}

Result<void> fillFilterbank(const Picture& picture, Tensor& bank, const std::stop_token& stop)
{
    const auto channels = static_cast<int>(bank.shape()[1]);
    const Extent size = picture.size();
    for (int channel = 0; channel < std::min(channels, kPointwiseChannels); ++channel) {
        for (std::int64_t y = 0; y < size.height; ++y) {
            if (stop.stop_requested())
                return cancelled();
            writePlaneRow(pixelRow(picture.rgb, y), kPlaneOrder[channel],
                          bank.data() + (channel * size.height + y) * size.width);
        }
    }
    for (int first = kPointwiseChannels; first < channels; first += kGroup)
        RETURN_IF_ERROR(fillGroup(picture, first, bank, stop));
    return {};
}

} // namespace factorscope
