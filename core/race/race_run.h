#pragma once

#include "core/race/race.h"
#include "core/race/race_plan.h"

#include <memory>
#include <mutex>

namespace factorscope {

/// Where a race under way can be looked at from another thread.
class RaceBoard {
public:
    void publish(const Race& race);
    /// The latest state; null before the first.
    std::shared_ptr<const Race> latest() const;

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<const Race> m_latest;
};

/// Races both branches of an answer on their own inputs and with their own weights, on one thread
/// and on all of the context, by a steady clock. All lanes take turns, round after round, so that
/// what disturbs the machine disturbs all. A turn begins when this process is at rest; its first
/// run wakes the threads and does not count; a short branch then runs for some milliseconds, and
/// the median of these runs is the round's (see turn() of core/bench/measure.h). Before it is timed
/// each lane's output, the first image of it, is checked: up to 100 million MACs against all of
/// what the reference engine makes; beyond, in 24 windows of 8×8 pixels, most of them at the
/// borders; where BatchNorm takes its statistics from the batch, which windows do not see, against
/// `direct`. A lane exists where the algorithm takes at least one convolution of the branch; the
/// others then run as under auto.
///
/// Peak and bandwidth are measured before and between the rounds: the best of them counts.
/// Errors: those of requirePlan(), Memory before anything is taken, Unsupported (a lane disagrees),
/// Cancelled.
Result<Race> race(const BothEvaluated& both, const RacePlan& plan, const ComputeContext& context,
                  RaceBoard* board = nullptr);

} // namespace factorscope
