#pragma once

#include "core/conv/conv_engine.h"
#include "core/result/result.h"
#include "core/weights/hand_made.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace factorscope {

using Kernel3x3 = std::array<double, 9>; ///< row by row

/// What one mid channel does when nothing stands between: the second 3×3 on what the first made.
struct KernelPair {
    Kernel3x3 first{};
    Kernel3x3 second{};
    bool operator==(const KernelPair&) const = default;
};

/// The 5×5 that a pair equals, and that several side by side equal.
Kernel5x5 product(const Kernel3x3& first, const Kernel3x3& second);
Kernel5x5 sumOf(std::span<const KernelPair> pairs);

/// ‖kernel − approximation‖ / ‖kernel‖, Frobenius; 0 when both are zero, infinite when only the
/// kernel is.
double relativeError(std::span<const double> kernel, std::span<const double> approximation);

struct FitOptions {
    int midChannels = 1;
    /// Drawn at random, beside those that the kernels themselves suggest; nothing: as many as pay.
    std::optional<int> starts{};
    int mostStarts = 4000; ///< where as many as pay are drawn for a bank
    int steps = 1000; ///< of one start, at most
    std::uint64_t seed = 0;
    bool operator==(const FitOptions&) const = default;
};
inline constexpr int kStartsOfOneKernel = 300; ///< where no number is asked for
inline constexpr int kMostMidChannels = 65536;
inline constexpr int kMostStarts = 1'000'000;
inline constexpr int kMostSteps = 1'000'000;

/// One point on the way of the start that won.
struct FitStep {
    int step = 0; ///< 0: where it began
    double loss = 0.0; ///< ‖kernel − approximation‖²
    double relativeError = 0.0;
};

struct KernelFit {
    std::vector<KernelPair> pairs; ///< one for each mid channel
    Kernel5x5 approximation{}; ///< what they add up to
    double relativeError = 0.0;
    int starts = 0; ///< that were tried; fewer than asked for once one was exact
    int winner = 0; ///< which of them it was
    int reached = 0; ///< how many of them ended as close, or within 1 % of it
    std::vector<FitStep> steps; ///< the last is the result
    double milliseconds = 0.0;
};

/// How far a fit is, told on the caller's thread.
struct FitProgress {
    int starts = 0; ///< done
    double relativeError = 0.0; ///< the best so far
};
using FitListener = std::function<void(const FitProgress&)>;

/// The pairs whose sum is closest to a kernel: from its singular values (separablePairs()) and from
/// many seeded random starts, each by damped least squares in both 3×3 at once, the best of them
/// until nothing moves. One start finds a local minimum only. Four pairs, one for each corner,
/// represent any 5×5; further mid channels stay zero. Counts into context.progress, one unit a
/// start. The same bits for any number of threads. Errors: InvalidArgument (options; a tap that is
/// not finite), Cancelled.
Result<KernelFit> fitKernel(const Kernel5x5& kernel, const FitOptions& options,
                            const ComputeContext& context, const FitListener& listener = {});

using KernelFitPoint = std::function<void(const KernelFit&)>;

/// The fits with 1 … options.midChannels mid channels. Each also starts from the one before, so
/// that the error never rises. `point` gets each when it is there, on the caller's thread.
Result<std::vector<KernelFit>> kernelFitCurve(const Kernel5x5& kernel, const FitOptions& options,
                                              const ComputeContext& context,
                                              const KernelFitPoint& point = {});

/// The same with these mid channels, in ascending order, in the place of options.midChannels.
struct KernelLadder {
    std::vector<int> midChannels;
    FitOptions options;
    FitListener listener{}; ///< of the fit under way
};
Result<std::vector<KernelFit>> kernelFitLadder(const Kernel5x5& kernel, const KernelLadder& ladder,
                                               const ComputeContext& context,
                                               const KernelFitPoint& point = {});

} // namespace factorscope
