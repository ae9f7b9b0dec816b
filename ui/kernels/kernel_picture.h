#pragma once

#include "core/receptive/receptive_field.h"
#include "ui/kernels/kernel_cells.h"

#include <QColor>
#include <QString>

#include <optional>
#include <vector>

namespace factorscope {

/// One kernel, or a map of values as small, with its words.
struct KernelPicture {
    QString heading;
    QString caption;
    QColor colour; ///< of the heading: the branch's; invalid for none
    int rows = 0;
    int columns = 0;
    std::vector<double> values; ///< row by row
    double limit = 0.0; ///< colours go from −limit to +limit; 0: its own largest magnitude
    bool isSigned = true; ///< otherwise colours go from 0 to the limit
    std::optional<PixelBox> marked; ///< cells with a frame about them
    QString note; ///< below the scale

    bool isEmpty() const { return values.empty(); }
    double reach() const { return limit > 0.0 ? limit : largestMagnitude(values); }
    bool operator==(const KernelPicture&) const = default;
};

/// Where the parts of a picture stand.
struct KernelLayout {
    QRectF heading;
    QRectF caption;
    KernelCells cells;
    QRectF scale;
    QRectF note;
};
/// All at the upper left of the rectangle; `font` is that of the heading before it is bold.
KernelLayout kernelLayout(const KernelPicture& picture, const QRectF& rect, const QFont& font);

/// Draws it in the painter's font. Without colours those that fit the theme are taken.
void paintKernelPicture(QPainter& painter, const QRectF& rect, const KernelPicture& picture,
                        const Theme& theme, const Colormap* colours = nullptr);

QString kernelText(const KernelPicture& picture);

/// The note, and how many values are not finite.
QString kernelNote(const KernelPicture& picture);
/// "5×5, from −0.2 to 0.31": what an eye sees, for those that do not.
QString kernelInWords(const KernelPicture& picture);
QString sizeInWords(int rows, int columns);
QString rangeInWords(std::span<const double> values);
/// "row 1, column 3: 0.12345678", counted from 1.
QString cellInWords(KernelCell cell, double value);

/// Two lines of text about what stands below them.
void paintKernelHeading(QPainter& painter, const QRectF& heading, const QRectF& caption,
                        const QString& headingText, const QString& captionText,
                        const QColor& colour, const Theme& theme);

} // namespace factorscope
