#include "ui/kernels/kernel_picture.h"

#include "core/result/expects.h"
#include "core/weights/kernel_text.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Kernels {
    Q_DECLARE_TR_FUNCTIONS(Kernels)
};

constexpr int kNoteLines = 2;

QFont bold(QFont font)
{
    font.setWeight(QFont::DemiBold);
    return font;
}

std::ptrdiff_t oddValues(std::span<const double> values)
{
    return std::ranges::count_if(values, [](double value) { return !std::isfinite(value); });
}

/// How many lines the note takes, up to kNoteLines.
double noteHeight(const QString& note, double width, const QFontMetricsF& metrics)
{
    if (note.isEmpty())
        return 0.0;
    const QRectF needed
        = metrics.boundingRect(QRectF(0.0, 0.0, width, 1e4), Qt::TextWordWrap, note);
    return std::min(needed.height(), kNoteLines * metrics.lineSpacing());
}

} // namespace

KernelLayout kernelLayout(const KernelPicture& picture, const QRectF& rect, const QFont& font)
{
    const QFontMetricsF small(sized(font, TextSize::Caption));
    const auto line
        = [&](const QString& text, double height) { return text.isEmpty() ? 0.0 : height; };
    KernelLayout layout;
    layout.heading = QRectF(rect.left(), rect.top(), rect.width(),
                            line(picture.heading, QFontMetricsF(bold(font)).height()));
    layout.caption = QRectF(rect.left(), layout.heading.bottom(), rect.width(),
                            line(picture.caption, small.height()));
    constexpr double kGap = 2.0 * kGrid;
    const double top = std::ceil(layout.caption.bottom()) + kGrid;
    const double note = noteHeight(kernelNote(picture), rect.width(), small);
    const double below = kGap + colourScaleHeight(font) + note;
    const QRectF area(rect.left(), top, rect.width() - 1.0, rect.bottom() - top - below);
    layout.cells = cellsWithin(area, picture.rows, picture.columns);
    const QRectF cells = layout.cells.rect();
    layout.scale
        = QRectF(rect.left(), cells.bottom() + kGap,
                 colourScaleWidth(cells.width(), rect.width(), font), colourScaleHeight(font));
    layout.note = QRectF(rect.left(), layout.scale.bottom(), rect.width(), note);
    return layout;
}

void paintKernelHeading(QPainter& painter, const QRectF& heading, const QRectF& caption,
                        const QString& headingText, const QString& captionText,
                        const QColor& colour, const Theme& theme)
{
    const QFont font = painter.font();
    painter.setFont(bold(font));
    painter.setPen(colour.isValid() ? colour : theme.text);
    const QFontMetricsF metrics(painter.font());
    painter.drawText(heading, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(headingText, Qt::ElideRight, heading.width()));
    painter.setFont(sized(font, TextSize::Caption));
    painter.setPen(theme.mutedText);
    const QFontMetricsF small(painter.font());
    painter.drawText(caption, Qt::AlignLeft | Qt::AlignVCenter,
                     small.elidedText(captionText, Qt::ElideRight, caption.width()));
    painter.setFont(font);
}

void paintKernelPicture(QPainter& painter, const QRectF& rect, const KernelPicture& picture,
                        const Theme& theme, const Colormap* colours)
{
    if (picture.isEmpty())
        return;
    EXPECTS(picture.values.size()
            == static_cast<std::size_t>(picture.rows) * static_cast<std::size_t>(picture.columns));
    const KernelLayout layout = kernelLayout(picture, rect, painter.font());
    paintKernelHeading(painter, layout.heading, layout.caption, picture.heading, picture.caption,
                       picture.colour, theme);
    if (layout.cells.side <= 0.0)
        return;
    const KernelColours scale = kernelColours(picture.reach(), picture.isSigned, theme, colours);
    paintCells(painter, layout.cells, picture.values, scale, theme);
    paintNumbers(painter, layout.cells, picture.values, scale);
    if (picture.marked) {
        const PixelBox& box = *picture.marked;
        const auto cell = [&](std::int64_t row, std::int64_t column) {
            return layout.cells.cell({static_cast<int>(row), static_cast<int>(column)});
        };
        paintCellFrame(painter, cell(box.y0, box.x0).united(cell(box.y1, box.x1)), theme);
    }
    paintColourScale(painter, layout.scale, scale, theme);
    const QFont font = painter.font();
    painter.setFont(sized(font, TextSize::Caption));
    painter.setPen(oddValues(picture.values) > 0 ? theme.warning : theme.mutedText);
    painter.drawText(layout.note, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                     kernelNote(picture));
    painter.setFont(font);
}

QString kernelText(const KernelPicture& picture)
{
    return picture.isEmpty() ? QString()
                             : QString::fromStdString(kernelText(picture.values, picture.columns));
}

QString kernelNote(const KernelPicture& picture)
{
    const std::ptrdiff_t odd = oddValues(picture.values);
    if (odd == 0)
        return picture.note;
    const QString words = QStringLiteral("⚠ ")
        + (odd == 1 ? Kernels::tr("1 value is not finite")
                    : Kernels::tr("%1 values are not finite").arg(grouped(odd)));
    return picture.note.isEmpty() ? words : words + QStringLiteral("; ") + picture.note;
}

QString sizeInWords(int rows, int columns)
{
    return QStringLiteral("%1×%2").arg(rows).arg(columns);
}

QString rangeInWords(std::span<const double> values)
{
    std::vector<double> finite;
    std::ranges::copy_if(values, std::back_inserter(finite),
                         [](double value) { return std::isfinite(value); });
    if (finite.empty())
        return Kernels::tr("no finite value");
    const auto [low, high] = std::ranges::minmax(finite);
    if (low == high)
        return Kernels::tr("all %1").arg(significant(low, 3));
    return Kernels::tr("from %1 to %2").arg(significant(low, 3), significant(high, 3));
}

QString kernelInWords(const KernelPicture& picture)
{
    if (picture.isEmpty())
        return {};
    QStringList parts{sizeInWords(picture.rows, picture.columns) + QStringLiteral(", ")
                      + rangeInWords(picture.values)};
    for (const QString& part : {picture.caption, kernelNote(picture)}) {
        if (!part.isEmpty())
            parts << part;
    }
    return parts.join(QStringLiteral("; "));
}

QString cellInWords(KernelCell cell, double value)
{
    return Kernels::tr("row %1, column %2: %3")
        .arg(cell.row + 1)
        .arg(cell.column + 1)
        .arg(significant(value, QLocale::FloatingPointShortest));
}

} // namespace factorscope
