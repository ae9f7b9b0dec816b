#include "ui/pieces/piece_list.h"

#include "ui/text/text.h"
#include "ui/theme/piece_palette.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

/// The context of the texts here.
struct Pieces {
    Q_DECLARE_TR_FUNCTIONS(Pieces)
};

constexpr std::int64_t kMostRows = 24;

QFont bold(QFont font)
{
    font.setWeight(QFont::DemiBold);
    return font;
}

/// The taps of one mid channel, seen as well of rare patterns; below them the colour of the
/// pattern.
void paintTaps(QPainter& painter, const QRectF& square, const PieceList& list,
               const PieceList::Row& row, const Theme& theme)
{
    if (row.taps.empty()) {
        painter.fillRect(square, row.colour);
        return;
    }
    const auto columns = static_cast<int>(list.window.width);
    const auto rows = static_cast<int>(list.window.height);
    const double side = std::floor(square.height() / std::max(rows, columns));
    for (int i = 0; i < rows * columns; ++i) {
        const QRectF cell(square.left() + i % columns * side, square.top() + i / columns * side,
                          side - 1.0, side - 1.0);
        const bool isOn = row.taps[static_cast<std::size_t>(i)] != 0;
        painter.fillRect(cell, isOn ? theme.text : theme.ground);
    }
    painter.fillRect(QRectF(square.left(), square.bottom() + 1.0, side * columns - 1.0, 2.0),
                     row.colour); // so that one with all taps off has its colour too
}

/// Widths of the columns of words.
struct Columns {
    double active = 0.0;
    double count = 0.0;
};

Columns columnsOf(const PieceList& list, int rows, const QFontMetricsF& metrics)
{
    Columns columns;
    for (int i = 0; i < rows; ++i) {
        const PieceList::Row& row = list.rows[static_cast<std::size_t>(i)];
        columns.active = std::max(columns.active,
                                  metrics.horizontalAdvance(activeInWords(row.active, list.taps)));
        columns.count = std::max(columns.count,
                                 metrics.horizontalAdvance(shareInWords(row.count, list.pixels)));
    }
    return columns;
}

void paintRow(QPainter& painter, const PieceList& list, const PieceList::Row& row,
              const QRectF& rect, const Columns& columns, const Theme& theme)
{
    const double side = rect.height() - 2.0 * kGrid;
    const QRectF square(rect.left() + kGrid, rect.top() + kGrid, side, side);
    painter.setRenderHint(QPainter::Antialiasing, false);
    paintTaps(painter, square, list, row, theme);
    const QRectF words(square.right() + 2.0 * kGrid, rect.top(), columns.active, rect.height());
    painter.setPen(theme.text);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, activeInWords(row.active, list.taps));
    const QRectF count(rect.right() - columns.count - kGrid, rect.top(), columns.count,
                       rect.height());
    painter.drawText(count, Qt::AlignRight | Qt::AlignVCenter,
                     shareInWords(row.count, list.pixels));
    const QRectF bar(words.right() + 2.0 * kGrid, rect.center().y() - kGrid,
                     count.left() - words.right() - 4.0 * kGrid, 2.0 * kGrid);
    if (bar.width() > 2.0 * kGrid) {
        const double share
            = static_cast<double>(row.count) / static_cast<double>(list.rows.front().count);
        painter.fillRect(bar, theme.ground);
        painter.fillRect(
            QRectF(bar.left(), bar.top(), std::max(1.0, bar.width() * share), bar.height()),
            row.colour);
    }
    painter.setBrush(Qt::NoBrush);
    if (list.chosen == row.piece) {
        painter.setPen(QPen(theme.accent, theme.stroke(2.0)));
        painter.drawRect(rect.adjusted(1.0, 1.0, -1.0, -1.0));
    } else if (list.pointed == row.piece) {
        painter.setPen(QPen(theme.mutedText, theme.stroke(1.0), Qt::DashLine));
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
}

QString percentOf(std::int64_t count, std::int64_t pixels)
{
    const double percent = 100.0 * static_cast<double>(count) / static_cast<double>(pixels);
    return percent >= 0.1 || count == 0 ? fixed(percent, 1) : significant(percent, 1);
}

QString headingOf(const PieceList& list)
{
    return list.patterns == 1 ? Pieces::tr("1 pattern")
                              : Pieces::tr("%1 patterns").arg(grouped(list.patterns));
}

QString restOf(const PieceList& list, int shown)
{
    std::int64_t pixels = list.pixels;
    for (int i = 0; i < shown; ++i)
        pixels -= list.rows[static_cast<std::size_t>(i)].count;
    const std::int64_t patterns = list.patterns - shown;
    if (patterns <= 0)
        return {};
    return Pieces::tr("%1 more: %2 % of the pixels")
        .arg(grouped(patterns), percentOf(pixels, list.pixels));
}

} // namespace

