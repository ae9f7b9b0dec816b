#include "ui/maps/map_renderer.h"

#include "tests/support/evaluated.h"

#include <QTest>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <vector>

using namespace factorscope;

namespace {

constexpr int kPatienceMs = 60'000; // on a busy machine, under a sanitizer
constexpr QRgb kGround = 0xff102030U;
constexpr QRgb kOutside = 0xff405060U;

SharedTensor ramp()
{
    return mapsOf(4, {40, 48}, [](std::int64_t channel, std::int64_t i) {
        return static_cast<double>((i * (channel + 3)) % 101) / 101.0;
    });
}

/// Four maps beside each other, enlarged by `scale`. Each number makes another picture.
PaneToRender paneOf(const SharedTensor& maps, int number = 0, QSize pixels = {230, 60})
{
    PaneToRender pane{maps, pixels, kGround, kOutside, {}};
    for (int c = 0; c < 4; ++c) {
        const int width = pixels.width() / 4 - 4;
        pane.tiles.push_back({.channel = c,
                              .isColour = c == 3,
                              .target = {c * (width + 4), 2, width, pixels.height() - 4},
                              .view = {-3.0, 2.0, 1.5},
                              .scale = {&defaultColormap(false),
                                        {0.0F, 1.0F + static_cast<float>(number) * 0.01F}}});
    }
    return pane;
}

/// What has been presented, by the numbers of the requests.
struct Presented {
    std::vector<int> numbers;
    std::vector<QImage> images;
    bool cameOnAnotherThread = false;

    MapRenderer::Present as(int number)
    {
        return [this, number](const std::vector<QImage>& now) {
            numbers.push_back(number);
            images = now;
            cameOnAnotherThread = cameOnAnotherThread
                || QThread::currentThread() != QCoreApplication::instance()->thread();
        };
    }
};

} // namespace

class TestMapRenderer : public QObject {
    Q_OBJECT
private slots:
    void drawsEachTileInItsPlace();
    void ofATileDrawsWhatIsSeen();
    void anyNumberOfThreadsDrawsTheSame();
    void drawsNothingOfNothing();
    void presentsThePicturesInOrder();
    void aPaneAskedForAgainIsTheSamePicture();
    void anotherPaneIsAnotherPicture();
    void aPictureThatIsShownStays();
    void memoryThatNobodyShowsIsUsedAgain();
    void forgetsWhatItDrew();
    void theLastOfManyIsPresented();
    void thereIsProgressWhileRequestsKeepComing();
    void isBusyUntilTheLastIsPresented();
    void aPictureMayAskForTheNext();
    void aPictureMayLetGoOfTheMaps();
    void nothingIsPresentedAfterTheEnd();
    void keepsUpWith64Maps_data();
    void keepsUpWith64Maps();
};

void TestMapRenderer::drawsEachTileInItsPlace()
{
    const SharedTensor maps = ramp();
    const PaneToRender pane = paneOf(maps);
    const QImage image = rendered(pane);
    QCOMPARE(image.size(), pane.pixels);
    const StageMaps stage{maps, {}};
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const auto tile = std::ranges::find_if(
                pane.tiles, [&](const TileToRender& one) { return one.target.contains(x, y); });
            if (tile == pane.tiles.end()) {
                QCOMPARE(image.pixel(x, y), kGround);
                continue;
            }
            const QPoint inTile = QPoint(x, y) - tile->target.topLeft();
            const auto column = static_cast<int>(std::floor((inTile.x() + 0.5) / 1.5 - 3.0));
            const auto row = static_cast<int>(std::floor((inTile.y() + 0.5) / 1.5 + 2.0));
            const auto level = [&](int c) {
                return static_cast<int>(std::lround(255.0F * stage.at(c, row, column)));
            };
            QRgb expected = kOutside;
            if (column >= 0 && column < 48 && row < 40)
                expected = tile->isColour
                    ? qRgb(level(0), level(1), level(2))
                    : packed(colourOf(*tile->scale.colours, stage.at(tile->channel, row, column),
                                      0.0F, 1.0F));
            QCOMPARE(image.pixel(x, y), expected);
        }
    }
}

