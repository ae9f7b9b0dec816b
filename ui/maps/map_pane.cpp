#include "ui/maps/map_pane.h"

#include "ui/text/text.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Maps {
    Q_DECLARE_TR_FUNCTIONS(Maps)
};

/// Places heading, maps and scale from the top.
void place(MapPane& pane, const QFont& font)
{
    const double title = QFontMetricsF(font).height();
    const double caption = QFontMetricsF(sized(font, TextSize::Caption)).height();
    const double top = std::ceil(title + caption) + kGrid;
    const double bar = 2.0 * kGrid + std::ceil(caption) + 1.0;
    pane.mapArea = pane.rect.adjusted(0.0, top, 0.0, -bar - kGrid);
    pane.barArea = QRectF(pane.rect.left(), pane.rect.bottom() - bar, pane.rect.width(), bar);
}

QString captionOf(const MapPane& pane, const StageMaps& stage, const ViewSettings& settings,
                  const Experiment& experiment)
{
    const std::int64_t channels = stage.channels();
    const QString size = QStringLiteral("%1 × %2").arg(pane.map.width).arg(pane.map.height);
    if (pane.isColour)
        return Maps::tr("RGB · %1").arg(size);
    if (settings.isAlone)
        return Maps::tr("channel %1 of %2 · %3").arg(pane.chosen + 1).arg(channels).arg(size);
    if (pane.tiles.count() < channels)
        return Maps::tr("maps %1–%2 of %3 · %4")
            .arg(pane.tiles.first() + 1)
            .arg(pane.tiles.first() + pane.tiles.count())
            .arg(channels)
            .arg(size);
    if (pane.stage == Stage::Difference)
        return Maps::tr("original − %1 · %2")
            .arg(shortStageTitle(Stage::Factorised, experiment), size);
    if (channels == 1)
        return Maps::tr("1 map · %1").arg(size);
    return Maps::tr("%1 maps · %2").arg(channels).arg(size);
}

QString scaleNoteOf(const MapPane& pane, const ViewSettings& settings, const Experiment& experiment)
{
    if (pane.stage == Stage::Input && isPictureInput(experiment))
        return {};
    switch (settings.normalisation) {
    case Normalisation::PerMap:
        return settings.isAlone ? QString() : Maps::tr("of map %1").arg(pane.chosen + 1);
    case Normalisation::PerLayer:
        return Maps::tr("of the layer");
    case Normalisation::Shared:
        return pane.stage == Stage::Input ? Maps::tr("of the layer") : Maps::tr("shared");
    }
    return {};
}

QString warningOf(const MapPane& pane, const BothEvaluated& both)
{
    if (!pane.nonFinite.empty())
        return Maps::tr("NaN or ∞ in %1").arg(pane.nonFinite.size());
    if (!pane.dead.empty())
        return Maps::tr("%1 dead").arg(pane.dead.size());
    if (pane.stage == Stage::Difference && !branchesAreRelated(both.experiment))
        return Maps::tr("unrelated weights");
    return {};
}

/// Why a stage has no maps.
QString absence(Stage stage, const Experiment& experiment)
{
    if (stage == Stage::MidAfter && experiment.between == Between::None)
        return Maps::tr("no activation between");
    if (stage == Stage::Difference)
        return Maps::tr("the outputs have different channels");
    return {};
}

QRect deviceRect(const QRectF& rect, double ratio)
{
    const auto edge = [ratio](double at) { return static_cast<int>(std::lround(at * ratio)); };
    return {QPoint(edge(rect.left()), edge(rect.top())),
            QPoint(edge(rect.right()) - 1, edge(rect.bottom()) - 1)};
}

} // namespace

MapPane mapPane(const BothEvaluated& both, const ViewSettings& settings, Stage stage,
                const QRectF& rect, const QFont& font, const Theme& theme)
{
    const StageMaps& maps = both.stages[stage];
    MapPane pane;
    pane.stage = stage;
    pane.rect = rect;
    pane.heading = stageTitle(stage, both.experiment);
    place(pane, font);
    if (!maps.maps) {
        pane.caption = absence(stage, both.experiment);
        return pane;
    }
    const std::int64_t channels = maps.channels();
    pane.map = maps.size();
    pane.chosen = std::clamp<std::int64_t>(settings.channel(stage), 0, channels - 1);
    pane.isColour = stage == Stage::Input && !settings.isAlone && isColourInput(both.experiment);
    const std::int64_t tiles = pane.isColour ? 1 : channels;
    pane.tiles = settings.isAlone
        ? TileLayout::alone(pane.map, pane.mapArea, pane.chosen)
        : TileLayout(tiles, pane.map, pane.mapArea, pane.isColour ? 0 : pane.chosen);
    pane.barArea.moveTop(std::min(pane.barArea.top(), pane.tiles.bottom() + kGrid));
    pane.scale = mapScale(both.experiment, both.stages, stage, pane.chosen, settings, theme);
    pane.scaleNote = scaleNoteOf(pane, settings, both.experiment);
    for (std::int64_t c = 0; c < channels; ++c) {
        const MapStatistics& map = maps.statistics[static_cast<std::size_t>(c)];
        if (canBeDead(stage) && map.isZero())
            pane.dead.push_back(c);
        if (map.nonFinite() > 0)
            pane.nonFinite.push_back(c);
    }
    pane.caption = captionOf(pane, maps, settings, both.experiment);
    pane.warning = warningOf(pane, both);
    return pane;
}

PaneToRender renderingOf(const MapPane& pane, const BothEvaluated& both,
                         const ViewSettings& settings, double devicePixelRatio, const Theme& theme)
{
    PaneToRender request;
    request.maps = both.stages[pane.stage].maps;
    if (!request.maps || pane.tiles.tileSize().isEmpty())
        return {};
    request.pixels = deviceRect(QRectF({0.0, 0.0}, pane.mapArea.size()), devicePixelRatio).size();
    request.ground = theme.window.rgb();
    request.outside = theme.ground.rgb();
    const MapView view = pane.mapping(settings.viewport).view(devicePixelRatio);
    const StageScales scales(both.experiment, both.stages, pane.stage, settings, theme);
    for (std::int64_t i = 0; i < pane.tiles.count(); ++i) {
        const std::int64_t channel = pane.tiles.first() + i;
        const QRectF tile = pane.tiles.tile(channel).translated(-pane.mapArea.topLeft());
        request.tiles.push_back(
            {channel, pane.isColour, deviceRect(tile, devicePixelRatio), view, scales.of(channel)});
    }
    return request;
}

std::optional<MapHit> hitTest(const MapPane& pane, const Viewport& viewport, const QPointF& point)
{
    const auto channel = pane.tiles.channelAt(point);
    if (!channel || pane.map.height < 1)
        return {};
    const QPointF inTile = point - pane.tiles.tile(*channel).topLeft();
    const QPointF inMap = pane.mapping(viewport).toMap(inTile);
    const Position position{static_cast<std::int64_t>(std::floor(inMap.y())),
                            static_cast<std::int64_t>(std::floor(inMap.x()))};
    if (position.y < 0 || position.y >= pane.map.height || position.x < 0
        || position.x >= pane.map.width)
        return {};
    return MapHit{pane.isColour ? pane.chosen : *channel, position, inTile};
}

} // namespace factorscope
