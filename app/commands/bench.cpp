#include "core/bench/bench.h"
#include "app/command.h"
#include "app/interactive_bench.h"
#include "app/number_text.h"
#include "core/bench/onednn.h"
#include "core/cost/cost.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <map>

namespace factorscope {
namespace {

struct Options {
    std::vector<std::string> workloads{"all"};
    std::vector<std::string> branches;
    std::vector<std::string> algorithms;
    std::string peer;
    int runs = 0; ///< 0: the default number, within a time
    bool isInteractive = false;
    std::int64_t seed = 0;
    const CLI::Option* threads = nullptr;
};

Error unknown(const char* text, const std::string& name)
{
    return {ErrorCode::InvalidArgument, text, {name}};
}

Result<std::vector<Workload>> workloadsOf(const Options& options)
{
    std::vector<Workload> chosen;
    for (const std::string& name : options.workloads) {
        const Workload* workload = findWorkload(name);
        if (name == "all")
            std::ranges::copy(workloads(), std::back_inserter(chosen));
        else if (workload)
            chosen.push_back(*workload);
        else
            return unknown(QT_TRANSLATE_NOOP("core", "unknown workload '%1'"), name);
    }
    return chosen;
}

Result<std::vector<BranchKind>> branchesOf(const Options& options)
{
    if (options.branches.empty())
        return std::vector{BranchKind::Original, BranchKind::Decomposed};
    std::vector<BranchKind> kinds;
    for (const std::string& name : options.branches) {
        const auto found = std::ranges::find(kBranchKindNames, name);
        if (found == kBranchKindNames.end())
            return unknown(QT_TRANSLATE_NOOP("core", "unknown branch '%1'"), name);
        kinds.push_back(static_cast<BranchKind>(found - kBranchKindNames.begin()));
    }
    return kinds;
}

Result<void> checkPeer(const std::string& peer)
{
    if (!peer.empty() && peer != "onednn")
        return unknown(QT_TRANSLATE_NOOP("core", "unknown peer '%1'"), peer);
    if (!peer.empty() && !hasOneDnn())
        return unknown(QT_TRANSLATE_NOOP("core",
                                         "this program was built without the peer '%1': install "
                                         "libdnnl-dev, then configure and build again"),
                       peer);
    return {};
}

Result<BenchPlan> planOf(const Options& options)
{
    // As many rounds as a few seconds allow, so that all workloads together end in three minutes.
    constexpr double kBudgetMs = 10'000.0;
    BenchPlan plan;
    ASSIGN_OR_RETURN(plan.branches, branchesOf(options));
    for (const std::string& algorithm : options.algorithms) {
        if (!isBenchAlgorithm(algorithm))
            return unknown(QT_TRANSLATE_NOOP("core", "unknown algorithm '%1'"), algorithm);
    }
    RETURN_IF_ERROR(checkPeer(options.peer));
    plan.algorithms = options.algorithms;
    plan.withOneDnn = !options.peer.empty();
    plan.seed = static_cast<std::uint64_t>(options.seed);
    if (options.runs > 0)
        plan.measure.rounds = options.runs;
    else
        plan.measure.budgetMs = kBudgetMs;
    return plan;
}

/// Rows that were timed in turn and computed the same.
using Rows = std::vector<const BenchRow*>;

const BenchRow* fastest(const Rows& rows, bool isPeer)
{
    const BenchRow* best = nullptr;
    for (const BenchRow* row : rows) {
        if ((row->algorithm == "onednn") == isPeer && (!best || row->medianMs < best->medianMs))
            best = row;
    }
    return best;
}

std::string errorText(double error)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1e", error);
    return text;
}

std::string millisecondsText(double milliseconds)
{
    return fixedText(milliseconds, milliseconds < 10.0 ? 3 : 1);
}

std::string nameOf(const BenchRow& row)
{
    const char* between = row.algorithm == "auto" ? ": " : " ";
    return row.algorithm + (row.variant.empty() ? "" : between + row.variant);
}

std::vector<std::string> cells(const BenchRow& row, double slowestMs, const BenchRow* peer)
{
    std::vector<std::string> texts{"    " + nameOf(row),
                                   millisecondsText(row.medianMs),
                                   millisecondsText(row.minMs),
                                   fixedText(row.effectiveGflops, 1),
                                   fixedText(100.0 * row.shareOfPeak(), 0) + " %",
                                   errorText(row.maxRelativeError),
                                   groupedText(row.scratchBytes),
                                   fixedText(slowestMs / row.medianMs, 2)};
    if (peer)
        texts.push_back(fixedText(peer->medianMs / row.medianMs, 2));
    return texts;
}

void addBranch(std::vector<std::vector<std::string>>& table, const Rows& rows)
{
    const BenchRow* peer = fastest(rows, true);
    double slowestMs = 0.0;
    for (const BenchRow* row : rows)
        slowestMs = std::max(slowestMs, row->medianMs);
    table.push_back({"  " + rows.front()->branch, "ms", "min", "GFLOP/s", "of peak", "error",
                     "scratch", "x slowest"});
    if (peer)
        table.back().push_back("x onednn");
    for (const BenchRow* row : rows)
        table.push_back(cells(*row, slowestMs, peer));
}

/// What the decomposition saves in time beside what it saves in arithmetic.
std::string savingText(const Rows& original, const Rows& decomposed, const Workload& workload)
{
    const BenchRow* before = fastest(original, false);
    const BenchRow* after = fastest(decomposed, false);
    if (!before || !after)
        return {};
    const auto macs = [&](BranchKind kind) {
        return static_cast<double>(costOf(benchSpec(workload, kind), workload.size)->total.macs);
    };
    return "  at their fastest, two 3x3 take " + fixedText(after->medianMs / before->medianMs, 2)
        + " of the 5x5's time for "
        + fixedText(macs(BranchKind::Decomposed) / macs(BranchKind::Original), 2)
        + " of its MACs\n";
}

/// All rows of a workload with one number of threads.
std::string tableOf(const Workload& workload, const Rows& rows)
{
    const BenchRow& any = *rows.front();
    std::string text = workload.text() + "; threads " + std::to_string(any.threads) + ", " + any.isa
        + ", FMA peak " + fixedText(any.fmaPeakGflops, 1) + " GFLOP/s, " + std::to_string(any.runs)
        + (any.runs == 1 ? " run\n" : " runs\n");
    std::vector<std::vector<std::string>> table;
    std::map<std::string, Rows> branches;
    for (const std::string_view branch : kBranchKindNames) {
        Rows some;
        std::ranges::copy_if(rows, std::back_inserter(some),
                             [&](const BenchRow* row) { return row->branch == branch; });
        if (!some.empty())
            addBranch(table, some);
        branches.emplace(branch, std::move(some));
    }
    return text + tableText(table)
        + savingText(branches["original"], branches["decomposed"], workload) + "\n";
}

std::string textOf(const Workload& workload, const std::vector<BenchRow>& rows)
{
    std::map<int, Rows> byThreads;
    for (const BenchRow& row : rows)
        byThreads[row.threads].push_back(&row);
    std::string text;
    for (const auto& [threads, some] : byThreads)
        text += tableOf(workload, some);
    return text;
}

/// One thread and all, or as many as were asked for.
class Teams {
public:
    Teams(const Options& options, CommandContext& context) : m_context(context)
    {
        if (options.threads->count() == 0 && context.compute().team.size() > 1)
            m_one = std::make_unique<ThreadTeam>(1);
    }

