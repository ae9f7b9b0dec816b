#pragma once

#include "ui/theme/theme.h"

#include <cstdint>

namespace factorscope {

/// What decides the colour of a linear piece.
struct PieceLook {
    std::int64_t rank = 0; ///< 0: the most frequent one
    double activeShare = 0.0; ///< of its taps: from 0 to 1
};

/// So many of the most frequent pieces have a colour of their own; the others are grey, the lighter
/// the more of their taps are on, and a little lighter or darker than others like them.
inline constexpr std::int64_t kColouredPieces = 8;

/// None of them is a colour of a branch; all are told apart by colour-blind eyes (after Paul Tol's
/// "muted" scheme).
QColor pieceColour(const PieceLook& look, const Theme& theme);

/// The same where another piece is chosen.
QColor fadedPiece(const QColor& colour, const Theme& theme);

} // namespace factorscope
