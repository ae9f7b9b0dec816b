#pragma once

#include "core/experiment/evaluate.h"
#include "core/experiment/fields.h"
#include "ui/maps/map_renderer.h"
#include "ui/maps/tile_layout.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <QFont>
#include <QRectF>
#include <QString>

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
    TileLayout tiles{0, {}, {}, 0};
    Extent map;
    std::int64_t chosen = 0; ///< the chosen channel
    bool isColour = false; ///< one tile for red, green and blue
    MapScale scale; ///< of the chosen channel
    QString scaleNote; ///< whose scale that is
    std::optional<PixelBox> marked; ///< pixels with a frame about them
    std::vector<std::int64_t> dead; ///< channels that are zero everywhere, after an activation
    std::vector<std::int64_t> nonFinite; ///< channels with NaN or infinity

    MapMapping mapping(const Viewport& viewport) const { return {viewport, map, tiles.tileSize()}; }
    /// The tile that stands for the channel.
    QRectF tileOf(std::int64_t channel) const { return tiles.tile(isColour ? 0 : channel); }
};

/// The pane of a stage in a rectangle.
MapPane mapPane(const BothEvaluated& both, const ViewSettings& settings, Stage stage,
                const QRectF& rect, const QFont& font, const Theme& theme);

/// What is to be rendered for its map area.
PaneToRender renderingOf(const MapPane& pane, const BothEvaluated& both,
                         const ViewSettings& settings, double devicePixelRatio, const Theme& theme);

/// Draws a pane with the picture of its map area, and with the cursor and what it sees.
void paintPane(QPainter& painter, const MapPane& pane, const QImage& maps,
               const ViewSettings& settings, const ExperimentFields& fields, const Theme& theme);

/// The position of the map under a point of the pane; nothing beside the maps.
struct MapHit {
    std::int64_t channel = 0;
    Position position;
    QPointF inTile;
};
std::optional<MapHit> hitTest(const MapPane& pane, const Viewport& viewport, const QPointF& point);

} // namespace factorscope
