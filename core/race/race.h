#pragma once

#include "core/experiment/evaluate.h"
#include "core/race/branch_work.h"
#include "core/race/machine.h"
#include "core/table/number_table.h"

#include <string>
#include <string_view>
#include <vector>

namespace factorscope {

/// How measurements lie: of the sorted values the ends, the median and the quartiles, which are
/// interpolated linearly between neighbours (R's type 7).
struct Spread {
    double min = 0.0;
    double lower = 0.0;
    double median = 0.0;
    double upper = 0.0;
    double max = 0.0;
};
Spread spreadOf(std::vector<double> values); ///< of at least one

/// One branch under one algorithm on so many threads.
struct RaceLane {
    bool isOriginal = true;
    std::string algorithm; ///< as asked for: "auto"
    int threads = 1;
    BranchWork work;
    std::vector<double> rounds{}; ///< milliseconds of each; empty before the first
    double maxRelativeError = 0.0; ///< against the reference, before it was timed

    bool isTimed() const { return !rounds.empty(); }
    Spread spread() const { return spreadOf(rounds); } ///< of one that is timed
    double medianMs() const { return spread().median; }
    double effectiveGflops() const; ///< 2 · MACs / median: may exceed what the processor can do
    double madeGflops() const; ///< 2 · multiplications made / median
};

/// What bounds a computation on this machine, after Williams, Waterman and Patterson (2009).
struct Roof {
    int threads = 1;
    double fmaPeakGflops = 0.0; ///< measured
    double gigabytesPerSecond = 0.0; ///< of memory, measured

    /// GFLOP/s that can be reached with so many operations a byte.
    double at(double intensity) const;
    /// Operations a byte from which on memory no longer bounds.
    double ridge() const { return fmaPeakGflops / gigabytesPerSecond; }
};

/// Both branches of an experiment, timed in turn under several algorithms.
struct Race {
    Experiment experiment;
    BranchSpec original;
    BranchSpec factorised;
    Shape originalInput; ///< (N,C,H,W)
    Shape factorisedInput;
    Machine machine;
    int rounds = 0; ///< to be run
    std::vector<Roof> roofs{}; ///< ascending in threads
    std::vector<RaceLane> lanes{}; ///< by threads, algorithm, the original first

    bool isWhole() const; ///< every lane has all its rounds
    /// Whether it is of these branches on inputs of these shapes: values make no difference.
    bool isOf(const BothEvaluated& both) const;
    const Roof* roof(int threads) const; ///< null where there is none
    /// Null where there is none that is timed.
    const RaceLane* lane(bool isOriginal, std::string_view algorithm, int threads) const;
    std::vector<int> threadCounts() const; ///< ascending
    std::vector<std::string> algorithms() const; ///< in the order of the lanes
};

/// What is made for each operation that its roof allows, from 0 to about 1.
double shareOfRoof(const RaceLane& lane, const Roof& roof);

/// "lanes": a row for each; "machine": a row for each number of threads; "rounds": every
/// measurement. Lanes that are not timed are left out.
std::vector<NumberTable> raceTables(const Race& race);

} // namespace factorscope
