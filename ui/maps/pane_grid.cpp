#include "ui/maps/pane_grid.h"

#include <algorithm>
#include <cmath>

namespace factorscope {

std::vector<QRectF> paneGrid(int count, Extent map, const QRectF& area, double gap, double border)
{
    int bestColumns = 1;
    double bestScale = -1.0;
    for (int columns = 1; columns <= count; ++columns) {
        if (count % columns != 0)
            continue; // rows of equal length only
        const int rows = count / columns;
        const double width = (area.width() - gap * (columns - 1)) / columns;
        const double height = (area.height() - gap * (rows - 1)) / rows - border;
        const double scale
            = std::min(width / static_cast<double>(std::max<std::int64_t>(map.width, 1)),
                       height / static_cast<double>(std::max<std::int64_t>(map.height, 1)));
        if (scale > bestScale) {
            bestScale = scale;
            bestColumns = columns;
        }
    }
    const int rows = count / bestColumns;
    const double width = std::floor((area.width() - gap * (bestColumns - 1)) / bestColumns);
    const double height = std::floor((area.height() - gap * (rows - 1)) / rows);
    std::vector<QRectF> panes;
    for (int i = 0; i < count; ++i) {
        const int row = i / bestColumns;
        const int column = i % bestColumns;
        panes.emplace_back(area.left() + column * (width + gap), area.top() + row * (height + gap),
                           width, height);
    }
    return panes;
}

} // namespace factorscope
