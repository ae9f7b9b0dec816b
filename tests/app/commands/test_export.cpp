#include "core/weights/safetensors.h"
#include "tests/support/program.h"
#include "tests/support/reference_case.h"

#include <QImage>
#include <QMap>
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
    void writesFigures_data();
    void writesFigures();
    void racesWhenNamedOnly();
    void scalesFigures();
    void figuresTakeTheirTheme();
    void figuresFollowTheirOptions_data();
    void figuresFollowTheirOptions();
    void writesSheetsOfAllChannels();
    void writesAPictureForEachChannel();
    void writesCosts();
    void writesTheNumbersOfFields();
    void writesTheNumbersOfMaps();
    void writesTheNumbersOfEffectiveFields();
    void writesTheNumbersOfKernels();
    void writesTheNumbersOfTheCollapse();
    void writesThePagesOfTheCosts();
    void writesTheNumbersOfPieces();
    void writesTheNumbersOfTheArithmetic();
    void writesOneFileUnderItsName_data();
    void writesOneFileUnderItsName();
    void choosesViewsByPattern();
    void listsItsFiles();
    void goesThroughSeveralPictures();
    void refusesWhatCannotBe_data();
    void refusesWhatCannotBe();
    void refusesTheNameOfOneFileForSeveral_data();
    void refusesTheNameOfOneFileForSeveral();
    void refusesAfterItOpenedAFile();
    void keepsOldFilesWhenItFails_data();
    void keepsOldFilesWhenItFails();

private:
    QMap<QString, QImage> m_plain; ///< by the view and what goes with it
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

void TestExport::writesFigures_data()
{
    QTest::addColumn<QString>("view");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QByteArray>("start");
    for (const char* view :
         {"feature-maps", "receptive-field", "kernels", "arithmetic", "cost", "module"}) {
        const auto row = [view](const char* format, const char* start) {
            QTest::addRow("%s %s", view, format) << view << format << QByteArray(start);
        };
        row("png", "\x89PNG");
        row("svg", "<?xml");
        row("pdf", "%PDF-");
    }
}

void TestExport::writesFigures()
{
    QFETCH(QString, view);
    QFETCH(QString, format);
    QFETCH(QByteArray, start);
    const Workplace place;
    const QStringList arguments = words("export sample:text --size 24x32 --mid-channels 5 --view")
        + QStringList{view, "--format", format, "--output"};
    const ProgramRun run = runProgram(place, arguments + words("first"));
    QCOMPARE(run.err, std::string());
    QCOMPARE(run.exitCode, 0);
    const std::string name = ("text-" + view + "." + format).toStdString();
    QCOMPARE(filesIn(place, "first"), Names{name});
    const std::string bytes = place.read("first/" + name);
    QVERIFY(QByteArray::fromStdString(bytes).startsWith(start));
    QVERIFY(bytes.size() > 3000);
    QCOMPARE(runProgram(place, arguments + words("again")).exitCode, 0);
    QVERIFY(place.read("again/" + name) == bytes);
}

/// It takes long and never gives the same bytes, so that no pattern means it.
void TestExport::racesWhenNamedOnly()
{
    const Workplace place;
    const QStringList arguments = words("export sample:text --size 12x16 --mid-channels 5");
    QCOMPARE(runProgram(place, arguments + words("--view * --format svg --output all")).exitCode,
             0);
    const Names all = filesIn(place, "all");
    QVERIFY(std::ranges::find(all, "text-module.svg") != all.end());
    QVERIFY(std::ranges::find(all, "text-speed.svg") == all.end());
    const ProgramRun run
        = runProgram(place,
                     arguments
                         + words("--view speed --rounds 2 --algorithms direct,gemm --threads 1 "
                                 "--format csv --output race"));
    QCOMPARE(run.exitCode, 0);
    QCOMPARE(filesIn(place, "race"),
             (Names{"text-speed-machine.csv", "text-speed-rounds.csv", "text-speed.csv"}));
    const std::string lanes = place.read("race/text-speed.csv");
    QVERIFY(
        lanes.starts_with("branch,algorithm,engines,threads,mid_channels,input,rounds,min_ms,"));
    QCOMPARE(std::ranges::count(lanes, '\n'), 1 + 4);
    QVERIFY(lanes.find("\noriginal,direct,direct,1,5,1x3x12x16,2,") != std::string::npos);
    QCOMPARE(std::ranges::count(place.read("race/text-speed-rounds.csv"), '\n'), 1 + 2 * 4);
}

