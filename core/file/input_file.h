#pragma once

#include "core/result/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>

namespace factorscope {

/// An open regular file, read from the front. Its size is known before anything is allocated.
class InputFile {
public:
    static Result<InputFile> open(const std::filesystem::path& path);
    ~InputFile();
    InputFile(InputFile&& other) noexcept;
    InputFile& operator=(InputFile&& other) noexcept;

    const std::filesystem::path& path() const { return m_path; }
    std::int64_t size() const { return m_size; }
    std::int64_t remaining() const { return m_size - m_position; }

    /// Fills `bytes`, or fails: File when it ends too early, Cancelled when asked to stop.
    Result<void> read(std::span<std::byte> bytes, const std::stop_token& stop = {});

private:
    InputFile(std::filesystem::path path, int descriptor, std::int64_t size);

    std::filesystem::path m_path;
    int m_descriptor = -1;
    std::int64_t m_size = 0;
    std::int64_t m_position = 0;
};

/// The whole text of a file of at most `limitBytes`.
Result<std::string> readText(const std::filesystem::path& path, std::int64_t limitBytes);

} // namespace factorscope
