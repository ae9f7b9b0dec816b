#pragma once

#include "core/branch/branch_spec.h"
#include "core/result/result.h"
#include "core/tensor/shape.h"

#include <array>
#include <string>
#include <string_view>

namespace factorscope {

/// Pixels of an output along each side of it.
struct Ring {
    std::int64_t top = 0;
    std::int64_t left = 0;
    std::int64_t bottom = 0;
    std::int64_t right = 0;
    bool operator==(const Ring&) const = default;
    bool isEmpty() const { return *this == Ring{}; }
    std::int64_t widest() const;
    bool holds(std::int64_t y, std::int64_t x, Extent size) const; ///< of an output of `size`
};

/// Where a linear stack and the one convolution that it equals differ: every layer but the first
/// pads its input with zeros, where the one convolution has what the layers before would make there
/// of a padded image. An output differs when its window reaches such a pixel. From the border
/// inwards, by the recurrence over the layers
///     differing D' = ⌊(D − 1 + p)/s⌋ + 1, alive beyond the border R' = ⌊(R + (k − 1)·d − p)/s⌋,
/// with R without end behind a bias. Two 3×3 of padding 1: one pixel. At the bottom and on the
/// right the padding counts that a stride leaves to be seen. Shape error when the branch does not
/// fit the image.
Result<Ring> borderRing(const BranchSpec& spec, Extent image);

/// The same for images of any size: at top and left as above, and as much at most at the other
/// sides.
Ring borderRing(const BranchSpec& spec);

/// What the layers do about the border.
enum class BorderPadding {
    Same, ///< each as the branch says it
    Valid, ///< none pads
    Once, ///< the first convolution pads for all
};
inline constexpr std::array<std::string_view, 3> kBorderPaddingNames{"same", "valid", "once"};
Result<BorderPadding> borderPaddingFromText(const std::string& text);

/// What it does to the ring, in a sentence for people; translated under "core".
const char* explanation(BorderPadding padding);

/// The branch with its padding moved, its tensors as they are. Unsupported where no padding
/// elsewhere does the same: a residual adds maps of one size, so its body must pad, and what shifts
/// the values before the first convolution would shift the zeros of its padding.
Result<BranchSpec> withBorderPadding(const BranchSpec& spec, BorderPadding padding);

} // namespace factorscope
