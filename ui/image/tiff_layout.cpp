#include "ui/image/tiff_layout.h"

#include <algorithm>

namespace factorscope {
namespace {

/// Numbers of the byte order and the offset size that the file's first bytes announce.
class TiffNumbers {
public:
    explicit TiffNumbers(std::span<const std::uint8_t> file)
        : m_file(file), m_isBigEndian(file.size() > 0 && file[0] == 'M'),
          m_isBig(number(2, 2) == 43)
    {}

    bool isBig() const { return m_isBig; }
    std::uint64_t offsetBytes() const { return m_isBig ? 8 : 4; }

    /// Zero beyond the end of the file.
    std::uint64_t number(std::uint64_t at, std::uint64_t bytes) const
    {
        if (at > m_file.size() || bytes > m_file.size() - at)
            return 0;
        std::uint64_t value = 0;
        for (std::uint64_t i = 0; i < bytes; ++i)
            value = value << 8 | m_file[at + (m_isBigEndian ? i : bytes - 1 - i)];
        return value;
    }

private:
    std::span<const std::uint8_t> m_file;
    bool m_isBigEndian;
    bool m_isBig; ///< BigTIFF
};

// The first of the 16-bit values of an entry: tag, type, count, then the values or their place.
int firstShort(const TiffNumbers& numbers, std::uint64_t entry, int otherwise)
{
    constexpr std::uint64_t kShort = 3;
    const std::uint64_t count = numbers.number(entry + 4, numbers.offsetBytes());
    const std::uint64_t valueAt = entry + 4 + numbers.offsetBytes();
    if (numbers.number(entry + 2, 2) != kShort || count == 0)
        return otherwise;
    const bool isInside = count <= numbers.offsetBytes() / 2;
    const std::uint64_t at = isInside ? valueAt : numbers.number(valueAt, numbers.offsetBytes());
    return static_cast<int>(numbers.number(at, 2));
}

} // namespace

TiffLayout tiffLayout(std::span<const std::uint8_t> file)
{
    const TiffNumbers numbers(file);
    const std::uint64_t directory = numbers.number(numbers.isBig() ? 8 : 4, numbers.offsetBytes());
    const std::uint64_t countBytes = numbers.isBig() ? 8 : 2;
    const std::uint64_t entryBytes = 4 + 2 * numbers.offsetBytes();
    const std::uint64_t entries
        = std::min<std::uint64_t>(numbers.number(directory, countBytes), 65535);
    TiffLayout layout;
    for (std::uint64_t i = 0; i < entries; ++i) {
        const std::uint64_t entry = directory + countBytes + i * entryBytes;
        const auto read = [&](int& field) { field = firstShort(numbers, entry, field); };
        switch (numbers.number(entry, 2)) {
        case 258:
            read(layout.bitsPerSample);
            break;
        case 262:
            read(layout.photometric);
            break;
        case 277:
            read(layout.samplesPerPixel);
            break;
        case 284:
            read(layout.planarConfiguration);
            break;
        case 339:
            read(layout.sampleFormat);
            break;
        default:
            break;
        }
    }
    return layout;
}

bool isDecodedRightly(const TiffLayout& layout)
{
    const bool isGray = layout.photometric == 0 || layout.photometric == 1;
    const bool takesOnePlaneForAll
        = layout.photometric == 2 && layout.bitsPerSample == 16 && layout.planarConfiguration == 2;
    const bool dropsAlpha = isGray && layout.samplesPerPixel > 1;
    const bool dropsSign = layout.sampleFormat == 2;
    const bool isLab = layout.photometric >= 8; // shown as on some old screen, not as sRGB
    return !takesOnePlaneForAll && !dropsAlpha && !dropsSign && !isLab;
}

} // namespace factorscope