void TestMapRenderer::ofATileDrawsWhatIsSeen()
{
    const SharedTensor maps = ramp();
    PaneToRender whole = paneOf(maps);
    const QImage expected = rendered(whole);
    PaneToRender part = whole;
    part.pixels = {140, 41}; // cuts two tiles, and leaves one out
    QCOMPARE(rendered(part), expected.copy(0, 0, 140, 41));
    for (TileToRender& tile : part.tiles)
        tile.target.translate(-21, -13);
    QCOMPARE(rendered(part), expected.copy(21, 13, 140, 41));
}

void TestMapRenderer::anyNumberOfThreadsDrawsTheSame()
{
    const PaneToRender pane = paneOf(ramp(), 0, {230, 1000});
    const QImage expected = rendered(pane);
    for (const int threads : {1, 2, 3, 8}) {
        ThreadTeam team(threads);
        QCOMPARE(rendered(pane, team), expected);
    }
}

void TestMapRenderer::drawsNothingOfNothing()
{
    QVERIFY(rendered({}).isNull());
    PaneToRender pane = paneOf(ramp());
    pane.pixels = {0, 40};
    QVERIFY(rendered(pane).isNull());
}

void TestMapRenderer::presentsThePicturesInOrder()
{
    const SharedTensor maps = ramp();
    const std::vector<PaneToRender> panes{paneOf(maps, 1), {}, paneOf(maps, 2)};
    MapRenderer renderer;
    Presented presented;
    renderer.request(panes, presented.as(1));
    QTRY_COMPARE_WITH_TIMEOUT(presented.numbers, std::vector{1}, kPatienceMs);
    QVERIFY(!presented.cameOnAnotherThread);
    QCOMPARE(presented.images.size(), 3U);
    for (std::size_t i = 0; i < panes.size(); ++i)
        QCOMPARE(presented.images[i], rendered(panes[i]));
    QVERIFY(presented.images[0] != presented.images[2]);
}

void TestMapRenderer::aPaneAskedForAgainIsTheSamePicture()
{
    const SharedTensor maps = ramp();
    MapRenderer renderer;
    Presented presented;
    renderer.request({paneOf(maps, 1), paneOf(maps, 2)}, presented.as(1));
    QTRY_COMPARE_WITH_TIMEOUT(presented.numbers.size(), 1U, kPatienceMs);
    const std::vector<QImage> first = presented.images;
    renderer.request({paneOf(maps, 2), paneOf(maps, 3)}, presented.as(2));
    QTRY_COMPARE_WITH_TIMEOUT(presented.numbers.size(), 2U, kPatienceMs);
    QCOMPARE(presented.images[0].cacheKey(), first[1].cacheKey());
    QCOMPARE(presented.images[1], rendered(paneOf(maps, 3)));
}

void TestMapRenderer::anotherPaneIsAnotherPicture()
{
    MapRenderer renderer;
    Presented presented;
    renderer.request({paneOf(ramp())}, presented.as(1));
    QTRY_COMPARE_WITH_TIMEOUT(presented.numbers.size(), 1U, kPatienceMs);
    const QImage first = presented.images[0];
    renderer.request({paneOf(ramp())}, presented.as(2)); // as many numbers, computed anew
    QTRY_COMPARE_WITH_TIMEOUT(presented.numbers.size(), 2U, kPatienceMs);
    QVERIFY(presented.images[0].cacheKey() != first.cacheKey());
    QCOMPARE(presented.images[0], first);
}

void TestMapRenderer::aPictureThatIsShownStays()
{
    const SharedTensor maps = ramp();
    MapRenderer renderer;
    std::vector<Presented> presented(7);
    for (int i = 0; i < 7; ++i) {
        auto& now = presented[static_cast<std::size_t>(i)];
        // Each time one of them anew, the other again.
        renderer.request({paneOf(maps, i / 2 * 2), paneOf(maps, (i + 1) / 2 * 2 - 1)}, now.as(i));
        QTRY_COMPARE_WITH_TIMEOUT(now.numbers.size(), 1U, kPatienceMs);
    }
    for (int i = 0; i < 7; ++i) {
        const std::vector<QImage>& images = presented[static_cast<std::size_t>(i)].images;
        QCOMPARE(images[0], rendered(paneOf(maps, i / 2 * 2)));
        QCOMPARE(images[1], rendered(paneOf(maps, (i + 1) / 2 * 2 - 1)));
    }
}

