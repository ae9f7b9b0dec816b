#pragma once

class QColor;
class QPainter;
class QRectF;

namespace factorscope {

/// Draws the sign that stands before a warning in words, a triangle with an exclamation mark that
/// shows what is behind it, as high as `box`.
void drawWarningSign(QPainter& painter, const QRectF& box, const QColor& color);

} // namespace factorscope
