#include "ui/kernels/kernel_cells.h"

#include "ui/text/text.h"
#include "ui/view/view_state.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <vector>

namespace factorscope {
namespace {

constexpr double kLeastWithLines = 3.0 * kGrid; // of a cell's side
constexpr int kLeastDigits = 8; // px; smaller ones are not read
constexpr int kMostDigits = 6 * kGrid;
constexpr double kDigitsShare = 0.36; // of a cell's side
constexpr double kPadShare = 0.16; // likewise, left and right together
constexpr double kBarHeight = 2.0 * kGrid;
constexpr QRgb kOdd = qRgb(kNotANumber.r, kNotANumber.g, kNotANumber.b);

QFont ofPixels(QFont font, int pixels)
{
    font.setPixelSize(pixels);
    return font;
}

/// The font in which the widest of the texts fits a cell; nothing where it would be too small.
std::optional<QFont> fontFor(const std::vector<QString>& texts, double side, const QFont& base)
{
    const double room = side - std::max(kGrid * 1.0, kPadShare * side);
    const auto widest = [&](int pixels) {
        const QFontMetricsF metrics(ofPixels(base, pixels));
        double width = 0.0;
        for (const QString& text : texts)
            width = std::max(width, metrics.horizontalAdvance(text));
        return width;
    };
    const int most = mostDigitPixels(side);
    const double width = widest(kMostDigits);
    int pixels = std::min(most, static_cast<int>(kMostDigits * room / std::max(width, 1.0)));
    while (pixels >= kLeastDigits && widest(pixels) > room)
        --pixels;
    if (pixels < kLeastDigits)
        return {};
    return ofPixels(base, pixels);
}

struct FittedNumbers {
    std::vector<QString> texts;
    QFont font;
};

/// With three digits, or two where that lets them be larger and they would be small.
std::optional<FittedNumbers> fittedNumbers(std::span<const double> values, double limit,
                                           double side, const QFont& base)
{
    constexpr int kSmall = 9; // px
    std::optional<FittedNumbers> best;
    for (const int digits : {3, 2}) {
        const NumberStyle style = numberStyle(values, limit, digits);
        std::vector<QString> texts;
        for (const double value : values)
            texts.push_back(numberText(value, style));
        const std::optional<QFont> font = fontFor(texts, side, base);
        if (font && (!best || font->pixelSize() > best->font.pixelSize()))
            best = FittedNumbers{std::move(texts), *font};
        if (best && best->font.pixelSize() >= kSmall)
            break;
    }
    return best;
}

} // namespace

int mostDigitPixels(double side)
{
    return std::min(kMostDigits, static_cast<int>(side * kDigitsShare));
}

QRectF KernelCells::cell(KernelCell at) const
{
    return {origin.x() + at.column * side, origin.y() + at.row * side, side, side};
}

std::optional<KernelCell> KernelCells::cellAt(QPointF point) const
{
    const QRectF all = rect();
    const QPointF in = point - origin;
    if (side <= 0.0 || in.x() < 0.0 || in.y() < 0.0 || in.x() >= all.width()
        || in.y() >= all.height())
        return {};
    return KernelCell{std::min(static_cast<int>(in.y() / side), rows - 1),
                      std::min(static_cast<int>(in.x() / side), columns - 1)};
}

std::size_t KernelCells::index(KernelCell at) const
{
    return static_cast<std::size_t>(at.row) * static_cast<std::size_t>(columns)
        + static_cast<std::size_t>(at.column);
}

KernelCells cellsWithin(const QRectF& area, int rows, int columns)
{
    constexpr int kFew = 3;
    const double side = std::max(
        0.0,
        std::min(area.width() / std::max(columns, kFew), area.height() / std::max(rows, kFew)));
    return {area.topLeft(), side < 2.0 ? side : std::floor(side), rows, columns};
}

QRgb KernelColours::of(double value) const
{
    if (!std::isfinite(value))
        return kOdd;
    const double share = limit > 0.0 ? value / limit : 0.0;
    return packed(colourOf(*map, static_cast<float>(share), isSigned ? -1.0F : 0.0F, 1.0F));
}

KernelColours kernelColours(double limit, bool isSigned, const Theme& theme, const Colormap* wanted)
{
    if (wanted)
        return {wanted, limit, isSigned};
    const ViewSettings usual;
    return {isSigned ? &usual.divergingOn(theme.isDark) : usual.sequential, limit, isSigned};
}

double largestMagnitude(std::span<const double> values)
{
    double most = 0.0;
    for (const double value : values) {
        if (std::isfinite(value))
            most = std::max(most, std::abs(value));
    }
    return most;
}

NumberStyle numberStyle(std::span<const double> values, double limit, int digits)
{
    // What is far below the scale is as good as zero and gets no digits of its own.
    const double most = std::max(largestMagnitude(values), limit / 100.0);
    if (most == 0.0)
        return {};
    constexpr double kLeast = 1e-4;
    constexpr double kMost = 1e5;
    if (most < kLeast || most >= kMost)
        return {0, true, digits};
    const auto places = static_cast<int>(std::floor(std::log10(most)));
    NumberStyle style{std::max(0, digits - 1 - places), false, digits};
    const auto isExact = [&](int decimals) {
        return std::ranges::all_of(values, [&](double value) {
            const double scaled = value * std::pow(10.0, decimals);
            return !std::isfinite(value) || std::abs(scaled - std::round(scaled)) < 1e-6;
        });
    };
    while (style.decimals > 0 && isExact(style.decimals - 1))
        --style.decimals;
    return style;
}

QString numberText(double value, const NumberStyle& style)
{
    if (value == 0.0)
        return QStringLiteral("0");
    if (style.isScientific || !std::isfinite(value))
        return significant(value, style.digits);
    if (std::abs(value) < 0.5 * std::pow(10.0, -style.decimals))
        return QStringLiteral("≈0");
    return fixed(value, style.decimals);
}

void paintCells(QPainter& painter, const KernelCells& cells, std::span<const double> values,
                const KernelColours& colours, const Theme& theme)
{
    painter.setRenderHint(QPainter::Antialiasing, false); // it would draw the edges between cells
    for (int row = 0; row < cells.rows; ++row) {
        for (int column = 0; column < cells.columns; ++column) {
            const double right = column + 1 < cells.columns ? 0.5 : 0.0;
            const double bottom = row + 1 < cells.rows ? 0.5 : 0.0;
            painter.fillRect(cells.cell({row, column}).adjusted(0.0, 0.0, right, bottom),
                             QColor::fromRgb(colours.of(values[cells.index({row, column})])));
        }
    }
    const QRectF all = cells.rect();
    const bool hasLines = cells.side >= kLeastWithLines;
    for (int row = 0; row <= cells.rows; row += hasLines ? 1 : cells.rows)
        painter.fillRect(QRectF(all.left(), all.top() + row * cells.side, all.width() + 1.0, 1.0),
                         theme.line);
    for (int column = 0; column <= cells.columns; column += hasLines ? 1 : cells.columns)
        painter.fillRect(QRectF(all.left() + column * cells.side, all.top(), 1.0, all.height()),
                         theme.line);
    painter.setRenderHint(QPainter::Antialiasing, true);
}

void paintNumbers(QPainter& painter, const KernelCells& cells, std::span<const double> values,
                  const KernelColours& colours)
{
    if (mostDigitPixels(cells.side) < kLeastDigits)
        return;
    const std::optional<FittedNumbers> numbers
        = fittedNumbers(values, colours.limit, cells.side, painter.font());
    if (!numbers)
        return;
    const QFont before = painter.font();
    painter.setFont(numbers->font);
    for (int row = 0; row < cells.rows; ++row) {
        for (int column = 0; column < cells.columns; ++column) {
            const std::size_t i = cells.index({row, column});
            painter.setPen(readableOn(colours.of(values[i])));
            painter.drawText(cells.cell({row, column}), Qt::AlignCenter, numbers->texts[i]);
        }
    }
    painter.setFont(before);
}

void paintCellFrame(QPainter& painter, const QRectF& frame, const Theme& theme)
{
    const QRectF line = frame.adjusted(0.5, 0.5, 0.5, 0.5); // upon the lines between the cells
    painter.setBrush(Qt::NoBrush);
    painter.setPen(
        QPen(theme.surface, theme.stroke(5.0), Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(line);
    painter.setPen(
        QPen(theme.accent, theme.stroke(2.5), Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(line);
}

double colourScaleHeight(const QFont& font)
{
    return kBarHeight + 1.0 + QFontMetricsF(sized(font, TextSize::Caption)).height();
}

double colourScaleWidth(double cells, double room, const QFont& font)
{
    constexpr double kLeast = 35.0 * kGrid;
    constexpr double kMost = 65.0 * kGrid;
    const double ends = QFontMetricsF(sized(font, TextSize::Caption))
                            .horizontalAdvance(QStringLiteral("−0.0000  0.0000"));
    const double least = std::max(kLeast, ends);
    return std::min(room, std::clamp(cells, least, std::max(least, kMost)));
}

void paintColourScale(QPainter& painter, const QRectF& area, const KernelColours& colours,
                      const Theme& theme)
{
    const QRectF bar(area.left(), area.top(), area.width(), kBarHeight);
    const std::span<const Rgb8> steps = colours.map->colours;
    const double step = bar.width() / static_cast<double>(steps.size());
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const double overlap = i + 1 < steps.size() ? 0.5 : 0.0;
        painter.fillRect(QRectF(bar.left() + step * static_cast<double>(i), bar.top(),
                                step + overlap, bar.height()),
                         QColor::fromRgb(packed(steps[i])));
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
    const QFont before = painter.font();
    painter.setFont(sized(before, TextSize::Caption));
    painter.setPen(theme.mutedText);
    const QRectF line(bar.left(), bar.bottom() + 1.0, bar.width(),
                      QFontMetricsF(painter.font()).height());
    const QString zero = QStringLiteral("0");
    const QString least = significant(-colours.limit, 3);
    const QFontMetricsF metrics(painter.font());
    const double room = line.width() / 2.0 - metrics.horizontalAdvance(least);
    if (!colours.isSigned)
        painter.drawText(line, Qt::AlignLeft, zero);
    else if (colours.limit <= 0.0 || room > 1.5 * metrics.horizontalAdvance(zero))
        painter.drawText(line, Qt::AlignHCenter, zero);
    if (colours.limit > 0.0) {
        painter.drawText(line, Qt::AlignRight, significant(colours.limit, 3));
        if (colours.isSigned)
            painter.drawText(line, Qt::AlignLeft, least);
    }
    painter.setFont(before);
}

} // namespace factorscope