std::int64_t PieceList::others() const
{
    std::int64_t listed = 0;
    for (const Row& row : rows)
        listed += row.count;
    return pixels - listed;
}

PieceList pieceList(const PieceFindings& findings, const BothEvaluated& both,
                    std::optional<std::int64_t> chosen, const Theme& theme)
{
    const LinearPieces& pieces = *findings.pieces;
    PieceList list;
    list.taps = pieces.taps;
    list.patterns = static_cast<std::int64_t>(pieces.counts.size());
    list.pixels = static_cast<std::int64_t>(pieces.pieces.size());
    list.window = findings.taps.window;
    if (chosen && *chosen < list.patterns)
        list.chosen = chosen;
    list.pointed = findings.piece();
    const auto window = static_cast<std::size_t>(list.window.height * list.window.width);
    for (std::int64_t piece = 0; piece < std::min(list.patterns, kMostRows); ++piece) {
        const auto i = static_cast<std::size_t>(piece);
        const double share
            = static_cast<double>(pieces.active[i]) / static_cast<double>(pieces.taps);
        PieceList::Row row{
            piece, pieceColour({piece, share}, theme), pieces.active[i], pieces.counts[i], {}};
        if (const auto& mid = findings.question.midChannel) {
            const TapPattern taps = tapsAt(both, pieces.examples[i]);
            const auto first = taps.isOn.begin() + *mid * static_cast<std::ptrdiff_t>(window);
            row.taps.assign(first, first + static_cast<std::ptrdiff_t>(window));
        }
        list.rows.push_back(std::move(row));
    }
    return list;
}

QString activeInWords(std::int64_t active, std::int64_t taps)
{
    if (active == 0)
        return Pieces::tr("all off");
    if (active == taps)
        return Pieces::tr("all %1 on").arg(grouped(taps));
    return Pieces::tr("%1 of %2 on").arg(grouped(active), grouped(taps));
}

QString shareInWords(std::int64_t count, std::int64_t pixels)
{
    return Pieces::tr("%1 · %2 %").arg(grouped(count), percentOf(count, pixels));
}

QString rowInWords(const PieceList& list, const PieceList::Row& row)
{
    return Pieces::tr("pattern %1: %2, %3 of the pixels")
        .arg(grouped(row.piece + 1), activeInWords(row.active, list.taps),
             shareInWords(row.count, list.pixels));
}

QRectF PieceListLayout::row(int index) const
{
    return {area.left(), area.top() + index * rowHeight, area.width(), rowHeight};
}

std::optional<int> PieceListLayout::rowAt(const QPointF& point) const
{
    if (!area.contains(point))
        return {};
    const int index = static_cast<int>((point.y() - area.top()) / rowHeight);
    return index < rows ? std::optional(index) : std::nullopt;
}

PieceListLayout pieceListLayout(const PieceList& list, const QRectF& rect, const QFont& font)
{
    PieceListLayout layout;
    const double line = std::ceil(QFontMetricsF(font).height());
    layout.rowHeight = line + 2.0 * kGrid;
    layout.heading = QRectF(rect.left(), rect.top(), rect.width(), line);
    const double top = layout.heading.bottom() + kGrid;
    const double room = rect.bottom() - top - line - kGrid;
    layout.rows = std::clamp(static_cast<int>(room / layout.rowHeight), 0,
                             static_cast<int>(list.rows.size()));
    layout.area = QRectF(rect.left(), top, rect.width(), layout.rows * layout.rowHeight);
    layout.rest
        = QRectF(rect.left() + kGrid, layout.area.bottom() + kGrid, rect.width() - kGrid, line);
    return layout;
}

void paintPieceList(QPainter& painter, const PieceList& list, const QRectF& rect,
                    const Theme& theme)
{
    if (list.rows.empty())
        return;
    const QFont font = painter.font();
    const PieceListLayout layout = pieceListLayout(list, rect, font);
    painter.setFont(bold(font));
    painter.setPen(theme.text);
    painter.drawText(layout.heading, Qt::AlignLeft | Qt::AlignVCenter, headingOf(list));
    painter.setFont(font);
    const Columns columns = columnsOf(list, layout.rows, QFontMetricsF(font));
    for (int i = 0; i < layout.rows; ++i)
        paintRow(painter, list, list.rows[static_cast<std::size_t>(i)], layout.row(i), columns,
                 theme);
    painter.setFont(sized(font, TextSize::Caption));
    painter.setPen(theme.mutedText);
    const QFontMetricsF small(painter.font());
    painter.drawText(
        layout.rest, Qt::AlignLeft | Qt::AlignVCenter,
        small.elidedText(restOf(list, layout.rows), Qt::ElideRight, layout.rest.width()));
    painter.setFont(font);
}

} // namespace factorscope
