#pragma once

#include "core/experiment/evaluate.h"
#include "core/experiment/fields.h"
#include "ui/maps/cell_values.h"
#include "ui/maps/map_knowledge.h"
#include "ui/maps/map_renderer.h"
#include "ui/maps/tile_layout.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <QFont>
#include <QRectF>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

class QPainter;

namespace factorscope {

/// One pane with the maps of a stage, as a value: where everything lies and what the words say. The
/// window and exported figures are drawn from it.
struct MapPane {
    Stage stage = Stage::Input;
    QString heading;
    QString caption; ///< of what it is, in numbers
    QString warning; ///< empty when there is none
    QRectF rect;
    QRectF mapArea;
    QRectF barArea; ///< of the colour scale, with its numbers
    QRectF histogramArea; ///< above the colour scale, on its axis; empty where there is none
    QRectF statisticsArea; ///< below it; empty where there are none
    QRectF scrollArea; ///< beside maps that scroll, for a scroll bar; else empty
    TileLayout tiles{0, {}, {}, 0.0};
    std::vector<std::int64_t> order; ///< the channel at each place; empty: by index
    Extent map;
    std::int64_t chosen = 0; ///< the chosen channel
    bool isColour = false; ///< one tile for red, green and blue
    MapScale scale; ///< of the chosen channel
    QString scaleNote; ///< whose scale that is
    std::optional<PixelBox> marked; ///< pixels with a frame about them
    std::vector<std::int64_t> dead; ///< channels that are zero everywhere, after an activation
    std::vector<std::int64_t> nonFinite; ///< channels with NaN or infinity
    QStringList statistics; ///< of one map alone: "mean 0.12"
    std::optional<Histogram> histogram; ///< likewise
    std::vector<CellValue> cells; ///< where pixels are large enough to be read
    double cellSide = 0.0; ///< of a pixel

    MapMapping mapping(const Viewport& viewport) const { return {viewport, map, tiles.tileSize()}; }
    std::int64_t channelAt(std::int64_t place) const
    {
        return order.empty() ? place : order[static_cast<std::size_t>(place)];
    }
    std::int64_t placeOf(std::int64_t channel) const;
    /// The tile that stands for the channel.
    QRectF tileOf(std::int64_t channel) const { return tiles.tile(placeOf(channel)); }
    bool shows(std::int64_t channel) const { return tiles.shows(placeOf(channel)); }
};

/// The pane of a stage in a rectangle. With what is `known` it orders the maps, tells the rank of
/// the layer, and of one map alone the statistics and the histogram.
MapPane mapPane(const BothEvaluated& both, const ViewSettings& settings, Stage stage,
                const QRectF& rect, const QFont& font, const Theme& theme,
                const MapKnowledge* known = nullptr);

/// What is to be rendered for its map area.
PaneToRender renderingOf(const MapPane& pane, const BothEvaluated& both,
                         const ViewSettings& settings, double devicePixelRatio, const Theme& theme);

/// Draws a pane with the picture of its map area, and with the cursor and what it sees.
void paintPane(QPainter& painter, const MapPane& pane, const QImage& maps,
               const ViewSettings& settings, const ExperimentFields& fields, const Theme& theme);

/// Draws two panes of one rectangle in one: up to `at` of the tile's width the left one, from there
/// on the right one, and between them the divider. Both are of one map alone.
struct SplitPanes {
    const MapPane& left;
    const MapPane& right;
    double at = 0.5;

    double x() const; ///< of the divider
};
void paintSplit(QPainter& painter, const SplitPanes& panes, const QImage& left, const QImage& right,
                const ViewSettings& settings, const ExperimentFields& fields, const Theme& theme);

/// The position of the map under a point of the pane; nothing beside the maps.
struct MapHit {
    std::int64_t channel = 0;
    Position position;
    QPointF inTile;
};
std::optional<MapHit> hitTest(const MapPane& pane, const Viewport& viewport, const QPointF& point);

} // namespace factorscope
