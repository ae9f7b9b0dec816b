#include "app/standard_streams.h"

#include <cstdio>
#include <iostream>

#include <fcntl.h>
#include <unistd.h>

namespace factorscope {
namespace {

int messageDescriptor = STDERR_FILENO; // later one of our own, which ForeignSilence leaves alone

} // namespace

void openStandardStreams()
{
    // The lowest free number is given out: each gets its own.
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        const int access = stream == STDERR_FILENO ? O_WRONLY : O_RDONLY;
        if (::fcntl(stream, F_GETFD) < 0)
            (void)::open("/dev/null", access);
    }
    const int own = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    messageDescriptor = own < 0 ? STDERR_FILENO : own;
}

void print(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void printJson(const Json& json)
{
    print(json.dump(2) + "\n");
}

Result<void> flushData()
{
    std::cout.flush(); // where CLI11 prints its help
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good())
        return {};
    return Error{ErrorCode::File,
                 QT_TRANSLATE_NOOP("core", "cannot write the data to the standard output"),
                 {}};
}

void printMessage(const char* kind, const std::string& sentence)
{
    const std::string line = "factorscope: " + std::string(kind) + ": " + sentence + "\n";
    (void)!::write(messageDescriptor, line.data(), line.size());
}

ForeignSilence::ForeignSilence()
{
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0 || messageDescriptor == STDERR_FILENO)
        return;
    (void)::dup2(nowhere, STDERR_FILENO);
    ::close(nowhere);
}

ForeignSilence::~ForeignSilence()
{
    (void)::dup2(messageDescriptor, STDERR_FILENO);
}

} // namespace factorscope
