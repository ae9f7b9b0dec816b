#include "core/fit/multi_start.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

namespace factorscope {
namespace {

constexpr int kBatch = 32; ///< starts between two looks at the best; not a matter of threads

Error invalid(const char* text, std::vector<std::string> arguments)
{
    return {ErrorCode::InvalidArgument, text, std::move(arguments)};
}

/// Walks from each of `starts` on all threads. False when stopped.
bool walkAll(const MultiStart& search, std::span<const int> starts, int steps,
             std::vector<double>& losses, const ComputeContext& context)
{
    const bool isDone = context.team.forEach(
        std::ssize(starts),
        [&](std::int64_t item, int /*thread*/) {
            const int start = starts[static_cast<std::size_t>(item)];
            losses[static_cast<std::size_t>(start)] = search.walk(start, steps);
        },
        context.stop);
    return isDone && !context.stop.stop_requested();
}

/// How many of the losses are as low as the best.
int countReached(std::span<const double> losses, double best)
{
    constexpr double kRounding = 1e-6; // of a target of norm 1
    const double most = (1.0 + kSameEnd) * std::sqrt(best) + kRounding;
    return static_cast<int>(
        std::ranges::count_if(losses, [most](double loss) { return std::sqrt(loss) <= most; }));
}

} // namespace

std::optional<BestStart> bestStart(const MultiStart& search, const ComputeContext& context,
                                   const FitListener& listener)
{
    std::vector<double> losses(static_cast<std::size_t>(search.starts));
    std::vector<int> starts(losses.size());
    std::iota(starts.begin(), starts.end(), 0);
    const auto isLower = [&](int a, int b) {
        return std::pair(losses[static_cast<std::size_t>(a)], a)
            < std::pair(losses[static_cast<std::size_t>(b)], b);
    };
    BestStart best;
    while (best.tried < search.starts) {
        const int count = std::min(kBatch, search.starts - best.tried);
        const auto batch = std::span(starts).subspan(static_cast<std::size_t>(best.tried),
                                                     static_cast<std::size_t>(count));
        if (!walkAll(search, batch, std::min(search.searchSteps, search.steps), losses, context))
            return {};
        context.advance(count);
        best.start = std::min(best.start, *std::ranges::min_element(batch, isLower), isLower);
        best.tried += count;
        const double loss = losses[static_cast<std::size_t>(best.start)];
        if (listener)
            listener({best.tried, std::sqrt(loss)});
        if (loss <= search.exactLoss) {
            context.advance(search.starts - best.tried);
            best.reached
                = countReached(std::span(losses).first(static_cast<std::size_t>(best.tried)), loss);
            return best;
        }
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(search.finalists, search.starts));
    std::ranges::partial_sort(starts, starts.begin() + count, isLower);
    const auto finalists = std::span(starts).first(static_cast<std::size_t>(count));
    if (!walkAll(search, finalists, search.steps, losses, context))
        return {};
    best.start = *std::ranges::min_element(finalists, isLower);
    best.reached = countReached(losses, losses[static_cast<std::size_t>(best.start)]);
    return best;
}

std::uint64_t startSeed(std::uint64_t seed, int start)
{
    // splitmix64: neighbouring seeds of a Mersenne twister begin alike.
    std::uint64_t z = seed + 0x9E3779B97F4A7C15ULL * (static_cast<std::uint64_t>(start) + 1);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

Result<void> requireValid(const FitOptions& options)
{
    if (options.midChannels < 1 || options.midChannels > kMostMidChannels)
        return invalid(QT_TRANSLATE_NOOP("core", "a fit takes from 1 to %1 mid channels, not %2"),
                       {std::to_string(kMostMidChannels), std::to_string(options.midChannels)});
    const int starts = options.starts.value_or(0);
    if (starts < 0 || starts > kMostStarts)
        return invalid(QT_TRANSLATE_NOOP("core", "a fit takes from 0 to %1 starts, not %2"),
                       {std::to_string(kMostStarts), std::to_string(starts)});
    if (options.steps < 1 || options.steps > kMostSteps)
        return invalid(QT_TRANSLATE_NOOP("core", "a fit takes from 1 to %1 steps, not %2"),
                       {std::to_string(kMostSteps), std::to_string(options.steps)});
    return {};
}

void announce(std::int64_t starts, const ComputeContext& context)
{
    if (context.progress)
        context.progress->total.fetch_add(starts, std::memory_order_relaxed);
}

} // namespace factorscope
