#include "ui/panel/mark_layout.h"

#include "ui/theme/theme.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace factorscope {
namespace {

constexpr int kLabelGap = 2 * kGrid; ///< between labels
constexpr int kLineGap = kGrid; ///< between a label and a line

/// Labels as they are to be placed, from left to right.
std::vector<PlacedMark> merged(std::vector<SliderMark> marks, const SliderScale& scale)
{
    std::ranges::stable_sort(marks, {}, &SliderMark::value);
    std::vector<PlacedMark> labels;
    double last = std::numeric_limits<double>::quiet_NaN();
    for (const SliderMark& mark : marks) {
        if (mark.value < scale.least || mark.value > scale.most)
            continue;
        if (std::abs(mark.value - last) < 1e-6 * last) {
            const bool isSecond = !labels.back().label.contains(u'=');
            const QString before = isSecond ? std::prev(&mark)->shortLabel : labels.back().label;
            labels.back().label = before + QStringLiteral(" = ") + mark.shortLabel;
            labels.back().help += u'\n' + mark.help;
        } else {
            labels.push_back({.label = mark.label,
                              .help = mark.help,
                              .target = mark.target,
                              .x = static_cast<int>(std::lround(scale.positionOf(mark.value)))});
        }
        last = mark.value;
    }
    return labels;
}

/// Tries all rows and sides for each label, which are few.
class Search {
public:
    Search(std::vector<PlacedMark> labels, const MarkSpace& space)
        : m_labels(std::move(labels)), m_space(space)
    {}

    std::vector<PlacedMark> result() &&
    {
        stack();
        place(0, 0);
        return std::move(m_best);
    }

private:
    enum class Side { Right, Left, Under };

    void put(PlacedMark& label, int row, Side side) const
    {
        const int width = m_space.widthOf(label.label);
        const int top = row * m_space.rowHeight;
        int left = label.x + kLineGap;
        if (side == Side::Left)
            left = label.x - kLineGap - width;
        else if (side == Side::Under)
            left = std::max(0, std::min(label.x - width / 2, m_space.width - width));
        label.box = {left, top, width, m_space.rowHeight};
        label.bottom = side == Side::Under ? top : top + m_space.rowHeight;
    }

    bool isWithin(const QRect& box) const { return box.left() >= 0 && box.right() < m_space.width; }

    static bool crosses(const PlacedMark& line, const QRect& box)
    {
        return line.bottom > box.top() && line.x > box.left() - kLineGap
            && line.x < box.right() + kLineGap;
    }
    static bool meet(const PlacedMark& a, const PlacedMark& b)
    {
        return a.box.adjusted(-kLabelGap, 0, kLabelGap, 0).intersects(b.box) || crosses(a, b.box)
            || crosses(b, a.box);
    }

    /// Places the labels from `index` on, `cost` after those before.
    void place(std::size_t index, int cost)
    {
        if (cost >= m_leastCost)
            return;
        if (index == m_labels.size()) {
            m_leastCost = cost;
            m_best = m_labels;
            return;
        }
        PlacedMark& label = m_labels[index];
        const int rows = static_cast<int>(m_labels.size());
        for (int row = 0; row < rows; ++row) {
            for (const Side side : {Side::Right, Side::Left, Side::Under}) {
                put(label, row, side);
                const auto* before = m_labels.data();
                const bool isFree = isWithin(label.box)
                    && std::none_of(before, before + index,
                                    [&](const PlacedMark& other) { return meet(label, other); });
                // A further row is worse than any choice of sides.
                if (isFree)
                    place(index + 1, cost + (1 << (3 * row)) * 8 + static_cast<int>(side));
            }
        }
    }

    /// Where there is no other way: a row for each label, its line behind those above.
    void stack()
    {
        int row = 0;
        for (PlacedMark& label : m_labels)
            put(label, row++, Side::Under);
        m_best = m_labels;
    }

    std::vector<PlacedMark> m_labels;
    const MarkSpace& m_space;
    std::vector<PlacedMark> m_best;
    int m_leastCost = std::numeric_limits<int>::max();
};

} // namespace

double SliderScale::positionOf(double value) const
{
    const double part = (value - least) / std::max(1, most - least);
    return left + (right - left) * std::sqrt(std::clamp(part, 0.0, 1.0));
}

int SliderScale::valueAt(double position) const
{
    const double part = std::clamp((position - left) / std::max(1.0, right - left), 0.0, 1.0);
    return least + static_cast<int>(std::lround(part * part * (most - least)));
}

std::vector<PlacedMark> placed(const std::vector<SliderMark>& marks, const SliderScale& scale,
                               const MarkSpace& space)
{
    return Search(merged(marks, scale), space).result();
}

} // namespace factorscope
