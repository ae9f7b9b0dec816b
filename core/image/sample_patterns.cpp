#include "core/image/sample_drawing.h"

#include <numbers>
#include <vector>

namespace factorscope {
namespace {

constexpr double kPi = std::numbers::pi;

/// One round patch of a sinusoid.
struct Patch {
    double frequency = 0.0; ///< cycles per pixel
    double acrossX = 0.0; ///< the direction across its lines
    double acrossY = 0.0;
};

/// The patches in cells: orientations along the longer side, frequencies along the shorter one.
struct PatchGrid {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    double cellHeight = 0.0;
    double cellWidth = 0.0;
    std::vector<Patch> patches;

    double radius() const { return 0.44 * std::min(cellHeight, cellWidth); }
};

PatchGrid patchGrid(Extent size)
{
    constexpr std::int64_t kFrequencies = 6;
    constexpr std::int64_t kMostOrientations = 24;
    const auto height = static_cast<double>(size.height);
    const auto width = static_cast<double>(size.width);
    const double aspect = std::max(height, width) / std::min(height, width);
    const std::int64_t orientations
        = std::min(static_cast<std::int64_t>(static_cast<double>(kFrequencies) * aspect + 0.5),
                   kMostOrientations);
    const bool isWide = width >= height;

    PatchGrid grid;
    grid.rows = isWide ? kFrequencies : orientations;
    grid.columns = isWide ? orientations : kFrequencies;
    grid.cellHeight = height / static_cast<double>(grid.rows);
    grid.cellWidth = width / static_cast<double>(grid.columns);
    const double lowest = std::min(0.4, 1.25 / grid.radius());
    const double highest = std::max(lowest, std::min(0.4, 9.0 / grid.radius()));
    for (std::int64_t row = 0; row < grid.rows; ++row) {
        for (std::int64_t column = 0; column < grid.columns; ++column) {
            const auto pitch = static_cast<double>(isWide ? row : column);
            const double angle = kPi * static_cast<double>(isWide ? column : row)
                / static_cast<double>(orientations);
            grid.patches.push_back(
                {lowest * std::pow(highest / lowest, pitch / static_cast<double>(kFrequencies - 1)),
                 std::sin(angle), std::cos(angle)});
        }
    }
    return grid;
}

} // namespace

Picture drawZonePlate(Extent size)
{
    // A chirp cos(pi r² / length) has r / length cycles per pixel: 1/2, the most that pixels can
    // carry, in the middle of the picture's borders. It fades before it gets there.
    const auto length = static_cast<double>(std::max(size.height, size.width));
    Canvas canvas(size);
    canvas.paint([length](double y, double x) {
        const double squared = x * x + y * y;
        const double cyclesPerPixel = std::sqrt(squared) / length;
        const double contrast = 1.0 - smoothStep(0.34, 0.5, cyclesPerPixel);
        return grey(0.5 + 0.5 * contrast * std::cos(kPi * squared / length));
    });
    return std::move(canvas).finished("zone-plate");
}

Picture drawSiemensStar(Extent size)
{
    constexpr double kSpokes = 36.0;
    const double radius = 0.47 * static_cast<double>(std::min(size.height, size.width));
    Canvas canvas(size);
    canvas.paint([radius](double y, double x) {
        const double r = std::hypot(x, y);
        // Distance to the nearest edge between spokes, in pixels, positive inside a white one.
        const double period = kSpokes * std::atan2(y, x) / (2.0 * kPi);
        const double inPeriod = period - std::floor(period);
        const double halfSpokePx = kPi * r / (2.0 * kSpokes);
        const double edgePx = (1.0 - 4.0 * std::abs(inPeriod - 0.5)) * halfSpokePx;
        // Where a pair of spokes is narrower than two pixels, grey is the honest answer.
        const double contrast = smoothStep(2.0, 3.0, 4.0 * halfSpokePx);
        const double star = 0.5 + contrast * std::clamp(edgePx, -0.5, 0.5);
        const double outside = std::clamp(r - radius + 0.5, 0.0, 1.0);
        return grey(std::lerp(star, 1.0, outside));
    });
    return std::move(canvas).finished("siemens-star");
}

Picture drawGratings(Extent size)
{
    const PatchGrid grid = patchGrid(size);
    const double radius = grid.radius();
    Canvas canvas(size);
    canvas.paint([&](double y, double x) {
        const double fromTop = (y + static_cast<double>(size.height) / 2.0) / grid.cellHeight;
        const double fromLeft = (x + static_cast<double>(size.width) / 2.0) / grid.cellWidth;
        const auto row = std::min(static_cast<std::int64_t>(fromTop), grid.rows - 1);
        const auto column = std::min(static_cast<std::int64_t>(fromLeft), grid.columns - 1);
        const Patch& patch = grid.patches[static_cast<std::size_t>(row * grid.columns + column)];
        const double py = (fromTop - static_cast<double>(row) - 0.5) * grid.cellHeight;
        const double px = (fromLeft - static_cast<double>(column) - 0.5) * grid.cellWidth;
        const double window = 1.0 - smoothStep(0.8 * radius, radius, std::hypot(px, py));
        const double across = px * patch.acrossX + py * patch.acrossY;
        return grey(0.5 + 0.48 * window * std::cos(2.0 * kPi * patch.frequency * across));
    });
    return std::move(canvas).finished("gratings");
}

} // namespace factorscope
