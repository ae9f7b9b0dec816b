#include "core/cost/formula.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

BranchPair articlePair()
{
    return {.original = {}, .kind = BranchKind::Decomposed, .factorised = {}, .size = {224, 224}};
}

const Formula& formulaOf(const std::vector<Formula>& all, std::string_view id,
                         std::optional<BranchKind> branch = {})
{
    for (const Formula& formula : all) {
        if (formula.id == id && formula.branch == branch)
            return formula;
    }
    EXPECTS(false);
    std::abort();
}

bool has(const std::vector<Formula>& all, std::string_view id)
{
    return std::ranges::any_of(all, [&](const Formula& formula) { return formula.id == id; });
}

} // namespace

class TestFormula : public QObject {
    Q_OBJECT
private slots:
    void writesTheArticlesExample();
    void writesLatex();
    void valuesAreThoseThatAreCounted_data();
    void valuesAreThoseThatAreCounted();
    void ratiosAreThoseOfTheCosts();
    void primesOtherEnds();
    void leavesOutWhatDoesNotHold();
    void namesTheHiddenAssumption();
    void refusesWhatCannotBeCounted();
};

void TestFormula::writesTheArticlesExample()
{
    const auto all = formulas(articlePair());
    QVERIFY(all);
    const auto text = [&](std::string_view id, std::optional<BranchKind> branch = {}) {
        return formulaText(formulaOf(*all, id, branch));
    };
    QCOMPARE(text("weights", BranchKind::Original),
             std::string("weights of the original = 5·5·C_in·C_out = 5·5·64·64 = 102,400"));
    QCOMPARE(text("weights", BranchKind::Decomposed),
             std::string("weights of the decomposed = 3·3·C_in·C_mid + 3·3·C_mid·C_out = "
                         "3·3·64·64 + 3·3·64·64 = 73,728"));
    QCOMPARE(text("params", BranchKind::Original),
             std::string("parameters of the original = 5·5·C_in·C_out + C_out = 5·5·64·64 + 64 = "
                         "102,464"));
    QCOMPARE(text("macs", BranchKind::Decomposed),
             std::string("MACs of the decomposed = (3·3·C_in·C_mid + 3·3·C_mid·C_out)·H·W = "
                         "(3·3·64·64 + 3·3·64·64)·224·224 = 3,699,376,128"));
    QCOMPARE(text("activation-bytes", BranchKind::Decomposed),
             std::string("activation memory in bytes of the decomposed = 4·(C_mid + C_out)·H·W = "
                         "4·(64 + 64)·224·224 = 25,690,112"));
    QCOMPARE(text("ratio-weights"),
             std::string("ratio of weights and MACs = 9·C_mid·(C_in + C_out) / (25·C_in·C_out) = "
                         "9·64·(64 + 64) / (25·64·64) = 0.72"));
    QCOMPARE(text("parity"),
             std::string("parity: C_mid of equal weights and MACs = 25·C_in·C_out / (9·(C_in + "
                         "C_out)) = 25·64·64 / (9·(64 + 64)) = 88.8889"));
}

void TestFormula::writesLatex()
{
    const auto all = formulas(articlePair());
    QVERIFY(all);
    QCOMPARE(formulaLatex(formulaOf(*all, "weights", BranchKind::Original)),
             std::string("W_{5\\times5} = 5 \\cdot 5 \\cdot C_{\\mathrm{in}} \\cdot "
                         "C_{\\mathrm{out}} = 5 \\cdot 5 \\cdot 64 \\cdot 64 = 102{,}400"));
    QCOMPARE(formulaLatex(formulaOf(*all, "parity")),
             std::string("C^{*}_{\\mathrm{mid}} = \\frac{25 \\cdot C_{\\mathrm{in}} \\cdot "
                         "C_{\\mathrm{out}}}{9 \\cdot (C_{\\mathrm{in}} + C_{\\mathrm{out}})} = "
                         "\\frac{25 \\cdot 64 \\cdot 64}{9 \\cdot (64 + 64)} = 88.8889"));
    for (const Formula& formula : *all) {
        const std::string latex = formulaLatex(formula);
        QCOMPARE(std::ranges::count(latex, '{'), std::ranges::count(latex, '}'));
        QVERIFY2(latex.find("·") == std::string::npos, latex.c_str());
    }
}

