#include "tests/ui/figure/sample_answer.h"
#include "ui/export/cost_files.h"

#include <QTest>

#include <algorithm>

using namespace factorscope;

class TestCostFiles : public QObject {
    Q_OBJECT
private slots:
    void layersAndCurveStandBesideEachOther();
};

void TestCostFiles::layersAndCurveStandBesideEachOther()
{
    const auto answered = sampleAnswer();
    const auto& both = std::get<BothEvaluated>(*answered);
    const auto files = costCsvFiles(both, "folder/my.photo-cost");
    QVERIFY(files);
    QCOMPARE(files->size(), std::size_t{2});
    QCOMPARE(files->at(0).path, std::filesystem::path("folder/my.photo-cost.csv"));
    QCOMPARE(files->at(1).path, std::filesystem::path("folder/my.photo-cost-curve.csv"));
    const std::string total = "\ndecomposed,total,,"
        + std::to_string(both.factorised.cost.total.params) + ","
        + std::to_string(both.factorised.cost.total.weights) + ","
        + std::to_string(both.factorised.cost.total.macs) + ",";
    QVERIFY(files->at(0).text.find(total) != std::string::npos);
    const std::string here = "\n5," + std::to_string(both.factorised.cost.total.weights) + ",";
    QVERIFY(files->at(1).text.find(here) != std::string::npos);
}

QTEST_GUILESS_MAIN(TestCostFiles)
#include "test_cost_files.moc"
