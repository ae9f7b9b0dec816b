#pragma once

#include "core/race/race.h"

#include <QString>

namespace factorscope {

/// The lanes that the sentence and the picture speak of.
int shownThreads(const Race& race, int wanted); ///< the wanted number where it was raced, else most
QString threadsInWords(int threads); ///< "1 thread", "2 threads"

/// What came out and why, in one sentence made of the measured times and the counted work: under
/// auto, or the first algorithm that both branches have. Times are called the same when the middle
/// halves of their rounds overlap. Empty before both are timed.
QString raceInWords(const Race& race, int threads);

/// "8.26 ms", "0.031 ms", "1,234 ms"
QString millisecondsInWords(double milliseconds);

/// "64 → 64 → 64, 224 × 224 · 03:04:05": in a list of races.
QString raceTitle(const Race& race);
/// "AMD EPYC, avx512 · 2 threads: 117.8 GFLOP/s, 20.1 GB/s · version 0.9"
QString machineInWords(const Race& race, int threads);

} // namespace factorscope
