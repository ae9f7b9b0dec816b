#pragma once

#include "core/bench/candidate.h"
#include "core/bench/fma_peak.h"

#include <limits>
#include <span>
#include <stop_token>
#include <vector>

namespace factorscope {

/// How long to measure.
struct MeasurePlan {
    int rounds = 21;
    double budgetMs = std::numeric_limits<double>::infinity(); ///< no round is begun after it
    int leastRounds = 3; ///< not even then
};

struct Timing {
    double medianMs = 0.0; ///< of the rounds
    double minMs = 0.0; ///< of every single run
    int rounds = 0;
};

struct Measured {
    std::vector<Timing> timings; ///< of each candidate
    double fmaPeakGflops = 0.0; ///< the most that was reached in the same rounds and just before
};

/// Times all candidates in turn, round after round, so that what disturbs the machine disturbs all,
/// in an order that changes from round to round and is the same each time.
/// Each must have run once. A turn begins when the process is at rest: some libraries keep their
/// threads waiting awake for a while, and would take the processor from whoever comes next. Its
/// first run wakes our threads, fetches the weights into the caches and does not count, unless it
/// takes so long that this is nothing; a short branch then runs several times.
Result<Measured> measuredInTurn(std::span<const Candidate> candidates, const MeasurePlan& plan,
                                const ComputeContext& context);

/// One turn: the milliseconds of each run that counts, at least one. It goes by the times that it
/// is told.
Result<std::vector<double>> turn(const std::function<Result<double>()>& time,
                                 const std::stop_token& stop);

} // namespace factorscope
