#include "core/cost/cost_json.h"

#include "core/branch/named_branches.h"

#include <QTest>

using namespace factorscope;

namespace {

CostReport articleCost(BranchKind kind)
{
    auto report = costOf(namedBranch(kind, {}), {224, 224});
    if (!report)
        qFatal("%s", report.error().message().c_str());
    return *std::move(report);
}

} // namespace

class TestCostJson : public QObject {
    Q_OBJECT
private slots:
    void writesAReport();
    void writesNoLayers();
    void writesARatio();
};

void TestCostJson::writesAReport()
{
    const Json expected = Json::parse(R"({
        "params": 102464, "weights": 102400, "macs": 5138022400, "flops": 10276044800,
        "activation_bytes": 12845056,
        "receptive_field": [5, 5],
        "layers": [
            {"index": 0, "op": "conv2d", "shape": [64, 224, 224], "params": 102464,
             "weights": 102400, "macs": 5138022400, "flops": 10276044800,
             "activation_bytes": 12845056},
            {"index": 1, "op": "relu", "shape": [64, 224, 224], "params": 0, "weights": 0,
             "macs": 0, "flops": 0, "activation_bytes": 0}
        ]})");
    QCOMPARE(toJson(articleCost(BranchKind::Original)).dump(2), expected.dump(2));
}

void TestCostJson::writesNoLayers()
{
    const Json json = toJson(CostReport{});
    QVERIFY(json.at("layers").is_array());
    QCOMPARE(json.at("layers").size(), std::size_t(0));
}

void TestCostJson::writesARatio()
{
    const Cost original{.params = 8, .weights = 16, .macs = 32, .activationBytes = 4};
    const Cost decomposed{.params = 6, .weights = 8, .macs = 4, .activationBytes = 8};
    QCOMPARE(toJson(ratioOf(decomposed, original)).dump(),
             std::string(R"({"params":0.75,"weights":0.5,"macs":0.125,"activation_bytes":2.0})"));
}

QTEST_APPLESS_MAIN(TestCostJson)
#include "test_cost_json.moc"
