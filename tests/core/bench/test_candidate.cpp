#include "core/bench/candidate.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace factorscope;

namespace {

constexpr Workload kSmall{"small", 3, 5, {9, 8}};

std::vector<Candidate> candidates(BranchKind kind, std::vector<std::string> algorithms,
                                  const ComputeContext& context)
{
    return ownCandidates(benchBranch(kSmall, kind, benchInput(kSmall, 1, {}), 1), algorithms,
                         context);
}

/// "auto", and name and variant of the others.
std::set<std::string> names(const std::vector<Candidate>& candidates)
{
    std::set<std::string> texts;
    for (const Candidate& one : candidates)
        texts.insert(one.algorithm == "auto" || one.variant.empty()
                         ? one.algorithm
                         : one.algorithm + " " + one.variant);
    return texts;
}

bool takes(const ConvEngine& engine, Extent kernel, std::int64_t inChannels)
{
    return !engine.declines({.inChannels = inChannels,
                             .inSize = kSmall.size,
                             .outChannels = kSmall.outChannels,
                             .kernel = kernel,
                             .padding = {kernel.height / 2, kernel.width / 2}});
}

} // namespace

class TestCandidate : public QObject {
    Q_OBJECT
private slots:
    void areAutoAndAllEnginesButTheReference();
    void areThoseThatTakeEveryConvolution();
    void areWhatIsNamed();
    void computeTheSameAndTellTheirTime();
    void sayWhatAutoChose();
    void knowsTheWorkloads();
};

void TestCandidate::areAutoAndAllEnginesButTheReference()
{
    ThreadTeam team(1);
    std::set<std::string> expected{"auto"};
    for (const ConvEngine* engine : convEngines()) {
        if (takes(*engine, {5, 5}, 3) && engine->name() != "reference")
            expected.insert(label(*engine));
    }
    QCOMPARE(names(candidates(BranchKind::Original, {}, {.team = team})), expected);
}

void TestCandidate::areThoseThatTakeEveryConvolution()
{
    ThreadTeam team(1);
    std::set<std::string> expected{"auto"};
    for (const ConvEngine* engine : convEngines()) {
        if (takes(*engine, {3, 3}, 3) && takes(*engine, {3, 3}, 5) && engine->name() != "reference")
            expected.insert(label(*engine));
    }
    QCOMPARE(names(candidates(BranchKind::Decomposed, {}, {.team = team})), expected);
}

void TestCandidate::areWhatIsNamed()
{
    ThreadTeam team(1);
    using Names = std::set<std::string>;
    QCOMPARE(names(candidates(BranchKind::Original, {"reference"}, {.team = team})),
             (Names{"reference"}));
    QCOMPARE(names(candidates(BranchKind::Original, {"gemm", "auto"}, {.team = team})),
             (Names{"auto", "gemm"}));
    for (const ConvEngine* engine : convEngines())
        QVERIFY(isBenchAlgorithm(engine->name()) && isBenchAlgorithm(label(*engine)));
    QVERIFY(isBenchAlgorithm("auto"));
    QVERIFY(!isBenchAlgorithm("fastest"));
}

void TestCandidate::computeTheSameAndTellTheirTime()
{
    ThreadTeam team(2);
    for (const Candidate& one : candidates(BranchKind::Decomposed, {}, {.team = team})) {
        const auto output = one.output();
        QVERIFY(output);
        QCOMPARE((*output)->shape(), (Shape{1, 5, 9, 8}));
        const auto time = one.time();
        QVERIFY(time);
        QVERIFY(*time > 0.0);
        QVERIFY(one.scratchBytes >= 0);
    }
}

void TestCandidate::sayWhatAutoChose()
{
    ThreadTeam team(1);
    const auto found = candidates(BranchKind::Original, {"auto"}, {.team = team});
    QCOMPARE(found.size(), std::size_t{1});
    const ConvProblem problem{
        .inChannels = 3, .inSize = {9, 8}, .outChannels = 5, .kernel = {5, 5}, .padding = {2, 2}};
    QCOMPARE(found.front().variant, label(**chooseEngine("auto", problem)));
    QCOMPARE(found.front().text(), "auto " + found.front().variant + " on original of small");
}

// Counted by hand: channels in · channels out · taps · pixels.
void TestCandidate::knowsTheWorkloads()
{
    const Workload* article = findWorkload("article");
    QVERIFY(article);
    const auto macs = [](const Workload& workload, BranchKind kind) {
        return benchBranch(workload, kind, nullptr, 0)->macs;
    };
    QCOMPARE(macs(*article, BranchKind::Original), 5'138'022'400);
    QCOMPARE(macs(*article, BranchKind::Decomposed), 3'699'376'128);
    QCOMPARE(macs(*findWorkload("inception3a"), BranchKind::Original), 10'035'200);
    QCOMPARE(macs(*findWorkload("image"), BranchKind::Original),
             std::int64_t{3 * 16 * 25} * 512 * 512);
    QCOMPARE(findWorkload("large")->inShape(), (Shape{1, 3, 4096, 4096}));
    QVERIFY(!findWorkload("small"));
}

QTEST_GUILESS_MAIN(TestCandidate)
#include "test_candidate.moc"