void TestExport::scalesFigures()
{
    const Workplace place;
    const QStringList arguments
        = words("export --size 24x32 --view cost --format png --output cost.png");
    const auto size = [&](const QStringList& options) {
        if (runProgram(place, arguments + options).exitCode != 0)
            return QSize();
        return QImage(QString::fromStdString(place.path("cost.png"))).size();
    };
    const QSize usual = size({});
    QVERIFY(usual.width() > 600);
    QCOMPARE(size(words("--scale 1")), usual / 2);
    QCOMPARE(size(words("--scale 0.25")), usual / 8);
    QCOMPARE(size(words("--scale 4")), usual * 2);
}

void TestExport::figuresTakeTheirTheme()
{
    const Workplace place;
    const QStringList arguments = words("export --size 24x32 --view cost --format png --scale 1");
    const auto ground = [&](const QStringList& options) {
        if (runProgram(place, arguments + options + words("--output cost.png")).exitCode != 0)
            return -1;
        return qGray(QImage(QString::fromStdString(place.path("cost.png"))).pixel(2, 2));
    };
    QVERIFY(ground({}) > 200);
    QVERIFY(ground(words("--theme light")) > 200);
    const int dark = ground(words("--theme dark"));
    QVERIFY(dark >= 0 && dark < 80);
}

void TestExport::figuresFollowTheirOptions_data()
{
    QTest::addColumn<QString>("view");
    QTest::addColumn<QStringList>("options");
    const auto row = [](const char* view, const char* options) {
        QTest::addRow("%s %s", view, options) << view << words(options);
    };
    row("feature-maps", "--at 3,4");
    row("receptive-field", "--at 0,31");
    row("feature-maps", "--channel 0");
    row("feature-maps", "--channel 15");
    row("feature-maps", "--normalisation shared");
    row("module", "--module googlenet-5b");
    row("feature-maps", "--normalisation per-layer");
    row("feature-maps", "--colours gray");
    row("feature-maps", "--outliers");
    row("feature-maps", "--sort energy");
    row("feature-maps --seed 1", "--sort similarity");
    row("feature-maps --channel 1", "--split 0.4");
    row("feature-maps", "--zoom 3");
    row("receptive-field", "--effective");
    row("kernels", "--channel 1");
    row("kernels", "--input-channel 1");
    row("kernels", "--mid-channel 2");
    row("kernels", "--output-channel 3");
    row("kernels", "--one-scale");
    row("kernels", "--signed-colours ice-fire");
    row("kernels --section collapse", "--slope 0.5");
    row("kernels --section collapse", "--padding valid");
    row("kernels --section collapse", "--padding once");
    row("kernels --section collapse", "--output-channel 4");
    row("kernels --section pieces", "--of-mid-channel");
    row("kernels --section pieces", "--pattern 1");
    row("kernels --section pieces", "--at 2,3");
    row("receptive-field --effective --out-channels 6", "--average");
    row("receptive-field --effective --out-channels 6", "--output-channel 1");
    row("receptive-field --effective --out-channels 6", "--blocks 3");
    row("receptive-field --effective --out-channels 6", "--own-scales");
    row("arithmetic", "--at 2,3");
    row("arithmetic", "--output-channel 4");
    row("arithmetic", "--order contribution");
    row("arithmetic --at 4,4", "--tap 3,1,1");
    row("arithmetic --sum factorised", "--terms 20");
    row("arithmetic", "--sum tap");
    row("arithmetic --section multiplications", "--tile 7");
    row("arithmetic --section multiplications", "--tile-output 3");
    row("arithmetic --section multiplications", "--all-channels");
    row("kernels --section represent", "--represented one");
    row("kernels --section represent", "--represented-mid 2");
    row("kernels --section represent", "--kernels disk");
    row("cost", "--quantity params");
    row("cost", "--quantity macs");
    row("cost", "--quantity memory");
    row("cost", "--quantity time");
    row("cost --section modules", "--mid-rule geometric-mean");
    row("cost --section network", "--module-mid 3b=95");
    row("cost --section conventions", "--count-rule flops");
    row("cost --section conventions", "--other-rule macs-relu");
    row("cost --section formulas", "--mid-channels 15");
}