void TestFormula::valuesAreThoseThatAreCounted_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("residual");
    QTest::addColumn<bool>("bias");
    QTest::addColumn<bool>("batchNorm");
    for (const BranchKind kind :
         {BranchKind::Decomposed, BranchKind::Separable, BranchKind::Asymmetric}) {
        for (const ResidualKind residual : {ResidualKind::None, ResidualKind::Conv1x1}) {
            for (const bool bias : {false, true}) {
                for (const bool batchNorm : {false, true})
                    QTest::addRow("%s, %s, %s, %s", branchKindName(kind).data(),
                                  residual == ResidualKind::None ? "plain" : "1x1",
                                  bias ? "bias" : "none", batchNorm ? "norm" : "none")
                        << static_cast<int>(kind) << static_cast<int>(residual) << bias
                        << batchNorm;
            }
        }
    }
}

/// What is written comes to what costOf() counts.
void TestFormula::valuesAreThoseThatAreCounted()
{
    QFETCH(int, kind);
    QFETCH(int, residual);
    QFETCH(bool, bias);
    QFETCH(bool, batchNorm);
    const BranchOptions options{.inChannels = 11,
                                .midChannels = 13,
                                .outChannels = 17,
                                .batchNorm = batchNorm,
                                .residual = static_cast<ResidualKind>(residual),
                                .bias = bias};
    const auto all = formulas({.original = options,
                               .kind = static_cast<BranchKind>(kind),
                               .factorised = options,
                               .size = {7, 9}});
    QVERIFY(all);
    int counts = 0;
    for (const Formula& formula : *all) {
        if (!formula.branch)
            continue;
        ++counts;
        QVERIFY(formula.amount);
        QCOMPARE(std::llround(formula.expression.value()), *formula.amount);
    }
    QCOMPARE(counts, 8);
}

void TestFormula::ratiosAreThoseOfTheCosts()
{
    for (const ResidualKind residual : {ResidualKind::None, ResidualKind::Conv1x1}) {
        const BranchOptions options{
            .inChannels = 11, .midChannels = 13, .outChannels = 17, .residual = residual};
        const auto all = formulas({.original = options,
                                   .kind = BranchKind::Decomposed,
                                   .factorised = options,
                                   .size = {7, 9}});
        QVERIFY(all);
        const auto one = costOf(namedBranch(BranchKind::Original, options), {7, 9});
        const auto two = costOf(namedBranch(BranchKind::Decomposed, options), {7, 9});
        const CostRatio ratio = ratioOf(two->total, one->total);
        const auto isNear = [&](std::string_view id, double expected) {
            return std::abs(formulaOf(*all, id).value() - expected) < 1e-12;
        };
        QVERIFY(isNear("ratio-weights", ratio.weights));
        QVERIFY(isNear("ratio-weights", ratio.macs));
        QVERIFY(isNear("ratio-params", ratio.params));
        QVERIFY(isNear("ratio-activation-bytes", ratio.activationBytes));
    }
}

void TestFormula::primesOtherEnds()
{
    const auto all
        = formulas({.original = {.inChannels = 48, .outChannels = 64},
                    .kind = BranchKind::Decomposed,
                    .factorised = {.inChannels = 64, .midChannels = 96, .outChannels = 96},
                    .size = {35, 35}});
    QVERIFY(all);
    QCOMPARE(formulaText(formulaOf(*all, "weights", BranchKind::Original)),
             std::string("weights of the original = 5·5·C_in'·C_out' = 5·5·48·64 = 76,800"));
    QCOMPARE(formulaOf(*all, "ratio-weights").valueText(FormulaStyle::Text), std::string("1.8"));
    QVERIFY(has(*all, "parity"));
    QVERIFY(!has(*all, "ratio-at-c-out"));
}

void TestFormula::leavesOutWhatDoesNotHold()
{
    BranchPair pair = articlePair();
    pair.kind = BranchKind::Separable;
    QVERIFY(!has(*formulas(pair), "parity"));
    pair = articlePair();
    pair.factorised.residual = pair.original.residual = ResidualKind::Conv1x1;
    QVERIFY(!has(*formulas(pair), "parity"));
}

void TestFormula::namesTheHiddenAssumption()
{
    BranchPair pair = articlePair();
    pair.original.outChannels = pair.factorised.outChannels = pair.factorised.midChannels = 128;
    const auto all = formulas(pair);
    QVERIFY(all);
    QCOMPARE(formulaText(formulaOf(*all, "ratio-at-c-out")),
             std::string("ratio of weights if C_mid = C_out = 0.36·(1 + C_out / C_in) = "
                         "0.36·(1 + 128 / 64) = 1.08"));
}

void TestFormula::refusesWhatCannotBeCounted()
{
    const BranchOptions huge{.inChannels = 65536, .midChannels = 65536, .outChannels = 65536};
    QVERIFY(!formulas({.original = huge, .factorised = huge, .size = {65536, 65536}}));
}

QTEST_GUILESS_MAIN(TestFormula)
#include "test_formula.moc"
