#include "ui/arithmetic/term_cells.h"

#include <QPainter>

#include <algorithm>

namespace factorscope {
namespace {

constexpr double kLeastHatched = 6.0; ///< side of a cell that has room for a pattern
constexpr int kFaint = 200; ///< of 255: how much of a pending cell is the ground

bool hasOwnColour(const CellState& state)
{
    return state.tap == Tap::Cut || state.tap == Tap::Padding;
}

void cover(QPainter& painter, const QRectF& cell, const CellState& state, const Theme& theme)
{
    if (!hasOwnColour(state))
        return;
    painter.fillRect(cell, state.tap == Tap::Cut ? theme.line : theme.ground);
    if (state.tap == Tap::Padding && cell.width() >= kLeastHatched)
        painter.fillRect(cell, QBrush(theme.mutedText, Qt::BDiagPattern));
}

/// What is left of a value that is cut, or beyond the border.
void paintZero(QPainter& painter, const QRectF& cell, const Theme& theme)
{
    constexpr int kLeastDigits = 7; // px
    constexpr int kMostDigits = 16;
    const int pixels = std::min(mostDigitPixels(cell.height()), kMostDigits);
    if (pixels < kLeastDigits)
        return;
    const QFont before = painter.font();
    QFont digits = before;
    digits.setPixelSize(pixels);
    painter.setFont(digits);
    painter.setPen(theme.mutedText);
    painter.drawText(cell, Qt::AlignCenter, QStringLiteral("0"));
    painter.setFont(before);
}

QColor faintGround(const Theme& theme)
{
    QColor ground = theme.window;
    ground.setAlpha(kFaint);
    return ground;
}

} // namespace

void paintTerm(QPainter& painter, const QRectF& cell, double value, const CellState& state,
               const KernelColours& colours, const Theme& theme)
{
    if (hasOwnColour(state))
        cover(painter, cell, state, theme);
    else
        painter.fillRect(cell, QColor::fromRgb(colours.of(value)));
    if (state.isPending)
        painter.fillRect(cell, faintGround(theme));
}

void paintTermCells(QPainter& painter, const KernelCells& cells, std::span<const double> values,
                    std::span<const CellState> states, const KernelColours& colours,
                    const Theme& theme)
{
    if (cells.side <= 0.0)
        return;
    paintCells(painter, cells, values, colours, theme);
    paintNumbers(painter, cells, values, colours);
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (std::size_t i = 0; i < states.size(); ++i) {
        const auto columns = static_cast<std::size_t>(cells.columns);
        const QRectF cell
            = cells.cell({static_cast<int>(i / columns), static_cast<int>(i % columns)})
                  .adjusted(1.0, 1.0, 0.0, 0.0); // within the lines
        cover(painter, cell, states[i], theme);
        if (hasOwnColour(states[i]))
            paintZero(painter, cell, theme);
        if (states[i].isPending)
            painter.fillRect(cell, faintGround(theme));
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
}

} // namespace factorscope
