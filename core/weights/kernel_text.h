#pragma once

#include "core/result/result.h"
#include "core/weights/hand_made.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace factorscope {

inline constexpr double kMostTap = 1e6; ///< the largest magnitude that is taken

/// Rows of numbers, tabs between them, with all digits they need to be read back as they are.
std::string kernelText(std::span<const double> values, int columns);

/// A number as people type it: a point or a comma, any minus sign. InvalidArgument, which names it,
/// for what is no number or too large for a kernel.
Result<double> typedNumber(std::string_view text);

/// The 25 numbers of a 5×5, separated by white space, semicolons, commas or brackets; where these
/// separate them already, commas may be decimal. InvalidArgument, which names the first word that
/// is no number, or the count.
Result<Kernel5x5> typedKernel(std::string_view text);

/// Whether a text has the numbers of a kernel in it rather than the name of a file: it is a number,
/// or several words.
bool isTypedKernel(std::string_view text);

/// The kernel in a file: FILE.npy of 5×5, or a text as above. Errors: as of readNpy() and
/// readText(); Format and Shape, which name the file.
Result<Kernel5x5> readKernel(const std::filesystem::path& path);

} // namespace factorscope
