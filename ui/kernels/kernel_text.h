#pragma once

#include "core/result/result.h"
#include "core/weights/hand_made.h"

#include <QString>

#include <span>

namespace factorscope {

/// Rows of numbers, tabs between them, with all digits they need to be read back as they are.
QString kernelText(std::span<const double> values, int columns);

/// A number as people type it: a point or a comma, any minus sign. InvalidArgument, which names it,
/// for what is no number or too large for a kernel.
Result<double> typedNumber(const QString& text);
inline constexpr double kMostTap = 1e6; ///< the largest magnitude that is taken

/// The 25 numbers of a 5×5, separated by white space, semicolons, commas or brackets; where these
/// separate them already, commas may be decimal. InvalidArgument, which names the count or the word
/// that is no number.
Result<Kernel5x5> typedKernel(const QString& text);

} // namespace factorscope
