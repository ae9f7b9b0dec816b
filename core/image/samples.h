#pragma once

#include "core/image/picture.h"

#include <span>
#include <string_view>

namespace factorscope {

/// A picture that the program draws itself.
struct Sample {
    std::string_view id; ///< "zone-plate"; on the command line "sample:zone-plate"
    const char* label;   ///< marked for translation
    Picture (*draw)(Extent size);
};

/// scene, zone-plate, siemens-star, gratings, text; the first is the one to begin with. Drawn at
/// any size from 1x1, the same bits each time, with values on the 8-bit levels: the same numbers
/// come back from a saved copy.
std::span<const Sample> samples();

/// Nothing for an unknown id.
const Sample* findSample(std::string_view id);

} // namespace factorscope
