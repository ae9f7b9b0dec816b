#include "ui/maps/cell_values.h"

#include "ui/maps/map_pane.h"
#include "ui/text/text.h"

#include <QFontInfo>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr double kMargin = 3.0; ///< on either side of a number
constexpr int kMostDigits = 3;

/// As many digits as the width has room for; empty where no number fits that says what it is.
QString fittingText(float value, double width, const QFontMetricsF& metrics)
{
    const double magnitude = std::abs(double{value});
    constexpr double kLeast = 1e-3; // what stands between is not written with an exponent
    constexpr double kMost = 1e4;
    const bool isPlain = magnitude == 0.0 || (magnitude >= kLeast && magnitude < kMost);
    for (int digits = kMostDigits; digits >= 1; --digits) {
        const QString text = significant(double{value}, digits);
        const bool isRough = isPlain && text.contains(u'e');
        if (!isRough && metrics.horizontalAdvance(text) <= width)
            return text;
    }
    return {};
}

/// One map of a pane and where its pixels lie.
struct Cells {
    const StageMaps& maps;
    std::int64_t channel;
    QRectF tile;
    MapMapping mapping;
    MapScale scale;
};

void addCells(std::vector<CellValue>& values, const Cells& of, const QRectF& area,
              const QFontMetricsF& metrics)
{
    const QRectF seen = of.tile.intersected(area).translated(-of.tile.topLeft());
    if (seen.isEmpty())
        return;
    const QPointF low = of.mapping.toMap(seen.topLeft());
    const QPointF high = of.mapping.toMap(seen.bottomRight());
    const auto from = [](double at) {
        return std::max<std::int64_t>(static_cast<std::int64_t>(std::floor(at)), 0);
    };
    const auto to = [](double at, std::int64_t size) {
        return std::min(static_cast<std::int64_t>(std::ceil(at)), size);
    };
    const Extent size = of.maps.size();
    for (std::int64_t y = from(low.y()); y < to(high.y(), size.height); ++y) {
        for (std::int64_t x = from(low.x()); x < to(high.x(), size.width); ++x) {
            const QRectF cell = of.mapping.toTile(x, y, x, y).intersected(seen);
            const float value = of.maps.at(of.channel, y, x);
            const QString text = cell.height() < metrics.height()
                ? QString()
                : fittingText(value, cell.width() - 2.0 * kMargin, metrics);
            if (text.isEmpty())
                continue;
            const Rgb8 ground
                = colourOf(*of.scale.colours, value, of.scale.range.low, of.scale.range.high);
            values.push_back(
                {cell.translated(of.tile.topLeft()), text, readableOn(packed(ground))});
        }
    }
}

} // namespace

QFont cellFont(const QFont& base, double side)
{
    constexpr double kShare = 0.27;
    constexpr int kLeastPixels = 9;
    QFont font = sized(base, TextSize::Caption);
    const int most = std::max(QFontInfo(font).pixelSize(), kLeastPixels);
    font.setPixelSize(std::clamp(static_cast<int>(side * kShare), kLeastPixels, most));
    return font;
}

std::vector<CellValue> cellValues(const MapPane& pane, const BothEvaluated& both,
                                  const ViewSettings& settings, const Theme& theme,
                                  const QFont& font)
{
    std::vector<CellValue> values;
    if (pane.isColour || pane.tiles.count() == 0)
        return values;
    const MapMapping mapping = pane.mapping(settings.viewport);
    if (mapping.scale() < kLeastCell)
        return values;
    const QFontMetricsF metrics(cellFont(font, mapping.scale()));
    const StageScales scales(both.experiment, both.stages, pane.stage, settings, theme);
    for (std::int64_t i = 0; i < pane.tiles.count(); ++i) {
        const std::int64_t place = pane.tiles.first() + i;
        const std::int64_t channel = pane.channelAt(place);
        addCells(
            values,
            {both.stages[pane.stage], channel, pane.tiles.tile(place), mapping, scales.of(channel)},
            pane.mapArea, metrics);
    }
    return values;
}

} // namespace factorscope
