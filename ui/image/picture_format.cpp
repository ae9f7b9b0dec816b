#include "ui/image/picture_format.h"

#include "core/tensor/memory.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace factorscope {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Id = PictureFormat::Id;

// The scratch: progressive JPEG keeps up to four 16-bit coefficients per pixel; lossless WebP its
// own copy, animated WebP a canvas and a frame; a strip of a TIFF may be the whole picture.
constexpr PictureFormat kPng{Id::Png, "PNG", "png", 0};
constexpr PictureFormat kJpeg{Id::Jpeg, "JPEG", "jpeg", 8};
constexpr PictureFormat kBmp{Id::Bmp, "BMP", "bmp", 0};
constexpr PictureFormat kPnm{Id::Pnm, "PNM", "ppm", 0};
constexpr PictureFormat kGif{Id::Gif, "GIF", "gif", 4};
constexpr PictureFormat kWebp{Id::Webp, "WebP", "webp", 12};
constexpr PictureFormat kTiff{Id::Tiff, "TIFF", "tiff", 8};

bool has(Bytes file, std::size_t at, std::string_view text)
{
    return file.size() >= at + text.size()
        && std::equal(text.begin(), text.end(), file.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

bool isPnm(Bytes file)
{
    return file.size() >= 3 && file[0] == 'P' && file[1] >= '1' && file[1] <= '6'
        && std::string_view(" \t\r\n\v\f#").find(static_cast<char>(file[2]))
        != std::string_view::npos;
}

std::uint32_t bigEndian32(Bytes bytes)
{
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16
        | std::uint32_t{bytes[2]} << 8 | std::uint32_t{bytes[3]};
}

// The CRC of PNG (ISO 3309), four bits at a time: small, and fast enough beside inflating.
std::uint32_t crc32(Bytes bytes)
{
    constexpr auto kTable = [] {
        std::array<std::uint32_t, 16> table{};
        for (std::uint32_t i = 0; i < 16; ++i) {
            std::uint32_t value = i;
            for (int bit = 0; bit < 4; ++bit)
                value = value & 1U ? value >> 1 ^ 0xEDB88320U : value >> 1;
            table[i] = value;
        }
        return table;
    }();
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        crc = crc >> 4 ^ kTable[crc & 15U];
        crc = crc >> 4 ^ kTable[crc & 15U];
    }
    return ~crc;
}

/// Walks the chunks of a PNG.
class PngChunks {
public:
    explicit PngChunks(Bytes file) : m_rest(file.subspan(8)) {}

    /// False when the file holds no further whole chunk.
    bool next()
    {
        if (m_rest.size() < 12 || bigEndian32(m_rest) > m_rest.size() - 12)
            return false;
        const std::size_t length = bigEndian32(m_rest);
        m_typeAndData = m_rest.subspan(4, 4 + length);
        m_crc = bigEndian32(m_rest.subspan(8 + length));
        m_rest = m_rest.subspan(12 + length);
        return true;
    }

    bool is(std::string_view type) const { return has(m_typeAndData, 0, type); }
    bool isNamed() const // four letters, as libpng demands
    {
        return std::ranges::all_of(m_typeAndData.first(4), [](std::uint8_t c) {
            return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        });
    }
    bool isCritical() const { return (m_typeAndData[0] & 0x20U) == 0; }
    bool isIntact() const { return crc32(m_typeAndData) == m_crc; }
    Bytes data() const { return m_typeAndData.subspan(4); }

private:
    Bytes m_rest;
    Bytes m_typeAndData;
    std::uint32_t m_crc = 0;
};

bool isPngHeader(Bytes header)
{
    if (header.size() != 13 || bigEndian32(header) == 0 || bigEndian32(header.subspan(4)) == 0)
        return false;
    const int depth = header[8];
    const int colourType = header[9];
    const bool isDepth = depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    const bool isGray = colourType == 0 && isDepth;
    const bool isPalette = colourType == 3 && isDepth && depth <= 8;
    const bool isColour
        = (colourType == 2 || colourType == 4 || colourType == 6) && (depth == 8 || depth == 16);
    return (isGray || isPalette || isColour) && header[10] == 0 && header[11] == 0
        && header[12] <= 1;
}

// libpng writes its complaints straight to stderr, so what can be seen from outside is refused
// before it is asked.
FileEnd pngEnd(Bytes file)
{
    PngChunks chunks(file);
    bool needsPalette = false;
    bool hasPixels = false;
    for (bool first = true; chunks.next(); first = false) {
        if (!chunks.isNamed() || (chunks.isCritical() && !chunks.isIntact()))
            return FileEnd::Damaged;
        if (first != chunks.is("IHDR") || (first && !isPngHeader(chunks.data())))
            return FileEnd::Damaged;
        if (first)
            needsPalette = chunks.data()[9] == 3;
        if (chunks.is("PLTE"))
            needsPalette = false;
        if (chunks.is("IDAT"))
            hasPixels = true;
        if (hasPixels && needsPalette)
            return FileEnd::Damaged;
        if (chunks.is("IEND"))
            return hasPixels ? FileEnd::Present : FileEnd::Damaged;
    }
    return FileEnd::Missing;
}

// A thumbnail inside a segment has an end marker of its own: the segments are skipped by their
// length, and only what follows a scan counts. Bytes after the end marker are allowed.
FileEnd jpegEnd(Bytes file)
{
    constexpr std::uint8_t kEndOfImage = 0xD9;
    constexpr std::uint8_t kStartOfScan = 0xDA;
    const auto standsAlone
        = [](std::uint8_t marker) { return marker <= 0x01 || (marker >= 0xD0 && marker <= 0xD8); };
    bool hasScan = false;
    std::size_t at = 2;
    while (at + 1 < file.size()) {
        const std::uint8_t marker = file[at + 1];
        if (file[at] != 0xFF || marker == 0xFF || standsAlone(marker)) {
            ++at; // coded pixels (where 00 or a restart follows FF), or fill bytes
            continue;
        }
        if (marker == kEndOfImage)
            return hasScan ? FileEnd::Present : FileEnd::Damaged;
        if (at + 4 > file.size())
            return FileEnd::Missing;
        hasScan = hasScan || marker == kStartOfScan;
        at += 2 + (std::size_t{file[at + 2]} << 8 | file[at + 3]);
    }
    return FileEnd::Missing;
}

// Blocks of one length byte each, up to one of length 0. Nothing when the file ends before it.
std::optional<std::size_t> afterSubBlocks(Bytes file, std::size_t at)
{
    while (at < file.size() && file[at] != 0)
        at += 1 + std::size_t{file[at]};
    if (at >= file.size())
        return {};
    return at + 1;
}

std::size_t colourTableBytes(std::uint8_t flags)
{
    return flags & 0x80U ? std::size_t{3} << ((flags & 7U) + 1) : 0;
}

FileEnd gifEnd(Bytes file)
{
    constexpr std::uint8_t kExtension = 0x21;
    constexpr std::uint8_t kImage = 0x2C;
    if (file.size() < 13)
        return FileEnd::Missing;
    std::optional<std::size_t> at = 13 + colourTableBytes(file[10]);
    while (at && *at < file.size()) {
        const std::uint8_t kind = file[*at];
        if (kind == kImage) { // position, size, flags, colours, code size, then the pixels
            if (*at + 10 > file.size())
                return FileEnd::Missing;
            at = afterSubBlocks(file, *at + 11 + colourTableBytes(file[*at + 9]));
            return at ? FileEnd::Present : FileEnd::Missing;
        }
        if (kind != kExtension)
            return FileEnd::Damaged;
        at = afterSubBlocks(file, *at + 2);
    }
    return FileEnd::Missing;
}

} // namespace

