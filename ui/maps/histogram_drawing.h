#pragma once

#include "core/image/histogram.h"

#include <QColor>
#include <QRectF>

#include <vector>

class QPainter;

namespace factorscope {

/// One histogram among several on one axis.
struct HistogramCurve {
    const Histogram* histogram = nullptr;
    QColor colour;
};

/// Draws them over each other from the bottom of the area; heights are square roots of counts, so
/// that rare values are seen beside frequent ones.
void drawHistograms(QPainter& painter, const QRectF& area,
                    const std::vector<HistogramCurve>& curves);

} // namespace factorscope
