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

/// Whether convolvePair() takes them: both engines compute rows on their own, and those between
/// them that a few outputs see are not too many.
bool isPair(const ConvPair& pair);

/// Floats of scratch memory that each thread needs.
std::int64_t scratchFloats(const ConvPair& pair);

/// Both at once, to the same bits as one behind the other: each thread computes some rows between
/// them and the outputs that see these while they are in its cache, so that what lies between goes
/// to memory nowhere. Nothing when it met values that are not finite, for which an engine needs the
/// whole. Errors: Cancelled.
Result<std::optional<Tensor>> convolvePair(const ConvPair& pair, const ConvLayer& first,
                                           const ConvLayer& second, const Tensor& input,
                                           const ComputeContext& context);

} // namespace factorscope
