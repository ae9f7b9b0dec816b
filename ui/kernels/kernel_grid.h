#pragma once

#include "ui/kernels/kernel_cells.h"

#include <QColor>
#include <QString>

#include <optional>
#include <vector>

namespace factorscope {

/// Many small kernels of one size on one colour scale, such as those of a layer.
struct KernelGrid {
    struct Tile {
        QString name; ///< "mid channel 3"
        std::vector<double> values; ///< row by row
        bool operator==(const Tile&) const = default;
    };
    QString heading;
    QString caption;
    QColor colour; ///< of the heading: the branch's; invalid for none
    int rows = 3; ///< of each kernel
    int columns = 3;
    std::vector<Tile> tiles;
    std::optional<int> across; ///< tiles in a row; else as many as let them be largest
    std::optional<int> chosen;
    double limit = 0.0; ///< of the colours; 0: the largest magnitude of all
    bool isSigned = true;

    int count() const { return static_cast<int>(tiles.size()); }
    double reach() const;
    bool operator==(const KernelGrid&) const = default;
};

/// Where the parts of a grid stand.
struct KernelGridLayout {
    QRectF heading;
    QRectF caption;
    QPointF origin;
    double side = 0.0; ///< of a cell
    double gap = 0.0; ///< between tiles
    int rows = 1; ///< of a tile
    int columns = 1;
    int across = 1;
    int count = 0;
    QRectF scale;

    KernelCells cells(int index) const;
    std::optional<int> indexAt(QPointF point) const;
};
KernelGridLayout kernelGridLayout(const KernelGrid& grid, const QRectF& rect, const QFont& font);

/// Draws it in the painter's font. Without colours those that fit the theme are taken.
void paintKernelGrid(QPainter& painter, const QRectF& rect, const KernelGrid& grid,
                     const Theme& theme, const Colormap* colours = nullptr);

/// The rows of the chosen kernel, or those of all with their names.
QString kernelText(const KernelGrid& grid);
/// "64 kernels 3×3, from −0.2 to 0.31; chosen: mid channel 3"
QString gridInWords(const KernelGrid& grid);

} // namespace factorscope
