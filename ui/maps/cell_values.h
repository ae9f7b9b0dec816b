#pragma once

#include "ui/theme/theme.h"

#include <QFont>
#include <QRectF>
#include <QString>

#include <vector>

namespace factorscope {

struct BothEvaluated;
struct MapPane;
struct ViewSettings;

/// The value of one pixel of a map, to be read in the pixel itself.
struct CellValue {
    QRectF cell; ///< what is seen of the pixel, in the pane
    QString text; ///< as many digits as fit
    QColor colour; ///< that is read on the pixel's own
};

/// From this many points of a pixel's side on its value is written into it.
inline constexpr double kLeastCell = 34.0;

/// The font of values in cells of this side.
QFont cellFont(const QFont& base, double side);

/// The values of all pixels that a pane shows whole, or at least so much of that the number fits;
/// nothing where they are too small, or have three colours instead of one value.
std::vector<CellValue> cellValues(const MapPane& pane, const BothEvaluated& both,
                                  const ViewSettings& settings, const Theme& theme,
                                  const QFont& font);

} // namespace factorscope
