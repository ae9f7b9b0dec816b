#include "ui/image/pnm.h"

#include "ui/image/picture_format.h"

#include <algorithm>
#include <cstddef>

namespace factorscope {
namespace {

using Bytes = std::span<const std::uint8_t>;

struct Header {
    bool isPlain = false; ///< numbers as text
    bool isBitmap = false;
    int channels = 1;
    std::int64_t width = 0;
    std::int64_t height = 0;
    std::int64_t maximum = 1;
};

bool isSpace(std::uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

enum class Found { Number, End, Other };

/// Takes the text of a PNM apart: numbers between white space, comments from # to the line's end.
class PnmText {
public:
    explicit PnmText(Bytes text) : m_text(text) {}

    /// A number of at most `largest`; `digits` limits how many digits belong to it.
    Found number(std::int64_t largest, int digits, std::int64_t& value)
    {
        skipSpace();
        if (m_at == m_text.size())
            return Found::End;
        value = 0;
        int count = 0;
        for (; m_at < m_text.size() && isDigit() && count < digits; ++m_at, ++count) {
            value = value * 10 + (m_text[m_at] - '0');
            if (value > largest)
                return Found::Other;
        }
        return count > 0 ? Found::Number : Found::Other;
    }

    /// What follows the one white space after the header.
    Bytes raster() const { return m_text.subspan(std::min(m_at + 1, m_text.size())); }
    Bytes rest() const { return m_text.subspan(m_at); }

private:
    bool isDigit() const { return m_text[m_at] >= '0' && m_text[m_at] <= '9'; }

    void skipSpace()
    {
        bool isComment = false;
        for (; m_at < m_text.size(); ++m_at) {
            const std::uint8_t c = m_text[m_at];
            isComment = isComment ? c != '\n' && c != '\r' : c == '#';
            if (!isComment && !isSpace(c))
                return;
        }
    }

    Bytes m_text;
    std::size_t m_at = 0;
};

constexpr int kAnyDigits = 1000;

Found readHeader(std::uint8_t kind, PnmText& text, Header& header)
{
    constexpr std::int64_t kLargestSide = 0x7fffffff;
    header.isPlain = kind <= '3';
    header.isBitmap = kind == '1' || kind == '4';
    header.channels = kind == '3' || kind == '6' ? 3 : 1;
    Found found = text.number(kLargestSide, kAnyDigits, header.width);
    if (found == Found::Number)
        found = text.number(kLargestSide, kAnyDigits, header.height);
    if (found == Found::Number && !header.isBitmap)
        found = text.number(65535, kAnyDigits, header.maximum);
    const bool isEmpty = header.width == 0 || header.height == 0 || header.maximum == 0;
    return found == Found::Number && isEmpty ? Found::Other : found;
}

std::int64_t rowBytes(const Header& header)
{
    if (header.isBitmap)
        return (header.width + 7) / 8;
    return header.width * header.channels * (header.maximum > 255 ? 2 : 1);
}

// Before any memory is taken: a plain number takes a digit and, but in bitmaps, a space.
bool isLongEnough(const Header& header, const PnmText& text)
{
    const auto atLeast
        = [](Bytes bytes, double need) { return static_cast<double>(bytes.size()) >= need; };
    const double height = static_cast<double>(header.height);
    if (!header.isPlain)
        return atLeast(text.raster(), static_cast<double>(rowBytes(header)) * height);
    const double numbers = static_cast<double>(header.width * header.channels) * height;
    return atLeast(text.rest(), header.isBitmap ? numbers : 2 * numbers - 1);
}

/// Writes sample number `index` of the file's order into the planes.
class Planes {
public:
    Planes(const Header& header, Tensor& rgb)
        : m_header(header), m_data(rgb.data()), m_plane(header.width * header.height)
    {}

    void set(std::int64_t index, std::int64_t sample)
    {
        const float maximum = static_cast<float>(m_header.maximum);
        if (m_header.channels == 3) {
            m_data[index % 3 * m_plane + index / 3] = static_cast<float>(sample) / maximum;
            return;
        }
        const std::int64_t value = m_header.isBitmap ? 1 - sample : sample; // 1 is black
        for (int channel = 0; channel < 3; ++channel)
            m_data[channel * m_plane + index] = static_cast<float>(value) / maximum;
    }

    std::int64_t samples() const { return m_plane * m_header.channels; }

private:
    const Header& m_header;
    float* m_data;
    std::int64_t m_plane;
};

Found readPlain(const Header& header, PnmText& text, Planes planes)
{
    for (std::int64_t i = 0; i < planes.samples(); ++i) {
        std::int64_t sample = 0;
        // The bits of a plain bitmap need no space between them.
        const Found found = text.number(header.maximum, header.isBitmap ? 1 : kAnyDigits, sample);
        if (found != Found::Number)
            return found;
        planes.set(i, sample);
    }
    return Found::Number;
}

void readBits(const Header& header, Bytes raster, Planes planes)
{
    for (std::int64_t y = 0; y < header.height; ++y) {
        const Bytes row = raster.subspan(static_cast<std::size_t>(y * rowBytes(header)));
        for (std::int64_t x = 0; x < header.width; ++x)
            planes.set(y * header.width + x,
                       row[static_cast<std::size_t>(x / 8)] >> (7 - x % 8) & 1);
    }
}

Found readRaw(const Header& header, Bytes raster, Planes planes)
{
    const bool isWide = header.maximum > 255;
    for (std::int64_t i = 0; i < planes.samples(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        const std::int64_t sample = isWide ? raster[2 * at] << 8 | raster[2 * at + 1] : raster[at];
        if (sample > header.maximum)
            return Found::Other;
        planes.set(i, sample);
    }
    return Found::Number;
}

} // namespace

Result<Picture> readPnm(Bytes file, const std::filesystem::path& path, std::int64_t limitBytes)
{
    const PictureFormat format = *pictureFormatOf(file);
    const auto failure = [&](Found found) {
        return found == Found::End ? pictureEndsEarly(path) : damagedPicture(path, format);
    };
    PnmText text(file.subspan(2));
    Header header;
    if (const Found found = readHeader(file[1], text, header); found != Found::Number)
        return failure(found);
    constexpr int kTensorBytes = 3 * sizeof(float);
    if (auto error = pictureTooLarge(path, header.width, header.height, kTensorBytes,
                                     static_cast<std::int64_t>(file.size()), limitBytes))
        return *error;
    if (!isLongEnough(header, text))
        return pictureEndsEarly(path);

    Picture picture;
    picture.bitsPerChannel = header.maximum > 255 ? 16 : 8;
    picture.rgb = Tensor::uninitialized({3, header.height, header.width});
    const Planes planes(header, picture.rgb);
    Found found = Found::Number;
    if (header.isPlain)
        found = readPlain(header, text, planes);
    else if (header.isBitmap)
        readBits(header, text.raster(), planes);
    else
        found = readRaw(header, text.raster(), planes);
    if (found != Found::Number)
        return failure(found);
    return picture;
}

} // namespace factorscope
