#include "core/file/output_files.h"
#include "core/weights/safetensors.h"
#include "tests/support/program.h"
#include "tests/support/reference_case.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

namespace {

// [1 2 3 2 1] in both directions.
const Json kPaths{
    {1, 2, 3, 2, 1}, {2, 4, 6, 4, 2}, {3, 6, 9, 6, 3}, {2, 4, 6, 4, 2}, {1, 2, 3, 2, 1}};

} // namespace

class TestReceptiveField : public QObject {
    Q_OBJECT
private slots:
    void countsThePathsOfTheMiddle();
    void givesBothBranchesTheSameWindow();
    void cutsTheWindowAtTheBorder_data();
    void cutsTheWindowAtTheBorder();
    void followsStridesOfAFile();
    void writesTheWholeImage();
    void measuresTheEffectiveField_data();
    void measuresTheEffectiveField();
    void measuresItDeep();
    void tellsOfSilence();
    void writesTheEffectiveField();
    void averagesOverPositions();
    void refuses_data();
    void refuses();
    void saysItInWords();
    void keepsOldFilesWhenItFails();
};

void TestReceptiveField::countsThePathsOfTheMiddle()
{
    const Json json = programJson(Workplace(), words("rf --branch decomposed"));
    QCOMPARE(jsonText(json.at("size")), jsonText(Json{5, 5}));
    QCOMPARE(jsonText(json.at("stride")), jsonText(Json{1, 1}));
    QCOMPARE(jsonText(json.at("padding")), jsonText(Json{2, 2}));
    QCOMPARE(jsonText(json.at("at")), jsonText(Json{112, 112}));
    QCOMPARE(jsonText(json.at("box")), jsonText(Json{110, 110, 114, 114}));
    QCOMPARE(jsonText(json.at("clipped")), jsonText(json.at("box")));
    QCOMPARE(jsonText(json.at("paths")), jsonText(kPaths));
}

void TestReceptiveField::givesBothBranchesTheSameWindow()
{
    const QStringList at = words("--size 9x9 --at 4,3");
    const Json original = programJson(Workplace(), words("rf --branch original") + at);
    const Json decomposed = programJson(Workplace(), words("rf --branch decomposed") + at);
    QCOMPARE(jsonText(original.at("box")), jsonText(Json{2, 1, 6, 5}));
    for (const char* field : {"size", "stride", "padding", "box", "clipped"})
        QCOMPARE(jsonText(original.at(field)), jsonText(decomposed.at(field)));
    QCOMPARE(jsonText(original.at("paths")), jsonText(Json(5, Json(5, 1))));
}

void TestReceptiveField::cutsTheWindowAtTheBorder_data()
{
    QTest::addColumn<QString>("at");
    QTest::addColumn<std::vector<int>>("box");
    QTest::addColumn<std::vector<int>>("clipped");
    QTest::addColumn<std::vector<std::vector<int>>>("paths");
    using Box = std::vector<int>;
    // Both layers lose what the padding would have given.
    QTest::newRow("corner") << QStringLiteral("0,0") << Box{-2, -2, 2, 2} << Box{0, 0, 2, 2}
                            << std::vector<std::vector<int>>{{4, 4, 2}, {4, 4, 2}, {2, 2, 1}};
    QTest::newRow("other corner") << QStringLiteral("5,6") << Box{3, 4, 7, 8} << Box{3, 4, 5, 6}
                                  << std::vector<std::vector<int>>{{1, 2, 2}, {2, 4, 4}, {2, 4, 4}};
}

void TestReceptiveField::cutsTheWindowAtTheBorder()
{
    QFETCH(QString, at);
    QFETCH(std::vector<int>, box);
    QFETCH(std::vector<int>, clipped);
    QFETCH(std::vector<std::vector<int>>, paths);
    const Json json = programJson(
        Workplace(), words("rf --branch decomposed --size 6x7 --at") + QStringList{at});
    QCOMPARE(jsonText(json.at("box")), jsonText(Json(box)));
    QCOMPARE(jsonText(json.at("clipped")), jsonText(Json(clipped)));
    QCOMPARE(jsonText(json.at("paths")), jsonText(Json(paths)));
}

