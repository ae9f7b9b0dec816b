#include "core/image/colormap.h"

#include "core/conv/kernel_dispatch.h"
#include "core/image/colour_kernel.h"
#include "core/image/oklab.h"
#include "core/result/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <numbers>
#include <vector>

namespace factorscope {

FACTORSCOPE_DISPATCH_KERNEL(colourValues, const ValuesToColour&)

namespace {

using Table = std::array<Rgb8, kColormapSize>;
using PixelTable = std::array<std::uint32_t, kColormapSize>;

/// A colour by lightness, colourfulness and hue: the polar form of OKLab.
struct Stop {
    double lightness;
    double chroma;
    double hueDegrees;
};

Oklab oklabOf(const Stop& stop)
{
    const double angle = stop.hueDegrees * std::numbers::pi / 180.0;
    return {stop.lightness, stop.chroma * std::cos(angle), stop.chroma * std::sin(angle)};
}

bool isShown(const Oklab& colour)
{
    const LinearRgb light = linearRgbOf(colour);
    const auto inside = [](double v) { return v >= 0.0 && v <= 1.0; };
    return inside(light.r) && inside(light.g) && inside(light.b);
}

/// The colour, or as colourful a one of the same lightness and hue as sRGB can show.
Oklab shown(Stop stop)
{
    while (!isShown(oklabOf(stop)) && stop.chroma > 0.0)
        stop.chroma = std::max(0.0, stop.chroma - 0.0005);
    return oklabOf(stop);
}

/// Catmull-Rom through p1 and p2.
double spline(double p0, double p1, double p2, double p3, double t)
{
    const double a = -p0 + 3.0 * p1 - 3.0 * p2 + p3;
    const double b = 2.0 * p0 - 5.0 * p1 + 4.0 * p2 - p3;
    return p1 + t * ((p2 - p0) + t * (b + t * a)) / 2.0;
}

/// The curve through the stops: lightness in straight lines, chroma and hue smoothly.
Oklab onCurve(std::span<const Stop> stops, double position)
{
    const auto last = static_cast<std::int64_t>(stops.size()) - 1;
    const auto segment
        = std::min(static_cast<std::int64_t>(position * static_cast<double>(last)), last - 1);
    const double t = position * static_cast<double>(last) - static_cast<double>(segment);
    const auto at = [&](std::int64_t i) {
        return stops[static_cast<std::size_t>(std::clamp<std::int64_t>(segment + i, 0, last))];
    };
    const auto smooth = [&](double Stop::*part) {
        return spline(at(-1).*part, at(0).*part, at(1).*part, at(2).*part, t);
    };
    return shown({std::lerp(at(0).lightness, at(1).lightness, t),
                  std::max(0.0, smooth(&Stop::chroma)), smooth(&Stop::hueDegrees)});
}

/// A curve in fine steps, and how far each of them lies from its beginning.
struct FineCurve {
    std::vector<Oklab> colours;
    std::vector<double> travelled;
};

FineCurve fineCurve(std::span<const Stop> stops)
{
    constexpr int kSteps = 4096;
    FineCurve curve{{onCurve(stops, 0.0)}, {0.0}};
    for (int i = 1; i <= kSteps; ++i) {
        const Oklab colour = onCurve(stops, static_cast<double>(i) / kSteps);
        curve.travelled.push_back(curve.travelled.back() + distance(curve.colours.back(), colour));
        curve.colours.push_back(colour);
    }
    return curve;
}

/// The fine steps that cut a way into equal parts, both ends included.
std::vector<std::size_t> evenSteps(const std::vector<double>& travelled, int count)
{
    std::vector<std::size_t> steps;
    for (int i = 0; i < count; ++i) {
        const double target = travelled.back() * i / (count - 1);
        const auto reached = std::ranges::lower_bound(travelled, target) - travelled.begin();
        steps.push_back(std::min(static_cast<std::size_t>(reached), travelled.size() - 1));
    }
    return steps;
}

/// Of the bytes about a colour those that come closest to it. Lightness counts most: rounding each
/// byte alone would let it go back and forth between neighbours.
Rgb8 nearestBytes(const Oklab& colour)
{
    constexpr double kLightnessWeight = 4.0;
    const LinearRgb light = linearRgbOf(colour);
    const auto level = [](double value) {
        return static_cast<int>(std::round(srgbEncoded(std::clamp(value, 0.0, 1.0)) * 255.0));
    };
    const int levels[] = {level(light.r), level(light.g), level(light.b)};
    const auto byte
        = [](int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); };
    Rgb8 best;
    double leastMiss = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 27; ++i) { // one less, the same or one more, for each of the three
        const Rgb8 candidate{byte(levels[0] + i % 3 - 1), byte(levels[1] + i / 3 % 3 - 1),
                             byte(levels[2] + i / 9 - 1)};
        const Oklab made = factorscope::oklabOf(candidate);
        const double miss = distance(made, colour)
            + kLightnessWeight * std::abs(made.lightness - colour.lightness);
        if (miss < leastMiss) {
            leastMiss = miss;
            best = candidate;
        }
    }
    return best;
}

Table sequential(std::span<const Stop> stops)
{
    const FineCurve curve = fineCurve(stops);
    Table table;
    std::ranges::transform(evenSteps(curve.travelled, kColormapSize), table.begin(),
                           [&](std::size_t step) { return nearestBytes(curve.colours[step]); });
    return table;
}

