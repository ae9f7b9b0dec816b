#pragma once

#include <string_view>
#include <vector>

namespace factorscope {

/// A place in a glyph or a picture, y downwards.
struct Point {
    double x = 0.0;
    double y = 0.0;
};

using Stroke = std::vector<Point>;

/// A line of text as pen strokes. One unit is the eighth part of what lies between the bottom of a
/// "p" and the top of an "h"; the line begins at x = 0, and y = 0 is the top of an "h".
struct StrokedText {
    double width = 0.0;
    double height = 0.0; ///< down to the base line, or to what reaches below it, such as a "p"
    std::vector<Stroke> strokes;
};

/// For the letters, digits and signs that the sample "text" needs; an unknown sign leaves a gap.
StrokedText strokedText(std::u32string_view text);

} // namespace factorscope
