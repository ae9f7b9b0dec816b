#pragma once

#include <QPointF>
#include <QRectF>

#include <span>
#include <vector>

namespace factorscope {

/// A label beside the upper end of an upright line.
struct LineLabel {
    double line; ///< where the line stands
    double left; ///< where the text begins
    double width; ///< of the text
};

/// A row for each label, 0 next to the plot: as few as let no text meet another or the line of one
/// above it. For a handful of labels in ascending order; those that cannot be told apart get a row
/// each.
std::vector<int> labelRows(std::span<const LineLabel> labels);

/// Whether a line through the points, in ascending x, passes through the box.
bool passesThrough(std::span<const QPointF> points, const QRectF& box);

/// What a note in the plot should keep clear of.
struct NoteSurroundings {
    QRectF area; ///< it stays within
    std::vector<std::vector<QPointF>> curves; ///< in pixels, as are all
    std::vector<QRectF> taken;
    std::vector<double> levels; ///< level lines; to be avoided rather than not
    std::vector<double> lines; ///< upright ones; likewise, but less
};
/// The best of the places; the earlier of those that are equally good.
QRectF bestPlace(std::span<const QRectF> places, const NoteSurroundings& surroundings);

} // namespace factorscope
