#pragma once

#include "core/experiment/piece_analysis.h"
#include "ui/theme/theme.h"

#include <QColor>
#include <QRectF>
#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

class QPainter;

namespace factorscope {

/// The most frequent patterns of a branch, as rows.
struct PieceList {
    struct Row {
        std::int64_t piece = 0;
        QColor colour;
        std::int64_t active = 0; ///< taps that are on
        std::int64_t count = 0; ///< pixels
        std::vector<std::uint8_t> taps; ///< row by row, of a pattern of one mid channel; else empty
        bool operator==(const Row&) const = default;
    };
    std::vector<Row> rows;
    std::int64_t taps = 0; ///< of each pattern
    std::int64_t patterns = 0;
    std::int64_t pixels = 0; ///< of all patterns
    Extent window; ///< of row.taps
    std::optional<std::int64_t> chosen; ///< piece
    std::optional<std::int64_t> pointed; ///< piece of the pixel under the cursor

    std::int64_t others() const; ///< pixels of patterns without a row
    bool operator==(const PieceList&) const = default;
};
PieceList pieceList(const PieceFindings& findings, const BothEvaluated& both,
                    std::optional<std::int64_t> chosen, const Theme& theme);

/// "all 9 on", "4 of 9 on", "all off"
QString activeInWords(std::int64_t active, std::int64_t taps);
QString shareInWords(std::int64_t count, std::int64_t pixels);
/// "pattern 3: 4 of 9 on, 1,204 pixels, 2.4 %"
QString rowInWords(const PieceList& list, const PieceList::Row& row);

/// Where the rows stand: as many of them as there is room for.
struct PieceListLayout {
    QRectF heading;
    QRectF area;
    double rowHeight = 1.0;
    int rows = 0; ///< that are shown
    QRectF rest; ///< the line about the others

    QRectF row(int index) const;
    std::optional<int> rowAt(const QPointF& point) const;
};
PieceListLayout pieceListLayout(const PieceList& list, const QRectF& rect, const QFont& font);

/// Draws it in the painter's font.
void paintPieceList(QPainter& painter, const PieceList& list, const QRectF& rect,
                    const Theme& theme);

} // namespace factorscope
