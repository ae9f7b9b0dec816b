#pragma once

#include "core/experiment/evaluate.h"

#include <cstdint>
#include <span>
#include <vector>

namespace factorscope {

/// How long the factorised branch takes with so many mid channels.
struct MidTime {
    std::int64_t midChannels = 0;
    double milliseconds = 0.0; ///< median
};

/// The time of both branches over C_mid, as measured on this machine.
struct MidTiming {
    Experiment experiment; ///< of which C_mid does not count
    double originalMs = 0.0; ///< median
    std::vector<MidTime> times; ///< ascending in C_mid
    int runs = 0; ///< of each
    int threads = 1;

    /// Whether it is of this experiment, whatever its C_mid.
    bool isOf(const Experiment& other) const;
};

/// What is worth measuring: eight numbers up to the slider's end, the rounded marks of the slider
/// and C_mid itself, ascending.
std::vector<std::int64_t> midChannelsToTime(const Experiment& experiment);

/// Runs the 5×5 and the factorised branch with each of these mid channels in turn, round after
/// round; the first round warms up. The weights are drawn from the seed, since their values make no
/// difference. Five rounds, three where they take long. Errors: Memory, Cancelled, as of branches.
Result<MidTiming> timeOverMid(const BothEvaluated& both, std::span<const std::int64_t> midChannels,
                              const ComputeContext& context);

} // namespace factorscope