/// Each option changes the picture; the plain one of a view is drawn once.
void TestExport::figuresFollowTheirOptions()
{
    QFETCH(QString, view);
    QFETCH(QStringList, options);
    const auto picture = [&view](const QStringList& more) {
        const Workplace place;
        const QStringList arguments
            = words("export --size 24x32 --format png --scale 0.5 --output a.png --view");
        const ProgramRun run = runProgram(place, arguments + view.split(u' ') + more);
        if (run.exitCode != 0)
            qWarning("%s", run.err.c_str());
        return QImage(QString::fromStdString(place.path("a.png")));
    };
    if (!m_plain.contains(view))
        m_plain.insert(view, picture({}));
    const QImage& plain = m_plain[view];
    const QImage other = picture(options);
    QVERIFY(!plain.isNull());
    QCOMPARE(other.size(), plain.size());
    QVERIFY(other != plain);
}

void TestExport::writesSheetsOfAllChannels()
{
    const Workplace place;
    const ProgramRun run = runProgram(place,
                                      words("export --size 30x40 --out-channels 6 --format png "
                                            "--view feature-maps --maps sheets --output maps"));
    QCOMPARE(run.err, std::string());
    QCOMPARE(run.exitCode, 0);
    for (const std::string& name : filesIn(place, "maps")) {
        const QImage sheet(QString::fromStdString(place.path("maps/" + name)));
        QVERIFY2(!sheet.isNull(), name.c_str());
        QVERIFY(sheet.width() * sheet.height() >= 6 * 30 * 40);
    }
    QCOMPARE(filesIn(place, "maps").size(), std::size_t{6});
}

void TestExport::writesAPictureForEachChannel()
{
    const Workplace place;
    const ProgramRun run
        = runProgram(place,
                     words("export sample:text --size 6x7 --mid-channels 3 --out-channels 2 "
                           "--format png --view feature-maps --maps channels --output maps"));
    QCOMPARE(run.err, std::string());
    const Names names = filesIn(place, "maps");
    QCOMPARE(names.size(), std::size_t{2 * 2 + 3 + 3 + 2 + 2});
    for (const char* name : {"text-original-1-c1.png", "text-decomposed-0-c2.png"}) {
        QVERIFY(std::ranges::find(names, name) != names.end());
        QCOMPARE(QImage(QString::fromStdString(place.path(std::string("maps/") + name))).size(),
                 QSize(7, 6));
    }
}

void TestExport::writesCosts()
{
    const Workplace place;
    const QStringList arguments = words(
        "export --preset article --kernels seeded --size 8x8 --view cost --output d --format");
    QCOMPARE(runProgram(place, arguments + words("json")).exitCode, 0);
    QCOMPARE(runProgram(place, arguments + words("csv")).exitCode, 0);
    QCOMPARE(filesIn(place, "d"),
             (Names{"scene-cost-curve.csv", "scene-cost.csv", "scene-cost.json"}));
    const Json cost = programJson(place, words("cost --size 8x8"));
    const auto written = parseJson(place.read("d/scene-cost.json"), "scene-cost.json");
    QVERIFY(written);
    for (const char* part : {"original", "decomposed", "ratio"})
        QCOMPARE(jsonText(written->at(part)), jsonText(cost.at(part)));
    const std::string csv = place.read("d/scene-cost.csv");
    QVERIFY(csv.starts_with("branch,layer,op,params,weights,macs,flops,activation_bytes\n"));
    QVERIFY(csv.find("\noriginal,total,,102464,102400,6553600,13107200,16384\n")
            != std::string::npos);
    const std::string curve = place.read("d/scene-cost-curve.csv");
    QVERIFY(curve.starts_with("mid_channels,weights,params,macs,activation_bytes,ratio_macs\n"));
    QVERIFY(curve.find("\n64,73728,73856,4718592,32768,0.720000\n") != std::string::npos);
}

void TestExport::writesTheNumbersOfFields()
{
    const Workplace place;
    const QStringList arguments
        = words("export --size 12x14 --view receptive-field --at 0,7 --output d --format");
    QCOMPARE(runProgram(place, arguments + words("csv")).exitCode, 0);
    QCOMPARE(runProgram(place, arguments + words("json")).exitCode, 0);
    QCOMPARE(
        filesIn(place, "d"),
        (Names{"scene-receptive-field-paths-decomposed.csv", "scene-receptive-field-paths-mid.csv",
               "scene-receptive-field-paths-original.csv", "scene-receptive-field.csv",
               "scene-receptive-field.json"}));
    const std::string fields = place.read("d/scene-receptive-field.csv");
    QVERIFY(fields.starts_with("branch,maps,output_y,output_x,height,width,y0,x0,y1,x1,"));
    QVERIFY(fields.find("\noriginal,input,0,7,5,5,-2,5,2,9,0,5,2,9,15\n") != std::string::npos);
    const auto json = parseJson(place.read("d/scene-receptive-field.json"), "json");
    QVERIFY(json);
    QCOMPARE((*json)["fields"].size(), std::size_t{3});
    const Json rf = programJson(place, words("rf --branch decomposed --size 12x14 --at 0,7"));
    double paths = 0.0;
    for (const Json& row : (*json)["paths-decomposed"])
        paths += row["paths"].get<double>();
    QVERIFY((*json)["fields"][1]["paths"] == paths);
    QVERIFY((*json)["fields"][1]["clipped_y1"] == rf["clipped"][2]);
}