    /// With room in the pool for the tensors of a workload.
    std::vector<ComputeContext> contexts(TensorPool& pool)
    {
        ComputeContext all = m_context.compute();
        all.pool = &pool;
        if (!m_one)
            return {all};
        return {{.team = *m_one,
                 .pool = &pool,
                 .memoryLimitBytes = all.memoryLimitBytes,
                 .stop = all.stop},
                all};
    }

private:
    CommandContext& m_context;
    std::unique_ptr<ThreadTeam> m_one;
};

Result<void> bench(const Options& options, CommandContext& context)
{
    ASSIGN_OR_RETURN(const std::vector<Workload> chosen, workloadsOf(options));
    ASSIGN_OR_RETURN(const BenchPlan plan, planOf(options));
    Teams teams(options, context);
    Json data = Json::array();
    std::string text;
    for (const Workload& workload : chosen) {
        const auto pool = TensorPool::create(static_cast<std::size_t>(context.memoryLimitBytes()));
        const std::vector<ComputeContext> contexts = teams.contexts(*pool);
        if (const Result<void> room = requireMemoryFor(workload, plan, contexts);
            !room && chosen.size() > 1) {
            context.warn(std::string(workload.name) + " is left out: " + room.error().message());
            continue;
        }
        ASSIGN_OR_RETURN(const std::vector<BenchRow> rows, bench(workload, plan, contexts));
        for (const BenchRow& row : rows)
            data.push_back(toJson(row));
        text += textOf(workload, rows);
    }
    if (data.empty())
        return Error{
            ErrorCode::Unsupported, QT_TRANSLATE_NOOP("core", "there is nothing to time"), {}};
    if (context.json())
        printJson(data);
    else
        print(text);
    return {};
}

Result<void> benchWindow(const Options& options, CommandContext& context)
{
    constexpr int kMoves = 100;
    ASSIGN_OR_RETURN(const InteractiveTimes times,
                     benchInteractive(options.runs > 0 ? options.runs : kMoves, context));
    if (context.json())
        printJson(toJson(times));
    else
        print(textOf(times));
    return {};
}

} // namespace

void addBench(CLI::App& app, CommandContext& context)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "bench", "time the branches under every algorithm, checked against the reference");
    context.addCommonOptions(*command);
    options->threads = command->get_option("--threads");
    const auto addNames
        = [&](const char* name, std::vector<std::string>& values, const char* help) {
              return command->add_option(name, values, help)->allow_extra_args(false);
          };
    auto* interactive = command->add_flag(
        "--interactive", options->isInteractive,
        "time the window instead: how long after a move of C_mid its picture is painted");
    interactive->excludes(
        addNames("--workload", options->workloads, "article, inception3a, image, large, or all"));
    interactive->excludes(
        addNames("--branch", options->branches,
                 "original, decomposed, separable, asymmetric; the first two when none is named"));
    interactive->excludes(
        addNames("--algorithm", options->algorithms,
                 "auto, an engine's name, or its name and variant; all but the reference when none "
                 "is named"));
    command
        ->add_option("--runs", options->runs,
                     "rounds, in each of which every candidate has its turn; up to 21 in about "
                     "ten seconds when not given. With --interactive: moves, 100 when not given")
        ->check(CLI::Range(1, 1'000'000));
    interactive->excludes(
        command->add_option("--seed", options->seed, "of the input and of the weights")
            ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max())));
    interactive->excludes(command->add_option("--peer", options->peer, "time beside us: onednn"));
    command->callback([options, &context] {
        context.action = [options, &context] {
            return options->isInteractive ? benchWindow(*options, context)
                                          : bench(*options, context);
        };
    });
}

} // namespace factorscope
