#pragma once

#include "core/branch/named_branches.h"
#include "core/fit/kernel_fit.h"
#include "core/tensor/tensor.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace factorscope {

/// A linear stack of two 3×3 as close to a bank of 5×5 as was found.
struct BankFit {
    SharedTensor first; ///< weights (C_mid,C_in,3,3)
    SharedTensor second; ///< weights (C_out,C_mid,3,3)
    SharedTensor approximation; ///< (C_out,C_in,5,5), what the two equal
    double relativeError = 0.0; ///< before the weights were rounded to float
    int starts = 0; ///< that were tried
    int winner = 0;
    int reached = 0; ///< how many of them ended as close, or within 1 % of it
    std::vector<FitStep> steps; ///< of the winner: sweeps over both convolutions
    double milliseconds = 0.0;
};

/// The linear stack that is closest to a bank (C_out,C_in,5,5). Of a single kernel it is
/// fitKernel(). Otherwise alternating least squares: given one convolution, all output (or input)
/// channels of the other solve equations with one matrix, 9·C_mid unknowns; a sweep over both takes
/// O(C_mid³ + C_mid·C_in·C_out + C_mid²·(C_in + C_out)). It begins with the bank's
/// own structure (its unfolding's singular vectors; one kernel that all channels share; corners,
/// once C_mid ≥ 4·min(C_in, C_out) makes anything possible) and with random starts,
/// startsThatPay() of them when the options name no number; the best go on until nothing moves.
/// Counts into context.progress, one unit a start. The same bits for any number of threads. Errors:
/// Shape, InvalidArgument, Memory, Cancelled.
Result<BankFit> fitKernels(const Tensor& bank, const FitOptions& options,
                           const ComputeContext& context, const FitListener& listener = {});

using BankFitPoint = std::function<void(const BankFit&)>;

/// The fits with 1 … options.midChannels mid channels. Each also starts from the one before, so
/// that the error never rises. `point` gets each when it is there, on the caller's thread.
Result<std::vector<BankFit>> bankFitCurve(const Tensor& bank, const FitOptions& options,
                                          const ComputeContext& context,
                                          const BankFitPoint& point = {});

/// The same with these mid channels, in ascending order, in the place of options.midChannels.
struct BankLadder {
    std::vector<int> midChannels;
    FitOptions options;
    FitListener listener{}; ///< of the fit under way
    BankFitPoint point{};
    /// Of one start of a bank, about, at most: large ones end before nothing moves any more.
    double startMacs = std::numeric_limits<double>::infinity();
};
Result<std::vector<BankFit>> bankFitLadder(const Tensor& bank, const BankLadder& ladder,
                                           const ComputeContext& context);

/// Mid channels at which a curve of such a bank is worth a point: all of a small one, else powers
/// of two, the least by freedom, and 4·min(C_in, C_out), where nothing is left.
std::vector<int> midChannelsThatPay(std::int64_t inChannels, std::int64_t outChannels);

/// How many random starts a bank is worth: 4000 of a small one, which has many minima, fewer the
/// larger it is, 1 at least.
int startsThatPay(std::int64_t inChannels, std::int64_t outChannels, std::int64_t midChannels);

/// How many numbers can be chosen freely in the banks that a stack makes, at most:
/// min(25·C_in·C_out, 9·C_mid·(C_in + C_out) − C_mid²), where more mid channels never mean less.
std::int64_t stackFreedom(std::int64_t inChannels, std::int64_t midChannels,
                          std::int64_t outChannels);
/// The least C_mid at which this count is that of the bank, 25·C_in·C_out.
std::int64_t leastMidChannelsByFreedom(std::int64_t inChannels, std::int64_t outChannels);

/// The fit as weights of the `decomposed` branch with these options, which must have its channels
/// and neither BatchNorm nor a residual. `bias` (C_out), where the branch has one, is that of the
/// second convolution; null: zeros.
TensorMap stackWeights(const BankFit& fit, const BranchOptions& options, const Tensor* bias);

} // namespace factorscope
