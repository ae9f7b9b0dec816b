#pragma once

#include "core/result/result.h"

#include <cstddef>
#include <filesystem>
#include <mutex>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace factorscope {

/// The files that one command writes: all of them appear, whole, at commit(), or none does and
/// the old ones stay. Each is written beside its place under another name, in full and to the
/// disk, before anything is replaced.
class OutputFiles {
public:
    OutputFiles() = default;
    ~OutputFiles(); ///< as abandon()
    OutputFiles(const OutputFiles&) = delete;
    OutputFiles& operator=(const OutputFiles&) = delete;

    /// Creates a directory, its parents too, unless it exists; gone again without commit().
    Result<void> addDirectory(const std::filesystem::path& path);

    /// Writes the pieces one after the other. A device or a pipe is written to at once. The same
    /// file cannot be added twice. After an error the files added before are still to be had.
    Result<void> add(const std::filesystem::path& path,
                     std::span<const std::span<const std::byte>> pieces,
                     const std::stop_token& stop = {});
    Result<void> add(const std::filesystem::path& path, std::string_view text);

    /// Puts every file in its place. When one cannot be, the old files are put back (which takes a
    /// file system with hard links).
    Result<void> commit();

    /// Removes what was not committed; nothing can be added or committed any more. From any thread,
    /// also while another one writes, so that a process can end at once.
    void abandon();

private:
    struct Staged {
        std::filesystem::path temporary;
        std::filesystem::path target;
        std::filesystem::path old; ///< during commit(), a second name of the file replaced
        bool isNew = false; ///< during commit(), nothing was replaced
    };
    bool isStaged(const std::filesystem::path& target);
    int createBeside(const std::filesystem::path& target);
    void dropLast();
    Result<void> stage(const std::filesystem::path& path, const std::filesystem::path& target,
                       std::span<const std::span<const std::byte>> pieces,
                       const std::stop_token& stop);
    static void keepOld(Staged& file);
    static void takeBack(std::span<const Staged> placed);

    std::mutex m_mutex; ///< held while the members below change
    std::vector<Staged> m_staged;
    std::vector<std::filesystem::path> m_createdDirectories; ///< outermost first
    bool m_isAbandoned = false;
};

} // namespace factorscope