void TestExport::writesTheNumbersOfMaps()
{
    const Workplace place;
    const QStringList arguments = words("export sample:text --size 7x9 --mid-channels 5 --view "
                                        "feature-maps --at 2,3 --output d --format");
    QCOMPARE(runProgram(place, arguments + words("json")).exitCode, 0);
    QCOMPARE(runProgram(place, arguments + words("npy")).exitCode, 0);
    const auto json = parseJson(place.read("d/text-feature-maps.json"), "json");
    QVERIFY(json);
    QCOMPARE((*json)["maps"].size(), std::size_t{3 + 5 + 5 + 16 + 16 + 16});
    QCOMPARE((*json)["values"].size(), (*json)["maps"].size());
    const Tensor original = loadedNpy(place.path("d/text-original-1.npy"));
    const std::size_t row = 3 + 5 + 5 + 4; // the original's map 4
    const auto map = original.values().subspan(4 * 63, 63);
    const Json& statistics = (*json)["maps"][row];
    QVERIFY(statistics["stage"] == "original" && statistics["channel"] == 4);
    QCOMPARE(statistics["max"].get<double>(), double(std::ranges::max(map)));
    QCOMPARE(statistics["zeros"].get<std::int64_t>(), std::ranges::count(map, 0.0F));
    QVERIFY((*json)["maps"][0]["dead"].is_null()); // no activation makes the input
    QCOMPARE((*json)["values"][row]["value"].get<double>(), double(map[2 * 9 + 3]));
    const QStringList one = words("json --channel 1");
    QCOMPARE(runProgram(place, arguments + one).exitCode, 0);
    const auto alone = parseJson(place.read("d/text-feature-maps.json"), "json");
    QVERIFY(alone);
    QCOMPARE((*alone)["maps"].size(), std::size_t{6});
    QVERIFY((*alone)["maps"][3] == (*json)["maps"][3 + 5 + 5 + 1]);
    QVERIFY((*alone)["layers"] == (*json)["layers"]);
    std::int64_t counted = 0;
    for (const Json& bin : (*alone)["histograms"]) {
        if (bin["stage"] == "original")
            counted += bin["count"].get<std::int64_t>();
    }
    const Json& row1 = (*alone)["maps"][3];
    QVERIFY(counted > 0
            && counted <= row1["values"].get<std::int64_t>() - row1["zeros"].get<std::int64_t>());
    QVERIFY(!json->contains("histograms"));
}

/// The same as `rf` says of each branch.
void TestExport::writesTheNumbersOfEffectiveFields()
{
    const Workplace place;
    const QStringList experiment = words("--in-channels 3 --mid-channels 5 --out-channels 4 "
                                         "--seed 6 --size 12x14 --at 5,7 --channel 2");
    const QStringList arguments
        = words("export --effective --view receptive-field --output d --format json") + experiment;
    QCOMPARE(runProgram(place, arguments).exitCode, 0);
    const auto json = parseJson(place.read("d/scene-receptive-field.json"), "json");
    QVERIFY(json);
    QCOMPARE((*json)["depth"].size(), std::size_t{2 * 12});
    std::size_t row = 0;
    for (const char* branch : {"original", "decomposed"}) {
        const QStringList options = words("rf --effective --input sample:scene --branch")
            + QStringList{branch} + experiment;
        const Json rf = programJson(place, options)["effective"];
        const Json& written = (*json)["branches"][row++];
        QVERIFY(written["branch"] == branch && written["output_channel"] == 2);
        QCOMPARE(written["sigma_y"].get<double>(), rf["sigma"][0].get<double>());
        QCOMPARE(written["sigma_x"].get<double>(), rf["sigma"][1].get<double>());
        QVERIFY(written["silent"] == rf["silent"]);
        for (std::size_t r = 0; r < rf["mass"].size(); ++r)
            QCOMPARE((*json)["mass"][r][branch].get<double>(), rf["mass"][r].get<double>());
        QCOMPARE((*json)["field-" + std::string(branch)].size(), std::size_t{25});
    }
    QVERIFY(!(*json)["branches"][0]["silent"] || !(*json)["branches"][1]["silent"]);
}

