#pragma once

#include "ui/theme/theme.h"

#include <QFontMetricsF>

namespace factorscope {

// What the parts of a LineChart measure with.

inline constexpr double kChartMargin = 2.0 * kGrid;
inline constexpr double kChartGap = kGrid;
inline constexpr double kChartPointLevel = 50.0; // above the lines, below the text

inline double heightOf(const QFont& font)
{
    return QFontMetricsF(font).height();
}

inline double widthOf(const QFont& font, const QString& text)
{
    return QFontMetricsF(font).horizontalAdvance(text);
}

} // namespace factorscope
