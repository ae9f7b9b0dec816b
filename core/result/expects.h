#pragma once

namespace factorscope {

/// Ends the program with the place and the broken condition. Called by EXPECTS only.
[[noreturn]] void contractBroken(const char* condition, const char* file, int line);

} // namespace factorscope

/// A programmer's promise, checked in every build. Expected failures are a Result instead.
#define EXPECTS(condition)                                                                         \
    ((condition) ? static_cast<void>(0)                                                            \
                 : ::factorscope::contractBroken(#condition, __FILE__, __LINE__))
