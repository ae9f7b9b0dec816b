#include "core/bench/measure.h"

#include "core/timing/timing.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <numeric>
#include <random>
#include <thread>

namespace factorscope {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

/// Processor time that all threads of the process have taken.
Milliseconds processTime()
{
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// Until no thread works, but not for ever.
void waitForRest()
{
    constexpr Milliseconds kStep(0.5);
    constexpr double kShareAtRest = 0.1;
    constexpr int kMostSteps = 200;
    for (int step = 0; step < kMostSteps; ++step) {
        const auto start = Clock::now();
        const Milliseconds worked = processTime();
        std::this_thread::sleep_for(kStep);
        const Milliseconds elapsed = Clock::now() - start;
        if ((processTime() - worked) < kShareAtRest * elapsed)
            return;
    }
}

struct Samples {
    std::vector<double> ofRounds;
    double minMs = std::numeric_limits<double>::infinity();
};

Result<void> addTurn(const std::function<Result<double>()>& time, const std::stop_token& stop,
                     Samples& samples)
{
    ASSIGN_OR_RETURN(const std::vector<double> runs, turn(time, stop));
    samples.ofRounds.push_back(median(runs));
    samples.minMs = std::min(samples.minMs, std::ranges::min(runs));
    return {};
}

} // namespace

Result<std::vector<double>> turn(const std::function<Result<double>()>& time,
                                 const std::stop_token& stop)
{
    constexpr double kTurnMs = 3.0;
    constexpr double kLongMs = 100.0;
    waitForRest();
    ASSIGN_OR_RETURN(const double first, time());
    if (first >= kLongMs)
        return std::vector{first};
    std::vector<double> runs;
    for (double sum = 0.0; sum < kTurnMs; sum += runs.back()) {
        if (stop.stop_requested())
            return cancelled();
        ASSIGN_OR_RETURN(const double milliseconds, time());
        runs.push_back(milliseconds);
    }
    return runs;
}

Result<Measured> measuredInTurn(std::span<const Candidate> candidates, const MeasurePlan& plan,
                                const ComputeContext& context)
{
    std::vector<Samples> samples(candidates.size());
    Measured measured;
    const auto burst = [&]() -> Result<double> {
        ASSIGN_OR_RETURN(const FmaBurst one, fmaBurst(context));
        measured.fmaPeakGflops = std::max(measured.fmaPeakGflops, one.gflops());
        return one.milliseconds;
    };
    constexpr int kTurnsBefore = 10; // a few rounds alone would tell little of the peak
    for (int i = 0; i < kTurnsBefore; ++i) {
        RETURN_IF_ERROR(turn(burst, context.stop));
    }
    // A turn leaves its heat behind, and caches: nobody always comes after the same one.
    std::vector<std::size_t> order(candidates.size() + 1); // the last stands for the burst
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::minstd_rand random;
    const auto start = Clock::now();
    for (int round = 0; round < plan.rounds; ++round) {
        const Milliseconds elapsed = Clock::now() - start;
        if (round >= plan.leastRounds && elapsed.count() > plan.budgetMs)
            break;
        std::ranges::shuffle(order, random);
        for (const std::size_t i : order) {
            if (i == candidates.size()) {
                RETURN_IF_ERROR(turn(burst, context.stop));
            } else {
                RETURN_IF_ERROR(addTurn(candidates[i].time, context.stop, samples[i]));
            }
        }
    }
    for (const Samples& one : samples)
        measured.timings.push_back(
            {median(one.ofRounds), one.minMs, static_cast<int>(one.ofRounds.size())});
    return measured;
}

} // namespace factorscope
