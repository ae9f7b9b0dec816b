#include "core/race/race_run.h"

#include "core/bench/agreement.h"
#include "core/bench/fma_peak.h"
#include "core/bench/measure.h"
#include "core/bench/memory_bandwidth.h"
#include "core/branch/layer_traits.h"
#include "core/tensor/memory.h"
#include "core/timing/timing.h"

#include <algorithm>
#include <cmath>

namespace factorscope {
namespace {

constexpr std::int64_t kWholeCheckMacs = 100'000'000;
constexpr std::size_t kCheckedWindows = 24;
constexpr int kRoofTurns = 5; // before the first round; one more before each

const BranchEvaluation& branchOf(const BothEvaluated& both, bool isOriginal)
{
    return isOriginal ? both.original : both.factorised;
}

/// The branch as agreement.h takes it.
BenchBranch checkedBranch(const BranchEvaluation& branch)
{
    const Shape& shape = branch.input->shape();
    return {.workload = {.name = "this experiment",
                         .inChannels = shape[1],
                         .outChannels = branch.run.output->shape()[1],
                         .size = {shape[2], shape[3]}},
            .kind = BranchKind::Original,
            .spec = branch.spec,
            .weights = clone(*branch.weights),
            .input = branch.input,
            .macs = branch.cost.total.macs};
}

/// What the lanes of one branch are compared with.
Result<Reference> referenceFor(const BranchEvaluation& branch, const RacePlan& plan,
                               const ComputeContext& context)
{
    const BenchBranch checked = checkedBranch(branch);
    const Extent size = checked.workload.size;
    const bool isSmall = checked.macs * branch.input->shape()[0] <= kWholeCheckMacs;
    const PixelBox whole{0, 0, size.height - 1, size.width - 1};
    if (isSmall || usesBatchStatistics(branch.spec)) {
        ASSIGN_OR_RETURN(const BranchRun run,
                         runBranch(branch.spec, *branch.weights, branch.input,
                                   isSmall ? "reference" : "direct", Capture::Output, context));
        // The first image, in a tensor of its own.
        const Shape& shape = run.output->shape();
        const Shape one{1, shape[1], shape[2], shape[3]};
        Reference reference;
        reference.push_back(
            {whole,
             Tensor::from(one,
                          run.output->values().first(static_cast<std::size_t>(one.elements())))});
        return reference;
    }
    std::vector<PixelBox> windows = comparedWindows(size, kWholeMacs + 1, plan.seed);
    windows.resize(std::min(windows.size(), kCheckedWindows));
    return referenceOf(checked, windows, context);
}

/// One race under way.
class Course {
public:
    Course(const BothEvaluated& both, const RacePlan& plan, const ComputeContext& context,
           RaceBoard* board)
        : m_both(both), m_plan(plan), m_context(context), m_board(board)
    {
        m_race.experiment = both.experiment;
        m_race.original = both.original.spec;
        m_race.factorised = both.factorised.spec;
        m_race.originalInput = both.original.input->shape();
        m_race.factorisedInput = both.factorised.input->shape();
        m_race.machine = thisMachine(context.instructionSet, context.team.size());
        m_race.rounds = plan.rounds;
        if (context.team.size() > 1)
            m_race.roofs.push_back({.threads = 1});
        m_race.roofs.push_back({.threads = context.team.size()});
        for (const Roof& roof : m_race.roofs)
            addLanes(roof.threads);
    }

    Result<void> requireRoom()
    {
        std::int64_t bytes = 0;
        for (const RaceLane& lane : m_race.lanes) {
            const BranchEvaluation& branch = branchOf(m_both, lane.isOriginal);
            bytes = std::max(bytes,
                             peakBytes(branch.spec, branch.input->shape(), lane.algorithm,
                                       Capture::Output, lane.threads));
        }
        m_pool = TensorPool::create(static_cast<std::size_t>(bytes));
        return requireMemory(bytes, m_context.memoryLimitBytes,
                             QT_TRANSLATE_NOOP("core", "the size or the channels"));
    }

    Result<Race> run()
    {
        // Checks, the roofs, and the rounds, of which the checks say how many there will be.
        setTotal(m_plan.rounds);
        publish();
        RETURN_IF_ERROR(measureBandwidth());
        for (int i = 0; i < kRoofTurns; ++i) {
            RETURN_IF_ERROR(measurePeaks());
        }
        publish();
        RETURN_IF_ERROR(checkAll());
        publish();
        for (int round = 0; round < m_race.rounds; ++round) {
            RETURN_IF_ERROR(measurePeaks());
            for (RaceLane& lane : m_race.lanes) {
                RETURN_IF_ERROR(addRound(lane));
                publish();
            }
        }
        return m_race;
    }

private:
    void addLanes(int threads)
    {
        for (const std::string& algorithm : m_plan.algorithms) {
            for (const bool isOriginal : {true, false}) {
                const BranchEvaluation& branch = branchOf(m_both, isOriginal);
                BranchWork work = workOf(branch.spec, branch.input->shape(), algorithm);
                if (work.asAsked > 0)
                    m_race.lanes.push_back({.isOriginal = isOriginal,
                                            .algorithm = algorithm,
                                            .threads = threads,
                                            .work = std::move(work)});
            }
        }
    }

    ComputeContext contextOf(int threads)
    {
        ThreadTeam& team = threads == 1 ? m_one : m_context.team;
        return {.team = team,
                .pool = m_pool.get(),
                .instructionSet = m_context.instructionSet,
                .memoryLimitBytes = m_context.memoryLimitBytes,
                .stop = m_context.stop};
    }

    Result<BranchRun> runOnce(const RaceLane& lane)
    {
        const BranchEvaluation& branch = branchOf(m_both, lane.isOriginal);
        return runBranch(branch.spec, *branch.weights, branch.input, lane.algorithm,
                         Capture::Output, contextOf(lane.threads));
    }

