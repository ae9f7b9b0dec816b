#pragma once

#include "core/branch/branch_spec.h"
#include "core/conv/conv_pair.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace factorscope {

// What of a branch runs as one where only its end is asked for: same bits, less to move.

/// Whether layer `i` is an activation that the convolution before it applies while it writes.
bool runsWithConvolution(const std::vector<Layer>& layers, std::size_t i);

/// The slope of the activation that runs with the convolution `i`; nothing where none does.
std::optional<float> slopeBehind(const std::vector<Layer>& layers, std::size_t i);

/// Two convolutions with at most an activation between that run as one, and the activation behind
/// them, too.
struct FusedPair {
    std::size_t first = 0; ///< places among the layers
    std::size_t second = 0;
    std::size_t end = 0; ///< behind the last
    ConvPair convs;
    std::optional<float> firstSlope;
    std::optional<float> secondSlope;
};

/// The pair that begins with layer `i` on an input of this shape; nothing where there is none, or
/// its engines under this algorithm do not take it.
std::optional<FusedPair> fusedPairAt(const std::vector<Layer>& layers, std::size_t i,
                                     const Shape& in, std::string_view algorithm);

} // namespace factorscope
