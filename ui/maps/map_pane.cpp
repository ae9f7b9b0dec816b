#include "ui/maps/map_pane.h"

#include "ui/maps/pane_places.h"
#include "ui/maps/pane_words.h"
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

/// What stands in a pane besides heading, maps and scale.
struct Parts {
    double histogram = 0.0; ///< heights
    double statistics = 0.0;
};

/// Where there is room for them without making the map small; `panes` that share it.
Parts partsFor(const QRectF& rect, const QFont& font, int panes)
{
    if (panes == 0)
        return {};
    constexpr double kLeastHeight = 48.0 * kGrid;
    constexpr double kShare = 0.14;
    constexpr double kLeast = 7.0 * kGrid;
    constexpr double kMost = 20.0 * kGrid;
    const QFontMetricsF metrics(sized(font, TextSize::Caption));
    const int lines = panes * statisticsLineCount(rect.width(), metrics);
    const bool hasHistogram = rect.height() >= kLeastHeight;
    return {hasHistogram ? std::clamp(std::floor(kShare * rect.height()), kLeast, kMost) : 0.0,
            lines * std::ceil(metrics.lineSpacing())};
}

/// Whose statistics stand in the place of a pane.
int panesIn(Stage stage, const ViewSettings& settings, bool hasStatistics)
{
    const bool isOutput = stage == Stage::Original || stage == Stage::Factorised;
    return !hasStatistics ? 0 : isOutput && isSplit(settings) ? 2 : 1;
}

/// Places heading, maps, histogram, scale and statistics from the top.
void place(MapPane& pane, const QFont& font, const Parts& parts)
{
    const double title = QFontMetricsF(font).height();
    const double caption = QFontMetricsF(sized(font, TextSize::Caption)).height();
    const double top = std::ceil(title + caption) + kGrid;
    const double bar = 2.0 * kGrid + std::ceil(caption) + 1.0;
    const double bottom = pane.rect.bottom() - parts.statistics;
    pane.mapArea = QRectF(pane.rect.topLeft() + QPointF(0.0, top),
                          QPointF(pane.rect.right(), bottom - bar - parts.histogram - kGrid));
    pane.histogramArea = QRectF(pane.rect.left(), bottom - bar - parts.histogram, pane.rect.width(),
                                parts.histogram);
    pane.barArea = QRectF(pane.rect.left(), bottom - bar, pane.rect.width(), bar);
    pane.statisticsArea = QRectF(pane.rect.left(), bottom, pane.rect.width(), parts.statistics);
}

/// Moves what is below the maps up to them.
void closeUp(MapPane& pane)
{
    const double free = pane.mapArea.bottom() - pane.tiles.bottom();
    if (free <= 0.0)
        return;
    for (QRectF* area : {&pane.histogramArea, &pane.barArea, &pane.statisticsArea})
        area->translate(0.0, -free);
}

constexpr double kScrollBar = 3.0 * kGrid;

/// All maps, or those that there is room for beside a scroll bar.
void layTiles(MapPane& pane, std::int64_t tiles, const ViewSettings& settings)
{
    const auto layOut = [&](const QRectF& area) {
        const auto& scroll = settings.scroll(pane.stage);
        pane.tiles = TileLayout(tiles, pane.map, area, scroll.value_or(0.0));
        if (!scroll && pane.tiles.scrolls())
            pane.tiles = TileLayout(tiles, pane.map, area,
                                    pane.tiles.scrollShowing(pane.placeOf(pane.chosen)));
    };
    layOut(pane.mapArea);
    if (!pane.tiles.scrolls())
        return;
    layOut(pane.mapArea.adjusted(0.0, 0.0, -kScrollBar - kGrid, 0.0));
    if (pane.tiles.scrolls())
        pane.scrollArea = QRectF(pane.mapArea.right() - kScrollBar, pane.mapArea.top(), kScrollBar,
                                 pane.mapArea.height());
}

QString sortedBy(const ViewSettings& settings, Stage stage)
{
    switch (settings.maps.sort) {
    case MapSort::Index:
        return {};
    case MapSort::Energy:
        return Maps::tr(" · by energy");
    case MapSort::Similarity:
        return kindOf(stage) == MapKind::Output ? Maps::tr(" · by similarity") : QString();
    }
    return {};
}

/// " · rank 5.2": of the layer.
QString rankOf(const BothEvaluated& both, Stage stage, const MapKnowledge* known)
{
    if (!known)
        return {};
    if (!known->analysis || !known->analysis->isOf(both.stages, stage))
        return Maps::tr(" · rank %1")
            .arg(known->isAnalysing ? QStringLiteral("…") : QStringLiteral("–"));
    const auto& rank = known->analysis->rank(stage).effective;
    return Maps::tr(" · rank %1").arg(rank ? fixed(*rank, 1) : QStringLiteral("–"));
}

