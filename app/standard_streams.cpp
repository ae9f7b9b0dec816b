#include "app/standard_streams.h"

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace factorscope {
namespace {

int messageDescriptor = STDERR_FILENO; // later one of our own, which ForeignSilence leaves alone
std::string pendingData;

bool wroteAll(int descriptor, std::string_view data)
{
    while (!data.empty()) {
        const ssize_t count = ::write(descriptor, data.data(), data.size());
        if (count < 0 && errno != EINTR)
            return false;
        data.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    return true;
}

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
    pendingData += text;
}

void printJson(const Json& json)
{
    // Names of files are bytes, not always text.
    print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<void> flushData()
{
    std::cout.flush(); // where CLI11 prints its help
    const std::string data = std::exchange(pendingData, {});
    if (std::cout.good() && wroteAll(STDOUT_FILENO, data))
        return {};
    return Error{ErrorCode::File,
                 QT_TRANSLATE_NOOP("core", "cannot write the data to the standard output"),
                 {}};
}

void printMessage(const char* kind, const std::string& sentence)
{
    const std::string line = "factorscope: " + std::string(kind) + ": " + sentence + "\n";
    (void)wroteAll(messageDescriptor, line);
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