void TestExport::writesTheNumbersOfKernels()
{
    const Workplace place;
    const QStringList arguments = words(
        "export --size 8x8 --kernels seeded --view kernels --channel 1 --output d --format");
    QCOMPARE(runProgram(place, arguments + words("json")).exitCode, 0);
    QCOMPARE(runProgram(place, arguments + words("csv")).exitCode, 0);
    QCOMPARE(filesIn(place, "d"),
             (Names{"scene-kernels-biases.csv", "scene-kernels.csv", "scene-kernels.json"}));
    const auto json = parseJson(place.read("d/scene-kernels.json"), "json");
    QVERIFY(json);
    // One output of 3 inputs at 5x5 and 3x3, one output of 16 mid channels at 3x3.
    QCOMPARE((*json)["weights"].size(), std::size_t{3 * 25 + 3 * 9 + 16 * 9});
    QCOMPARE((*json)["biases"].size(), std::size_t{3});
    // The same as the weights that are drawn: input channel 2 at y 1, x 3.
    QCOMPARE(
        runProgram(place,
                   words("init --branch original --in-channels 3 --out-channels 16 --output w"))
            .exitCode,
        0);
    const auto drawn = readSafetensors(place.path("w"), std::int64_t{1} << 20);
    QVERIFY(drawn);
    const Json& row = (*json)["weights"][2 * 25 + 1 * 5 + 3];
    QVERIFY(row["branch"] == "original" && row["layer"] == "branch.0");
    QVERIFY(row["output_channel"] == 1 && row["input_channel"] == 2);
    QVERIFY(row["y"] == 1 && row["x"] == 3);
    QCOMPARE(row["weight"].get<double>(),
             double(drawn->at("branch.0.weight").values()[((1 * 3 + 2) * 5 + 1) * 5 + 3]));
    QCOMPARE((*json)["biases"][0]["bias"].get<double>(),
             double(drawn->at("branch.0.bias").values()[1]));
}

/// Of random weights, which ReLU breaks.
void TestExport::writesTheNumbersOfTheCollapse()
{
    const Workplace place;
    const QStringList arguments = words("export --size 12x9 --kernels seeded --view kernels "
                                        "--section collapse --output d --format");
    QCOMPARE(runProgram(place, arguments + words("json")).exitCode, 0);
    const auto json = parseJson(place.read("d/scene-kernels.json"), "json");
    QVERIFY(json);
    QCOMPARE((*json)["kernel"].size(), std::size_t{25});
    for (const Json& row : (*json)["kernel"])
        QVERIFY(std::abs(row["collapsed"].get<double>() - row["original"].get<double>()
                         - row["difference"].get<double>())
                < 1e-12);
    for (const char* side : {"top", "left", "bottom", "right"})
        QVERIFY((*json)["ring"][0][side] == 1);
    const Json& curve = (*json)["curve"];
    QVERIFY(curve.back()["slope"] == 1.0);
    QVERIFY(curve.back()["interior"] < 1e-5); // equal but for rounding
    QVERIFY(curve.front()["interior"] > 1e-3); // and ReLU breaks it
    QVERIFY((*json)["errors"][0] == curve.front()); // the experiment's own slope
    QCOMPARE(runProgram(place, arguments + words("csv")).exitCode, 0);
    for (const char* name : {"scene-kernels.csv", "scene-kernels-errors.csv",
                             "scene-kernels-curve.csv", "scene-kernels-ring.csv"})
        QVERIFY2(!place.read(std::string("d/") + name).empty(), name);
    QCOMPARE(runProgram(place, arguments + words("svg")).exitCode, 0);
    QVERIFY(place.read("d/scene-kernels.svg").find("collapsed") != std::string::npos);
}

