#pragma once

#include <cstdint>
#include <span>

namespace factorscope {

/// What a TIFF says of its first picture, as far as Qt's decoder needs watching. The defaults are
/// those of the format for a tag that is missing.
struct TiffLayout {
    int bitsPerSample = 1;
    int photometric = -1; ///< 0 and 1 grey, 2 RGB, from 8 on Lab
    int samplesPerPixel = 1;
    int planarConfiguration = 1; ///< 2: one channel after the other
    int sampleFormat = 1; ///< 2: signed
};

/// Whatever the bytes are: what cannot be found keeps its default.
TiffLayout tiffLayout(std::span<const std::uint8_t> file);

/// False for what Qt 6.4 decodes without a complaint, but wrongly.
bool isDecodedRightly(const TiffLayout& layout);

} // namespace factorscope
