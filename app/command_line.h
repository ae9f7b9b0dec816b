#pragma once

namespace factorscope {

/// Runs the program as its command line says and returns its exit code: 0 done; 2 refused from the
/// command line alone; 1 anything found after opening a file or computing; 130 interrupted. A
/// failure prints one line.
int runCommandLine(int argc, char** argv);

} // namespace factorscope
