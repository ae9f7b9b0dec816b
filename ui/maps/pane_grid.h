#pragma once

#include "core/tensor/shape.h"

#include <QRectF>

#include <vector>

namespace factorscope {

/// `count` equal rectangles in rows, in the number of columns that leaves the most room for maps of
/// this shape; `border` is what each needs above and below its maps.
std::vector<QRectF> paneGrid(int count, Extent map, const QRectF& area, double gap, double border);

} // namespace factorscope
