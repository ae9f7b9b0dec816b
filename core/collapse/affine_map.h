#pragma once

#include "core/branch/branch_spec.h"
#include "core/conv/conv_engine.h"
#include "core/result/result.h"

#include <span>
#include <vector>

namespace factorscope {

/// One dense convolution in double precision, of dilation 1: output u sees the input from
/// u·stride − padding over `kernel` pixels.
struct AffineMap {
    std::int64_t inChannels = 1;
    std::int64_t outChannels = 1;
    Extent kernel{1, 1};
    Extent stride{1, 1};
    Extent padding{0, 0};
    std::vector<double> weights{}; ///< (OC,C,KH,KW)
    std::vector<double> bias{}; ///< (OC)

    std::int64_t kernelElements() const { return kernel.height * kernel.width; }
    bool operator==(const AffineMap&) const = default;
};

/// A convolution with its numbers, borrowed: weights (OC,C/groups,KH,KW), bias (OC) or empty.
struct AffineStep {
    Conv2d conv;
    std::span<const double> weights{};
    std::span<const double> bias{};
};

// All take `channels` or the map before as their input. Errors: Memory, Cancelled.

Result<AffineMap> identityMap(std::int64_t channels, const ComputeContext& context);

/// The convolution by itself, its groups and its dilation filled up with zeros.
Result<AffineMap> denseMap(std::int64_t channels, const AffineStep& step,
                           const ComputeContext& context);

/// first, then step, as if the map between had no border: the kernel is the full convolution of
/// both, spread by the stride and the dilation and summed over the channels between.
Result<AffineMap> composed(const AffineMap& first, const AffineStep& step,
                           const ComputeContext& context);

/// The map that follows as a step.
AffineStep asStep(const AffineMap& map);

} // namespace factorscope
