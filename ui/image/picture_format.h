#pragma once

#include "core/result/error.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

namespace factorscope {

/// A kind of picture file that this program reads. `qtName` is what QImageReader calls it;
/// PNM is decoded by ourselves, since Qt rounds its 16 bits to 8.
struct PictureFormat {
    enum class Id { Png, Jpeg, Bmp, Pnm, Gif, Webp, Tiff };

    Id id;
    const char* label;
    const char* qtName;
    /// What the decoder holds beside the picture it fills, at most, in bytes per pixel.
    int scratchBytesPerPixel;
};

/// What the structure of a file tells before anything is decoded.
enum class FileEnd { Present, Missing, Damaged };

/// By the first bytes, whatever the file is called.
std::optional<PictureFormat> pictureFormatOf(std::span<const std::uint8_t> file);

/// Whether the file goes on until its picture is complete. Only where the decoder does not tell
/// itself: for the other formats it is Present.
FileEnd fileEnd(PictureFormat::Id format, std::span<const std::uint8_t> file);

/// Whether a PNG says its colours by an ICC profile.
bool pngHasProfile(std::span<const std::uint8_t> file);

/// The errors that every decoder shares. Each names the file.
Error unknownPicture(const std::filesystem::path& path);
Error damagedPicture(const std::filesystem::path& path, const PictureFormat& format);
Error pictureEndsEarly(const std::filesystem::path& path);

/// Memory, when a picture of `width` x `height` pixels with so many bytes per pixel does not fit
/// into `limitBytes` beside `fileBytes`.
std::optional<Error> pictureTooLarge(const std::filesystem::path& path, std::int64_t width,
                                     std::int64_t height, std::int64_t bytesPerPixel,
                                     std::int64_t fileBytes, std::int64_t limitBytes);

} // namespace factorscope