/// Each page of the costs has its numbers: those of the facts.
void TestExport::writesThePagesOfTheCosts()
{
    const Workplace place;
    const auto page = [&place](const char* options) {
        const QStringList arguments
            = words("export --seed 1 --view cost --format json --output a.json --section");
        const ProgramRun run = runProgram(place, arguments + words(options));
        if (run.exitCode != 0)
            qWarning("%s", run.err.c_str());
        const auto json = parseJson(place.read("a.json"), "json");
        return json ? *json : Json();
    };
    const Json network = page("network --size 8x8 --mid-rule geometric-mean");
    QCOMPARE(network["modules"].size(), std::size_t{10});
    QVERIFY(network["modules"].back()["weights_original"] == 595'200);
    QVERIFY(std::abs(network["modules"].back()["weights_ratio"].get<double>() - 0.837) < 0.0005);
    const Json modules = page("modules --preset article --size 8x8 --mid-rule c-in");
    QCOMPARE(modules["alpha"].size(), std::size_t{19});
    QVERIFY(modules["alpha-by-rule"].back()["branch"] == "experiment");
    QVERIFY(modules["alpha-by-rule"].back()["ratio"] == 0.72);
    const Json conventions
        = page("conventions --preset article --size 28x28 --identify 160613376 --other-rule macs");
    QVERIFY(conventions["matches"][0]["tools"] == "calflops");
    QVERIFY(conventions["difference-original"].back()["difference"] == 80'281'600 - 160'613'376);
    QCOMPARE(conventions["counts"].size(), std::size_t{13});
    const Json formulas = page("formulas --preset article --size 8x8");
    QVERIFY(formulas["formulas"][0]["value"] == 102'400);
    QVERIFY(formulas["formulas"][0]["latex"].get<std::string>().starts_with("W_{"));
    const Json times = page("curves --quantity time --size 8x8 --in-channels 3 --out-channels 4 "
                            "--mid-channels 4");
    QVERIFY(times["times"].size() > 8);
    for (const Json& row : times["times"])
        QVERIFY(row["milliseconds"].get<double>() > 0.0);
}

void TestExport::writesTheNumbersOfPieces()
{
    const Workplace place;
    const QStringList arguments = words("export --size 12x9 --view kernels --section pieces "
                                        "--at 3,4 --output d --format json");
    QCOMPARE(runProgram(place, arguments).exitCode, 0);
    const auto json = parseJson(place.read("d/scene-kernels.json"), "json");
    QVERIFY(json);
    std::int64_t pixels = 0;
    for (const Json& row : (*json)["patterns"])
        pixels += row["pixels"].get<std::int64_t>();
    QCOMPARE(pixels, std::int64_t{12 * 9});
    const Json& pixel = (*json)["pixel"][0];
    QVERIFY(pixel["y"] == 3 && pixel["x"] == 4);
    std::int64_t on = 0;
    for (const Json& row : (*json)["taps"])
        on += row["is_on"].get<bool>();
    QVERIFY(pixel["active_taps"] == on);
    QCOMPARE((*json)["kernels"].size(), std::size_t{3 * 25});
    const std::string most = std::to_string((*json)["patterns"].size() - 1);
    QCOMPARE(wrongWithFailure(place, arguments + words("--pattern 999"), 1,
                              "there is no pattern 999: patterns go from 0 to " + most),
             QString());
}

void TestExport::writesTheNumbersOfTheArithmetic()
{
    const Workplace place;
    const QStringList arguments
        = words("export --size 12x9 --kernels seeded --algorithm reference --view arithmetic "
                "--at 3,4 --output-channel 2 --tap 5,1,2 --output d --format");
    QCOMPARE(runProgram(place, arguments + words("json")).exitCode, 0);
    const auto json = parseJson(place.read("d/scene-arithmetic.json"), "json");
    QVERIFY(json);
    const Json& sums = (*json)["sums"];
    QCOMPARE(sums.size(), std::size_t{3});
    QVERIFY(sums[0]["products"] == 75 && sums[1]["products"] == 144 && sums[2]["products"] == 27);
    for (const int branch : {0, 1}) // computed by the same sums
        QVERIFY(sums[branch]["deviation"] == 0.0 && sums[branch]["algorithm"] == "reference");
    QVERIFY(sums[2]["channel"] == 5 && sums[2]["y"] == 3 && sums[2]["x"] == 5);
    QCOMPARE((*json)["products"].size(), std::size_t{76 + 145 + 28});
    QCOMPARE(runProgram(place, arguments + words("csv")).exitCode, 0);
    QVERIFY(place.read("d/scene-arithmetic.csv").find("\noriginal,output,75,,,,,,,,,")
            != std::string::npos); // the bias
    QVERIFY(!place.read("d/scene-arithmetic-sums.csv").empty());
    QCOMPARE(wrongWithFailure(place, arguments + words("png --tap 0,0,0"), 2,
                              "tap 0,0,0 is a pixel of the input"),
             QString());
}

void TestExport::writesOneFileUnderItsName_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<Names>("written");
    const auto row = [](const char* arguments, Names written) {
        QTest::newRow(arguments) << words(arguments) << std::move(written);
    };
    row("--view cost --format svg --output a.svg", {"a.svg"});
    row("--view cost --format json --output new/folder/a.json", {"new/folder/a.json"});
    row("--view cost --format csv --output a.b.csv", {"a.b.csv", "a.b-curve.csv"});
    row("--view cost --format svg --output folder.svg", {"folder.svg/scene-cost.svg"});
    row("--view c* --format svg --output ./a.svg", {"./a.svg"});
    row("--view [cr]* --format svg --output folder.svg",
        {"folder.svg/scene-receptive-field.svg", "folder.svg/scene-cost.svg"});
}

void TestExport::writesOneFileUnderItsName()
{
    QFETCH(QStringList, arguments);
    QFETCH(Names, written);
    const Workplace place;
    fs::create_directory(place.path("folder.svg"));
    const ProgramRun run = runProgram(place, words("export --size 8x8") + arguments);
    QCOMPARE(run.err, std::string());
    std::string lines;
    for (const std::string& name : written) {
        lines += name + "\n";
        QVERIFY2(!place.read(name).empty(), name.c_str());
    }
    QCOMPARE(run.out, lines);
}

void TestExport::choosesViewsByPattern()
{
    const Workplace place;
    const QStringList arguments = words("export --size 8x8 --output d --format");
    QCOMPARE(runProgram(place, arguments + words("json --view *")).exitCode, 0);
    const Names json = filesIn(place, "d");
    for (const char* name : {"scene-cost.json", "scene-feature-maps.json", "scene-kernels.json",
                             "scene-receptive-field.json"})
        QVERIFY2(std::ranges::find(json, name) != json.end(), name);
    QCOMPARE(
        runProgram(place, words("export --size 8x8 --output c --format csv --view c?st")).exitCode,
        0);
    QCOMPARE(filesIn(place, "c"), (Names{"scene-cost-curve.csv", "scene-cost.csv"}));
    QCOMPARE(runProgram(place, words("export --size 8x8 --output e --format svg")).exitCode, 0);
    const Names svg = filesIn(place, "e");
    for (const char* name : {"scene-cost.svg", "scene-feature-maps.svg", "scene-kernels.svg",
                             "scene-receptive-field.svg"})
        QVERIFY2(std::ranges::find(svg, name) != svg.end(), name);
}

void TestExport::listsItsFiles()
{
    const Workplace place;
    const QStringList arguments = words("export --size 8x8 --view cost --format csv --output d");
    QCOMPARE(runProgram(place, arguments).out,
             std::string("d/scene-cost.csv\nd/scene-cost-curve.csv\n"));
    QCOMPARE(jsonText(programJson(place, arguments)),
             jsonText(Json::array({"d/scene-cost.csv", "d/scene-cost-curve.csv"})));
}

void TestExport::goesThroughSeveralPictures()
{
    const Workplace place;
    QImage picture(7, 5, QImage::Format_RGB32);
    picture.fill(Qt::red);
    QVERIFY(picture.save(QString::fromStdString(place.path("a photo.png"))));
    const QStringList arguments
        = words("export sample:text --view cost --format json --size 8x8 --output d")
        + QStringList{"a photo.png"};
    QCOMPARE(runProgram(place, arguments).exitCode, 0);
    QCOMPARE(filesIn(place, "d"), (Names{"a photo-cost.json", "text-cost.json"}));
}

void TestExport::refusesWhatCannotBe_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<std::string>("named");
    const auto row = [](const char* arguments, const char* named) {
        QTest::newRow(arguments) << words(arguments) << std::string(named);
    };
    row("--view nothing --format png", "unknown view 'nothing'");
    row("--view cost --format npy", "the view 'cost' has no format 'npy'");
    row("--view kernel* --format npy", "the view 'kernel*' has no format 'npy'");
    row("--format gif", "'gif'");
    row("--format png --scale 0.2", "0.2");
    row("--format png --scale 8.01", "8.01");
    row("--format png --scale nan", "nan");
    row("--format png --theme blue", "'blue'");
    row("--format png --normalisation none", "'none'");
    row("--format png --module googlenet-6a", "'googlenet-6a'");
    row("--format png --section cost", "the section 'cost' is none of weights, collapse, pieces");
    row("--format png --view module --section curves",
        "the section 'curves' is of the view cost, not of 'module'");
    row("--format png --quantity joules", "not 'joules'");
    row("--format png --network alexnet", "unknown network 'alexnet'");
    row("--format png --mid-rule half", "unknown rule 'half'");
    row("--format png --module-mid 9z=3", "'9z=3' is no C_mid of a module of googlenet");
    row("--format png --module-mid 3a=0", "C_mid of module 3a must be from 1 to 65536, not 0");
    row("--format png --identify many", "'many'");
    row("--format png --count-rule guess", "the rule of counting 'guess' is none of macs,");
    row("--format png --other-rule guess", "the rule of counting 'guess' is none of macs,");
    row("--format png --sort size", "maps are sorted by index, energy or similarity, not 'size'");
    row("--format png --channel 1 --split 1.5", "--split is from 0 to 1, not 1.5");
    row("--format png --split 0.5", "is for one map: name it by --channel");
    row("--format png --zoom 0.5", "the zoom is from 1 to 4096, not 0.5");
    row("--format png --colours blue-orange", "the colours 'blue-orange' are none of aurora, gray");
    row("--format png --signed-colours gray", "'gray' are none of blue-orange, ice-fire");
    row("--format png --effective --blocks 13", "--blocks is from 1 to 12, not 13");
    row("--format png --blocks 2", "--average, --own-scales and --blocks are for --effective");
    row("--format png --slope 1.5", "the slope is from 0 to 1, not 1.5");
    row("--format png --padding wide", "padding 'wide' is none of same, valid, once");
    row("--view speed --format png --rounds 0", "a race has at least 1 round, not 0");
    row("--view speed --format csv --algorithms auto,fft", "unknown algorithm 'fft'");
    row("--view spee* --format png", "unknown view 'spee*'");
    row("--view speed --format npy", "the view 'speed' has no format 'npy'");
    row("--format png --pattern -1", "there is no pattern -1");
    row("--format png --order largest", "--order is natural or contribution, not 'largest'");
    row("--format png --tap 1,2", "tap '1,2' is not CHANNEL,ROW,COLUMN");
    row("--format png --tap 1,2,3,4", "tap '1,2,3,4' is not CHANNEL,ROW,COLUMN");
    row("--format png --sum both", "--sum is original, factorised or tap, not 'both'");
    row("--format png --terms -1", "--terms is at least 0, not -1");
    row("--format png --tile 17", "--tile is from 1 to 16, not 17");
    row("--format png --tile 2 --tile-output 4", "--tile-output is from 0 to 3, not 4");
    row("--format png --input-channel 3", "there is no channel 3: channels go from 0 to 2");
    row("--format png --at 3", "position '3' is not Y,X");
    row("--format png --at 8,0", "position 8,0 is outside the output of 8x9");
    row("--format png --at 0,9", "position 0,9 is outside the output of 8x9");
    row("--format png --at=-1,0", "position -1,0 is outside the output of 8x9");
    row("--format png --channel 16", "there is no channel 16: channels go from 0 to 15");
    row("--format png --channel -1", "there is no channel -1");
    row("--format png --maps all", "'all'");
    row("--format svg --maps sheets", "--maps is for feature-maps as png, not for '*' as 'svg'");
    row("--format png --maps channels --view cost", "not for 'cost' as 'png'");
}