/// Both arms begin at the neutral middle, which comes twice, and go outwards. Their stops are
/// equally light; so that the colours are, too, the arms take the same steps, even on average.
Table diverging(std::span<const Stop> negative, std::span<const Stop> positive)
{
    constexpr int kHalf = kColormapSize / 2;
    const FineCurve below = fineCurve(negative);
    const FineCurve above = fineCurve(positive);
    std::vector<double> travelled;
    std::ranges::transform(below.travelled, above.travelled, std::back_inserter(travelled),
                           std::plus<>());
    const std::vector<std::size_t> steps = evenSteps(travelled, kHalf);
    Table table;
    for (std::size_t i = 0; i < kHalf; ++i) {
        table[kHalf - 1 - i] = nearestBytes(below.colours[steps[i]]);
        table[kHalf + i] = nearestBytes(above.colours[steps[i]]);
    }
    return table;
}

Table auroraTable()
{
    constexpr Stop kStops[] = {
        {0.20, 0.092, 293.0}, {0.32, 0.125, 281.0}, {0.44, 0.106, 252.0}, {0.56, 0.086, 210.0},
        {0.68, 0.122, 165.0}, {0.80, 0.165, 136.0}, {0.93, 0.165, 107.0},
    };
    return sequential(kStops);
}

Table grayTable()
{
    Table table;
    for (int i = 0; i < kColormapSize; ++i) {
        const auto level = static_cast<std::uint8_t>(i);
        table[level] = {level, level, level};
    }
    return table;
}

Table blueOrangeTable()
{
    constexpr Stop kBlue[] = {
        {0.95, 0.000, 245.0}, {0.79, 0.075, 240.0}, {0.63, 0.130, 247.0},
        {0.47, 0.145, 256.0}, {0.31, 0.110, 262.0},
    };
    constexpr Stop kOrange[] = {
        {0.95, 0.000, 70.0}, {0.79, 0.110, 66.0}, {0.63, 0.145, 50.0},
        {0.47, 0.135, 38.0}, {0.31, 0.090, 30.0},
    };
    return diverging(kBlue, kOrange);
}

Table iceFireTable()
{
    constexpr Stop kIce[] = {
        {0.20, 0.000, 265.0}, {0.38, 0.110, 262.0}, {0.56, 0.140, 250.0},
        {0.74, 0.110, 225.0}, {0.92, 0.060, 200.0},
    };
    constexpr Stop kFire[] = {
        {0.20, 0.000, 25.0}, {0.38, 0.120, 25.0},  {0.56, 0.170, 40.0},
        {0.74, 0.150, 68.0}, {0.92, 0.120, 100.0},
    };
    return diverging(kIce, kFire);
}

PixelTable packedTable(const Table& colours)
{
    PixelTable pixels;
    std::ranges::transform(colours, pixels.begin(), packed);
    return pixels;
}

/// The colours of one map in both forms.
struct Tables {
    explicit Tables(const Table& table) : colours(table), pixels(packedTable(table)) {}

    Colormap named(std::string_view id, const char* label, bool isDiverging) const
    {
        return {id, label, isDiverging, colours, pixels};
    }

    Table colours;
    PixelTable pixels;
};

/// Whether there is a way from low to high.
bool isInterval(double range)
{
    return range > 0.0 && std::isfinite(range);
}

} // namespace

std::span<const Colormap> colormaps()
{
    static const Tables aurora(auroraTable());
    static const Tables gray(grayTable());
    static const Tables blueOrange(blueOrangeTable());
    static const Tables iceFire(iceFireTable());
    static const Colormap maps[] = {
        aurora.named("aurora", QT_TRANSLATE_NOOP("core", "Aurora: blue, green, yellow"), false),
        gray.named("gray", QT_TRANSLATE_NOOP("core", "Grey"), false),
        blueOrange.named("blue-orange", QT_TRANSLATE_NOOP("core", "Blue, white, orange"), true),
        iceFire.named("ice-fire", QT_TRANSLATE_NOOP("core", "Ice, black, fire"), true),
    };
    return maps;
}

const Colormap& defaultColormap(bool diverging)
{
    return *std::ranges::find(colormaps(), diverging, &Colormap::diverging);
}

const Colormap* findColormap(std::string_view id)
{
    const auto maps = colormaps();
    const auto found = std::ranges::find(maps, id, &Colormap::id);
    return found == maps.end() ? nullptr : &*found;
}

Rgb8 colourOf(const Colormap& map, float value, float low, float high)
{
    if (std::isnan(value))
        return kNotANumber;
    const double range = double{high} - double{low};
    if (!isInterval(range))
        return map.colours[kColormapSize / 2];
    const double position = (double{value} - double{low}) / range; // exactly 1/2 for zero in ±limit
    if (position <= 0.0)
        return map.colours.front();
    if (position >= 1.0)
        return map.colours.back();
    return map.colours[static_cast<std::size_t>(position * kColormapSize)];
}

void drawValues(const Colormap& map, std::span<const float> values, float low, float high,
                std::uint32_t* pixels, InstructionSet set)
{
    ValuesToColour job{values.data(),     std::ssize(values),  low,   double{high} - double{low},
                       map.pixels.data(), packed(kNotANumber), pixels};
    PixelTable middle;
    if (!isInterval(job.range)) {
        middle.fill(map.pixels[kColormapSize / 2]);
        job.low = 0.0;
        job.range = 1.0;
        job.colours = middle.data();
    }
    colourValues(job, set);
}

} // namespace factorscope
