#pragma once

#include <functional>

class QPainter;

namespace factorscope {

/// Paints once, now and on this thread, and gives what paints the same again on any thread: so a
/// figure can show what lives on the thread of the window, such as a chart.
std::function<void(QPainter&)> recorded(const std::function<void(QPainter&)>& paint);

} // namespace factorscope