std::optional<PictureFormat> pictureFormatOf(Bytes file)
{
    using namespace std::string_view_literals;
    if (has(file, 0, "\x89PNG\r\n\x1A\n"))
        return kPng;
    if (has(file, 0, "\xFF\xD8\xFF"))
        return kJpeg;
    if (has(file, 0, "GIF87a") || has(file, 0, "GIF89a"))
        return kGif;
    if (has(file, 0, "RIFF") && has(file, 8, "WEBP"))
        return kWebp;
    if (has(file, 0, "II*\0"sv) || has(file, 0, "MM\0*"sv) || has(file, 0, "II+\0"sv)
        || has(file, 0, "MM\0+"sv))
        return kTiff;
    // "BM" alone may open a text: the size of the header that follows is below 256.
    if (has(file, 0, "BM") && has(file, 15, "\0\0\0"sv))
        return kBmp;
    if (isPnm(file))
        return kPnm;
    return {};
}

FileEnd fileEnd(PictureFormat::Id format, Bytes file)
{
    switch (format) {
    case Id::Png:
        return pngEnd(file);
    case Id::Jpeg:
        return jpegEnd(file);
    case Id::Gif:
        return gifEnd(file);
    case Id::Bmp:
    case Id::Pnm:
    case Id::Webp:
    case Id::Tiff:
        break;
    }
    return FileEnd::Present;
}

bool pngHasProfile(Bytes file)
{
    PngChunks chunks(file);
    while (chunks.next() && !chunks.is("IDAT")) {
        if (chunks.is("iCCP"))
            return true;
    }
    return false;
}

Error unknownPicture(const std::filesystem::path& path)
{
    return {ErrorCode::Format,
            QT_TRANSLATE_NOOP("core",
                              "'%1' is not a picture that can be read: PNG, JPEG, BMP, PNM and GIF "
                              "are, and WebP and TIFF with the Debian package "
                              "qt6-image-formats-plugins"),
            {path.string()}};
}

Error damagedPicture(const std::filesystem::path& path, const PictureFormat& format)
{
    return {
        ErrorCode::Format,
        QT_TRANSLATE_NOOP("core", "'%1' cannot be decoded: it is damaged, or a rare variant of %2"),
        {path.string(), format.label}};
}

Error pictureEndsEarly(const std::filesystem::path& path)
{
    return {ErrorCode::Format,
            QT_TRANSLATE_NOOP("core", "'%1' ends before the picture does"),
            {path.string()}};
}

std::optional<Error> pictureTooLarge(const std::filesystem::path& path, std::int64_t width,
                                     std::int64_t height, std::int64_t bytesPerPixel,
                                     std::int64_t fileBytes, std::int64_t limitBytes)
{
    constexpr double kLargest = 9e18; // the product of two sizes from outside may overflow
    const double need = static_cast<double>(width) * static_cast<double>(height)
            * static_cast<double>(bytesPerPixel)
        + static_cast<double>(fileBytes);
    if (need <= static_cast<double>(limitBytes) && need < kLargest)
        return {};
    return Error{ErrorCode::Memory,
                 QT_TRANSLATE_NOOP("core",
                                   "'%1' is too large, %2x%3 pixels wide and high: it needs %4 of "
                                   "memory and %5 may be used"),
                 {path.string(), std::to_string(width), std::to_string(height),
                  bytesText(static_cast<std::int64_t>(std::min(need, kLargest))),
                  bytesText(limitBytes)}};
}

} // namespace factorscope
