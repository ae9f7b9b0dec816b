#include "core/weights/npy.h"
#include "tests/ui/figure/sample_answer.h"
#include "ui/export/map_files.h"

#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <limits>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

QImage pictureAt(const fs::path& path)
{
    return QImage(QString::fromStdString(path.string())).convertToFormat(QImage::Format_RGB32);
}

QRgb colour(const Colormap& map, float value, float low, float high)
{
    return packed(colourOf(map, value, low, high));
}

} // namespace

class TestMapFiles : public QObject {
    Q_OBJECT
private slots:
    void writesWhatItNames_data();
    void writesWhatItNames();
    void numbersAreThoseOfTheLayers();
    void channelsAreDrawnAValueAPixel_data();
    void channelsAreDrawnAValueAPixel();
    void sheetsHoldTheSamePictures();
    void takesTheChosenColours();
    void stopsWhenAsked();
    void tellsWhichFileCannotBeWritten();

private:
    /// Writes the maps of `both` and returns their paths.
    std::vector<fs::path> written(MapFiles kind, const ViewSettings& settings = {});

    const std::shared_ptr<const Answer> m_answer = sampleAnswer();
    const BothEvaluated& m_both = std::get<BothEvaluated>(*m_answer);
    QTemporaryDir m_directory;
    const MapFilesPlace m_place{m_directory.path().toStdString(), "photo"};
};

Q_DECLARE_METATYPE(factorscope::MapFiles)
Q_DECLARE_METATYPE(factorscope::Normalisation)

std::vector<fs::path> TestMapFiles::written(MapFiles kind, const ViewSettings& settings)
{
    OutputFiles files;
    const auto added = addMapFiles(files, m_both, kind, m_place, settings);
    if (!added || !files.commit())
        qFatal("not written");
    return mapFilePaths(m_both, kind, m_place);
}

void TestMapFiles::writesWhatItNames_data()
{
    QTest::addColumn<MapFiles>("kind");
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("last");
    QTest::addColumn<int>("count");
    QTest::newRow("npy") << MapFiles::Npy << "photo-original-0.npy"
                         << "photo-decomposed-3.npy" << 6;
    QTest::newRow("sheets") << MapFiles::Sheets << "photo-original-0.png"
                            << "photo-decomposed-3.png" << 6;
    QTest::newRow("channels") << MapFiles::Channels << "photo-original-0-c0.png"
                              << "photo-decomposed-3-c3.png" << 4 + 4 + 5 + 5 + 4 + 4;
}

void TestMapFiles::writesWhatItNames()
{
    QFETCH(MapFiles, kind);
    QFETCH(QString, first);
    QFETCH(QString, last);
    const std::vector<fs::path> paths = written(kind);
    QTEST(static_cast<int>(paths.size()), "count");
    QCOMPARE(paths.front(), m_place.directory / first.toStdString());
    QCOMPARE(paths.back(), m_place.directory / last.toStdString());
    for (const fs::path& path : paths)
        QVERIFY2(fs::file_size(path) > 50, path.c_str());
}

void TestMapFiles::numbersAreThoseOfTheLayers()
{
    const std::vector<fs::path> paths = written(MapFiles::Npy);
    const auto maps = readNpy(paths[3], std::numeric_limits<std::int64_t>::max());
    QVERIFY(maps);
    const Tensor& layer = *m_both.factorised.run.layers[1].activation;
    QVERIFY(maps->shape() == layer.shape());
    QVERIFY(std::ranges::equal(maps->values(), layer.values()));
}

void TestMapFiles::channelsAreDrawnAValueAPixel_data()
{
    QTest::addColumn<Normalisation>("normalisation");
    QTest::newRow("per map") << Normalisation::PerMap;
    QTest::newRow("per layer") << Normalisation::PerLayer;
    QTest::newRow("shared") << Normalisation::Shared;
}

void TestMapFiles::channelsAreDrawnAValueAPixel()
{
    QFETCH(Normalisation, normalisation);
    ViewSettings settings;
    settings.normalisation = normalisation;
    const std::vector<fs::path> paths = written(MapFiles::Channels, settings);
    const Tensor& layer = *m_both.original.run.layers[0].activation; // signed
    const std::int64_t plane = layer.shape()[2] * layer.shape()[3];
    const auto map = layer.values().subspan(std::size_t(2 * plane), std::size_t(plane));
    float high = displayRange(map).high;
    if (normalisation == Normalisation::PerLayer)
        high = displayRange(layer).high;
    if (normalisation == Normalisation::Shared) {
        for (const BranchEvaluation* branch : {&m_both.original, &m_both.factorised}) {
            for (const LayerRun& run : branch->run.layers)
                high = std::max(high, displayRange(*run.activation).high);
        }
    }
    const QImage picture = pictureAt(paths[2]);
    QCOMPARE(picture.size(), QSize(int(layer.shape()[3]), int(layer.shape()[2])));
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x)
            QCOMPARE(picture.pixel(x, y),
                     colour(defaultColormap(true), map[std::size_t(y * picture.width() + x)], -high,
                            high));
    }
}

void TestMapFiles::sheetsHoldTheSamePictures()
{
    const std::vector<fs::path> channels = written(MapFiles::Channels);
    const std::vector<fs::path> sheets = written(MapFiles::Sheets);
    const Shape& shape = m_both.original.run.layers[1].activation->shape(); // after ReLU
    const SheetLayout layout = sheetLayout(shape[1], {shape[2], shape[3]});
    const QImage sheet = pictureAt(sheets[1]);
    QCOMPARE(sheet.size(), QSize(int(layout.size().width), int(layout.size().height)));
    for (std::int64_t c = 0; c < shape[1]; ++c) {
        const Extent at = layout.origin(c);
        const QRect place(int(at.width), int(at.height), int(shape[3]), int(shape[2]));
        QCOMPARE(sheet.copy(place), pictureAt(channels[std::size_t(shape[1] + c)]));
    }
    QCOMPARE(sheet.pixel(int(shape[3]), 0), qRgb(128, 128, 128)); // between two maps
}

void TestMapFiles::takesTheChosenColours()
{
    ViewSettings settings;
    settings.diverging = findColormap("ice-fire");
    const QImage picture = pictureAt(written(MapFiles::Channels, settings)[0]);
    const Tensor& layer = *m_both.original.run.layers[0].activation;
    const std::int64_t plane = layer.shape()[2] * layer.shape()[3];
    const float high = displayRange(layer.values().first(std::size_t(plane))).high;
    QCOMPARE(picture.pixel(0, 0), colour(*settings.diverging, layer.values()[0], -high, high));
}

void TestMapFiles::stopsWhenAsked()
{
    std::stop_source stop;
    stop.request_stop();
    for (const MapFiles kind : {MapFiles::Npy, MapFiles::Sheets, MapFiles::Channels}) {
        OutputFiles files;
        const auto added = addMapFiles(files, m_both, kind, m_place, {}, stop.get_token());
        QVERIFY(!added);
        QCOMPARE(added.error().code, ErrorCode::Cancelled);
    }
}

void TestMapFiles::tellsWhichFileCannotBeWritten()
{
    OutputFiles files;
    const auto added = addMapFiles(files, m_both, MapFiles::Sheets, {"/proc/nowhere", "photo"}, {});
    QVERIFY(!added);
    QCOMPARE(added.error().code, ErrorCode::File);
    QVERIFY(added.error().message().find("photo-original-0.png") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestMapFiles)
#include "test_map_files.moc"
