#include "app/command_line.h"
#include "app/standard_streams.h"

#include <csignal>

int main(int argc, char** argv)
{
    factorscope::openStandardStreams();
    // A closed pipe and a file-size limit then fail the write, which says so in words.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    return factorscope::runCommandLine(argc, argv);
}
