#include "ui/cost/cost_table.h"

#include <QStringList>
#include <QTest>

using namespace factorscope;

namespace {

CostComparison articleCosts()
{
    const auto costs = compareCosts(Experiment{}, {224, 224});
    EXPECTS(costs);
    return *costs;
}

QStringList linesOf(const std::string& text)
{
    return QString::fromStdString(text).split(u'\n');
}

} // namespace

class TestCostTable : public QObject {
    Q_OBJECT
private slots:
    void hasARowForEachLayerAndTheSums();
    void writesLayersAsCsv();
    void writesTheCurveAsCsv();
};

void TestCostTable::hasARowForEachLayerAndTheSums()
{
    const CostComparison costs = articleCosts();
    const std::vector<CostRow> rows
        = costRows(BranchKind::Decomposed, costs.original, costs.factorised);
    QCOMPARE(rows.size(), std::size_t(3 + 5));
    QCOMPARE(rows[0].op, std::string("conv2d"));
    QCOMPARE(rows[0].shape, (Shape{64, 224, 224}));
    QVERIFY(!rows[2].layer && rows[2].branch == BranchKind::Original);
    QCOMPARE(rows[2].cost, costs.original.total);
    QCOMPARE(rows[5].layer, std::optional<int>(2));
    QCOMPARE(rows[5].cost.weights, std::int64_t(36'864));
    QVERIFY(!rows[7].layer && rows[7].branch == BranchKind::Decomposed);
    QCOMPARE(rows[7].cost, costs.factorised.total);
}

void TestCostTable::writesLayersAsCsv()
{
    const CostComparison costs = articleCosts();
    const QStringList lines
        = linesOf(costCsv(BranchKind::Decomposed, costs.original, costs.factorised));
    QCOMPARE(lines.size(), 1 + 8 + 1);
    QCOMPARE(lines[0],
             QStringLiteral("branch,layer,op,params,weights,macs,flops,activation_bytes"));
    QCOMPARE(lines[1],
             QStringLiteral("original,0,conv2d,102464,102400,5138022400,10276044800,12845056"));
    QCOMPARE(lines[2], QStringLiteral("original,1,relu,0,0,0,0,0"));
    QCOMPARE(lines[8],
             QStringLiteral("decomposed,total,,73856,73728,3699376128,7398752256,25690112"));
    QCOMPARE(lines[9], QString());
}

void TestCostTable::writesTheCurveAsCsv()
{
    const QStringList lines = linesOf(curveCsv(articleCosts()));
    QCOMPARE(lines.size(), 1 + 128 + 1);
    QCOMPARE(lines[0],
             QStringLiteral("mid_channels,weights,params,macs,activation_bytes,ratio_macs"));
    QCOMPARE(lines[64], QStringLiteral("64,73728,73856,3699376128,25690112,0.720000"));
    QVERIFY(lines[128].startsWith(QStringLiteral("128,147456,")));
    QVERIFY(lines[128].endsWith(QStringLiteral(",1.440000")));
}

QTEST_GUILESS_MAIN(TestCostTable)
#include "test_cost_table.moc"
