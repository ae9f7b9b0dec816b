#include "core/experiment/mid_timing.h"

#include "core/cost/network_cost.h"
#include "core/tensor/memory.h"
#include "core/timing/timing.h"

#include <algorithm>

namespace factorscope {
namespace {

constexpr int kRounds = 5;
constexpr int kLeastRounds = 3;
constexpr double kBudgetMs = 8000.0; // no round beyond the least is begun after it
constexpr std::int64_t kEven = 8;

/// One branch, to be timed beside others.
struct Contestant {
    BranchSpec spec;
    TensorMap weights;
    SharedTensor input;
    std::vector<double> milliseconds{};
};

Result<Contestant> contestant(const BothEvaluated& both, BranchKind kind, std::int64_t midChannels,
                              const ComputeContext& context)
{
    Experiment experiment = both.experiment;
    experiment.midChannels = midChannels;
    BranchSpec spec = branchSpec(experiment, kind);
    const SharedTensor& input
        = kind == BranchKind::Original ? both.original.input : both.factorised.input;
    RETURN_IF_ERROR(requireMemory(
        peakBytes(spec, input->shape(), experiment.algorithm, Capture::Output, context.team.size()),
        context.memoryLimitBytes, QT_TRANSLATE_NOOP("core", "the size or the channels")));
    TorchGenerator generator(experiment.seed);
    TensorMap weights = initialized(spec, generator);
    return Contestant{std::move(spec), std::move(weights), input};
}

Result<void> announce(std::span<const Contestant> contestants, const ComputeContext& context)
{
    if (!context.progress)
        return {};
    std::int64_t macs = 0;
    for (const Contestant& one : contestants) {
        const Shape& shape = one.input->shape();
        ASSIGN_OR_RETURN(const CostReport report, costOf(one.spec, {shape[2], shape[3]}));
        macs += report.total.macs * shape[0];
    }
    context.progress->total = macs * (kRounds + 1);
    return {};
}

Result<double> timed(const Contestant& one, const std::string& algorithm,
                     const ComputeContext& context)
{
    ASSIGN_OR_RETURN(
        const BranchRun run,
        runBranch(one.spec, one.weights, one.input, algorithm, Capture::Output, context));
    return run.milliseconds;
}

/// Returns how many rounds count.
Result<int> runInTurn(std::span<Contestant> contestants, const std::string& algorithm,
                      const ComputeContext& context)
{
    const auto start = Clock::now();
    int rounds = 0;
    for (int round = 0; round <= kRounds; ++round) {
        if (round > kLeastRounds && millisecondsSince(start) > kBudgetMs)
            break;
        for (Contestant& one : contestants) {
            ASSIGN_OR_RETURN(const double milliseconds, timed(one, algorithm, context));
            if (round > 0)
                one.milliseconds.push_back(milliseconds);
        }
        rounds = round;
    }
    return rounds;
}

} // namespace

bool MidTiming::isOf(const Experiment& other) const
{
    Experiment same = experiment;
    same.midChannels = other.midChannels;
    return same == other;
}

std::vector<std::int64_t> midChannelsToTime(const Experiment& experiment)
{
    const std::int64_t end
        = experiment.midBank > 0 ? experiment.midBank : sliderMidChannels(experiment);
    std::vector<std::int64_t> all{1, experiment.midChannels};
    for (std::int64_t i = 1; i <= kEven; ++i)
        all.push_back(end * i / kEven);
    for (const MidRule rule : {MidRule::In, MidRule::GeometricMean, MidRule::Out})
        all.push_back(midChannelsBy(rule, {experiment.inChannels, experiment.outChannels}));
    std::erase_if(all, [&](std::int64_t mid) {
        return mid < 1 || mid > std::max(end, experiment.midChannels);
    });
    std::ranges::sort(all);
    const auto repeated = std::ranges::unique(all);
    all.erase(repeated.begin(), repeated.end());
    return all;
}

Result<MidTiming> timeOverMid(const BothEvaluated& both, std::span<const std::int64_t> midChannels,
                              const ComputeContext& context)
{
    const Experiment& experiment = both.experiment;
    std::vector<Contestant> contestants;
    ASSIGN_OR_RETURN(Contestant original,
                     contestant(both, BranchKind::Original, experiment.midChannels, context));
    contestants.push_back(std::move(original));
    for (const std::int64_t mid : midChannels) {
        ASSIGN_OR_RETURN(Contestant one, contestant(both, experiment.factorised, mid, context));
        contestants.push_back(std::move(one));
    }
    RETURN_IF_ERROR(announce(contestants, context));
    ASSIGN_OR_RETURN(const int rounds, runInTurn(contestants, experiment.algorithm, context));
    MidTiming timing{.experiment = experiment,
                     .originalMs = median(contestants.front().milliseconds),
                     .times = {},
                     .runs = rounds,
                     .threads = context.team.size()};
    for (std::size_t i = 0; i < midChannels.size(); ++i)
        timing.times.push_back({midChannels[i], median(contestants[i + 1].milliseconds)});
    return timing;
}

} // namespace factorscope
