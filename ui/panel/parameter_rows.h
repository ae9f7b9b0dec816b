#pragma once

#include "core/experiment/parameters.h"

#include <QString>

namespace factorscope {

// What the panel knows about single parameters beyond their table.

/// "3×3" of "3x3".
QString typographic(QString text);

/// Whether a parameter matters now, and so has a row.
bool isShown(const ExperimentParameter& parameter, const Experiment& experiment);

/// Whether a weight file or other parameters leave no choice about it.
bool isFixed(const ExperimentParameter& parameter, const Experiment& experiment);

/// What 0 means, where it is no number: "own".
QString wordForZero(const ExperimentParameter& parameter);

/// What it does, for a tooltip.
QString helpFor(const ExperimentParameter& parameter);

} // namespace factorscope
