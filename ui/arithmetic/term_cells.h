#pragma once

#include "core/arithmetic/product_sum.h"
#include "ui/kernels/kernel_cells.h"

#include <span>

class QPainter;

namespace factorscope {

/// How a cell of products is drawn.
struct CellState {
    Tap tap = Tap::Taken; ///< grey where cut, hatched in the padding
    bool isPending = false; ///< faint: not added up yet
};

inline CellState stateOf(const Product& product, bool isPending)
{
    return {product.tap, isPending};
}

/// One cell, without a number.
void paintTerm(QPainter& painter, const QRectF& cell, double value, const CellState& state,
               const KernelColours& colours, const Theme& theme);

/// A kernel's cells with their numbers, where they are large enough, and lines between them.
void paintTermCells(QPainter& painter, const KernelCells& cells, std::span<const double> values,
                    std::span<const CellState> states, const KernelColours& colours,
                    const Theme& theme);

} // namespace factorscope