    Result<void> measureBandwidth()
    {
        constexpr int kPasses = 6;
        ASSIGN_OR_RETURN(StreamArrays arrays, StreamArrays::create(contextOf(allThreads())));
        for (Roof& roof : m_race.roofs) {
            for (int i = 0; i < kPasses; ++i) {
                ASSIGN_OR_RETURN(const double rate,
                                 arrays.gigabytesPerSecond(contextOf(roof.threads)));
                roof.gigabytesPerSecond = std::max(roof.gigabytesPerSecond, rate);
            }
        }
        advance();
        return {};
    }

    Result<void> measurePeaks()
    {
        for (Roof& roof : m_race.roofs) {
            const ComputeContext context = contextOf(roof.threads);
            const auto burst = [&]() -> Result<double> {
                ASSIGN_OR_RETURN(const FmaBurst one, fmaBurst(context));
                roof.fmaPeakGflops = std::max(roof.fmaPeakGflops, one.gflops());
                return one.milliseconds;
            };
            RETURN_IF_ERROR(turn(burst, m_context.stop));
        }
        return {};
    }

    /// Each lane once, which also brings the weights into the engine's form; then how many rounds
    /// there is time for is known.
    Result<void> checkAll()
    {
        std::array<Reference, 2> references; // of the factorised branch, of the original
        for (const bool isOriginal : {true, false}) {
            ASSIGN_OR_RETURN(
                references[isOriginal ? 1 : 0],
                referenceFor(branchOf(m_both, isOriginal), m_plan, contextOf(allThreads())));
            advance();
        }
        double roundMs = 0.0;
        for (RaceLane& lane : m_race.lanes) {
            ASSIGN_OR_RETURN(const BranchRun run, runOnce(lane));
            lane.maxRelativeError
                = maxRelativeError(*run.output, references[lane.isOriginal ? 1 : 0]);
            RETURN_IF_ERROR(requireLane(lane));
            constexpr double kLeastTurnMs = 4.0; // of turn()
            constexpr double kLongMs = 100.0; // likewise: such a run counts at once
            roundMs += run.milliseconds >= kLongMs
                ? run.milliseconds
                : std::max(2.0 * run.milliseconds, run.milliseconds + kLeastTurnMs);
            advance();
        }
        const auto fitting = static_cast<int>(std::min(m_plan.budgetMs / roundMs, 1e6));
        m_race.rounds = std::min(m_plan.rounds, std::max(fitting, m_plan.leastRounds));
        setTotal(m_race.rounds);
        return {};
    }

    Result<void> requireLane(const RaceLane& lane) const
    {
        auto branch = std::make_shared<BenchBranch>();
        branch->workload.name = "this experiment";
        branch->kind = lane.isOriginal ? BranchKind::Original : m_both.experiment.factorised;
        const Candidate candidate{.branch = branch,
                                  .algorithm = lane.algorithm,
                                  .variant = lane.work.engines,
                                  .output = {},
                                  .time = {}};
        return requireAgreement(candidate, lane.maxRelativeError);
    }

    Result<void> addRound(RaceLane& lane)
    {
        const auto once = [&]() -> Result<double> {
            ASSIGN_OR_RETURN(const BranchRun run, runOnce(lane));
            return run.milliseconds;
        };
        ASSIGN_OR_RETURN(const std::vector<double> runs, turn(once, m_context.stop));
        lane.rounds.push_back(median(runs));
        advance();
        return {};
    }

    int allThreads() const { return m_context.team.size(); }
    void publish()
    {
        if (m_board)
            m_board->publish(m_race);
    }
    /// Progress counts turns here, not MACs: a lane that is checked or has its turn, a reference.
    void setTotal(int rounds)
    {
        if (m_context.progress)
            m_context.progress->total = 3 + std::ssize(m_race.lanes) * (rounds + 1);
    }
    void advance() { m_context.advance(1); }

    const BothEvaluated& m_both;
    const RacePlan& m_plan;
    const ComputeContext& m_context;
    RaceBoard* const m_board;
    std::shared_ptr<TensorPool> m_pool;
    ThreadTeam m_one{1};
    Race m_race;
};

} // namespace

Result<void> requirePlan(const RacePlan& plan)
{
    if (plan.rounds < 1)
        return Error{ErrorCode::InvalidArgument,
                     QT_TRANSLATE_NOOP("core", "a race has at least 1 round, not %1"),
                     {std::to_string(plan.rounds)}};
    if (plan.algorithms.empty())
        return Error{
            ErrorCode::InvalidArgument, QT_TRANSLATE_NOOP("core", "no algorithm is raced"), {}};
    const auto known = convAlgorithms();
    for (const std::string& algorithm : plan.algorithms) {
        if (std::ranges::find(known, algorithm) == known.end())
            return Error{ErrorCode::InvalidArgument,
                         QT_TRANSLATE_NOOP("core", "unknown algorithm '%1'"),
                         {algorithm}};
    }
    return {};
}

void RaceBoard::publish(const Race& race)
{
    auto copy = std::make_shared<const Race>(race);
    const std::scoped_lock lock(m_mutex);
    m_latest = std::move(copy);
}

std::shared_ptr<const Race> RaceBoard::latest() const
{
    const std::scoped_lock lock(m_mutex);
    return m_latest;
}

Result<Race> race(const BothEvaluated& both, const RacePlan& plan, const ComputeContext& context,
                  RaceBoard* board)
{
    RETURN_IF_ERROR(requirePlan(plan));
    Course course(both, plan, context, board);
    RETURN_IF_ERROR(course.requireRoom());
    return course.run();
}

} // namespace factorscope
