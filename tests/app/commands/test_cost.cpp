#include "tests/support/program.h"

#include <QTest>

using namespace factorscope;

class TestCost : public QObject {
    Q_OBJECT
private slots:
    void comparesBothBranches();
    void reportsOneBranchAlone();
    void knowsTheWeightsOfEveryPreset_data();
    void knowsTheWeightsOfEveryPreset();
    void takesMidChannelsBesideAPreset_data();
    void takesMidChannelsBesideAPreset();
    void countsAsToolsDo_data();
    void countsAsToolsDo();
    void changesWithEveryOptionOfABranch_data();
    void changesWithEveryOptionOfABranch();
    void readsABranchFromAFile();
    void saysItInWords();
    void refusesWhatCannotBeCounted();
    void sumsTheModulesOfANetwork();
    void findsTheRuleOfANumber();
    void writesFormulas();
    void refusesDetailsByTheCommandLine_data();
    void refusesDetailsByTheCommandLine();
};

// The article's example.
void TestCost::comparesBothBranches()
{
    const Workplace place;
    const Json json = programJson(place, words("cost"));
    const Json& original = json.at("original");
    QCOMPARE(jsonText(original.at("params")), jsonText(102'464));
    QCOMPARE(jsonText(original.at("weights")), jsonText(102'400));
    QCOMPARE(jsonText(original.at("macs")), jsonText(5'138'022'400));
    QCOMPARE(jsonText(original.at("flops")), jsonText(10'276'044'800));
    QCOMPARE(jsonText(original.at("activation_bytes")), jsonText(12'845'056));
    QCOMPARE(jsonText(original.at("receptive_field")), jsonText(Json{5, 5}));
    const Json& decomposed = json.at("decomposed");
    QCOMPARE(jsonText(decomposed.at("params")), jsonText(73'856));
    QCOMPARE(jsonText(decomposed.at("weights")), jsonText(73'728));
    QCOMPARE(jsonText(decomposed.at("macs")), jsonText(3'699'376'128));
    QCOMPARE(jsonText(decomposed.at("flops")), jsonText(7'398'752'256));
    QCOMPARE(jsonText(decomposed.at("activation_bytes")), jsonText(25'690'112));
    QCOMPARE(jsonText(decomposed.at("receptive_field")), jsonText(Json{5, 5}));
    for (const auto& [figure, ratio] :
         std::initializer_list<std::pair<const char*, double>>{{"params", 73856.0 / 102464.0},
                                                               {"weights", 0.72},
                                                               {"macs", 0.72},
                                                               {"activation_bytes", 2.0}}) {
        QCOMPARE(json.at("ratio").at(figure).get<double>(), ratio);
        QCOMPARE(json.at("saving").at(figure).get<double>(), 1.0 - ratio);
    }
    QCOMPARE(json.at("parity_mid_channels").get<double>(), 25.0 * 64 * 64 / (9.0 * 128));
}

void TestCost::reportsOneBranchAlone()
{
    const Workplace place;
    const Json json = programJson(place, words("cost --branch decomposed --size 28x20"));
    QVERIFY(!json.contains("original"));
    QCOMPARE(jsonText(json.at("weights")), jsonText(73'728));
    const Json& layers = json.at("layers");
    QCOMPARE(layers.size(), std::size_t{4});
    QCOMPARE(jsonText(layers[2]),
             jsonText(Json{{"index", 2},
                           {"op", "conv2d"},
                           {"shape", {64, 28, 20}},
                           {"params", 36'928},
                           {"weights", 36'864},
                           {"macs", 36'864 * 560},
                           {"flops", 2 * 36'864 * 560},
                           {"activation_bytes", 4 * 64 * 560}}));
    QCOMPARE(jsonText(layers[3].at("op")), jsonText("relu"));
    QCOMPARE(jsonText(layers[3].at("macs")), jsonText(0));
    QCOMPARE(jsonText(layers[3].at("activation_bytes")), jsonText(0));
}

void TestCost::knowsTheWeightsOfEveryPreset_data()
{
    QTest::addColumn<QString>("preset");
    QTest::addColumn<std::int64_t>("weights");
    QTest::addColumn<std::int64_t>("macs");
    QTest::addColumn<double>("ratio");
    const auto row = [](const char* preset, std::int64_t weights, std::int64_t macs, double ratio) {
        QTest::newRow(preset) << QString::fromLatin1(preset) << weights << macs << ratio;
    };
    row("article", 102'400, 5'138'022'400, 0.72);
    row("googlenet-3a", 12'800, 10'035'200, 1.080);
    row("googlenet-3b", 76'800, 60'211'200, 1.440);
    row("googlenet-4a", 19'200, 3'763'200, 1.440);
    row("googlenet-4b", 38'400, 7'526'400, 1.320);
    row("googlenet-4c", 38'400, 7'526'400, 1.320);
    row("googlenet-4d", 51'200, 10'035'200, 1.080);
    row("googlenet-4e", 102'400, 20'070'400, 1.800);
    row("googlenet-5a", 102'400, 5'017'600, 1.800);
    row("googlenet-5b", 153'600, 7'526'400, 1.320);
    row("inception-v2-3a", 153'600, 120'422'400, 0.900);
    row("inception-v2-4a", 25 * 96 * 128, 25 * 96 * 128 * 196, 0.840);
    row("inception-v2-4c", 25 * 128 * 160, 25 * 128 * 160 * 196, 0.810);
    row("inception-v2-4d", 25 * 160 * 192, 25 * 160 * 192 * 196, 0.792);
    row("inception-v2-5a", 25 * 160 * 224, 25 * 160 * 224 * 49, 0.864);
    row("inception-v2-5b", 25 * 192 * 224, 25 * 192 * 224 * 49, 0.780);
    row("inception-v3-a", 76'800, 94'080'000, 138'240.0 / 76'800.0);
}

void TestCost::knowsTheWeightsOfEveryPreset()
{
    QFETCH(QString, preset);
    QFETCH(std::int64_t, weights);
    QFETCH(std::int64_t, macs);
    QFETCH(double, ratio);
    const Workplace place;
    const Json json = programJson(place, {"cost", "--preset", preset});
    QCOMPARE(jsonText(json.at("original").at("weights")), jsonText(weights));
    QCOMPARE(jsonText(json.at("original").at("macs")), jsonText(macs));
    QCOMPARE(json.at("ratio").at("weights").get<double>(), ratio);
    QCOMPARE(json.at("ratio").at("macs").get<double>(), ratio);
}

void TestCost::takesMidChannelsBesideAPreset_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<double>("ratio"); // to the three decimals of the table
    QTest::newRow("3a, geometric mean")
        << words("--preset googlenet-3a --mid-channels 23") << 0.776;
    QTest::newRow("3a, as many as in") << words("--preset googlenet-3a --mid-channels 16") << 0.540;
    QTest::newRow("5b, geometric mean")
        << words("--mid-channels 78 --preset googlenet-5b") << 0.804;
    QTest::newRow("5b, as many as in") << words("--mid-channels 48 --preset googlenet-5b") << 0.495;
}

void TestCost::takesMidChannelsBesideAPreset()
{
    QFETCH(QStringList, options);
    QFETCH(double, ratio);
    const Json json = programJson(Workplace(), words("cost") + options);
    QCOMPARE(std::round(1000 * json.at("ratio").at("weights").get<double>()), 1000 * ratio);
}

void TestCost::countsAsToolsDo_data()
{
    QTest::addColumn<QString>("convention");
    QTest::addColumn<std::int64_t>("original");
    QTest::addColumn<std::int64_t>("decomposed");
    const auto row = [](const char* convention, std::int64_t original, std::int64_t decomposed) {
        QTest::newRow(convention) << QString::fromLatin1(convention) << original << decomposed;
    };
    row("fvcore", 80'281'600, 57'802'752);
    row("thop", 80'281'600, 57'802'752);
    row("netscope", 80'281'600, 57'802'752);
    row("torchinfo", 80'331'776, 57'903'104);
    row("ptflops", 80'331'776, 57'903'104);
    row("torch", 160'563'200, 115'605'504);
    row("calflops", 160'613'376, 115'705'856);
}

void TestCost::countsAsToolsDo()
{
    QFETCH(QString, convention);
    QFETCH(std::int64_t, original);
    QFETCH(std::int64_t, decomposed);
    const QStringList arguments = words("cost --size 28x28 --convention") + QStringList{convention};
    const Json both = programJson(Workplace(), arguments);
    QCOMPARE(jsonText(both.at("original").at("counted")), jsonText(original));
    QCOMPARE(jsonText(both.at("decomposed").at("counted")), jsonText(decomposed));
    const Json one = programJson(Workplace(), arguments + words("--branch original"));
    QCOMPARE(jsonText(one.at("counted")), jsonText(original));
    QVERIFY(!programJson(Workplace(), words("cost --branch original")).contains("counted"));
}

void TestCost::changesWithEveryOptionOfABranch_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<std::int64_t>("params");
    const auto row = [](const char* options, std::int64_t params) {
        QTest::newRow(options) << words(options) << params;
    };
    row("--branch original", 102'464);
    row("--branch original --no-bias", 102'400);
    row("--branch original --no-bias --batch-norm", 102'528);
    row("--branch decomposed --no-bias --batch-norm", 73'984);
    row("--branch decomposed --between none", 73'856);
    row("--branch decomposed --between leaky=0.3", 73'856);
    row("--branch decomposed --residual identity", 73'856);
    row("--branch decomposed --residual conv1x1", 73'856 + 64 * 64 + 64);
    row("--branch decomposed --residual conv1x1 --no-bias", 73'728 + 64 * 64 + 64); // as in PyTorch
    row("--branch decomposed --mid-channels 1", 9 * 64 + 1 + 9 * 64 + 64);
    row("--branch separable --no-bias", 9'344);
    row("--branch asymmetric --no-bias", 2 * 5 * 64 * 64);
}

void TestCost::changesWithEveryOptionOfABranch()
{
    QFETCH(QStringList, options);
    QFETCH(std::int64_t, params);
    const Json json = programJson(Workplace(), words("cost --size 8x8") + options);
    QCOMPARE(jsonText(json.at("params")), jsonText(params));
}

void TestCost::readsABranchFromAFile()
{
    const QString file = QStringLiteral(FACTORSCOPE_TEST_DATA "/golden/reduce_then_5x5/spec.json");
    const Json json = programJson(Workplace(), {"cost", "--branch", file, "--size", "28x28"});
    QVERIFY(json.at("layers").size() >= 2);
    QCOMPARE(jsonText(json.at("receptive_field")), jsonText(Json{5, 5}));
}

void TestCost::saysItInWords()
{
    const ProgramRun run = runProgram(Workplace(), words("cost --preset googlenet-3a"));
    QCOMPARE(run.exitCode, 0);
    QCOMPARE(run.err, std::string());
    for (const char* part :
         {"12,800", "10,035,200", "weights +8.00 %", "MACs +8.00 %", "C_mid = 29.63"})
        QVERIFY2(run.out.find(part) != std::string::npos, run.out.c_str());
}

void TestCost::refusesWhatCannotBeCounted()
{
    const QStringList arguments
        = words("cost --in-channels 65536 --mid-channels 65536 --out-channels "
                "65536 --size 65536x65536");
    QCOMPARE(wrongWithFailure(Workplace(), arguments, 1, "65536x65536"), QString());
}

void TestCost::sumsTheModulesOfANetwork()
{
    const Workplace place;
    const Json out = programJson(place, words("cost --network googlenet"));
    QCOMPARE(out.at("modules").size(), std::size_t{9});
    const Json& total = out.at("total");
    QCOMPARE(jsonText(total.at("weights_original")), jsonText(595'200));
    QCOMPARE(jsonText(total.at("macs_original")), jsonText(131'712'000));
    QCOMPARE(std::round(1000 * total.at("weights_ratio").get<double>()), 1479.0);
    QCOMPARE(std::round(1000 * total.at("macs_ratio").get<double>()), 1433.0);
    const Json chosen = programJson(
        place,
        words("cost --network googlenet --mid-rule c-in --module-mid 3b=7 --module-mid "
              "5b=9"));
    QCOMPARE(jsonText(chosen.at("modules")[1].at("mid_channels")), jsonText(7));
    QCOMPARE(jsonText(chosen.at("modules")[2].at("mid_channels")), jsonText(16));
    QCOMPARE(jsonText(chosen.at("modules")[8].at("weights_decomposed")), jsonText(9 * 9 * 176));
    const ProgramRun run = runProgram(place, words("cost --network googlenet --mid-rule c-in"));
    for (const char* part : {"0.482", "0.486", "595,200", "131,712,000", "29.63"})
        QVERIFY2(run.out.find(part) != std::string::npos, run.out.c_str());
}

void TestCost::findsTheRuleOfANumber()
{
    const Workplace place;
    const Json json = programJson(place, words("cost --size 28x28 --identify 160,613,376"));
    QCOMPARE(json.at("matches").size(), std::size_t{1});
    QCOMPARE(jsonText(json.at("matches")[0].at("rule")), jsonText("flops-bias"));
    QCOMPARE(jsonText(json.at("matches")[0].at("branch")), jsonText("original"));
    const ProgramRun exact = runProgram(place, words("cost --size 28x28 --identify 102464"));
    QVERIFY2(exact.out.find("netscope") != std::string::npos, exact.out.c_str());
    const ProgramRun none = runProgram(place, words("cost --size 28x28 --identify 80281601"));
    QVERIFY2(none.out.find("the nearest") != std::string::npos
                 && none.out.find("80,281,600") != std::string::npos,
             none.out.c_str());
}

void TestCost::writesFormulas()
{
    const Workplace place;
    const ProgramRun text = runProgram(place, words("cost --preset googlenet-3a --formulas text"));
    QVERIFY2(text.out.find("9·32·(16 + 32) / (25·16·32) = 1.08\n") != std::string::npos,
             text.out.c_str());
    const ProgramRun latex
        = runProgram(place, words("cost --preset googlenet-3a --formulas latex"));
    QVERIFY2(latex.out.find("\\cdot 16 \\cdot 32 = 12{,}800\n") != std::string::npos,
             latex.out.c_str());
    const Json json = programJson(place, words("cost --formulas text"));
    QCOMPARE(jsonText(json.at("formulas")[0].at("value")), jsonText(102'400));
}

void TestCost::refusesDetailsByTheCommandLine_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("named");
    const auto row = [](const char* options, const char* named) {
        QTest::newRow(options) << words(options) << QByteArray(named);
    };
    row("--network alexnet", "'alexnet'");
    row("--network googlenet --mid-rule half", "'half'");
    row("--network googlenet --module-mid 9z=3", "'9z=3'");
    row("--network googlenet --module-mid 3a=x", "'x'");
    row("--network googlenet --module-mid 3a=0", "module 3a");
    row("--module-mid 3a=2", "3a=2");
    row("--identify many", "'many'");
    row("--formulas word", "'word'");
}

void TestCost::refusesDetailsByTheCommandLine()
{
    QFETCH(QStringList, options);
    QFETCH(QByteArray, named);
    QCOMPARE(wrongWithFailure(Workplace(), words("cost") + options, 2, named.constData()),
             QString());
}

QTEST_GUILESS_MAIN(TestCost)
#include "test_cost.moc"
