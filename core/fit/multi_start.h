#pragma once

#include "core/fit/kernel_fit.h"

#include <functional>
#include <optional>

namespace factorscope {

/// A search that is begun at many places, as one place leads to a local minimum only.
struct MultiStart {
    int starts = 1;
    int steps = 1; ///< of one start, at most
    int searchSteps = 1; ///< after which the hopeless starts are dropped
    int finalists = 1; ///< starts that go on
    double exactLoss = 0.0; ///< at which nothing is left to be found
    /// The loss in which so many steps from a start end. Any thread; the same bits each time.
    std::function<double(int start, int steps)> walk;
};

struct BestStart {
    int start = 0;
    int tried = 0;
    int reached = 0; ///< starts that ended as low, within kSameEnd
};
inline constexpr double kSameEnd = 0.01; ///< of an error: ends that differ by less count as one

/// The start that ends lowest, the first of equals, whatever the number of threads. Counts into
/// context.progress, one unit a start; the listener is told now and then, on the caller's thread,
/// and told of losses for a target of norm 1. Nothing when stopped.
std::optional<BestStart> bestStart(const MultiStart& search, const ComputeContext& context,
                                   const FitListener& listener);

/// What drawing a start takes: seeds and numbers of starts, spread over all bits.
std::uint64_t startSeed(std::uint64_t seed, int start);

/// The options are within bounds. InvalidArgument.
Result<void> requireValid(const FitOptions& options);

/// Adds to what context.progress expects.
void announce(std::int64_t starts, const ComputeContext& context);

} // namespace factorscope
