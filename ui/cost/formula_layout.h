#pragma once

#include "core/cost/formula.h"
#include "ui/theme/theme.h"

#include <QFont>
#include <QLineF>
#include <QPointF>
#include <QRectF>
#include <QString>

#include <vector>

class QPainter;

namespace factorscope {

/// A formula set in type: fractions as such, indices below. The origin is at its left end, on the
/// line that text stands on.
struct FormulaBox {
    struct Piece {
        QString text;
        QPointF at; ///< where its line of text begins
        double scale = 1.0; ///< of the size of text: indices are small, some parentheses tall
    };
    std::vector<Piece> pieces;
    std::vector<QLineF> bars; ///< of fractions
    double width = 0.0;
    double ascent = 0.0;
    double descent = 0.0;
};
/// With symbols, or with the numbers put in.
FormulaBox formulaBox(const Expression& expression, FormulaForm form, const QFont& font);

QString formulaTitle(const Formula& formula); ///< "weights of the original 5×5"
QString formulaResult(const Formula& formula); ///< "102,400", "12,845,056 bytes"

/// Title, symbols, numbers and result below each other: how high, and drawn. What is too wide is
/// made smaller.
double formulaHeight(const Formula& formula, const QFont& font);
void paintFormula(QPainter& painter, const QRectF& rect, const Formula& formula, const QFont& font,
                  const Theme& theme);

} // namespace factorscope
