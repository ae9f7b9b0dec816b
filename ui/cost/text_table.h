#pragma once

#include "ui/theme/theme.h"

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QString>

#include <vector>

class QPainter;

namespace factorscope {

/// A table of texts as it is read: numbers stand at the right. Colours that are none are those of
/// text.
struct TextTable {
    struct Column {
        QString title; ///< one line or two
        bool isNumber = false;
        QColor colour; ///< of the title
        bool givesWay = false; ///< on a screen that is too narrow
        bool operator==(const Column&) const = default;
    };
    struct Cell {
        QString text;
        QColor colour;
        bool operator==(const Cell&) const = default;
    };
    struct Row {
        std::vector<Cell> cells; ///< as many as columns
        bool isStrong = false; ///< a sum
        bool operator==(const Row&) const = default;
    };
    std::vector<Column> columns;
    std::vector<Row> rows;
    bool operator==(const TextTable&) const = default;
};

/// How large the table is when nothing is cut.
QSizeF textTableSize(const TextTable& table, const QFont& font);
/// Draws it from the corner on: titles, a line, the rows; a line above sums.
void paintTextTable(QPainter& painter, QPointF corner, const TextTable& table, const QFont& font,
                    const Theme& theme);

} // namespace factorscope
