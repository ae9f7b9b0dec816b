#include "core/file/output_files.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace factorscope {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunkBytes = std::size_t{4} << 20; // between two looks at the stop token
constexpr int kPatienceMs = 20; // the same, while nothing moves

Error unwritable(const fs::path& path, int code)
{
    return {ErrorCode::File,
            QT_TRANSLATE_NOOP("core", "cannot write '%1': %2"),
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

/// Sends what is written on its way to the disk, and waits for what was sent some chunks ago: so
/// little is left for fsync() at the end, which nothing can interrupt. All of it is a hint, errors
/// do no harm.
class WriteBehind {
public:
    explicit WriteBehind(int descriptor) : m_descriptor(descriptor) {}
    void wrote(std::size_t bytes)
    {
        constexpr off_t kWindowBytes = 4 * off_t{kChunkBytes};
        m_end += static_cast<off_t>(bytes);
        if (m_end - m_sent < off_t{kChunkBytes})
            return;
        sync(m_sent, m_end - m_sent, SYNC_FILE_RANGE_WRITE);
        m_sent = m_end;
        const off_t old = m_end - kWindowBytes;
        if (old > m_waited)
            sync(m_waited, old - m_waited,
                 SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
        m_waited = std::max(m_waited, old);
    }

private:
    void sync(off_t from, off_t size, unsigned flags) const
    {
        (void)::sync_file_range(m_descriptor, from, size, flags);
    }

    const int m_descriptor;
    off_t m_end = 0;
    off_t m_sent = 0;
    off_t m_waited = 0;
};

// A pipe whose reader is slow must not keep the stop token waiting.
void waitForReader(int descriptor)
{
    pollfd wanted{descriptor, POLLOUT, 0};
    (void)::poll(&wanted, 1, kPatienceMs);
}

Result<void> writeAll(int descriptor, const fs::path& path,
                      std::span<const std::span<const std::byte>> pieces,
                      const std::stop_token& stop)
{
    WriteBehind behind(descriptor);
    for (std::span<const std::byte> piece : pieces) {
        while (!piece.empty()) {
            if (stop.stop_requested())
                return cancelled();
            const ssize_t count
                = ::write(descriptor, piece.data(), std::min(piece.size(), kChunkBytes));
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0 && errno == EAGAIN) {
                waitForReader(descriptor);
                continue;
            }
            if (count <= 0)
                return unwritable(path, count < 0 ? errno : ENOSPC);
            piece = piece.subspan(static_cast<std::size_t>(count));
            behind.wrote(static_cast<std::size_t>(count));
        }
    }
    return {};
}

// A symbolic link stays: its target is what gets replaced, or made.
fs::path resolved(fs::path path)
{
    constexpr int kMaxLinks = 40; // as many as the system follows
    std::error_code error;
    for (int links = 0; links < kMaxLinks && fs::is_symlink(path, error); ++links) {
        if (fs::exists(path, error))
            break;
        const fs::path next = fs::read_symlink(path, error);
        if (error)
            break;
        path = path.parent_path() / next;
    }
    path = fs::absolute(path, error);
    const fs::path target = error ? fs::path() : fs::weakly_canonical(path, error);
    return error ? path : target;
}

Result<void> writeDevice(const fs::path& target, bool isPipe, const fs::path& path,
                         std::span<const std::span<const std::byte>> pieces,
                         const std::stop_token& stop)
{
    for (;;) {
        Descriptor device(::open(target.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK));
        const int code = errno;
        if (device.get() >= 0) {
            RETURN_IF_ERROR(writeAll(device.get(), path, pieces, stop));
            return device.close() ? Result<void>() : unwritable(path, errno);
        }
        if (!isPipe || code != ENXIO) // which a named pipe gives until somebody reads
            return unwritable(path, code);
        if (stop.stop_requested())
            return cancelled();
        (void)::poll(nullptr, 0, kPatienceMs);
    }
}

// Short, since a name beside one of full length must fit too; unlike any other of this process.
fs::path hiddenName(const fs::path& directory)
{
    static std::atomic<unsigned> next{0};
    return directory
        / (".factorscope-" + std::to_string(::getpid()) + "-" + std::to_string(next++));
}

} // namespace

OutputFiles::~OutputFiles()
{
    abandon();
}

void OutputFiles::abandon()
{
    const std::lock_guard lock(m_mutex);
    std::error_code ignored;
    for (const Staged& staged : m_staged)
        fs::remove(staged.temporary, ignored);
    for (auto it = m_createdDirectories.rbegin(); it != m_createdDirectories.rend(); ++it)
        fs::remove(*it, ignored); // refused by the system while somebody else's file is in it
    m_staged.clear();
    m_createdDirectories.clear();
    m_isAbandoned = true;
}

bool OutputFiles::isStaged(const fs::path& target)
{
    const std::lock_guard lock(m_mutex);
    return std::ranges::find(m_staged, target, &Staged::target) != m_staged.end();
}

// The descriptor of a new file on the list, or -1.
int OutputFiles::createBeside(const fs::path& target)
{
    const std::lock_guard lock(m_mutex);
    if (m_isAbandoned) {
        errno = ECANCELED;
        return -1;
    }
    for (;;) {
        const fs::path temporary = hiddenName(target.parent_path());
        const int descriptor
            = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor < 0 && errno == EEXIST) // left behind by a process that was killed
            continue;
        if (descriptor >= 0)
            m_staged.push_back({temporary, target, {}});
        return descriptor;
    }
}

