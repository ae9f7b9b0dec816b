#include "ui/chart/label_places.h"

#include <algorithm>
#include <numeric>

namespace factorscope {
namespace {

constexpr double kGap = 6.0; // px between a text and what stands beside it

bool meet(const LineLabel& a, const LineLabel& b)
{
    return a.left < b.left + b.width + kGap && b.left < a.left + a.width + kGap;
}

bool covers(const LineLabel& label, double line)
{
    return line > label.left - kGap / 2 && line < label.left + label.width + kGap / 2;
}

/// Whether the label can stand in its row beside those of the rows that are given.
bool fits(std::span<const LineLabel> labels, std::span<const int> rows, std::size_t own)
{
    for (std::size_t other = 0; other < own; ++other) {
        if (rows[other] == rows[own] && meet(labels[own], labels[other]))
            return false;
        if (rows[other] < rows[own] && covers(labels[other], labels[own].line))
            return false;
        if (rows[other] > rows[own] && covers(labels[own], labels[other].line))
            return false;
    }
    return true;
}

/// Gives the labels from `own` on a row below `count`, unless there is none.
bool place(std::span<const LineLabel> labels, std::span<int> rows, std::size_t own, int count)
{
    if (own == labels.size())
        return true;
    for (rows[own] = 0; rows[own] < count; ++rows[own]) {
        if (fits(labels, rows, own) && place(labels, rows, own + 1, count))
            return true;
    }
    return false;
}

int faults(const QRectF& place, const NoteSurroundings& surroundings)
{
    const auto isTaken = [&](const QRectF& other) { return other.intersects(place); };
    const auto crosses = [&](double line) { return line > place.left() && line < place.right(); };
    const auto isPassed = [&](const auto& curve) { return passesThrough(curve, place); };
    const auto isLevel
        = [&](double level) { return level > place.top() && level < place.bottom(); };
    int faults = 0;
    faults += surroundings.area.contains(place) ? 0 : 10'000;
    faults += 1'000 * static_cast<int>(std::ranges::count_if(surroundings.taken, isTaken));
    faults += 1'000 * static_cast<int>(std::ranges::count_if(surroundings.curves, isPassed));
    faults += 100 * static_cast<int>(std::ranges::count_if(surroundings.levels, isLevel));
    faults += static_cast<int>(std::ranges::count_if(surroundings.lines, crosses));
    return faults;
}

} // namespace

std::vector<int> labelRows(std::span<const LineLabel> labels)
{
    std::vector<int> rows(labels.size(), 0);
    for (int count = 1; count <= static_cast<int>(labels.size()); ++count) {
        if (place(labels, rows, 0, count))
            return rows;
    }
    std::iota(rows.rbegin(), rows.rend(), 0);
    return rows;
}

bool passesThrough(std::span<const QPointF> points, const QRectF& box)
{
    for (std::size_t i = 1; i < points.size(); ++i) {
        const QPointF a = points[i - 1];
        const QPointF b = points[i];
        const double from = std::max(a.x(), box.left());
        const double to = std::min(b.x(), box.right());
        if (from > to)
            continue;
        const auto yAt = [&](double x) {
            return a.x() == b.x() ? a.y() : a.y() + (b.y() - a.y()) * (x - a.x()) / (b.x() - a.x());
        };
        const auto [high, low] = std::minmax({yAt(from), yAt(to)});
        if (low >= box.top() && high <= box.bottom())
            return true;
    }
    return false;
}

QRectF bestPlace(std::span<const QRectF> places, const NoteSurroundings& surroundings)
{
    return *std::ranges::min_element(
        places, {}, [&](const QRectF& place) { return faults(place, surroundings); });
}

} // namespace factorscope
