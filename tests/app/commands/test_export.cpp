#include "tests/support/program.h"
#include "tests/support/reference_case.h"

#include <QImage>
#include <QTest>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string>;

Names filesIn(const Workplace& place, const char* folder)
{
    Names names;
    for (const auto& entry : fs::directory_iterator(place.path(folder)))
        names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
}

} // namespace

class TestExport : public QObject {
    Q_OBJECT
private slots:
    void writesEveryMap_data();
    void writesEveryMap();
    void writesWhatForwardMakes();
    void writesPicturesOfAllChannels();
    void writesCosts();
    void choosesViewsByPattern();
    void listsItsFiles();
    void goesThroughSeveralPictures();
    void keepsOldFilesWhenItFails_data();
    void keepsOldFilesWhenItFails();
};

void TestExport::writesEveryMap_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<Names>("names");
    const auto row = [](const char* options, Names names) {
        QTest::newRow(options) << words(options) << std::move(names);
    };
    row("sample:text",
        {"text-decomposed-0.npy", "text-decomposed-1.npy", "text-decomposed-2.npy",
         "text-decomposed-3.npy", "text-original-0.npy", "text-original-1.npy"});
    row("--between none",
        {"scene-decomposed-0.npy", "scene-decomposed-1.npy", "scene-decomposed-2.npy",
         "scene-original-0.npy", "scene-original-1.npy"});
    row("--branch asymmetric --lift randn",
        {"randn-asymmetric-0.npy", "randn-asymmetric-1.npy", "randn-asymmetric-2.npy",
         "randn-asymmetric-3.npy", "randn-original-0.npy", "randn-original-1.npy"});
    row("--branch separable",
        {"scene-original-0.npy", "scene-original-1.npy", "scene-separable-0.npy",
         "scene-separable-1.npy", "scene-separable-2.npy", "scene-separable-3.npy",
         "scene-separable-4.npy", "scene-separable-5.npy"});
}

void TestExport::writesEveryMap()
{
    QFETCH(QStringList, options);
    QFETCH(Names, names);
    const Workplace place;
    const ProgramRun run = runProgram(
        place,
        words("export --view feature-maps --format npy --size 8x9 --output new/maps") + options);
    QCOMPARE(run.err, std::string());
    QCOMPARE(run.exitCode, 0);
    QCOMPARE(filesIn(place, "new/maps"), names);
    for (const std::string& name : names) {
        const Shape shape = loadedNpy(place.path("new/maps/" + name)).shape();
        QCOMPARE(shape.rank(), 4);
        QCOMPARE(shape[2], 8);
        QCOMPARE(shape[3], 9);
    }
}

void TestExport::writesWhatForwardMakes()
{
    const Workplace place;
    const QStringList experiment
        = words("--in-channels 3 --mid-channels 5 --out-channels 4 --seed 6 --size 7x8");
    QCOMPARE(
        runProgram(place, words("export sample:gratings --format npy --output maps") + experiment)
            .exitCode,
        0);
    for (const auto& [branch, layers] : {std::pair("original", 2), std::pair("decomposed", 4)}) {
        const QStringList forward
            = words("forward --input sample:gratings --output y.npy --activations layers --branch")
            + QStringList{branch};
        QCOMPARE(runProgram(place, forward + experiment).exitCode, 0);
        for (int layer = 0; layer < layers; ++layer) {
            const std::string name = std::to_string(layer) + ".npy";
            QVERIFY(place.read("maps/gratings-" + std::string(branch) + "-" + name)
                    == place.read("layers/" + name));
            QVERIFY(!place.read("layers/" + name).empty());
        }
    }
}

void TestExport::writesPicturesOfAllChannels()
{
    const Workplace place;
    const ProgramRun run = runProgram(
        place, words("export --size 30x40 --out-channels 6 --format png --output maps"));
    QCOMPARE(run.exitCode, 0);
    for (const std::string& name : filesIn(place, "maps")) {
        const QImage sheet(QString::fromStdString(place.path("maps/" + name)));
        QVERIFY2(!sheet.isNull(), name.c_str());
        QVERIFY(sheet.width() * sheet.height() >= 6 * 30 * 40);
    }
    QCOMPARE(filesIn(place, "maps").size(), std::size_t{6});
}

