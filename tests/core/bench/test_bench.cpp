#include "core/bench/bench.h"

#include <QTest>

using namespace factorscope;

namespace {

constexpr Workload kSmall{"small", 3, 5, {12, 17}};

/// A branch, its reference and a candidate that adds `offset` to one value of what gemm makes.
struct Case {
    std::shared_ptr<const BenchBranch> branch
        = benchBranch(kSmall, BranchKind::Original, benchInput(kSmall, 2, {}), 2);
    std::map<BranchKind, Reference> references;
    int timesTaken = 0;

    explicit Case(const ComputeContext& context)
    {
        const auto windows = comparedWindows(kSmall.size, branch->macs, 2);
        auto reference = referenceOf(*branch, windows, context);
        if (reference)
            references[BranchKind::Original] = *std::move(reference);
    }

    std::vector<Candidate> candidates(float offset, const ComputeContext& context)
    {
        std::vector<Candidate> all
            = ownCandidates(branch, std::vector<std::string>{"gemm"}, context);
        Candidate& one = all.front();
        one.output = [compute = one.output, offset]() -> Result<SharedTensor> {
            ASSIGN_OR_RETURN(const SharedTensor right, compute());
            Tensor output = right->clone();
            output.values()[40] += offset;
            return std::make_shared<const Tensor>(std::move(output));
        };
        one.time = [this]() -> Result<double> {
            ++timesTaken;
            return 200.0;
        };
        return all;
    }
};

} // namespace

class TestBench : public QObject {
    Q_OBJECT
private slots:
    void timesWhatAgrees();
    void takesNoTimeOfWhatDisagrees();
    void benchesAWorkload();
    void needsMemory();
};

void TestBench::timesWhatAgrees()
{
    ThreadTeam team(2);
    const ComputeContext context{.team = team};
    Case one(context);
    const auto rows
        = checkedAndTimed(one.candidates(0.0F, context), one.references, {.rounds = 3}, context);
    QVERIFY(rows);
    QCOMPARE(rows->size(), std::size_t{1});
    const BenchRow& row = rows->front();
    QCOMPARE(row.workload, std::string("small"));
    QCOMPARE(row.branch, std::string("original"));
    QCOMPARE(row.algorithm, std::string("gemm"));
    QCOMPARE(row.threads, 2);
    QCOMPARE(row.runs, 3);
    QCOMPARE(one.timesTaken, 3);
    QCOMPARE(row.medianMs, 200.0);
    QCOMPARE(row.effectiveGflops, 2e-6 * (25.0 * 3 * 5 * 12 * 17) / 200.0);
    QCOMPARE(row.shareOfPeak(), row.effectiveGflops / row.fmaPeakGflops);
}

void TestBench::takesNoTimeOfWhatDisagrees()
{
    ThreadTeam team(1);
    const ComputeContext context{.team = team};
    Case one(context);
    const auto rows
        = checkedAndTimed(one.candidates(0.01F, context), one.references, {.rounds = 3}, context);
    QVERIFY(!rows);
    QCOMPARE(rows.error().code, ErrorCode::Unsupported);
    QCOMPARE(one.timesTaken, 0);
}

void TestBench::benchesAWorkload()
{
    ThreadTeam one(1);
    ThreadTeam two(2);
    const std::vector<ComputeContext> contexts{{.team = one}, {.team = two}};
    const auto rows = bench(kSmall, {.algorithms = {"gemm"}, .measure = {.rounds = 1}}, contexts);
    QVERIFY(rows);
    std::vector<std::pair<std::string, int>> found;
    for (const BenchRow& row : *rows)
        found.emplace_back(row.branch, row.threads);
    QCOMPARE(found,
             (std::vector<std::pair<std::string, int>>{
                 {"original", 1}, {"decomposed", 1}, {"original", 2}, {"decomposed", 2}}));
}

void TestBench::needsMemory()
{
    ThreadTeam team(1);
    const std::vector<ComputeContext> contexts{{.team = team, .memoryLimitBytes = 1000}};
    const auto rows = bench(kSmall, {}, contexts);
    QVERIFY(!rows);
    QCOMPARE(rows.error().code, ErrorCode::Memory);
}

QTEST_GUILESS_MAIN(TestBench)
#include "test_bench.moc"
