#include "core/json/json.h"
#include "tests/ui/figure/sample_answer.h"
#include "ui/export/cost_files.h"

#include <QTest>

#include <algorithm>

using namespace factorscope;

class TestCostFiles : public QObject {
    Q_OBJECT
private slots:
    void layersAndCurveStandBesideEachOther();
    void reportsAreOneFile();
};

void TestCostFiles::layersAndCurveStandBesideEachOther()
{
    const auto answered = sampleAnswer();
    const auto& both = std::get<BothEvaluated>(*answered);
    const auto files = costFiles(both, TableFormat::CsvFiles, "folder/my.photo-cost");
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

void TestCostFiles::reportsAreOneFile()
{
    const auto answered = sampleAnswer();
    const auto& both = std::get<BothEvaluated>(*answered);
    const auto files = costFiles(both, TableFormat::JsonFile, "folder/my.photo-cost");
    QVERIFY(files);
    QCOMPARE(files->size(), std::size_t{1});
    QCOMPARE(files->at(0).path, std::filesystem::path("folder/my.photo-cost.json"));
    const auto json = parseJson(files->at(0).text, "costs");
    QVERIFY(json);
    QVERIFY((*json)["original"]["macs"] == both.original.cost.total.macs);
    QVERIFY((*json)["decomposed"]["macs"] == both.factorised.cost.total.macs);
    QVERIFY(json->contains("ratio"));
}

QTEST_GUILESS_MAIN(TestCostFiles)
#include "test_cost_files.moc"
