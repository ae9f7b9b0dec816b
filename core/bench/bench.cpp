#include "core/bench/bench.h"

#include "core/bench/onednn.h"
#include "core/tensor/memory.h"

#include <algorithm>

namespace factorscope {
namespace {

std::vector<Candidate> candidatesFor(const std::shared_ptr<const BenchBranch>& branch,
                                     const BenchPlan& plan, const ComputeContext& context)
{
    std::vector<Candidate> candidates = ownCandidates(branch, plan.algorithms, context);
    if (plan.withOneDnn)
        std::ranges::move(oneDnnCandidates(branch, context), std::back_inserter(candidates));
    return candidates;
}

/// Its first run, which also brings the weights into the engine's form.
Result<double> checkedError(const Candidate& candidate, const Reference& reference)
{
    ASSIGN_OR_RETURN(const SharedTensor output, candidate.output());
    const double error = maxRelativeError(*output, reference);
    RETURN_IF_ERROR(requireAgreement(candidate, error));
    return error;
}

BenchRow rowOf(const Candidate& candidate, const ComputeContext& context)
{
    return {.workload = std::string(candidate.branch->workload.name),
            .branch = std::string(branchKindName(candidate.branch->kind)),
            .algorithm = candidate.algorithm,
            .variant = candidate.variant,
            .threads = context.team.size(),
            .isa = std::string(instructionSetName(context.instructionSet)),
            .scratchBytes = candidate.scratchBytes};
}

} // namespace

Result<std::vector<BenchRow>> checkedAndTimed(std::span<const Candidate> candidates,
                                              const std::map<BranchKind, Reference>& references,
                                              const MeasurePlan& plan,
                                              const ComputeContext& context)
{
    std::vector<BenchRow> rows;
    for (const Candidate& candidate : candidates) {
        BenchRow row = rowOf(candidate, context);
        ASSIGN_OR_RETURN(row.maxRelativeError,
                         checkedError(candidate, references.at(candidate.branch->kind)));
        rows.push_back(std::move(row));
    }
    if (rows.empty())
        return rows;
    ASSIGN_OR_RETURN(const Measured measured, measuredInTurn(candidates, plan, context));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Timing& timing = measured.timings[i];
        rows[i].medianMs = timing.medianMs;
        rows[i].minMs = timing.minMs;
        rows[i].runs = timing.rounds;
        rows[i].effectiveGflops
            = 2e-6 * static_cast<double>(candidates[i].branch->macs) / timing.medianMs;
        rows[i].fmaPeakGflops = measured.fmaPeakGflops;
    }
    return rows;
}

namespace {

/// Keeps all that a run takes for the next one: what is timed takes no fresh memory.
std::shared_ptr<TensorPool> roomyPool(const Workload& workload, const BenchPlan& plan)
{
    std::int64_t bytes = 0;
    for (const BranchKind kind : plan.branches)
        bytes = std::max(bytes, ownPeakBytes(workload, kind, plan.algorithms, 1));
    return TensorPool::create(static_cast<std::size_t>(bytes));
}

} // namespace

Result<std::vector<BenchRow>> bench(const Workload& workload, const BenchPlan& plan,
                                    std::span<const ComputeContext> contexts)
{
    RETURN_IF_ERROR(requireMemoryFor(workload, plan, contexts));
    const std::shared_ptr<TensorPool> pool = roomyPool(workload, plan);
    const ComputeContext& widest = contexts.back();
    const SharedTensor input = benchInput(workload, plan.seed, widest.stop);
    if (!input)
        return cancelled();
    std::vector<std::shared_ptr<const BenchBranch>> branches;
    std::map<BranchKind, Reference> references;
    for (const BranchKind kind : plan.branches) {
        branches.push_back(benchBranch(workload, kind, input, plan.seed));
        const auto windows = comparedWindows(workload.size, branches.back()->macs, plan.seed);
        ASSIGN_OR_RETURN(references[kind], referenceOf(*branches.back(), windows, widest));
    }
    std::vector<BenchRow> rows;
    for (const ComputeContext& given : contexts) {
        ComputeContext context = given;
        context.pool = pool.get();
        std::vector<Candidate> candidates;
        for (const auto& branch : branches)
            std::ranges::move(candidatesFor(branch, plan, context), std::back_inserter(candidates));
        ASSIGN_OR_RETURN(std::vector<BenchRow> some,
                         checkedAndTimed(candidates, references, plan.measure, context));
        std::ranges::move(some, std::back_inserter(rows));
    }
    return rows;
}

Result<void> requireMemoryFor(const Workload& workload, const BenchPlan& plan,
                              std::span<const ComputeContext> contexts)
{
    const std::int64_t input = workload.inShape().elements() * std::int64_t{sizeof(float)};
    for (const ComputeContext& context : contexts) {
        std::int64_t bytes = 0;
        for (const BranchKind kind : plan.branches) {
            bytes = std::max(bytes,
                             ownPeakBytes(workload, kind, plan.algorithms, context.team.size()));
            if (plan.withOneDnn)
                bytes = std::max(bytes, oneDnnPeakBytes(workload));
        }
        RETURN_IF_ERROR(requireMemory(input + bytes, context.memoryLimitBytes,
                                      QT_TRANSLATE_NOOP("core", "the size or the channels")));
    }
    return {};
}

Json toJson(const BenchRow& row)
{
    return {{"workload", row.workload},
            {"branch", row.branch},
            {"algorithm", row.algorithm},
            {"variant", row.variant},
            {"threads", row.threads},
            {"isa", row.isa},
            {"median_ms", row.medianMs},
            {"min_ms", row.minMs},
            {"runs", row.runs},
            {"effective_gflops", row.effectiveGflops},
            {"fma_peak_gflops", row.fmaPeakGflops},
            {"max_relative_error", row.maxRelativeError},
            {"scratch_bytes", row.scratchBytes}};
}

} // namespace factorscope
