#include "open_files.h"

#include "ui/open/loader.h"

#include <QColorSpace>
#include <QDeadlineTimer>
#include <QTest>
#include <QThread>

#include <vector>

using namespace factorscope;

namespace {

/// What has come.
struct Arrivals {
    std::vector<std::shared_ptr<const Picture>> pictures;
    std::vector<SharedTensor> tensors;
    std::vector<std::shared_ptr<const WeightFile>> weights;
    std::vector<Error> errors;
    QStringList sources;
    std::vector<bool> busy;
    bool cameOnAnotherThread = false;

    void listenTo(Loader& loader, QObject* context)
    {
        QObject::connect(
            &loader, &Loader::pictureLoaded, context,
            [this](const std::shared_ptr<const Picture>& picture, const QString& source) {
                arrived(source);
                pictures.push_back(picture);
            });
        QObject::connect(&loader, &Loader::tensorLoaded, context,
                         [this](const SharedTensor& tensor, const QString& source) {
                             arrived(source);
                             tensors.push_back(tensor);
                         });
        QObject::connect(&loader, &Loader::weightsLoaded, context,
                         [this](const std::shared_ptr<const WeightFile>& file) {
                             arrived(QString::fromStdString(file->path));
                             weights.push_back(file);
                         });
        QObject::connect(&loader, &Loader::failed, context, [this](const Error& error) {
            arrived({});
            errors.push_back(error);
        });
        QObject::connect(&loader, &Loader::busyChanged, context,
                         [this](bool isBusy) { busy.push_back(isBusy); });
    }

    std::size_t count() const
    {
        return pictures.size() + tensors.size() + weights.size() + errors.size();
    }

private:
    void arrived(const QString& source)
    {
        sources << source;
        cameOnAnotherThread = cameOnAnotherThread
            || QThread::currentThread() != QCoreApplication::instance()->thread();
    }
};

std::vector<float> firstPixel(const Picture& picture)
{
    const std::int64_t plane = picture.size().height * picture.size().width;
    const float* rgb = picture.rgb.data();
    return {rgb[0], rgb[plane], rgb[2 * plane]};
}

QImage onePixel(QImage::Format format, const QColor& colour)
{
    QImage image(1, 1, format);
    image.setPixelColor(0, 0, colour);
    return image;
}

} // namespace

class TestLoader : public QObject {
    Q_OBJECT
private slots:
    void tellsFilesApart_data();
    void tellsFilesApart();
    void aTensorOfThreeAxesIsOneImage();
    void drawsASample();
    void laysPastedPixelsOverWhite();
    void convertsPastedPixelsToSrgb();
    void keeps16BitsOfPastedPixels();
    void onlyTheNewestInputArrives();
    void inputsAndWeightsDoNotOvertakeEachOther();
    void whatIsOvertakenInTheQueueIsDropped();
    void nothingArrivesAfterACancel();
    void nothingArrivesAfterTheEnd();
    void endsWhileItLoads();
    void isBusyUntilTheLastArrives();
    void errorsNameTheFile_data();
    void errorsNameTheFile();
    void goesOnAfterAnError();

private:
    OpenFiles m_files;
};

void TestLoader::tellsFilesApart_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("kind");
    QTest::newRow("picture") << m_files.picture("a.png") << 0;
    QTest::newRow("picture without an ending") << m_files.picture("picture") << 0;
    QTest::newRow("tensor") << m_files.tensor("a.npy", {2, 3, 4, 5}) << 1;
    QTest::newRow("tensor by its content") << m_files.tensor("tensor.dat", {2, 3, 4, 5}) << 1;
    QTest::newRow("weights") << m_files.weights("a.safetensors") << 2;
    QTest::newRow("weights in capitals") << m_files.weights("B.SafeTensors") << 2;
}

void TestLoader::tellsFilesApart()
{
    QFETCH(QString, path);
    QFETCH(int, kind);
    Loader loader;
    Arrivals arrivals;
    arrivals.listenTo(loader, this);
    loader.open(path);
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.count(), std::size_t(1), kPatienceMs);
    QVERIFY2(arrivals.errors.empty(),
             arrivals.errors.empty() ? "" : arrivals.errors[0].message().c_str());
    QCOMPARE(arrivals.pictures.size(), std::size_t(kind == 0));
    QCOMPARE(arrivals.tensors.size(), std::size_t(kind == 1));
    QCOMPARE(arrivals.weights.size(), std::size_t(kind == 2));
    QCOMPARE(arrivals.sources, QStringList{path});
    QVERIFY(!arrivals.cameOnAnotherThread);
    if (kind == 0)
        QCOMPARE(arrivals.pictures[0]->size().text(), std::string("12x17"));
    if (kind == 1)
        QCOMPARE(arrivals.tensors[0]->shape(), (Shape{2, 3, 4, 5}));
    if (kind == 2)
        QCOMPARE(arrivals.weights[0]->tensors.size(), std::size_t(4));
}