QString whatIsSeen(const MapPane& pane, std::int64_t channels, const Experiment& experiment)
{
    if (pane.isColour)
        return Maps::tr("RGB");
    if (pane.stage == Stage::Difference)
        return Maps::tr("original − %1").arg(shortStageTitle(Stage::Factorised, experiment));
    if (channels == 1)
        return Maps::tr("1 map");
    return Maps::tr("%1 maps").arg(channels);
}

/// " · 1–30 shown": where maps scroll.
QString rangeOf(const MapPane& pane)
{
    if (!pane.tiles.scrolls())
        return {};
    return Maps::tr(" · %1–%2 shown")
        .arg(pane.tiles.first() + 1)
        .arg(pane.tiles.first() + pane.tiles.count());
}

/// " · like 12, r 0.98": of one output alone, where likeness orders the maps.
QString likenessOf(const MapPane& pane, const BothEvaluated& both, const ViewSettings& settings,
                   const MapKnowledge* known)
{
    const bool isAsked = known && known->analysis && settings.maps.sort == MapSort::Similarity
        && known->analysis->matches(both.stages);
    if (!isAsked || (pane.stage != Stage::Original && pane.stage != Stage::Factorised))
        return {};
    const auto& matches = pane.stage == Stage::Original ? known->analysis->ofOriginal
                                                        : known->analysis->ofFactorised;
    if (pane.chosen >= std::ssize(matches) || !matches[static_cast<std::size_t>(pane.chosen)])
        return {};
    const ChannelMatch& match = *matches[static_cast<std::size_t>(pane.chosen)];
    return Maps::tr(" · most like %1, r %2")
        .arg(match.channel + 1)
        .arg(fixed(match.correlation, 3));
}

QString captionOf(const MapPane& pane, const BothEvaluated& both, const ViewSettings& settings,
                  const MapKnowledge* known)
{
    const std::int64_t channels = both.stages[pane.stage].channels();
    const QString size = QStringLiteral("%1 × %2").arg(pane.map.width).arg(pane.map.height);
    if (settings.isAlone && !pane.isColour)
        return Maps::tr("channel %1 of %2").arg(pane.chosen + 1).arg(channels)
            + likenessOf(pane, both, settings, known) + QStringLiteral(" · %1").arg(size);
    const QString sorted = pane.order.empty() ? QString() : sortedBy(settings, pane.stage);
    return whatIsSeen(pane, channels, both.experiment) + rankOf(both, pane.stage, known) + sorted
        + rangeOf(pane) + QStringLiteral(" · %1").arg(size);
}