// FACTS of a kernel 3, stride 3, padding 1, then a kernel 2: output 0 sees -1..4.
void TestReceptiveField::followsStridesOfAFile()
{
    const Workplace place;
    place.write("b.json",
                R"({"format":"factorscope-branch/1","in_channels":1,"layers":[{"op":"conv2d",)"
                R"("out_channels":1,"kernel":[3,3],"padding":[1,1],"stride":[3,3]},{"op":"conv2d",)"
                R"("out_channels":1,"kernel":[2,2],"padding":[0,0]}]})");
    const Json json = programJson(place, words("rf --branch b.json --size 12x12 --at 0,0"));
    QCOMPARE(jsonText(json.at("size")), jsonText(Json{6, 6}));
    QCOMPARE(jsonText(json.at("stride")), jsonText(Json{3, 3}));
    QCOMPARE(jsonText(json.at("padding")), jsonText(Json{1, 1}));
    QCOMPARE(jsonText(json.at("box")), jsonText(Json{-1, -1, 4, 4}));
    QCOMPARE(jsonText(json.at("clipped")), jsonText(Json{0, 0, 4, 4}));
    QCOMPARE(wrongWithFailure(place, words("rf --branch b.json --size 12x12 --at 3,0"), 1, "3,0"),
             QString());
}

void TestReceptiveField::writesTheWholeImage()
{
    const Workplace place;
    programJson(place, words("rf --branch decomposed --size 6x7 --at 3,3 --output map.npy"));
    const Tensor map = loadedNpy(place.path("map.npy"));
    QCOMPARE(map.shape(), (Shape{6, 7}));
    for (int y = 0; y < 6; ++y) {
        for (int x = 0; x < 7; ++x) {
            const bool isSeen = y >= 1 && y <= 5 && x >= 1 && x <= 5;
            const auto expected = isSeen
                ? kPaths[static_cast<std::size_t>(y - 1)][static_cast<std::size_t>(x - 1)]
                : Json(0);
            QCOMPARE(map.data()[y * 7 + x], expected.get<float>());
        }
    }
}

void TestReceptiveField::measuresTheEffectiveField_data()
{
    QTest::addColumn<QString>("branch");
    QTest::addColumn<double>("sigma");
    QTest::addColumn<double>("inner");
    QTest::newRow("5x5") << QStringLiteral("flat5.json") << 1.41421 << 0.36;
    QTest::newRow("two 3x3") << QStringLiteral("flat3.json") << 1.15470 << 49.0 / 81.0;
}

/// Uniform kernels, from a file; the input that lies there is as good as any.
void TestReceptiveField::measuresTheEffectiveField()
{
    QFETCH(QString, branch);
    QFETCH(double, sigma);
    QFETCH(double, inner);
    const Workplace place;
    place.write("flat5.json",
                R"({"format":"factorscope-branch/1","in_channels":1,"layers":[{"op":)"
                R"("conv2d","out_channels":1,"kernel":[5,5],"padding":[2,2],"bias":)"
                R"(false}]})");
    place.write("flat3.json",
                R"({"format":"factorscope-branch/1","in_channels":1,"layers":[{"op":)"
                R"("conv2d","out_channels":1,"kernel":[3,3],"padding":[1,1],"bias":)"
                R"(false},{"op":"conv2d","out_channels":1,"kernel":[3,3],"padding":)"
                R"([1,1],"bias":false}]})");
    TensorMap weights;
    if (branch == "flat5.json") {
        weights.emplace("branch.0.weight", Tensor::filled({1, 1, 5, 5}, 0.04F));
    } else {
        weights.emplace("branch.0.weight", Tensor::filled({1, 1, 3, 3}, 1.0F));
        weights.emplace("branch.1.weight", Tensor::filled({1, 1, 3, 3}, 0.1F));
    }
    OutputFiles files;
    QVERIFY(addSafetensors(files, place.path("w.safetensors"), weights) && files.commit());
    for (const char* input : {"", " --lift randn", " --lift randn --seed 5"}) {
        const Json json
            = programJson(place,
                          words(qPrintable("rf --effective --weights w.safetensors --size "
                                           "16x16 --at 7,8 --branch "
                                           + branch + input)));
        const Json& effective = json.at("effective");
        QVERIFY(std::abs(effective.at("sigma").at(0).get<double>() - sigma) < 1e-4);
        QVERIFY(std::abs(effective.at("sigma").at(1).get<double>() - sigma) < 1e-4);
        QVERIFY(std::abs(effective.at("mass").at(1).get<double>() - inner) < 1e-4);
        QCOMPARE(effective.at("mass").size(), std::size_t{3});
        QCOMPARE(effective.at("silent").get<bool>(), false);
    }
}

/// n blocks of two box kernels: sigma grows as the root of n.
void TestReceptiveField::measuresItDeep()
{
    const QStringList base
        = words("rf --effective --branch original --in-channels 1 --out-channels "
                "1 --kernels box --size 64x64");
    const Json json = programJson(Workplace(), base + words("--blocks 4"));
    QCOMPARE(jsonText(json.at("size")), jsonText(Json{17, 17}));
    QVERIFY(std::abs(json.at("effective").at("sigma").at(0).get<double>() - 2.0 * 1.41421) < 1e-3);
}

