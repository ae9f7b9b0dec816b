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
enum class HandMade { Identity, Box, Binomial, Sobel, Log, Gabor, Disk, Random, Matched };

inline constexpr std::array<std::string_view, 9> kHandMadeNames{
    "identity", "box", "binomial", "sobel", "log", "gabor", "disk", "random", "matched"};
inline std::string_view handMadeName(HandMade kind)
{
    return kHandMadeNames[static_cast<std::size_t>(kind)];
}

using Taps3 = std::array<double, 3>;
using Taps5 = std::array<double, 5>;
using Kernel5x5 = std::array<double, 25>; ///< row by row

/// identity δ; box 1/25; binomial [1 4 6 4 1]²/256; sobel [1 2 0 −2 −1] (down) ⊗ [1 4 6 4 1]
/// (across); log ((r² − 2)/1)·exp(−r²/2) minus its mean; gabor of wavelength 8, σ 1.4, aspect 0.5 at
/// 45°; disk 1 where x² + y² ≤ 4; random torch.randn(5,5) after `seed`. Not Matched, which is a bank.
Kernel5x5 handMadeKernel(HandMade kind, std::uint64_t seed);

/// A 5×5 that is one pair of separable 3×3: (first.column ⊗ first.row) then (second.column ⊗ second.row).
struct SeparablePair {
    Taps3 firstColumn;
    Taps3 firstRow;
    Taps3 secondColumn;
    Taps3 secondRow;
};

/// Pairs whose products add up to the kernel, the largest first. identity, box, binomial and sobel
/// are one pair, with a first kernel that is nowhere negative where there is one; any other kernel is cut
/// by singular values, and a five-tap factor is a product of two three-tap ones since its polynomial of
/// degree 4 has real quadratic factors. So at most five pairs are needed, and C_mid = pairs·C_in suffices.
std::vector<SeparablePair> separablePairs(HandMade kind, std::uint64_t seed);

/// c = a ∗ b, as polynomials.
Taps5 product(const Taps3& a, const Taps3& b);

/// Weights of a named branch. Biases are 0, BatchNorm is neutral, a shortcut passes channel
/// (o mod C_in) on to output o.
///
/// Of one kernel K: output o shows input channel (o mod C_in) through K. A factorised branch computes the
/// pairs in its mid channels, pair by pair, C_in channels each; mid channels beyond are zero, and with
/// fewer the later pairs are missing. The separable branch has room for the first pair only.
///
/// Matched: output o of the 5×5 is exactly the product of the two kernels of mid channel o: blurs,
/// edges, ridges and corners of a mix of the input channels. Mid channels from C_out on are spare (zero); an
/// output without its mid channel is zero. InvalidArgument for the separable branch, whose depthwise
/// layers cannot hold it.
Result<TensorMap> handMadeWeights(BranchKind branch, const BranchOptions& options, HandMade kind,
                                  std::uint64_t seed);

} // namespace factorscope
