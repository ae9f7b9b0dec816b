#include "core/file/input_file.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace factorscope {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{4} << 20; // between two looks at the stop token

Error unreadable(const std::filesystem::path& path, int code)
{
    return {ErrorCode::File,
            QT_TRANSLATE_NOOP("core", "cannot read '%1': %2"),
            {path.string(), std::generic_category().message(code)}};
}

} // namespace

InputFile::InputFile(std::filesystem::path path, int descriptor, std::int64_t size)
    : m_path(std::move(path)), m_descriptor(descriptor), m_size(size)
{ }

InputFile::InputFile(InputFile&& other) noexcept
    : m_path(std::move(other.m_path)), m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_size(other.m_size), m_position(other.m_position)
{ }

InputFile& InputFile::operator=(InputFile&& other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_size, other.m_size);
    std::swap(m_position, other.m_position);
    return *this;
}

InputFile::~InputFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<InputFile> InputFile::open(const std::filesystem::path& path)
{
    // Non-blocking, so that a pipe without a writer is refused instead of waited for.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return unreadable(path, errno);
    struct stat status { };
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        const bool isDirectory = S_ISDIR(status.st_mode);
        ::close(descriptor);
        if (isDirectory)
            return unreadable(path, EISDIR);
        return Error{ErrorCode::File,
                     QT_TRANSLATE_NOOP("core", "cannot read '%1': it is not a regular file"),
                     {path.string()}};
    }
    return InputFile(path, descriptor, status.st_size);
}

Result<void> InputFile::read(std::span<std::byte> bytes, const std::stop_token& stop)
{
    while (!bytes.empty()) {
        if (stop.stop_requested())
            return cancelled();
        const ssize_t count
            = ::read(m_descriptor, bytes.data(), std::min(bytes.size(), kChunkBytes));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return unreadable(m_path, errno);
        if (count == 0)
            return Error{ErrorCode::File,
                         QT_TRANSLATE_NOOP("core", "'%1' ends too early: %2 more bytes expected"),
                         {m_path.string(), std::to_string(bytes.size())}};
        m_position += count;
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

Result<std::string> readText(const std::filesystem::path& path, std::int64_t limitBytes)
{
    ASSIGN_OR_RETURN(InputFile file, InputFile::open(path));
    if (file.size() > limitBytes)
        return Error{ErrorCode::Format,
                     QT_TRANSLATE_NOOP("core", "'%1' is too large: %2 bytes, at most %3 are read"),
                     {path.string(), std::to_string(file.size()), std::to_string(limitBytes)}};
    std::string text(static_cast<std::size_t>(file.size()), '\0');
    RETURN_IF_ERROR(file.read(std::as_writable_bytes(std::span(text))));
    return text;
}

} // namespace factorscope
