#pragma once

#include "core/experiment/evaluate.h"
#include "core/experiment/fields.h"
#include "core/receptive/receptive_field.h"
#include "ui/theme/theme.h"
#include "ui/view/view_state.h"

#include <QColor>
#include <QRectF>
#include <QString>

#include <optional>
#include <vector>

class QPainter;

namespace factorscope {

/// The pixels about a position, each a square with its colour, and in those that the position sees
/// the number of paths that lead there.
struct CloseUp {
    QString heading;
    QString caption;
    QColor colour; ///< of the branch that sees
    PixelBox shown; ///< reaches beyond the map at its border
    PixelBox field; ///< what is seen, uncut
    Extent map;
    Position position; ///< of the output pixel
    std::vector<QRgb>
        pixels; ///< of `shown` that lie on the map, row by row; others are transparent
    std::vector<double> paths; ///< of `shown`; 0 where none leads; none: they are not shown
    std::optional<Position> tap; ///< a pixel with a frame of its own
};

/// The three close-ups of a position: the input as the 5×5 sees it, as the factorised branch sees
/// it, and the mid map as the second half sees it. A position beyond the map counts as its last.
std::vector<CloseUp> closeUps(const BothEvaluated& both, const ViewSettings& settings,
                              const Position& position, const Theme& theme);

/// The map and its pixels within `shown`, of the chosen channel of the stage or in colours.
void fillPixels(CloseUp& closeUp, const BothEvaluated& both, const ViewSettings& settings,
                Stage stage, const Theme& theme);

/// What there is to say of a position in words: the fields' sizes, what the border cuts.
QString fieldInWords(const BothEvaluated& both, const Position& position);

void paintCloseUp(QPainter& painter, const QRectF& rect, const CloseUp& closeUp,
                  const Theme& theme);

/// Where the user looks, or the middle while the pointer is elsewhere.
Position positionOf(const ViewSettings& settings, Extent map);

} // namespace factorscope