void TestLoader::aTensorOfThreeAxesIsOneImage()
{
    Loader loader;
    Arrivals arrivals;
    arrivals.listenTo(loader, this);
    loader.openTensor(m_files.tensor("three.npy", {3, 4, 5}));
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.tensors.size(), std::size_t(1), kPatienceMs);
    QCOMPARE(arrivals.tensors[0]->shape(), (Shape{1, 3, 4, 5}));
}

void TestLoader::drawsASample()
{
    Loader loader;
    Arrivals arrivals;
    arrivals.listenTo(loader, this);
    loader.drawSample("zone-plate");
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.pictures.size(), std::size_t(1), kPatienceMs);
    QCOMPARE(arrivals.pictures[0]->name, std::string("zone-plate"));
    QCOMPARE(arrivals.sources, QStringList{"sample:zone-plate"});
}

void TestLoader::laysPastedPixelsOverWhite()
{
    Loader loader;
    Arrivals arrivals;
    arrivals.listenTo(loader, this);
    loader.openPicture(onePixel(QImage::Format_ARGB32, QColor(255, 0, 51, 51)));
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.pictures.size(), std::size_t(1), kPatienceMs);
    const std::vector<float> pixel = firstPixel(*arrivals.pictures[0]);
    QCOMPARE(pixel[0], 1.0F);
    QCOMPARE(pixel[1], 0.8F);
    QCOMPARE(pixel[2], 0.84F);
    QCOMPARE(arrivals.pictures[0]->name, std::string("pasted"));
    QCOMPARE(arrivals.sources, QStringList{"pasted"});
}

void TestLoader::convertsPastedPixelsToSrgb()
{
    Loader loader;
    Arrivals arrivals;
    arrivals.listenTo(loader, this);
    QImage linear = onePixel(QImage::Format_RGB32, QColor(55, 55, 55));
    linear.setColorSpace(QColorSpace::SRgbLinear);
    loader.openPicture(linear);
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.pictures.size(), std::size_t(1), kPatienceMs);
    const double expected = 1.055 * std::pow(55.0 / 255.0, 1.0 / 2.4) - 0.055;
    const float value = firstPixel(*arrivals.pictures[0])[0];
    QVERIFY2(std::abs(value - expected) <= 1.0 / 255.0, qPrintable(QString::number(value)));
}

void TestLoader::keeps16BitsOfPastedPixels()
{
    const std::vector<QImage::Format> formats{QImage::Format_RGBX64, QImage::Format_RGBX32FPx4};
    for (const QImage::Format format : formats) {
        Loader loader;
        Arrivals arrivals;
        arrivals.listenTo(loader, this);
        loader.openPicture(onePixel(format, QColor::fromRgba64(1000, 2001, 65535)));
        QTRY_COMPARE_WITH_TIMEOUT(arrivals.pictures.size(), std::size_t(1), kPatienceMs);
        const std::vector<float> pixel = firstPixel(*arrivals.pictures[0]);
        QCOMPARE(pixel[0], 1000.0F / 65535.0F);
        QCOMPARE(pixel[1], 2001.0F / 65535.0F);
        QCOMPARE(arrivals.pictures[0]->bitsPerChannel, 16);
    }
}

void TestLoader::onlyTheNewestInputArrives()
{
    const QString last = m_files.picture("last.png", {8, 8});
    const QString other = m_files.picture("other.png", {64, 64});
    Loader loader;
    Arrivals arrivals;
    arrivals.listenTo(loader, this);
    for (int i = 0; i < 100; ++i) {
        loader.open(other);
        loader.drawSample("scene");
    }
    loader.open(last);
    QTRY_VERIFY_WITH_TIMEOUT(!loader.isBusy(), kPatienceMs);
    QCoreApplication::processEvents();
    QCOMPARE(arrivals.sources, QStringList{last});
}

void TestLoader::inputsAndWeightsDoNotOvertakeEachOther()
{
    Loader loader;
    Arrivals arrivals;
    arrivals.listenTo(loader, this);
    loader.open(m_files.picture("beside.png"));
    loader.open(m_files.weights("beside.safetensors"));
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.count(), std::size_t(2), kPatienceMs);
    QCOMPARE(arrivals.pictures.size(), std::size_t(1));
    QCOMPARE(arrivals.weights.size(), std::size_t(1));
}

