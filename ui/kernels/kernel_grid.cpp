#include "ui/kernels/kernel_grid.h"

#include "core/result/expects.h"
#include "core/weights/kernel_text.h"
#include "ui/kernels/kernel_picture.h"
#include "ui/text/text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Kernels {
    Q_DECLARE_TR_FUNCTIONS(Kernels)
};

constexpr double kMostSide = 6.0 * kGrid; // of a cell: a grid is for small ones

int rowsOf(int count, int across)
{
    return (count + across - 1) / across;
}

/// The cells' side and the gap with so many tiles in a row; the gap is narrow where cells are
/// small.
void fill(KernelGridLayout& layout, const QRectF& area, int across)
{
    const int down = rowsOf(layout.count, across);
    for (const double gap : {2.0 * kGrid, 1.0 * kGrid, 2.0, 1.0}) {
        const double wide = (area.width() - gap * across) / (across * layout.columns);
        const double high = (area.height() - gap * down) / (down * layout.rows);
        double side = std::clamp(std::min(wide, high), 0.0, kMostSide);
        side = side < 1.0 ? side : std::floor(side);
        if (gap > std::max(1.0, side) && gap > 1.0)
            continue;
        if (side > layout.side) {
            layout.side = side;
            layout.gap = gap;
            layout.across = across;
        }
        return;
    }
}

void paintFrame(QPainter& painter, const QRectF& tile, const KernelGridLayout& layout,
                const Theme& theme)
{
    const double away = std::min(1.5, layout.gap / 2.0);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.accent, theme.stroke(layout.gap >= kGrid ? 3.0 : 2.0), Qt::SolidLine,
                        Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(tile.adjusted(-away, -away, away, away));
}

std::vector<double> valuesOf(const KernelGrid& grid)
{
    std::vector<double> values;
    for (const KernelGrid::Tile& tile : grid.tiles)
        values.insert(values.end(), tile.values.begin(), tile.values.end());
    return values;
}

bool hasChoice(const KernelGrid& grid)
{
    return grid.chosen && *grid.chosen >= 0 && *grid.chosen < grid.count();
}

} // namespace

double KernelGrid::reach() const
{
    if (limit > 0.0)
        return limit;
    double most = 0.0;
    for (const Tile& tile : tiles)
        most = std::max(most, largestMagnitude(tile.values));
    return most;
}

KernelCells KernelGridLayout::cells(int index) const
{
    const double x = origin.x() + index % across * (columns * side + gap);
    const double y = origin.y() + index / across * (rows * side + gap);
    return {QPointF(x, y), side, rows, columns};
}

std::optional<int> KernelGridLayout::indexAt(QPointF point) const
{
    const QPointF in = point - origin;
    if (side <= 0.0 || in.x() < 0.0 || in.y() < 0.0)
        return {};
    // Beyond what there may be of them, before it becomes a whole number.
    const double column = std::floor(in.x() / (columns * side + gap));
    const double row = std::floor(in.y() / (rows * side + gap));
    if (column >= across || row >= rowsOf(count, across))
        return {};
    const int index = static_cast<int>(row) * across + static_cast<int>(column);
    if (index >= count || !cells(index).rect().contains(point))
        return {};
    return index;
}

KernelGridLayout kernelGridLayout(const KernelGrid& grid, const QRectF& rect, const QFont& font)
{
    QFont bold = font;
    bold.setWeight(QFont::DemiBold);
    const auto line = [](const QString& text, const QFont& its) {
        return text.isEmpty() ? 0.0 : QFontMetricsF(its).height();
    };
    KernelGridLayout layout;
    layout.rows = grid.rows;
    layout.columns = grid.columns;
    layout.count = grid.count();
    layout.heading = QRectF(rect.left(), rect.top(), rect.width(), line(grid.heading, bold));
    layout.caption = QRectF(rect.left(), layout.heading.bottom(), rect.width(),
                            line(grid.caption, sized(font, TextSize::Caption)));
    constexpr double kGap = 2.0 * kGrid;
    constexpr double kFrame = 3.0; // of the chosen one, beside the caption
    const double top = std::ceil(layout.caption.bottom()) + kGrid;
    layout.origin = QPointF(rect.left(), top + kFrame);
    const QRectF area(layout.origin,
                      QPointF(rect.right(), rect.bottom() - kGap - colourScaleHeight(font)));
    if (layout.count == 0)
        return layout;
    if (grid.across) {
        fill(layout, area, *grid.across);
    } else {
        for (int across = 1; across <= layout.count; ++across)
            fill(layout, area, across);
    }
    const double width = layout.across * (layout.columns * layout.side + layout.gap);
    const double height
        = rowsOf(layout.count, layout.across) * (layout.rows * layout.side + layout.gap);
    layout.scale = QRectF(rect.left(), std::ceil(layout.origin.y() + height - layout.gap + kGap),
                          colourScaleWidth(width, rect.width(), font), colourScaleHeight(font));
    return layout;
}

void paintKernelGrid(QPainter& painter, const QRectF& rect, const KernelGrid& grid,
                     const Theme& theme, const Colormap* colours)
{
    const KernelGridLayout layout = kernelGridLayout(grid, rect, painter.font());
    paintKernelHeading(painter, layout.heading, layout.caption, grid.heading, grid.caption,
                       grid.colour, theme);
    if (layout.side <= 0.0)
        return;
    const KernelColours scale = kernelColours(grid.reach(), grid.isSigned, theme, colours);
    const auto size = static_cast<std::size_t>(grid.rows) * static_cast<std::size_t>(grid.columns);
    for (int i = 0; i < grid.count(); ++i) {
        const std::vector<double>& values = grid.tiles[static_cast<std::size_t>(i)].values;
        EXPECTS(values.size() == size);
        paintCells(painter, layout.cells(i), values, scale, theme);
    }
    if (hasChoice(grid))
        paintFrame(painter, layout.cells(*grid.chosen).rect(), layout, theme);
    paintColourScale(painter, layout.scale, scale, theme);
}

QString kernelText(const KernelGrid& grid)
{
    const auto rows = [&](const KernelGrid::Tile& tile) {
        return QString::fromStdString(kernelText(tile.values, grid.columns));
    };
    if (hasChoice(grid))
        return rows(grid.tiles[static_cast<std::size_t>(*grid.chosen)]);
    QString text;
    for (const KernelGrid::Tile& tile : grid.tiles)
        text += tile.name + u'\n' + rows(tile) + u'\n';
    return text;
}

QString gridInWords(const KernelGrid& grid)
{
    if (grid.tiles.empty())
        return {};
    const QString size = sizeInWords(grid.rows, grid.columns);
    QString words
        = (grid.count() == 1 ? Kernels::tr("1 kernel %1").arg(size)
                             : Kernels::tr("%1 kernels %2").arg(grouped(grid.count()), size))
        + QStringLiteral(", ") + rangeInWords(valuesOf(grid));
    if (!hasChoice(grid))
        return words;
    const QString& name = grid.tiles[static_cast<std::size_t>(*grid.chosen)].name;
    return words + QStringLiteral("; ") + Kernels::tr("chosen: %1").arg(name);
}

} // namespace factorscope
