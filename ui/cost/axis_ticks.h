#pragma once

#include <QStringList>

#include <vector>

namespace factorscope {

/// What is marked along an axis from zero.
struct AxisTicks {
    double step = 1.0; ///< 1, 2 or 5 times a power of ten
    std::vector<double> values; ///< multiples of the step from 0
    QStringList labels; ///< one for each, of one unit: "0", "20 k" … "120 k"
    double top() const { return values.back(); }
};

/// Which numbers the marks stand for.
enum class AxisUnit { Count, WholeCount, Bytes };

/// Marks from 0 on that cover `most`, the last one at or beyond it: as many as fit, but at most
/// `wanted` steps, which is at least 2. Whole counts are never split.
AxisTicks ticksCovering(double most, int wanted, AxisUnit unit);
/// The same up to the last one within.
AxisTicks ticksWithin(double most, int wanted, AxisUnit unit);

} // namespace factorscope
