#include "core/cost/count_rule.h"

#include "core/branch/named_branches.h"
#include "core/cost/convention.h"

#include <QTest>

using namespace factorscope;

class TestCountRule : public QObject {
    Q_OBJECT
private slots:
    void countsEveryPartByHand();
    void countsWhatIsWithinAResidual();
    void everyToolFollowsARule();
    void rulesAreAllDifferent();
    void saysWhereTwoRulesPart();
    void leavesOutWhatIsNotThere();
    void refusesWhatDoesNotFit();
};

namespace {

CountParts partsOf(const BranchSpec& spec, Extent size)
{
    const auto parts = countParts(spec, size);
    EXPECTS(parts);
    return *parts;
}

} // namespace

void TestCountRule::countsEveryPartByHand()
{
    const BranchOptions options{
        .inChannels = 3, .midChannels = 5, .outChannels = 7, .batchNorm = true};
    const CountParts parts = partsOf(namedBranch(BranchKind::Decomposed, options), {4, 6});
    QCOMPARE(parts[CountPart::Weights], 9 * 3 * 5 + 9 * 5 * 7);
    QCOMPARE(parts[CountPart::Macs], (9 * 3 * 5 + 9 * 5 * 7) * 24);
    QCOMPARE(parts[CountPart::Biases], 5 + 7);
    QCOMPARE(parts[CountPart::BiasTerms], (5 + 7) * 24);
    QCOMPARE(parts[CountPart::Norms], 2 * (5 + 7));
    QCOMPARE(parts[CountPart::Activations], (5 + 7) * 24);
    QCOMPARE(parts[CountPart::Outputs], 2 * (5 + 7) * 24);
}

void TestCountRule::countsWhatIsWithinAResidual()
{
    const BranchOptions options{.inChannels = 3,
                                .midChannels = 5,
                                .outChannels = 7,
                                .residual = ResidualKind::Conv1x1,
                                .bias = false};
    const CountParts parts = partsOf(namedBranch(BranchKind::Decomposed, options), {4, 6});
    QCOMPARE(parts[CountPart::Weights], 9 * 3 * 5 + 9 * 5 * 7 + 3 * 7);
    QCOMPARE(parts[CountPart::Biases], 7); // of the shortcut
    QCOMPARE(parts[CountPart::BiasTerms], 7 * 24);
    QCOMPARE(parts[CountPart::Activations], (5 + 7) * 24);
}

void TestCountRule::everyToolFollowsARule()
{
    const CountParts parts = partsOf(namedBranch(BranchKind::Original, {}), {28, 28});
    const std::map<std::string_view, std::int64_t> printed{
        {"weights", 80'281'600},  {"fvcore", 80'281'600},    {"thop", 80'281'600},
        {"netscope", 80'281'600}, {"torchinfo", 80'331'776}, {"ptflops", 80'331'776},
        {"torch", 160'563'200},   {"calflops", 160'613'376}};
    QCOMPARE(countingConventions().size(), printed.size());
    for (const CountingConvention& convention : countingConventions()) {
        QCOMPARE(ruleOf(convention).of(parts), printed.at(convention.id));
        const bool isNamed = ruleOf(convention).tools.find(convention.id) != std::string_view::npos;
        QVERIFY2(isNamed || convention.id == "weights", std::string(convention.id).c_str());
    }
    QCOMPARE(findCountRule("macs-bias-relu")->of(parts), 80'331'776 + 50'176);
    QCOMPARE(findCountRule("weights")->of(parts), 102'400);
    QCOMPARE(findCountRule("weights-biases")->of(parts), 102'464);
    QCOMPARE(findCountRule("activation-bytes")->of(parts), 4 * 64 * 28 * 28);
    QVERIFY(!findCountRule("Macs"));
}

void TestCountRule::rulesAreAllDifferent()
{
    const std::span<const CountRule> rules = countRules();
    for (std::size_t i = 0; i < rules.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            QVERIFY(rules[i].id != rules[j].id);
            QVERIFY(rules[i].times != rules[j].times);
        }
    }
}

void TestCountRule::saysWhereTwoRulesPart()
{
    const CountParts parts = partsOf(namedBranch(BranchKind::Original, {}), {28, 28});
    const std::vector<CountLine> lines
        = countLines(parts, *findCountRule("macs"), *findCountRule("flops-bias"));
    const std::vector<CountLine> expected{{CountPart::Macs, 80'281'600, 1, 2},
                                          {CountPart::BiasTerms, 50'176, 0, 1}};
    QCOMPARE(lines, expected);
    std::int64_t difference = 0;
    for (const CountLine& line : lines)
        difference += line.to() - line.from();
    QCOMPARE(difference, 160'613'376 - 80'281'600);
}

void TestCountRule::leavesOutWhatIsNotThere()
{
    const BranchOptions options{.bias = false};
    const CountParts parts = partsOf(namedBranch(BranchKind::Original, options), {28, 28});
    const std::vector<CountLine> lines
        = countLines(parts, *findCountRule("macs"), *findCountRule("macs-bias"));
    QCOMPARE(lines, (std::vector<CountLine>{{CountPart::Macs, 80'281'600, 1, 1}}));
}

void TestCountRule::refusesWhatDoesNotFit()
{
    const auto spec = namedBranch(
        BranchKind::Decomposed, {.inChannels = 65536, .midChannels = 65536, .outChannels = 65536});
    QCOMPARE(countParts(spec, {65536, 65536}).error().code, ErrorCode::Shape);
}

QTEST_GUILESS_MAIN(TestCountRule)
#include "test_count_rule.moc"