/// Of one map.
QStringList statisticsOf(const MapStatistics& map)
{
    const double values = static_cast<double>(std::max<std::int64_t>(map.values, 1));
    QStringList texts{
        Maps::tr("mean %1").arg(significant(map.mean, 3)),
        Maps::tr("σ %1").arg(significant(map.deviation, 3)),
        Maps::tr("min %1").arg(significant(map.least, 3)),
        Maps::tr("max %1").arg(significant(map.most, 3)),
        Maps::tr("zeros %1 %").arg(fixed(100.0 * static_cast<double>(map.zeros) / values, 1))};
    if (map.nonFinite() > 0)
        texts << Maps::tr("NaN or ∞ %1").arg(grouped(map.nonFinite()));
    return texts;
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

/// Of one map alone.
QString warningOfChosen(const MapPane& pane)
{
    if (std::ranges::find(pane.nonFinite, pane.chosen) != pane.nonFinite.end())
        return Maps::tr("NaN or ∞");
    if (std::ranges::find(pane.dead, pane.chosen) != pane.dead.end())
        return Maps::tr("dead");
    return {};
}

QString warningOf(const MapPane& pane, const BothEvaluated& both, const ViewSettings& settings)
{
    if (settings.isAlone && (!pane.nonFinite.empty() || !pane.dead.empty()))
        return warningOfChosen(pane);
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

std::int64_t MapPane::placeOf(std::int64_t channel) const
{
    if (isColour)
        return 0;
    const auto place = std::ranges::find(order, channel);
    return place == order.end() ? channel : place - order.begin();
}

MapPane mapPane(const BothEvaluated& both, const ViewSettings& settings, Stage stage,
                const QRectF& rect, const QFont& font, const Theme& theme,
                const MapKnowledge* known)
{
    const StageMaps& maps = both.stages[stage];
    MapPane pane;
    pane.stage = stage;
    pane.rect = rect;
    pane.heading = stageTitle(stage, both.experiment);
    if (!maps.maps) {
        place(pane, font, {});
        pane.caption = absence(stage, both.experiment);
        return pane;
    }
    const std::int64_t channels = maps.channels();
    const bool hasStatistics = known && settings.isAlone;
    place(pane, font, partsFor(rect, font, panesIn(stage, settings, hasStatistics)));
    pane.map = maps.size();
    pane.chosen = std::clamp<std::int64_t>(settings.channel(stage), 0, channels - 1);
    pane.isColour = stage == Stage::Input && !settings.isAlone && isColourInput(both.experiment);
    if (settings.isAlone) {
        pane.tiles = TileLayout::alone(pane.map, pane.mapArea, pane.chosen);
    } else {
        if (settings.maps.sort != MapSort::Index && !pane.isColour)
            pane.order = channelOrder(both.stages, stage, settings.maps.sort,
                                      known ? known->analysis.get() : nullptr);
        layTiles(pane, pane.isColour ? 1 : channels, settings);
    }
    closeUp(pane);
    pane.scale = mapScale(both.experiment, both.stages, stage, pane.chosen, settings, theme);
    pane.scaleNote = scaleNoteOf(pane, settings, both.experiment);
    for (std::int64_t c = 0; c < channels; ++c) {
        const MapStatistics& map = maps.statistics[static_cast<std::size_t>(c)];
        if (canBeDead(stage) && map.isZero())
            pane.dead.push_back(c);
        if (map.nonFinite() > 0)
            pane.nonFinite.push_back(c);
    }
    if (hasStatistics) {
        pane.statistics = statisticsOf(maps.statistics[static_cast<std::size_t>(pane.chosen)]);
        pane.histogram = known->histogram(stage);
    }
    pane.caption = captionOf(pane, both, settings, known);
    pane.warning = warningOf(pane, both, settings);
    pane.cellSide = pane.mapping(settings.viewport).scale();
    pane.cells = cellValues(pane, both, settings, theme, font);
    return pane;
}

PaneToRender renderingOf(const MapPane& pane, const BothEvaluated& both,
                         const ViewSettings& settings, double devicePixelRatio, const Theme& theme)
{
    PaneToRender request;
    request.maps = both.stages[pane.stage].maps;
    if (!request.maps || pane.mapArea.isEmpty() || pane.tiles.tileSize().isEmpty())
        return {};
    request.pixels = deviceRect(QRectF({0.0, 0.0}, pane.mapArea.size()), devicePixelRatio).size();
    request.ground = theme.window.rgb();
    request.outside = theme.ground.rgb();
    const MapView view = pane.mapping(settings.viewport).view(devicePixelRatio);
    const StageScales scales(both.experiment, both.stages, pane.stage, settings, theme);
    const auto tileAt = [&](std::int64_t place) {
        const std::int64_t channel = pane.channelAt(place);
        const QRectF tile = pane.tiles.tile(place).translated(-pane.mapArea.topLeft());
        return TileToRender{channel, pane.isColour, deviceRect(tile, devicePixelRatio), view,
                            scales.of(channel)};
    };
    const std::int64_t first = pane.tiles.first();
    const std::int64_t end = first + pane.tiles.count();
    for (std::int64_t place = first; place < end; ++place)
        request.tiles.push_back(tileAt(place));
    request.scrolls = pane.tiles.scrolls();
    if (!request.scrolls)
        return request;
    const std::int64_t channels = both.stages[pane.stage].channels();
    for (std::int64_t place = end; place < std::min(end + pane.tiles.page(), channels); ++place)
        request.ahead.push_back(tileAt(place));
    for (std::int64_t place = std::max<std::int64_t>(first - pane.tiles.page(), 0); place < first;
         ++place)
        request.ahead.push_back(tileAt(place));
    return request;
}

std::optional<MapHit> hitTest(const MapPane& pane, const Viewport& viewport, const QPointF& point)
{
    const auto place = pane.tiles.placeAt(point);
    if (!place || pane.map.height < 1)
        return {};
    const QPointF inTile = point - pane.tiles.tile(*place).topLeft();
    const QPointF inMap = pane.mapping(viewport).toMap(inTile);
    const Position position{static_cast<std::int64_t>(std::floor(inMap.y())),
                            static_cast<std::int64_t>(std::floor(inMap.x()))};
    if (position.y < 0 || position.y >= pane.map.height || position.x < 0
        || position.x >= pane.map.width)
        return {};
    return MapHit{pane.isColour ? pane.chosen : pane.channelAt(*place), position, inTile};
}

} // namespace factorscope
