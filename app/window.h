#pragma once

namespace factorscope {

/// Opens the window, on the picture that the command line names or on the built-in sample.
int runWindow(int argc, char** argv);

} // namespace factorscope
