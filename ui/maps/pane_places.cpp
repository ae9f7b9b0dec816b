#include "ui/maps/pane_places.h"

#include "ui/maps/pane_grid.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace factorscope {
namespace {

using Places = std::array<QRectF, kStages.size()>;

constexpr double kGap = 4.0 * kGrid;
constexpr double kBorder = 18.0 * kGrid; ///< heading and scale of a pane, about
constexpr double kBorderAlone = 36.0 * kGrid; ///< with histogram and statistics

QRectF& at(Places& places, Stage stage)
{
    return places[static_cast<std::size_t>(stage)];
}

/// Beside the split pane, the most telling first.
constexpr std::array kBeside{Stage::Difference, Stage::Input, Stage::MidAfter, Stage::MidBefore};

/// One after the other from a corner, each `step` from the one before.
void placeBeside(Places& places, const QRectF& first, const QPointF& step, int count)
{
    // As they lie otherwise: from the input on.
    std::vector<Stage> shown(kBeside.begin(), kBeside.begin() + count);
    std::ranges::sort(shown);
    for (std::size_t i = 0; i < shown.size(); ++i)
        at(places, shown[i]) = first.translated(step * static_cast<double>(i));
}

int fitting(double room, double least)
{
    const auto count = static_cast<int>(std::floor((room + kGap) / (least + kGap)));
    return std::clamp(count, 0, static_cast<int>(kBeside.size()));
}

Places splitPlaces(const QRectF& area)
{
    constexpr double kShare = 0.26; ///< of the area, for what is beside
    constexpr double kLeastWidth = 44.0 * kGrid;
    constexpr double kLeastHeight = 42.0 * kGrid;
    Places places;
    const bool isWide = area.width() >= area.height();
    if (isWide) {
        const double width = std::floor(std::max(kLeastWidth, kShare * area.width()));
        const int count = fitting(area.height(), kLeastHeight);
        const double height = std::floor((area.height() + kGap) / std::max(count, 1) - kGap);
        at(places, Stage::Original) = area.adjusted(0.0, 0.0, -width - kGap, 0.0);
        placeBeside(places, {area.right() - width, area.top(), width, height}, {0.0, height + kGap},
                    count);
    } else {
        const double height = std::floor(std::max(kLeastHeight, kShare * area.height()));
        const int count = fitting(area.width(), kLeastWidth);
        const double width = std::floor((area.width() + kGap) / std::max(count, 1) - kGap);
        at(places, Stage::Original) = area.adjusted(0.0, 0.0, 0.0, -height - kGap);
        placeBeside(places, {area.left(), area.bottom() - height, width, height},
                    {width + kGap, 0.0}, count);
    }
    return places;
}

} // namespace

bool isSplit(const ViewSettings& settings)
{
    return settings.isAlone && settings.maps.isSplit;
}

std::array<QRectF, kStages.size()> panePlaces(const ViewSettings& settings, Extent map,
                                              const QRectF& area)
{
    if (isSplit(settings))
        return splitPlaces(area);
    const auto grid = paneGrid(static_cast<int>(kStages.size()), map, area, kGap,
                               settings.isAlone ? kBorderAlone : kBorder);
    Places places;
    std::ranges::copy(grid, places.begin());
    return places;
}

} // namespace factorscope
