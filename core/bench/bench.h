#pragma once

#include "core/bench/agreement.h"
#include "core/bench/measure.h"
#include "core/bench/workload.h"
#include "core/json/json.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace factorscope {

/// What to time on a workload.
struct BenchPlan {
    std::vector<BranchKind> branches{BranchKind::Original, BranchKind::Decomposed};
    std::vector<std::string> algorithms; ///< none: auto and all engines but the reference
    bool withOneDnn = false;
    std::uint64_t seed = 0;
    MeasurePlan measure;
};

/// One candidate on so many threads, checked and timed.
struct BenchRow {
    std::string workload;
    std::string branch;
    std::string algorithm;
    std::string variant;
    int threads = 1;
    std::string isa;
    double medianMs = 0.0;
    double minMs = 0.0;
    int runs = 0;
    double effectiveGflops = 0.0; ///< 2 · direct MACs / median
    double fmaPeakGflops = 0.0;
    double maxRelativeError = 0.0;
    std::int64_t scratchBytes = 0;

    double shareOfPeak() const { return effectiveGflops / fmaPeakGflops; }
};

/// Checks every candidate against the reference of its branch, and only then times them all in
/// turn. Errors: Unsupported (one disagrees), Cancelled, and those of the candidates.
Result<std::vector<BenchRow>> checkedAndTimed(std::span<const Candidate> candidates,
                                              const std::map<BranchKind, Reference>& references,
                                              const MeasurePlan& plan,
                                              const ComputeContext& context);

/// That with all candidates for a workload, under one context after the other, which differ in
/// their threads. Errors: as above; Memory before anything is taken.
Result<std::vector<BenchRow>> bench(const Workload& workload, const BenchPlan& plan,
                                    std::span<const ComputeContext> contexts);

/// Memory, when the workload would take more than a context allows.
Result<void> requireMemoryFor(const Workload& workload, const BenchPlan& plan,
                              std::span<const ComputeContext> contexts);

Json toJson(const BenchRow& row);

} // namespace factorscope
