#include "ui/cost/text_table.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace factorscope {
namespace {

constexpr double kColumnGap = 4.0 * kGrid;
constexpr double kRowGap = 1.0 * kGrid;

QFont strong(QFont font)
{
    font.setBold(true);
    return font;
}

QSizeF sizeOf(const QString& text, const QFont& font)
{
    return QFontMetricsF(font).size(0, text);
}

/// What the columns and rows take.
struct Measures {
    std::vector<double> widths;
    double head = 0.0;
    double row = 0.0;
};
Measures measured(const TextTable& table, const QFont& font)
{
    const QFont caption = sized(font, TextSize::Caption);
    Measures of;
    of.row = QFontMetricsF(font).height() + kRowGap;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const QSizeF title = sizeOf(table.columns[i].title, caption);
        of.head = std::max(of.head, title.height());
        double width = title.width();
        for (const TextTable::Row& row : table.rows)
            width = std::max(width,
                             sizeOf(row.cells[i].text, row.isStrong ? strong(font) : font).width());
        of.widths.push_back(std::ceil(width));
    }
    of.head += 2.0 * kGrid;
    return of;
}

} // namespace

QSizeF textTableSize(const TextTable& table, const QFont& font)
{
    const Measures of = measured(table, font);
    double width = -kColumnGap;
    for (const double column : of.widths)
        width += column + kColumnGap;
    return {width, of.head + of.row * static_cast<double>(table.rows.size())};
}

void paintTextTable(QPainter& painter, QPointF corner, const TextTable& table, const QFont& font,
                    const Theme& theme)
{
    const Measures of = measured(table, font);
    const double width = textTableSize(table, font).width();
    const auto text = [&](const QRectF& box, const QString& words, bool isNumber, int upright) {
        painter.drawText(box, (isNumber ? Qt::AlignRight : Qt::AlignLeft) | upright, words);
    };
    double left = corner.x();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const TextTable::Column& column = table.columns[i];
        painter.setFont(sized(font, TextSize::Caption));
        painter.setPen(column.colour.isValid() ? column.colour : theme.mutedText);
        text({left, corner.y(), of.widths[i], of.head - kGrid}, column.title, column.isNumber,
             Qt::AlignBottom);
        double top = corner.y() + of.head;
        for (const TextTable::Row& row : table.rows) {
            painter.setFont(row.isStrong ? strong(font) : font);
            const QColor& own = row.cells[i].colour;
            painter.setPen(own.isValid() ? own : theme.text);
            text({left, top, of.widths[i], of.row}, row.cells[i].text, column.isNumber,
                 Qt::AlignVCenter);
            top += of.row;
        }
        left += of.widths[i] + kColumnGap;
    }
    painter.setPen(QPen(theme.line, theme.stroke(1.0)));
    double top = corner.y() + of.head;
    painter.drawLine(QPointF(corner.x(), top), QPointF(corner.x() + width, top));
    for (const TextTable::Row& row : table.rows) {
        if (row.isStrong)
            painter.drawLine(QPointF(corner.x(), top), QPointF(corner.x() + width, top));
        top += of.row;
    }
}

} // namespace factorscope
