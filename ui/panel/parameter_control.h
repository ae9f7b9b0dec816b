#pragma once

#include "core/experiment/parameters.h"

#include <functional>

class QWidget;

namespace factorscope {

class ParameterEdit;

/// The control of one parameter in a row of its own.
struct ParameterControl {
    QWidget* widget = nullptr; ///< fills the row beside the label
    QWidget* focus = nullptr; ///< what the label stands for
    bool namesItself = false; ///< needs no label beside it
    std::function<void(const ParameterValue&)> show{}; ///< without telling of an edit
};

/// A control that fits the domain: boxes for numbers, with a slider for channels, a check box, a
/// list. It sets the parameter through `edit`, and has its name and help.
ParameterControl makeControl(ParameterEdit& edit, QWidget* parent);

/// Lets the wheel pass to what scrolls below while `control` has no focus.
void ignoreWheelWithoutFocus(QWidget* control);

} // namespace factorscope
