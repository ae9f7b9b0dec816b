#pragma once

#include <string>
#include <vector>

/// Marks a text of core for translation under the context "core". It has the name and the form
/// of Qt's own macro, so that lupdate finds it, and needs no Qt.
#define QT_TRANSLATE_NOOP(scope, x) x

namespace factorscope {

enum class ErrorCode {
    InvalidArgument, ///< a value that the user chose is out of range or does not go with another
    File,            ///< a file cannot be opened, read or written
    Format,          ///< a file's content is not what its format demands
    Unsupported,     ///< valid, but not something this program handles
    Shape,           ///< shapes or names do not fit each other
    Memory,          ///< more memory is needed than there is
    Cancelled,       ///< stopped on request; nothing was produced
};

/// An expected failure: one sentence made of a template and its arguments. The template is kept
/// apart so that the window can show it translated.
struct Error {
    ErrorCode code = ErrorCode::InvalidArgument;
    const char* text = ""; ///< with %1 … %9; a literal marked by QT_TRANSLATE_NOOP("core", …)
    std::vector<std::string> arguments;

    /// The sentence in English, on one line: control characters in arguments become '?'.
    std::string message() const;
};

/// Puts the arguments into the places %1 … %9 of a text, which may be a translation.
std::string filledIn(std::string text, const std::vector<std::string>& arguments);

/// The error of work that was asked to stop.
Error cancelled();

} // namespace factorscope