void TestExport::writesCosts()
{
    const Workplace place;
    const QStringList arguments = words(
        "export --preset article --kernels seeded --size 8x8 --view cost --output d --format");
    QCOMPARE(runProgram(place, arguments + words("json")).exitCode, 0);
    QCOMPARE(runProgram(place, arguments + words("csv")).exitCode, 0);
    QCOMPARE(filesIn(place, "d"), (Names{"scene-cost.csv", "scene-cost.json"}));
    const Json cost = programJson(place, words("cost --size 8x8"));
    const auto written = parseJson(place.read("d/scene-cost.json"), "scene-cost.json");
    QVERIFY(written);
    for (const char* part : {"original", "decomposed", "ratio"})
        QCOMPARE(jsonText(written->at(part)), jsonText(cost.at(part)));
    const std::string csv = place.read("d/scene-cost.csv");
    QVERIFY(csv.starts_with("branch,layer,op,params,weights,macs,flops,activation_bytes\n"));
    QVERIFY(csv.find("\noriginal,total,,102464,102400,6553600,13107200,16384\n")
            != std::string::npos);
}

void TestExport::choosesViewsByPattern()
{
    const Workplace place;
    const QStringList arguments = words("export --size 8x8 --output d --format");
    QCOMPARE(runProgram(place, arguments + words("json --view *")).exitCode, 0);
    QCOMPARE(filesIn(place, "d"), Names{"scene-cost.json"});
    QCOMPARE(runProgram(place, arguments + words("csv --view c?st")).exitCode, 0);
    QCOMPARE(filesIn(place, "d"), (Names{"scene-cost.csv", "scene-cost.json"}));
}

void TestExport::listsItsFiles()
{
    const Workplace place;
    const QStringList arguments = words("export --size 8x8 --format csv --output d");
    QCOMPARE(runProgram(place, arguments).out, std::string("d/scene-cost.csv\n"));
    QCOMPARE(jsonText(programJson(place, arguments)), jsonText(Json::array({"d/scene-cost.csv"})));
}

void TestExport::goesThroughSeveralPictures()
{
    const Workplace place;
    QImage picture(7, 5, QImage::Format_RGB32);
    picture.fill(Qt::red);
    QVERIFY(picture.save(QString::fromStdString(place.path("a photo.png"))));
    const QStringList arguments = words("export sample:text --format csv --size 8x8 --output d")
        + QStringList{"a photo.png"};
    QCOMPARE(runProgram(place, arguments).exitCode, 0);
    QCOMPARE(filesIn(place, "d"), (Names{"a photo-cost.csv", "text-cost.csv"}));
}

void TestExport::keepsOldFilesWhenItFails_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<std::string>("named");
    const auto row = [](const char* arguments, const char* named) {
        QTest::newRow(arguments) << words(arguments) << std::string(named);
    };
    row("sample:text missing.png --output d", "'missing.png'");
    row("sample:text missing.png --output new/d", "'missing.png'");
    row("sample:text sample:scene missing.png --output d --json", "'missing.png'");
    row("old --output d", "'old'");
    row("--output old", "'old': Not a directory");
    row("--output old/d", "'old/d'");
    row("--output nest", "'nest/scene-decomposed-0.npy': Is a directory");
    row("sample:text sample:text --output d", "'d/text-original-0.npy'");
    row("--in-channels 4 --lift rgb --output d", "'rgb'");
}

void TestExport::keepsOldFilesWhenItFails()
{
    QFETCH(QStringList, arguments);
    QFETCH(std::string, named);
    const Workplace place;
    place.write("old", "old");
    place.write("d/text-original-0.npy", "old");
    fs::create_directories(place.path("nest/scene-decomposed-0.npy"));
    QCOMPARE(wrongWithFailure(place, words("export --size 8x8 --format npy") + arguments, 1, named),
             QString());
}

QTEST_GUILESS_MAIN(TestExport)
#include "test_export.moc"
