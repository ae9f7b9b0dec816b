#include "tests/support/program.h"

#include <QImage>
#include <QTest>

#include <set>

using namespace factorscope;

namespace {

QImage shot(const Workplace& place, const char* options)
{
    const ProgramRun run = runProgram(
        place, words("screenshot sample:scene --size 40x48 --output w.png") + words(options));
    if (run.exitCode != 0)
        qFatal("%s", run.err.c_str());
    return QImage(QString::fromStdString(place.path("w.png").string()));
}

int coloursOf(const QImage& image)
{
    std::set<QRgb> colours;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            colours.insert(image.pixel(x, y));
    }
    return static_cast<int>(colours.size());
}

} // namespace

class TestScreenshot : public QObject {
    Q_OBJECT
private slots:
    void showsTheWindowWithItsMaps_data();
    void showsTheWindowWithItsMaps();
    void themesDiffer();
    void refuses_data();
    void refuses();
};

void TestScreenshot::showsTheWindowWithItsMaps_data()
{
    QTest::addColumn<QByteArray>("view");
    for (const char* view : {"feature-maps", "receptive-field", "cost"})
        QTest::newRow(view) << QByteArray(view);
}

void TestScreenshot::showsTheWindowWithItsMaps()
{
    QFETCH(QByteArray, view);
    const Workplace place;
    const QImage image = shot(place, "--window-size 720x1100 --view " + view);
    QCOMPARE(image.size(), QSize(1100, 720));
    QVERIFY(coloursOf(image) > 500); // an empty window has a few dozen
}

void TestScreenshot::themesDiffer()
{
    const Workplace place;
    const QImage light = shot(place, "--theme light");
    const QImage dark = shot(place, "--theme dark");
    QCOMPARE(light.size(), dark.size());
    QVERIFY(qGray(light.pixel(2, light.height() - 2)) > 200);
    QVERIFY(qGray(dark.pixel(2, dark.height() - 2)) < 60);
}

void TestScreenshot::refuses_data()
{
    QTest::addColumn<QByteArray>("options");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("named");
    const auto row = [](const char* options, int exitCode, const char* named) {
        QTest::newRow(options) << QByteArray(options) << exitCode << QByteArray(named);
    };
    row("--output w.png --view kitchen", 2, "kitchen");
    row("--output w.png --window-size 0x5", 2, "0x5");
    row("--output w.png --view kernels --section network", 2, "of the view cost, not of 'kernels'");
    row("--output no/such/w.png", 1, "no/such");
    row("missing.png --output w.png", 1, "missing.png");
    row("--output w.png --branch separable --kernels matched", 2, "separable");
}

void TestScreenshot::refuses()
{
    QFETCH(QByteArray, options);
    QFETCH(int, exitCode);
    QFETCH(QByteArray, named);
    const Workplace place;
    const QString wrong = wrongWithFailure(place, words("screenshot") + words(options.constData()),
                                           exitCode, named.constData());
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

QTEST_GUILESS_MAIN(TestScreenshot)
#include "test_screenshot.moc"