void TestExport::refusesWhatCannotBe()
{
    QFETCH(QStringList, arguments);
    QFETCH(std::string, named);
    const Workplace place;
    QCOMPARE(wrongWithFailure(place, words("export --size 8x9 --output d") + arguments, 2, named),
             QString());
}

/// The size of a picture is not on the command line.
/// What ends like a file is not made a folder.
void TestExport::refusesTheNameOfOneFileForSeveral_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<std::string>("named");
    const auto row = [](const char* arguments, const char* named) {
        QTest::newRow(arguments) << words(arguments) << std::string(named);
    };
    row("--format png --output a.png", "'a.png' names one file");
    row("sample:text sample:scene --view cost --format json --output a.json",
        "'a.json' names one file");
    row("--view feature-maps --maps sheets --format png --output a.png", "'a.png' names one file");
    row("--view cost --format svg --output a.png", "'a.png' does not end as the format 'svg'");
}

void TestExport::refusesTheNameOfOneFileForSeveral()
{
    QFETCH(QStringList, arguments);
    QFETCH(std::string, named);
    const Workplace place;
    const QString wrong = wrongWithFailure(place, words("export --size 8x9") + arguments, 2, named);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestExport::refusesAfterItOpenedAFile()
{
    const Workplace place;
    QImage picture(7, 5, QImage::Format_RGB32);
    picture.fill(Qt::red);
    QVERIFY(picture.save(QString::fromStdString(place.path("photo.png"))));
    QCOMPARE(wrongWithFailure(place, words("export photo.png --format png --at 5,0 --output d"), 1,
                              "position 5,0 is outside the output of 5x7"),
             QString());
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