void TestMapRenderer::memoryThatNobodyShowsIsUsedAgain()
{
    constexpr int kRequests = 20;
    const SharedTensor maps = ramp();
    MapRenderer renderer;
    Presented presented; // holds the latest, as the window does
    std::vector<const uchar*> blocks;
    std::vector<QImage> strangers; // what else takes memory meanwhile
    for (int i = 1; i <= kRequests; ++i) {
        renderer.request({paneOf(maps, i)}, presented.as(i));
        QTRY_COMPARE_WITH_TIMEOUT(std::ssize(presented.numbers), i, kPatienceMs);
        blocks.push_back(presented.images[0].constBits());
        strangers.emplace_back(presented.images[0].size(), QImage::Format_RGB32);
        QCOMPARE(presented.images[0], rendered(paneOf(maps, i)));
    }
    std::ranges::sort(blocks);
    QVERIFY(std::ssize(blocks) - std::ranges::unique(blocks).size() <= 3);
}

void TestMapRenderer::forgetsWhatItDrew()
{
    const SharedTensor maps = ramp();
    MapRenderer renderer;
    Presented presented;
    renderer.request({paneOf(maps)}, presented.as(1));
    QTRY_COMPARE_WITH_TIMEOUT(presented.numbers.size(), 1U, kPatienceMs);
    QVERIFY(maps.use_count() > 1);
    renderer.forget();
    QTRY_COMPARE_WITH_TIMEOUT(maps.use_count(), 1L, kPatienceMs); // the thread ends its job
}

void TestMapRenderer::theLastOfManyIsPresented()
{
    constexpr int kRequests = 100;
    const SharedTensor maps = ramp();
    MapRenderer renderer;
    Presented presented;
    for (int i = 1; i <= kRequests; ++i)
        renderer.request({paneOf(maps, i)}, presented.as(i));
    QTRY_VERIFY_WITH_TIMEOUT(!presented.numbers.empty() && presented.numbers.back() == kRequests,
                             kPatienceMs);
    QCOMPARE(presented.numbers, (std::vector{1, kRequests})); // those between are overtaken
    QCOMPARE(presented.images[0], rendered(paneOf(maps, kRequests)));
}

/// Each turn of the event loop asks anew, while a picture takes many of them.
void TestMapRenderer::thereIsProgressWhileRequestsKeepComing()
{
    const SharedTensor maps = ramp();
    MapRenderer renderer;
    Presented presented;
    int asked = 0;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] {
        ++asked;
        renderer.request({paneOf(maps, asked, {2000, 1500})}, presented.as(asked));
    });
    timer.start(0);
    QTRY_VERIFY_WITH_TIMEOUT(presented.numbers.size() >= 5, kPatienceMs);
    timer.stop();
    QTRY_COMPARE_WITH_TIMEOUT(presented.numbers.back(), asked, kPatienceMs);
    QVERIFY(std::ranges::is_sorted(presented.numbers));
    QVERIFY(std::ssize(presented.numbers) < asked);
}

void TestMapRenderer::isBusyUntilTheLastIsPresented()
{
    const SharedTensor maps = ramp();
    MapRenderer renderer;
    QVERIFY(!renderer.isBusy());
    std::vector<bool> wasBusy;
    const auto note = [&](const std::vector<QImage>&) { wasBusy.push_back(renderer.isBusy()); };
    renderer.request({paneOf(maps, 1)}, note);
    renderer.request({paneOf(maps, 2)}, note);
    QVERIFY(renderer.isBusy());
    QTRY_COMPARE_WITH_TIMEOUT(wasBusy, (std::vector{true, false}), kPatienceMs);
    QVERIFY(!renderer.isBusy());
}

