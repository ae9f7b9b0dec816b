#pragma once

#include "core/image/picture.h"
#include "core/result/result.h"

#include <QStringList>

#include <cstdint>
#include <filesystem>
#include <string>

class QImage;

namespace factorscope {

/// Decodes a picture file: PNG, JPEG, BMP, PNM (PBM, PGM, PPM), GIF (first frame), and with
/// Debian's qt6-image-formats-plugins WebP and TIFF. Applies EXIF orientation, converts a colour
/// profile to sRGB, keeps 16 bits, lays alpha over white. `limitBytes` bounds the memory it takes.
/// Any thread. Errors: File, Format, Unsupported, Memory; a note for a JPEG that ends early.
Result<Picture> readPicture(const std::filesystem::path& path, std::int64_t limitBytes);

/// A decoded image, not a null one, as a picture: a colour profile converted to sRGB, 16 bits kept,
/// alpha laid over white. Any thread; throws bad_alloc. Memory when it takes more than
/// `limitBytes`.
Result<Picture> pictureOf(const QImage& image, const std::string& name, std::int64_t limitBytes);

/// The endings of the files that can be read here, lower case: {"png", "jpg", …}.
QStringList pictureFileEndings();

} // namespace factorscope