void OutputFiles::dropLast()
{
    const std::lock_guard lock(m_mutex);
    if (m_isAbandoned)
        return;
    ::unlink(m_staged.back().temporary.c_str());
    m_staged.pop_back();
}

Result<void> OutputFiles::addDirectory(const fs::path& path)
{
    std::error_code error;
    std::vector<fs::path> missing;
    for (fs::path at = fs::absolute(path, error); !error && at != at.root_path();
         at = at.parent_path()) {
        if (fs::is_directory(at, error))
            break;
        error.clear(); // there is nothing yet
        if (at.has_filename()) // "dir/" ends in an empty name
            missing.push_back(at);
    }
    if (error)
        return unwritable(path, error.value());
    const std::lock_guard lock(m_mutex);
    if (m_isAbandoned)
        return cancelled();
    for (auto it = missing.rbegin(); it != missing.rend(); ++it) {
        if (::mkdir(it->c_str(), 0777) == 0)
            m_createdDirectories.push_back(*it);
        else if (errno != EEXIST)
            return unwritable(path, errno);
        else if (!fs::is_directory(*it, error))
            return unwritable(path, ENOTDIR);
    }
    return {};
}

Result<void> OutputFiles::add(const fs::path& path,
                              std::span<const std::span<const std::byte>> pieces,
                              const std::stop_token& stop)
{
    const fs::path target = resolved(path);
    if (!target.has_filename())
        return unwritable(path, target.empty() ? ENOENT : EISDIR);
    struct stat status {};
    const bool exists = ::stat(target.c_str(), &status) == 0;
    if (!exists && errno != ENOENT)
        return unwritable(path, errno);
    if (exists && S_ISDIR(status.st_mode))
        return unwritable(path, EISDIR);
    if (exists && !S_ISREG(status.st_mode))
        return writeDevice(target, S_ISFIFO(status.st_mode), path, pieces, stop);
    if (exists && ::faccessat(AT_FDCWD, target.c_str(), W_OK, AT_EACCESS) != 0)
        return unwritable(path, errno);
    if (isStaged(target))
        return Error{ErrorCode::File,
                     QT_TRANSLATE_NOOP("core", "cannot write '%1': it is named for two outputs"),
                     {path.string()}};
    return stage(path, target, pieces, stop);
}

Result<void> OutputFiles::add(const fs::path& path, std::string_view text)
{
    const std::span<const std::byte> piece = std::as_bytes(std::span(text));
    return add(path, {&piece, 1});
}

// Writes the whole file beside its place, or leaves nothing.
Result<void> OutputFiles::stage(const fs::path& path, const fs::path& target,
                                std::span<const std::span<const std::byte>> pieces,
                                const std::stop_token& stop)
{
    const int descriptor = createBeside(target);
    if (descriptor < 0)
        return unwritable(path, errno);

    Descriptor file(descriptor);
    const auto write = [&]() -> Result<void> {
        struct stat old {};
        if (::stat(target.c_str(), &old) == 0)
            (void)::fchmod(file.get(), old.st_mode & 07777);
        RETURN_IF_ERROR(writeAll(file.get(), path, pieces, stop));
        if (::fsync(file.get()) != 0 || !file.close())
            return unwritable(path, errno);
        return {};
    };
    Result<void> done = write();
    if (!done)
        dropLast();
    return done;
}

Result<void> OutputFiles::commit()
{
    const std::lock_guard lock(m_mutex);
    if (m_isAbandoned)
        return cancelled();
    std::vector<Staged> staged = std::exchange(m_staged, {});
    std::size_t placed = 0;
    int code = 0;
    for (; placed < staged.size() && code == 0; ++placed) {
        Staged& file = staged[placed];
        if (placed + 1 < staged.size()) // nothing can fail after the last one
            keepOld(file);
        if (::rename(file.temporary.c_str(), file.target.c_str()) != 0)
            code = errno;
    }
    if (code != 0) {
        --placed; // the one that failed
        takeBack(std::span(staged).first(placed));
        for (const Staged& file : std::span(staged).subspan(placed))
            ::unlink(file.temporary.c_str());
    }
    for (const Staged& file : staged) {
        if (!file.old.empty())
            ::unlink(file.old.c_str());
    }
    if (code != 0)
        return unwritable(staged[placed].target, code);
    m_createdDirectories.clear();
    return {};
}

// The old file gets a second name, under which it outlives its replacement.
void OutputFiles::keepOld(Staged& file)
{
    fs::path old = hiddenName(file.target.parent_path());
    if (::link(file.target.c_str(), old.c_str()) == 0)
        file.old = std::move(old);
    else
        file.isNew = errno == ENOENT;
}

void OutputFiles::takeBack(std::span<const Staged> placed)
{
    for (const Staged& file : placed) {
        if (!file.old.empty())
            (void)::rename(file.old.c_str(), file.target.c_str());
        else if (file.isNew)
            ::unlink(file.target.c_str());
    }
}

} // namespace factorscope