void TestMapRenderer::aPictureMayAskForTheNext()
{
    const SharedTensor maps = ramp();
    MapRenderer renderer;
    Presented presented;
    renderer.request({paneOf(maps, 1)}, [&](const std::vector<QImage>&) {
        renderer.request({paneOf(maps, 2)}, presented.as(2));
    });
    QTRY_COMPARE_WITH_TIMEOUT(presented.numbers, std::vector{2}, kPatienceMs);
    QCOMPARE(presented.images[0], rendered(paneOf(maps, 2)));
}

/// A view that is hidden as soon as it is drawn.
void TestMapRenderer::aPictureMayLetGoOfTheMaps()
{
    const SharedTensor maps = ramp();
    MapRenderer renderer;
    int outcome = 0;
    renderer.request(
        {paneOf(maps)},
        [&renderer, &outcome, own = std::make_shared<int>()](const std::vector<QImage>&) {
            const std::weak_ptr<int> mine = own;
            int& told = outcome; // what it holds may be gone in a moment
            renderer.forget();
            told = mine.expired() ? -1 : 1;
        });
    QTRY_VERIFY_WITH_TIMEOUT(outcome != 0, kPatienceMs);
    QCOMPARE(outcome, 1);
}

void TestMapRenderer::nothingIsPresentedAfterTheEnd()
{
    const SharedTensor maps = ramp();
    Presented presented;
    for (int i = 0; i < 60; ++i) {
        MapRenderer renderer;
        renderer.request({paneOf(maps, i)}, presented.as(i));
        if (i % 2 == 0)
            renderer.request({paneOf(maps, i + 1)}, presented.as(i));
        for (int turn = 0; turn < i * 50; ++turn) // sooner or later than it is drawn
            QThread::yieldCurrentThread();
    }
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QVERIFY(presented.numbers.empty());
    QCOMPARE(maps.use_count(), 1L);
}

void TestMapRenderer::keepsUpWith64Maps_data()
{
    QTest::addColumn<QSize>("pixels");
    QTest::addColumn<int>("tile");
    QTest::addColumn<double>("scale");
    QTest::newRow("at their own size") << QSize(1820, 1820) << 224 << 1.0;
    QTest::newRow("reduced to a pane") << QSize(1000, 1000) << 121 << 121.0 / 224.0;
    QTest::newRow("enlarged in a pane") << QSize(1000, 1000) << 121 << 2.3;
}

/// Says how long 64 maps of 224×224 take on all threads of the machine; fails only where they are
/// far beyond what a slider can wait for.
void TestMapRenderer::keepsUpWith64Maps()
{
    constexpr int kRuns = 25;
    [[maybe_unused]] constexpr double kAbsurdMs = 50.0;
    QFETCH(QSize, pixels);
    QFETCH(int, tile);
    QFETCH(double, scale);
    PaneToRender pane{mapsOf(64, {224, 224},
                             [](std::int64_t channel, std::int64_t i) {
                                 return static_cast<double>((i * (channel + 3)) % 101) / 101.0;
                             }),
                      pixels,
                      kGround,
                      kOutside,
                      {}};
    for (int c = 0; c < 64; ++c)
        pane.tiles.push_back({.channel = c,
                              .target = {c % 8 * (tile + 4), c / 8 * (tile + 4), tile, tile},
                              .view = {0.0, 0.0, scale},
                              .scale = {&defaultColormap(false), {0.0F, 1.0F}}});
    ThreadTeam team(0);
    QImage image;
    std::vector<double> elapsedMs;
    for (int run = 0; run < kRuns; ++run) {
        const auto before = std::chrono::steady_clock::now();
        image = rendered(pane, team, std::move(image));
        const std::chrono::duration<double, std::milli> took
            = std::chrono::steady_clock::now() - before;
        elapsedMs.push_back(took.count());
    }
    std::ranges::sort(elapsedMs);
    qInfo("%d threads: least %.2f ms, median %.2f ms", team.size(), elapsedMs.front(),
          elapsedMs[kRuns / 2]);
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
    QVERIFY(elapsedMs.front() < kAbsurdMs);
#endif
}

QTEST_GUILESS_MAIN(TestMapRenderer)
#include "test_map_renderer.moc"
