#pragma once

#include "core/experiment/stages.h"

#include <QColor>
#include <QFont>
#include <QPalette>

class QWidget;

namespace factorscope {

/// All colours of the window. Everything that is not data is a neutral grey; the two branches have
/// a colour each, told apart by colour-blind eyes too, and used for nothing else.
struct Theme {
    bool isDark = false;
    bool isForRoom = false; ///< seen from far away, by a projector that washes out greys
    QColor window; ///< behind everything
    QColor surface; ///< of panes, charts, fields
    QColor text;
    QColor mutedText; ///< captions, units
    QColor line; ///< between areas, axes, grids
    QColor original; ///< the 5×5
    QColor factorised; ///< the branch beside it
    QColor accent; ///< focus and selection
    QColor warning; ///< comes with words
    QColor error;
    QColor ground; ///< behind maps, where there is none

    /// The colour of the branch that a stage belongs to; text for those of both.
    QColor of(Stage stage) const;
    /// How wide to draw what at the desk is so many pixels wide.
    double stroke(double width) const { return isForRoom ? 1.75 * width : width; }
};

const Theme& lightTheme();
const Theme& darkTheme();
/// The same for a room: black and white, with wider strokes.
const Theme& roomTheme(bool isDark);

/// The theme that a palette was made from, told by the colour of its window.
const Theme& themeOf(const QPalette& palette);
const Theme& themeOf(const QWidget& widget);

QPalette paletteOf(const Theme& theme);

/// Drawn about a frame that lies over a picture, so that it stands out from any.
inline constexpr QColor kHalo{0, 0, 0, 200};
/// Black or white, whichever is read better on a colour.
QColor readableOn(QRgb ground);

/// Everything stands on a grid of this many pixels.
inline constexpr int kGrid = 4;

/// The three sizes of text.
enum class TextSize { Caption, Body, Title };
QFont sized(const QFont& base, TextSize size);
/// Gives a widget text of this size and weight, also when that of the application changes.
void keepSized(QWidget& widget, TextSize size, QFont::Weight weight = QFont::Normal);

} // namespace factorscope
