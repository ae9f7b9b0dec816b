#pragma once

#include "core/conv/conv_engine.h"

#include <optional>

namespace factorscope {

/// A convolution and how it is computed.
struct ConvStep {
    const ConvEngine& engine;
    ConvProblem problem;
};

/// Two of them, the second on what the first one gives.
struct ConvPair {
    ConvStep first;
    ConvStep second;
};

// Where only the end of two convolutions is asked for, what lies between can be laid out as they
// like it best, and the bits are the same as one behind the other:
//
// - In bands, where the first engine computes single rows on their own and the second one some, and
//   neither the rows between that a few outputs see nor the second one's weights are too many: each
//   thread computes some rows between and the outputs that see these while they are in its cache,
//   so that they go to memory nowhere.
// - In blocks of channels (MapLayout::Blocks), where both engines take them: what one transforms
//   back from vectors of channels the other would make vectors of channels again.

/// Whether convolvePair() takes them, in one way or the other.
bool isPair(const ConvPair& pair);

/// Floats of scratch memory that each thread needs.
std::int64_t scratchFloats(const ConvPair& pair);

/// Floats that what lies between takes in memory, written and read once: none in bands.
std::int64_t betweenFloats(const ConvPair& pair);

/// Both at once. Nothing when it met values that are not finite, for which the engines need the
/// whole, or planar maps. Errors: Cancelled.
Result<std::optional<Tensor>> convolvePair(const ConvPair& pair, const ConvLayer& first,
                                           const ConvLayer& second, const Tensor& input,
                                           const ComputeContext& context);

} // namespace factorscope
