#pragma once

#include "core/branch/named_branches.h"
#include "core/result/result.h"
#include "core/tensor/tensor.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace factorscope {

/// Kernels made by hand instead of drawn at random.
enum class HandMade {
    Identity,
    Box,
    Binomial,
    Sobel,
    Log,
    Gabor,
    Disk,
    Random,
    Painted, ///< by the user, value by value
    Matched
};

inline constexpr std::array<std::string_view, 10> kHandMadeNames{
    "identity", "box", "binomial", "sobel", "log", "gabor", "disk", "random", "painted", "matched"};
inline std::string_view handMadeName(HandMade kind)
{
    return kHandMadeNames[static_cast<std::size_t>(kind)];
}

using Taps3 = std::array<double, 3>;
using Taps5 = std::array<double, 5>;
using Kernel5x5 = std::array<double, 25>; ///< row by row

/// What gives those kernels their form that have a choice of it. Lengths are in pixels.
struct KernelShape {
    double logSigma = 1.0;
    double gaborSigma = 1.4;
    double gaborWavelength = 8.0;
    double gaborAngle = 45.0; ///< of the direction across the stripes, in degrees
    double gaborAspect = 0.5; ///< how much shorter it is across than along the stripes
    double diskRadius = 2.0;
    Kernel5x5 painted{}; ///< what HandMade::Painted is
    bool operator==(const KernelShape&) const = default;
};

/// One kernel made by hand.
struct HandMadeChoice {
    HandMade kind = HandMade::Identity;
    std::uint64_t seed = 0; ///< of HandMade::Random
    KernelShape shape{};
    bool operator==(const HandMadeChoice&) const = default;
};

/// identity δ; box 1/25; binomial [1 4 6 4 1]²/256; sobel [1 2 0 −2 −1] (down) ⊗ [1 4 6 4 1]
/// (across); log ((r² − 2σ²)/σ⁴)·exp(−r²/2σ²) minus its mean; gabor
/// exp(−(x'² + γ²·y'²)/2σ²)·cos(2π·x'/λ) with x' along the angle; disk 1 where x² + y² ≤ radius²;
/// random torch.randn(5,5) after the seed. Not Matched, which is a bank.
Kernel5x5 handMadeKernel(const HandMadeChoice& choice);

/// A 5×5 that is one pair of separable 3×3: (first.column ⊗ first.row) then (second.column ⊗
/// second.row).
struct SeparablePair {
    Taps3 firstColumn;
    Taps3 firstRow;
    Taps3 secondColumn;
    Taps3 secondRow;
};

/// Pairs whose products add up to the kernel, the largest first. identity, box, binomial and sobel
/// are one pair, with a first kernel that is nowhere negative where there is one; any other kernel
/// is cut by singular values, and a five-tap factor is a product of two three-tap ones since its
/// polynomial of degree 4 has real quadratic factors. So at most five pairs are needed, and C_mid =
/// pairs·C_in suffices.
std::vector<SeparablePair> separablePairs(const HandMadeChoice& choice);

/// c = a ∗ b, as polynomials.
Taps5 product(const Taps3& a, const Taps3& b);

/// Weights of a named branch. Biases are 0, BatchNorm is neutral, a shortcut passes channel
/// (o mod C_in) on to output o.
///
/// Of one kernel K: output o shows input channel (o mod C_in) through K. A factorised branch
/// computes the pairs in its mid channels, pair by pair, C_in channels each; mid channels beyond
/// are zero, and with fewer the later pairs are missing. The separable branch has room for the
/// first pair only.
///
/// Matched: output o of the 5×5 is exactly the product of the two kernels of mid channel o: blurs,
/// edges, ridges and corners of a mix of the input channels. Mid channels from C_out on are spare
/// (zero); an output without its mid channel is zero. InvalidArgument for the separable branch,
/// whose depthwise layers cannot hold it.
Result<TensorMap> handMadeWeights(BranchKind branch, const BranchOptions& options,
                                  const HandMadeChoice& choice);

} // namespace factorscope