/// Pixels whose use tells, without the event loop, that their job has ended.
class WatchedImage {
public:
    WatchedImage() : m_pixels(64 * 64 * 4, char(200)) {}
    QImage image()
    {
        m_isUsed = true;
        return {reinterpret_cast<uchar*>(m_pixels.data()),
                64,
                64,
                QImage::Format_RGB32,
                [](void* isUsed) { *static_cast<std::atomic<bool>*>(isUsed) = false; },
                &m_isUsed};
    }
    bool waitUntilUnused() const
    {
        const QDeadlineTimer deadline(kPatienceMs);
        while (m_isUsed && !deadline.hasExpired())
            QThread::yieldCurrentThread();
        return !m_isUsed;
    }

private:
    QByteArray m_pixels;
    std::atomic<bool> m_isUsed{false};
};

void TestLoader::whatIsOvertakenInTheQueueIsDropped()
{
    WatchedImage watched;
    const QString last = m_files.picture("late.png");
    Loader loader;
    Arrivals arrivals;
    arrivals.listenTo(loader, this);
    loader.openPicture(watched.image());
    QVERIFY(watched.waitUntilUnused());
    loader.open(last);
    QTRY_VERIFY_WITH_TIMEOUT(arrivals.count() > 0, kPatienceMs);
    QCOMPARE(arrivals.sources, QStringList{last});
}

void TestLoader::nothingArrivesAfterACancel()
{
    WatchedImage watched;
    Loader loader;
    Arrivals arrivals;
    arrivals.listenTo(loader, this);
    loader.openPicture(watched.image());
    QVERIFY(watched.waitUntilUnused());
    loader.openWeights(m_files.weights("cancelled.safetensors"));
    loader.cancel();
    QVERIFY(!loader.isBusy());
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QCOMPARE(arrivals.count(), std::size_t(0));
    QCOMPARE(arrivals.busy, (std::vector{true, false}));
}

void TestLoader::nothingArrivesAfterTheEnd()
{
    WatchedImage watched;
    Arrivals arrivals;
    {
        Loader loader;
        arrivals.listenTo(loader, this);
        loader.openPicture(watched.image());
        QVERIFY(watched.waitUntilUnused());
    }
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QCOMPARE(arrivals.count(), std::size_t(0));
}

void TestLoader::endsWhileItLoads()
{
    WatchedImage watched;
    Arrivals arrivals;
    for (const int others : {0, 3}) {
        Loader loader;
        arrivals.listenTo(loader, this);
        loader.openWeights(m_files.weights("closing.safetensors"));
        for (int i = 0; i < others; ++i)
            loader.drawSample("scene");
        loader.openPicture(watched.image());
    }
    QVERIFY(watched.waitUntilUnused());
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QCOMPARE(arrivals.count(), std::size_t(0));
}

void TestLoader::isBusyUntilTheLastArrives()
{
    Loader loader;
    Arrivals arrivals;
    arrivals.listenTo(loader, this);
    loader.open(m_files.picture("busy.png"));
    QVERIFY(loader.isBusy());
    loader.open(m_files.weights("busy.safetensors"));
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.count(), std::size_t(2), kPatienceMs);
    QVERIFY(!loader.isBusy());
    QCOMPARE(arrivals.busy, (std::vector{true, false}));
}

void TestLoader::errorsNameTheFile_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("says");
    QTest::newRow("missing") << m_files.path("missing.png") << "missing.png";
    QTest::newRow("text") << m_files.bytes("text.png", "This is text.\n") << "text.png";
    QTest::newRow("half a tensor") << m_files.bytes("half.npy", "\x93NUMPY") << "half.npy";
    QTest::newRow("axes") << m_files.tensor("axes.npy", {4, 5}) << "neither (C,H,W) nor (N,C,H,W)";
    QTest::newRow("weights") << m_files.bytes("w.safetensors", "{}") << "w.safetensors";
    QTest::newRow("folder") << m_files.path(".") << "directory";
}

void TestLoader::errorsNameTheFile()
{
    QFETCH(QString, path);
    QFETCH(QString, says);
    Loader loader;
    Arrivals arrivals;
    arrivals.listenTo(loader, this);
    loader.open(path);
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.count(), std::size_t(1), kPatienceMs);
    QCOMPARE(arrivals.errors.size(), std::size_t(1));
    const QString message = QString::fromStdString(arrivals.errors[0].message());
    QVERIFY2(message.contains(says), qPrintable(message));
    QVERIFY(!loader.isBusy());
}

void TestLoader::goesOnAfterAnError()
{
    Loader loader;
    Arrivals arrivals;
    arrivals.listenTo(loader, this);
    loader.open(m_files.path("missing.png"));
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.errors.size(), std::size_t(1), kPatienceMs);
    loader.open(m_files.picture("after.png"));
    QTRY_COMPARE_WITH_TIMEOUT(arrivals.pictures.size(), std::size_t(1), kPatienceMs);
}

QTEST_GUILESS_MAIN(TestLoader)
#include "test_loader.moc"