void TestReceptiveField::tellsOfSilence()
{
    const Workplace place;
    place.write("off.json",
                R"({"format":"factorscope-branch/1","in_channels":1,"layers":[{"op":)"
                R"("conv2d","out_channels":1,"kernel":[3,3],"padding":[1,1]},{"op":)"
                R"("relu"}]})");
    TensorMap weights;
    weights.emplace("branch.0.weight", Tensor::filled({1, 1, 3, 3}, 1.0F));
    weights.emplace("branch.0.bias", Tensor::filled({1}, -1000.0F));
    OutputFiles files;
    QVERIFY(addSafetensors(files, place.path("w.safetensors"), weights) && files.commit());
    const QStringList arguments
        = words("rf --effective --branch off.json --weights w.safetensors --size 9x9");
    const Json effective = programJson(place, arguments).at("effective");
    QCOMPARE(effective.at("silent").get<bool>(), true);
    QCOMPARE(jsonText(effective.at("sigma")), jsonText(Json{0.0, 0.0}));
    QCOMPARE(jsonText(effective.at("mass")), jsonText(Json{0.0, 0.0}));
    QVERIFY(runProgram(place, arguments).out.find("silent") != std::string::npos);
}

void TestReceptiveField::writesTheEffectiveField()
{
    const Workplace place;
    programJson(place,
                words("rf --effective --branch decomposed --in-channels 1 --mid-channels 1 "
                      "--out-channels 1 --kernels binomial --size 6x7 --at 0,3 --output "
                      "map.npy"));
    const Tensor map = loadedNpy(place.path("map.npy"));
    QCOMPARE(map.shape(), (Shape{6, 7}));
    QVERIFY(map.data()[3] > map.data()[2] && map.data()[2] > map.data()[1]);
    QVERIFY(map.data()[1] > 0.0F);
    QCOMPARE(map.data()[0], 0.0F);
    QCOMPARE(map.data()[3 * 7 + 3], 0.0F); // three rows below
}

void TestReceptiveField::averagesOverPositions()
{
    const Workplace place;
    const Json json = programJson(
        place,
        words("rf --effective --branch decomposed --in-channels 3 --mid-channels 4 "
              "--out-channels 5 --lift randn --size 40x30 --positions 48 --output map.npy"));
    const std::int64_t outputs = json.at("effective").at("outputs").get<std::int64_t>();
    QVERIFY(outputs >= 5 * 36 && outputs <= 5 * 48);
    QCOMPARE(loadedNpy(place.path("map.npy")).shape(), (Shape{5, 5}));
    const Json one
        = programJson(place,
                      words("rf --effective --branch decomposed --in-channels 3 --mid-channels 4 "
                            "--out-channels 5 --lift randn --size 40x30 --channel 4"));
    QCOMPARE(one.at("effective").at("outputs").get<int>(), 1);
}

void TestReceptiveField::refuses_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<int>("code");
    QTest::addColumn<std::string>("named");
    const auto row = [](const char* arguments, int code, const char* named) {
        QTest::newRow(arguments) << QString(arguments) << code << std::string(named);
    };
    row("--branch original --blocks 0", 2, "0");
    row("--branch original --blocks 1000", 2, "1000");
    row("--branch original --effective --positions 0", 2, "0");
    row("--branch original --effective --positions 5 --at 1,1", 2, "--at");
    row("--branch original --channel 3", 2, "--channel");
    row("--branch original --effective --channel 64 --size 8x8", 2, "64");
    row("--branch decomposed --in-channels 3 --mid-channels 2 --out-channels 2 --size 8x8 "
        "--batch-norm --mode train --effective",
        1, "training");
}

void TestReceptiveField::refuses()
{
    QFETCH(QString, arguments);
    QFETCH(int, code);
    QFETCH(std::string, named);
    const QString wrong
        = wrongWithFailure(Workplace(), words(qPrintable("rf " + arguments)), code, named);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestReceptiveField::saysItInWords()
{
    const ProgramRun run = runProgram(Workplace(), words("rf --branch decomposed --at 0,0"));
    QCOMPARE(run.exitCode, 0);
    QVERIFY2(run.out.find("5x5") != std::string::npos, run.out.c_str());
    QVERIFY2(run.out.find("-2,-2 to 2,2") != std::string::npos, run.out.c_str());
}

void TestReceptiveField::keepsOldFilesWhenItFails()
{
    const Workplace place;
    place.write("old", "old");
    for (const char* output : {"/dev/full", "none/map.npy", "old/map.npy"}) {
        const QStringList arguments = QStringList{"rf", "--branch", "original", "--output", output};
        QCOMPARE(wrongWithFailure(place, arguments, 1, "'" + std::string(output) + "'"), QString());
    }
}

QTEST_GUILESS_MAIN(TestReceptiveField)
#include "test_receptive_field.moc"
