#pragma once

#include "core/result/error.h"
#include "core/tensor/tensor.h"

#include <string>
#include <vector>

namespace factorscope {

/// A decoded picture: sRGB values in [0, 1], (3,H,W) in the order R, G, B; alpha already laid
/// over white, orientation and colour profile already applied. Immutable once built.
struct Picture {
    Tensor rgb;
    std::string name;         ///< of the file without its folder and ending, or of the sample
    int bitsPerChannel = 8;   ///< of the source: 8 or 16
    std::vector<Error> notes; ///< what the user should know, such as a file that ends too early

    Extent size() const { return {rgb.shape()[1], rgb.shape()[2]}; }
};

} // namespace factorscope
