#pragma once

#include <QRect>
#include <QString>

#include <functional>
#include <vector>

namespace factorscope {

/// Where the values of a slider stand: a distance from the left end grows with the root of the
/// value's, so that small numbers have room too.
struct SliderScale {
    int least = 0;
    int most = 1;
    double left = 0.0; ///< of the handle's middle, in pixels
    double right = 1.0;

    double positionOf(double value) const;
    int valueAt(double position) const; ///< the nearest one
};

/// A value of a slider that bears a name.
struct SliderMark {
    double value = 0.0;
    int target = 0; ///< where a click on it goes
    QString label{};
    QString shortLabel{}; ///< beside others of the same value
    QString help{};
    bool isTurn = false; ///< from here on the slider warns

    bool operator==(const SliderMark&) const = default;
};

/// Marks of one value as they are drawn: a line from the groove down to one label.
struct PlacedMark {
    QString label{};
    QString help{};
    int target = 0;
    int x = 0; ///< of the line
    int bottom = 0; ///< of the line, from the top of the labels
    QRect box{}; ///< of the label
};

/// The place for labels, below the groove.
struct MarkSpace {
    int width = 0; ///< of the widget
    int rowHeight = 0;
    std::function<int(const QString&)> widthOf; ///< a text's
};

/// Places the marks within the scale in as few rows as can be: no label meets another or another's
/// line. Marks of the same value share a label, "C_in = C_out".
std::vector<PlacedMark> placed(const std::vector<SliderMark>& marks, const SliderScale& scale,
                               const MarkSpace& space);

} // namespace factorscope
