#include "ui/window/picture_clock.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QWidget>

using namespace factorscope;

namespace {

/// A window that tells how often it was painted.
class Canvas : public QWidget {
public:
    int paints = 0;

protected:
    void paintEvent(QPaintEvent*) override { ++paints; }
};

/// A window with its clock, shown and painted.
struct Watched {
    Watched()
    {
        canvas.show();
        isReady = QTest::qWaitForWindowExposed(&canvas)
            && QTest::qWaitFor([this] { return canvas.paints > 0; });
        QCoreApplication::processEvents();
    }
    /// A picture is there; until it has been painted.
    bool paintPicture()
    {
        const int before = canvas.paints;
        canvas.update();
        clock.drawn();
        const bool isPainted = QTest::qWaitFor([&] { return canvas.paints > before; });
        QCoreApplication::processEvents();
        return isPainted;
    }

    Canvas canvas;
    PictureClock clock{&canvas};
    QSignalSpy measured{&clock, &PictureClock::measured};
    bool isReady = false;
};

} // namespace

class TestPictureClock : public QObject {
    Q_OBJECT
private slots:
    void measuresUntilThePictureIsPainted();
    void onlyTheNewestChangeCounts();
    void aPictureOfAnEarlierChangeDoesNotCount();
    void tellsOfEachChangeOnce();
    void saysNothingWithoutAChange();
    void saysNothingOfWhatNobodySees();
};

void TestPictureClock::measuresUntilThePictureIsPainted()
{
    Watched watched;
    QVERIFY(watched.isReady);
    const int before = watched.canvas.paints;
    int paintsWhenMeasured = 0;
    connect(&watched.clock, &PictureClock::measured, this,
            [&] { paintsWhenMeasured = watched.canvas.paints; });
    QElapsedTimer elapsed;
    elapsed.start();
    watched.clock.start();
    watched.clock.expect(true);
    QVERIFY(watched.paintPicture());
    QTRY_COMPARE(watched.measured.count(), 1);
    QCOMPARE(paintsWhenMeasured, before + 1);
    const double milliseconds = watched.measured[0][0].toDouble();
    QVERIFY(milliseconds > 0.0);
    QVERIFY(milliseconds <= static_cast<double>(elapsed.nsecsElapsed()) / 1e6);
}

/// The picture of the first change comes too late, and the time runs from the second.
void TestPictureClock::onlyTheNewestChangeCounts()
{
    constexpr int kBetweenMs = 20;
    Watched watched;
    QVERIFY(watched.isReady);
    watched.clock.start();
    watched.clock.expect(true);
    QTest::qWait(kBetweenMs);
    QElapsedTimer sinceNewest;
    sinceNewest.start();
    watched.clock.start();
    QVERIFY(watched.paintPicture());
    QCOMPARE(watched.measured.count(), 0);
    watched.clock.expect(true);
    double mostMs = 0.0;
    connect(&watched.clock, &PictureClock::measured, this,
            [&] { mostMs = static_cast<double>(sinceNewest.nsecsElapsed()) / 1e6; });
    QVERIFY(watched.paintPicture());
    QTRY_COMPARE(watched.measured.count(), 1);
    QVERIFY(watched.measured[0][0].toDouble() <= mostMs);
}

void TestPictureClock::aPictureOfAnEarlierChangeDoesNotCount()
{
    Watched watched;
    QVERIFY(watched.isReady);
    watched.clock.start();
    watched.clock.expect(false);
    QVERIFY(watched.paintPicture());
    QCOMPARE(watched.measured.count(), 0);
    watched.clock.expect(true);
    QVERIFY(watched.paintPicture());
    QTRY_COMPARE(watched.measured.count(), 1);
}

void TestPictureClock::tellsOfEachChangeOnce()
{
    Watched watched;
    QVERIFY(watched.isReady);
    for (int changes = 1; changes <= 2; ++changes) {
        watched.clock.start();
        for (int picture = 0; picture < 2; ++picture) { // the preview's and the whole answer's
            watched.clock.expect(true);
            QVERIFY(watched.paintPicture());
        }
        QCOMPARE(watched.measured.count(), changes);
    }
}

void TestPictureClock::saysNothingWithoutAChange()
{
    Watched watched;
    QVERIFY(watched.isReady);
    watched.clock.expect(true);
    QVERIFY(watched.paintPicture());
    QCOMPARE(watched.measured.count(), 0);
}

void TestPictureClock::saysNothingOfWhatNobodySees()
{
    Watched watched;
    QVERIFY(watched.isReady);
    watched.clock.start();
    watched.clock.expect(true);
    watched.clock.forget();
    QVERIFY(watched.paintPicture());
    QCOMPARE(watched.measured.count(), 0);
}

QTEST_MAIN(TestPictureClock)
#include "test_picture_clock.moc"
