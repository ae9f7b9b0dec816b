#include "tests/ui/speed/made_race.h"
#include "ui/speed/race_words.h"

#include <QTest>

using namespace factorscope;

class TestRaceWords : public QObject {
    Q_OBJECT
private slots:
    void slowerForFewerMacs();
    void fasterForFewerMacs();
    void theSameWithinTheSpread();
    void moreMacs();
    void asManyMacs();
    void withoutWinograd();
    void onlyOneIsFiltered();
    void wholeTilesMultiplyMore();
    void memoryBound_data();
    void memoryBound();
    void speaksOfWhatBothHave();
    void nothingBeforeBothAreTimed();
    void threadsThatWereRaced();
};

namespace {

QString wordsOf(const MadeRace& race)
{
    return raceInWords(race.made(), 2).replace(QChar::Nbsp, u' ');
}

#define CONTAINS(words, part) QVERIFY2((words).contains(QStringLiteral(part)), qPrintable(words))

} // namespace

void TestRaceWords::slowerForFewerMacs()
{
    const QString words = wordsOf({.milliseconds = {{"auto", {10.0, 11.9}}}});
    CONTAINS(words, "Under auto on 2 threads the decomposed");
    CONTAINS(words, "makes 28 % fewer MACs than the 5×5 but takes 1.19× its time");
    CONTAINS(words, "6.25× less often on the 5×5");
    // Twice F(6×6,3×3) in 38 · 38 tiles beside F(4×4,5×5) in 56 · 56.
    CONTAINS(words, "which leaves 7.9 % fewer multiplications");
    CONTAINS(words, "which arithmetic sets for both");
}

void TestRaceWords::fasterForFewerMacs()
{
    const QString words = wordsOf({.milliseconds = {{"auto", {10.0, 7.2}}}});
    CONTAINS(words, "28 % fewer MACs than the 5×5 and takes 0.72× its time");
}

void TestRaceWords::theSameWithinTheSpread()
{
    const QString words = wordsOf({.milliseconds = {{"auto", {10.0, 10.2}}}, .spread = 0.1});
    CONTAINS(words, "but takes the same time within the spread (1.02×)");
}

void TestRaceWords::moreMacs()
{
    MadeRace race{.milliseconds = {{"auto", {10.0, 14.0}}}};
    race.experiment.midChannels = 128;
    CONTAINS(wordsOf(race), "makes 44 % more MACs than the 5×5 and takes 1.40× its time");
    race.milliseconds = {{"auto", {10.0, 9.0}}};
    CONTAINS(wordsOf(race), "makes 44 % more MACs than the 5×5 but takes 0.90× its time");
}

void TestRaceWords::asManyMacs()
{
    MadeRace race{.milliseconds = {{"direct", {10.0, 12.0}}}};
    race.experiment.inChannels = race.experiment.outChannels = 18;
    race.experiment.midChannels = 25;
    CONTAINS(wordsOf(race), "makes as many MACs as the 5×5 but takes 1.20× its time");
}

void TestRaceWords::withoutWinograd()
{
    const QString words = wordsOf({.milliseconds = {{"direct", {10.0, 7.2}}}});
    CONTAINS(words, "Under direct");
    CONTAINS(words, "without Winograd both multiply once for each MAC");
}

void TestRaceWords::onlyOneIsFiltered()
{
    MadeRace race{.milliseconds = {{"auto", {10.0, 12.0}}}};
    race.experiment.factorised = BranchKind::Asymmetric;
    const QString words = wordsOf(race);
    CONTAINS(words, "6.25× less often on the 5×5 and as often as there are MACs on asymmetric");
    CONTAINS(words, "makes 60 % fewer MACs");
    CONTAINS(words, "which leaves 150 % more multiplications");
}

void TestRaceWords::wholeTilesMultiplyMore()
{
    MadeRace race{.milliseconds = {{"winograd", {1.0, 2.0}}}};
    race.size = {1, 1};
    // 36 products at least for the 25 MACs of one output.
    CONTAINS(wordsOf(race), "1.44× as often on the 5×5");
}

void TestRaceWords::memoryBound_data()
{
    QTest::addColumn<double>("bandwidth");
    QTest::addColumn<QString>("part");
    QTest::newRow("both") << 0.3 << QStringLiteral("which memory sets for both");
    QTest::newRow("neither") << 500.0 << QStringLiteral("which arithmetic sets for both");
    // 5×5: 394 FLOP/byte, the pair: 143; the ridge at 250 between them.
    QTest::newRow("one") << 0.8 << QStringLiteral("which memory sets for the latter");
}

void TestRaceWords::memoryBound()
{
    QFETCH(double, bandwidth);
    QFETCH(QString, part);
    MadeRace race{.milliseconds = {{"direct", {50.0, 40.0}}}};
    race.roof.gigabytesPerSecond = bandwidth;
    const QString words = wordsOf(race);
    QVERIFY2(words.contains(part), qPrintable(words));
}

void TestRaceWords::speaksOfWhatBothHave()
{
    const MadeRace race{.milliseconds = {{"auto", {10.0, 12.0}}, {"direct", {30.0, 20.0}}}};
    CONTAINS(wordsOf(race), "Under auto");
    Race made = race.made();
    std::erase_if(made.lanes, [](const RaceLane& lane) {
        return lane.algorithm == "auto" && !lane.isOriginal;
    });
    CONTAINS(raceInWords(made, 2), "Under direct");
}

void TestRaceWords::nothingBeforeBothAreTimed()
{
    Race race = MadeRace{.milliseconds = {{"auto", {10.0, 12.0}}}}.made();
    for (RaceLane& lane : race.lanes) {
        if (!lane.isOriginal)
            lane.rounds.clear();
    }
    QVERIFY(raceInWords(race, 2).isEmpty());
    QVERIFY(raceInWords({}, 2).isEmpty());
}

void TestRaceWords::threadsThatWereRaced()
{
    const Race race = MadeRace{.milliseconds = {{"auto", {10.0, 12.0}}}}.made();
    QCOMPARE(shownThreads(race, 1), 1);
    QCOMPARE(shownThreads(race, 0), 2);
    QCOMPARE(shownThreads(race, 64), 2);
    QCOMPARE(millisecondsInWords(0.0312), QStringLiteral("0.031 ms"));
    QCOMPARE(millisecondsInWords(8.257), QStringLiteral("8.26 ms"));
    QCOMPARE(millisecondsInWords(1234.4), QStringLiteral("1,234 ms"));
    QVERIFY(raceTitle(race).startsWith(QStringLiteral("64 → 64 → 64, 224 × 224")));
    QVERIFY(raceTitle(race).endsWith(QStringLiteral("03:04:05 UTC")));
    QVERIFY(machineInWords(race, 2).contains(QStringLiteral("200.0 GFLOP/s")));
}

QTEST_GUILESS_MAIN(TestRaceWords)
#include "test_race_words.moc"
