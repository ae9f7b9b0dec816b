#include "tests/support/program.h"
#include "tests/support/reference_case.h"

#include <QTest>

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
