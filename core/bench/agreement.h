#pragma once

#include "core/bench/candidate.h"
#include "core/receptive/receptive_field.h"

#include <cstdint>
#include <span>
#include <vector>

namespace factorscope {

/// What the reference engine, which accumulates in double precision, makes of a branch in some
/// windows of its output.
struct ReferenceWindow {
    PixelBox box; ///< of the output
    Tensor values; ///< (1,C,height,width)
};
using Reference = std::vector<ReferenceWindow>;

/// The largest of |y − reference| / largest |reference| with which an engine still computes the
/// branch. Float32 and the coarsest transform that is of use stay below it by a factor of ten; a
/// wrong weight, a shifted row or a lost channel is beyond it by a factor of a thousand.
inline constexpr double kLargestDisagreement = 1e-4;

/// Where a branch is compared: all of an output that the reference engine makes in some seconds,
/// which is up to `kWholeMacs`; of a larger one 64 windows of 8×8 pixels, of which the first
/// lie in its corners and on its borders and the others wherever the seed puts them.
std::vector<PixelBox> comparedWindows(Extent outSize, std::int64_t macs, std::uint64_t seed);
inline constexpr std::int64_t kWholeMacs = 6'000'000'000;

/// Computes the reference on no more of the input than the windows see: what is padding for the
/// whole is padding for the part. For branches whose outputs have the size of the input. Cancelled
/// when stopped.
Result<Reference> referenceOf(const BenchBranch& branch, std::span<const PixelBox> windows,
                              const ComputeContext& context);

/// max|y − reference| / max|reference| over the windows; infinite where y is not a number.
double maxRelativeError(const Tensor& output, const Reference& reference);

/// Unsupported, with both numbers, when a candidate disagrees: then it is not to be timed.
Result<void> requireAgreement(const Candidate& candidate, double maxRelativeError);

} // namespace factorscope
