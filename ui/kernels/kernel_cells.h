#pragma once

#include "core/image/colormap.h"
#include "ui/theme/theme.h"

#include <QPointF>
#include <QRectF>
#include <QString>

#include <optional>
#include <span>

class QPainter;

namespace factorscope {

/// One value of a kernel.
struct KernelCell {
    int row = 0;
    int column = 0;
    bool operator==(const KernelCell&) const = default;
};

/// The squares that the values of a kernel stand in, row by row.
struct KernelCells {
    QPointF origin;
    double side = 0.0;
    int rows = 0;
    int columns = 0;

    QRectF rect() const { return {origin.x(), origin.y(), side * columns, side * rows}; }
    QRectF cell(KernelCell at) const;
    std::optional<KernelCell> cellAt(QPointF point) const;
    std::size_t index(KernelCell at) const;
};

/// As large as fits, of whole pixels, at the upper left. A kernel of few cells does not take all of
/// a large place.
KernelCells cellsWithin(const QRectF& area, int rows, int columns);

/// How values become colours: signed ones from −limit to +limit, others from 0.
struct KernelColours {
    const Colormap* map;
    double limit; ///< 0: all stand for zero
    bool isSigned;

    QRgb of(double value) const; ///< kNotANumber for what is not finite
};
/// With the wanted colours, or those that fit the theme.
KernelColours kernelColours(double limit, bool isSigned, const Theme& theme,
                            const Colormap* wanted);

/// The largest magnitude of those that are finite; 0 of none.
double largestMagnitude(std::span<const double> values);

/// How many decimals the numbers of one kernel bear, so that they compare: so many digits of the
/// largest, fewer where that is exact.
struct NumberStyle {
    int decimals = 0;
    bool isScientific = false; ///< for those too large or too small
    int digits = 3; ///< of scientific ones
    bool operator==(const NumberStyle&) const = default;
};
NumberStyle numberStyle(std::span<const double> values, double limit, int digits = 3);
/// "0.250", "0" for zero alone, "≈0" for what would be rounded to it.
QString numberText(double value, const NumberStyle& style);

void paintCells(QPainter& painter, const KernelCells& cells, std::span<const double> values,
                const KernelColours& colours, const Theme& theme);
/// The numbers in the cells, where they are large enough: of three digits, or two in narrow ones.
void paintNumbers(QPainter& painter, const KernelCells& cells, std::span<const double> values,
                  const KernelColours& colours);
/// How large the digits in a cell are at most.
int mostDigitPixels(double side);
/// A frame about some of the cells, which stands out from any colour.
void paintCellFrame(QPainter& painter, const QRectF& frame, const Theme& theme);

double colourScaleHeight(const QFont& font);
/// How wide the scale of cells is that are `cells` wide.
double colourScaleWidth(double cells, double room, const QFont& font);
/// A bar of the colours with its numbers below it; `font` is the painter's.
void paintColourScale(QPainter& painter, const QRectF& area, const KernelColours& colours,
                      const Theme& theme);

} // namespace factorscope
