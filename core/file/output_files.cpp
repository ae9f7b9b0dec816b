#include "core/file/output_files.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace factorscope {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunkBytes = std::size_t{4} << 20; // between two looks at the stop token

Error unwritable(const fs::path& path, int code)
{
    return {ErrorCode::File, QT_TRANSLATE_NOOP("core", "cannot write '%1': %2"),
            {path.string(), std::generic_category().message(code)}};
}

/// Closes on all ways out; close() tells the last error of the disk.
class Descriptor {
public:
    explicit Descriptor(int descriptor) : m_descriptor(descriptor) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_descriptor; }
    bool close()
    {
        const int descriptor = std::exchange(m_descriptor, -1);
        return descriptor < 0 || ::close(descriptor) == 0;
    }

private:
    int m_descriptor;
};

Result<void> writeAll(int descriptor, const fs::path& path,
                      std::span<const std::span<const std::byte>> pieces,
                      const std::stop_token& stop)
{
    for (std::span<const std::byte> piece : pieces) {
        while (!piece.empty()) {
            if (stop.stop_requested())
                return cancelled();
            const ssize_t count
                = ::write(descriptor, piece.data(), std::min(piece.size(), kChunkBytes));
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0)
                return unwritable(path, errno);
            piece = piece.subspan(static_cast<std::size_t>(count));
        }
    }
    return {};
}

// A symbolic link stays: its target is what gets replaced.
fs::path resolved(const fs::path& path)
{
    std::error_code ignored;
    const fs::path target = fs::weakly_canonical(path, ignored);
    return ignored ? path : target;
}

} // namespace

OutputFiles::~OutputFiles()
{
    std::error_code ignored;
    for (const Staged& staged : m_staged)
        fs::remove(staged.temporary, ignored);
    for (auto it = m_createdDirectories.rbegin(); it != m_createdDirectories.rend(); ++it)
        fs::remove(*it, ignored); // refused by the system while somebody else's file is in it
}

Result<void> OutputFiles::addDirectory(const fs::path& path)
{
    std::vector<fs::path> missing;
    std::error_code error;
    for (fs::path at = fs::absolute(path).lexically_normal(); !at.empty(); at = at.parent_path()) {
        if (!at.has_filename()) { // "dir/" ends in an empty name
            if (at == at.root_path())
                break;
            continue;
        }
        if (fs::is_directory(at, error))
            break;
        missing.push_back(at);
    }
    for (auto it = missing.rbegin(); it != missing.rend(); ++it) {
        if (::mkdir(it->c_str(), 0777) != 0 && errno != EEXIST)
            return unwritable(path, errno);
        if (!fs::is_directory(*it, error))
            return unwritable(path, ENOTDIR);
        m_createdDirectories.push_back(*it);
    }
    return {};
}

Result<void> OutputFiles::add(const fs::path& path,
                              std::span<const std::span<const std::byte>> pieces,
                              const std::stop_token& stop)
{
    const fs::path target = resolved(path);
    struct stat status {};
    const bool exists = ::stat(target.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode))
        return unwritable(path, EISDIR);
    if (exists && !S_ISREG(status.st_mode)) {
        const Descriptor device(::open(target.c_str(), O_WRONLY | O_CLOEXEC));
        if (device.get() < 0)
            return unwritable(path, errno);
        return writeAll(device.get(), path, pieces, stop);
    }
    if (exists && ::access(target.c_str(), W_OK) != 0)
        return unwritable(path, errno);

    const fs::path temporary = target.parent_path()
        / ("." + target.filename().string() + "." + std::to_string(::getpid()) + "-"
           + std::to_string(m_staged.size()));
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file.get() < 0)
        return unwritable(path, errno);
    m_staged.push_back({temporary, target});
    if (exists)
        (void)::fchmod(file.get(), status.st_mode & 07777);
    RETURN_IF_ERROR(writeAll(file.get(), path, pieces, stop));
    if (::fsync(file.get()) != 0 || !file.close())
        return unwritable(path, errno);
    return {};
}

Result<void> OutputFiles::add(const fs::path& path, std::string_view text)
{
    const std::span<const std::byte> piece = std::as_bytes(std::span(text));
    return add(path, {&piece, 1});
}

Result<void> OutputFiles::commit()
{
    while (!m_staged.empty()) {
        const Staged& staged = m_staged.back();
        if (::rename(staged.temporary.c_str(), staged.target.c_str()) != 0)
            return unwritable(staged.target, errno);
        m_staged.pop_back();
    }
    m_createdDirectories.clear();
    return {};
}

} // namespace factorscope
