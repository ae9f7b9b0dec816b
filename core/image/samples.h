#pragma once

#include "core/image/picture.h"

#include <optional>
#include <span>
#include <string_view>

namespace factorscope {

/// A picture that the program draws itself.
struct Sample {
    std::string_view id; ///< "zone-plate"; on the command line "sample:zone-plate"
    const char* label;   ///< marked for translation
    Picture (*draw)(Extent size);
};

/// zone-plate, siemens-star, gratings, text, scene; drawn at any size from 1x1, the same bits each time.
std::span<const Sample> samples();

/// Nothing for an unknown id.
const Sample* findSample(std::string_view id);

} // namespace factorscope
