#include "ui/receptive/close_up.h"

#include "core/branch/layer_traits.h"
#include "core/image/map_rendering.h"
#include "ui/maps/map_scale.h"
#include "ui/text/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Receptive {
    Q_DECLARE_TR_FUNCTIONS(Receptive)
};

/// What is shown about a position, the same of all maps.
PixelBox surroundings(const Position& position)
{
    constexpr std::int64_t kReach = 5;
    return {position.y - kReach, position.x - kReach, position.y + kReach, position.x + kReach};
}

QRgb pixelOf(const BothEvaluated& both, Stage stage, std::int64_t channel, const MapScale& scale,
             std::int64_t y, std::int64_t x)
{
    const StageMaps& maps = both.stages[stage];
    const auto level = [&](std::int64_t c) {
        return static_cast<int>(std::lround(255.0F * std::clamp(maps.at(c, y, x), 0.0F, 1.0F)));
    };
    if (stage == Stage::Input && isColourInput(both.experiment))
        return qRgb(level(0), level(1), level(2));
    return packed(
        colourOf(*scale.colours, maps.at(channel, y, x), scale.range.low, scale.range.high));
}

/// Fills what is the same for all three.
void fill(CloseUp& closeUp, const BothEvaluated& both, const ViewSettings& settings, Stage stage,
          const PathCounts& paths, const Theme& theme)
{
    closeUp.shown = surroundings(closeUp.position);
    fillPixels(closeUp, both, settings, stage, theme);
    for (std::int64_t y = closeUp.shown.y0; y <= closeUp.shown.y1; ++y) {
        for (std::int64_t x = closeUp.shown.x0; x <= closeUp.shown.x1; ++x)
            closeUp.paths.push_back(paths.at(y, x));
    }
}

PathCounts pathsOf(const BranchSpec& spec, Extent size, const Position& position)
{
    auto paths = pathCounts(spec, size, position.y, position.x);
    return paths ? *std::move(paths) : PathCounts{};
}

double total(const PathCounts& paths)
{
    double sum = 0.0;
    for (const double count : paths.counts)
        sum += count;
    return sum;
}

QString sizeText(const PixelBox& box)
{
    return QStringLiteral("%1×%2").arg(box.height()).arg(box.width());
}

QString pathsText(const PathCounts& paths)
{
    const auto sum = static_cast<std::int64_t>(total(paths));
    return sum == 1 ? Receptive::tr("1 path") : Receptive::tr("%1 paths").arg(grouped(sum));
}

/// "row 3", "rows 3–7"
QString spanText(const QString& one, const QString& several, std::int64_t first, std::int64_t last)
{
    if (first == last)
        return QStringLiteral("%1 %2").arg(one).arg(first);
    return QStringLiteral("%1 %2–%3").arg(several).arg(first).arg(last);
}

Position within(const Position& position, Extent map)
{
    return {std::clamp<std::int64_t>(position.y, 0, map.height - 1),
            std::clamp<std::int64_t>(position.x, 0, map.width - 1)};
}

} // namespace

void fillPixels(CloseUp& closeUp, const BothEvaluated& both, const ViewSettings& settings,
                Stage stage, const Theme& theme)
{
    const StageMaps& maps = both.stages[stage];
    closeUp.map = maps.size();
    const std::int64_t channel
        = std::clamp<std::int64_t>(settings.channel(stage), 0, maps.channels() - 1);
    const MapScale scale = mapScale(both.experiment, both.stages, stage, channel, settings, theme);
    for (std::int64_t y = closeUp.shown.y0; y <= closeUp.shown.y1; ++y) {
        for (std::int64_t x = closeUp.shown.x0; x <= closeUp.shown.x1; ++x) {
            const bool isOnMap
                = y >= 0 && x >= 0 && y < closeUp.map.height && x < closeUp.map.width;
            closeUp.pixels.push_back(isOnMap ? pixelOf(both, stage, channel, scale, y, x)
                                             : qRgba(0, 0, 0, 0));
        }
    }
}

Position positionOf(const ViewSettings& settings, Extent map)
{
    return within(settings.cursor.value_or(Position{map.height / 2, map.width / 2}), map);
}

std::vector<CloseUp> closeUps(const BothEvaluated& both, const ViewSettings& settings,
                              const Position& wanted, const Theme& theme)
{
    const Experiment& experiment = both.experiment;
    const Extent size = both.stages[Stage::Factorised].size();
    const Position position = within(wanted, size);
    const ExperimentFields fields = fieldsOf(experiment);
    std::vector<CloseUp> all(3);
    const auto begin = [&](CloseUp& closeUp, const TheoreticalField& field, const QColor& colour) {
        closeUp.position = position;
        closeUp.field = fieldBox(field, position.y, position.x);
        closeUp.colour = colour;
    };
    begin(all[0], fields.original, theme.original);
    const PathCounts direct = pathsOf(both.original.spec, size, position);
    all[0].heading = Receptive::tr("original: %1").arg(sizeText(all[0].field));
    all[0].caption = Receptive::tr("input: %1, 1 each").arg(pathsText(direct));
    fill(all[0], both, settings, Stage::Input, direct, theme);

    const QString seen = Receptive::tr("%1: %2").arg(shortStageTitle(Stage::Factorised, experiment),
                                                     QStringLiteral("%1"));
    begin(all[1], fields.factorised, theme.factorised);
    const PathCounts stacked = pathsOf(both.factorised.spec, size, position);
    all[1].heading = seen.arg(sizeText(all[1].field));
    all[1].caption = Receptive::tr("input: %1").arg(pathsText(stacked));
    fill(all[1], both, settings, Stage::Input, stacked, theme);

    begin(all[2], fields.mid, theme.factorised);
    const Stage mid = both.stages[Stage::MidAfter].maps ? Stage::MidAfter : Stage::MidBefore;
    const PathCounts half = pathsOf(secondHalf(experiment), size, position);
    const std::int64_t channel
        = std::clamp<std::int64_t>(settings.midChannel, 0, both.stages[mid].channels() - 1);
    all[2].heading = seen.arg(sizeText(all[2].field));
    all[2].caption = Receptive::tr("mid map %1: %2").arg(channel + 1).arg(pathsText(half));
    fill(all[2], both, settings, mid, half, theme);
    return all;
}

QString fieldInWords(const BothEvaluated& both, const Position& wanted)
{
    const Extent size = both.stages[Stage::Factorised].size();
    const Position position = within(wanted, size);
    const TheoreticalField field = fieldsOf(both.experiment).original;
    const PixelBox box = fieldBox(field, position.y, position.x);
    const PixelBox cut = clippedTo(box, size);
    const std::int64_t outside = box.height() * box.width()
        - std::max<std::int64_t>(cut.height(), 0) * std::max<std::int64_t>(cut.width(), 0);
    const QString where
        = Receptive::tr("Output pixel x %1, y %2 sees %3 and %4 of the input.")
              .arg(position.x)
              .arg(position.y)
              .arg(spanText(Receptive::tr("row"), Receptive::tr("rows"), cut.y0, cut.y1),
                   spanText(Receptive::tr("column"), Receptive::tr("columns"), cut.x0, cut.x1));
    if (outside == 0)
        return where;
    return where + QStringLiteral(" ")
        + Receptive::tr("%1 of its %2 pixels lie beyond the border, where padding is zero.")
              .arg(outside)
              .arg(box.height() * box.width());
}

} // namespace factorscope
