#include "core/arithmetic/multiplications.h"

#include "core/experiment/pixel_arithmetic.h"

#include <QTest>

using namespace factorscope;

namespace {

Multiplications countsOf(BranchKind kind, Channels channels = Channels::One)
{
    Experiment experiment;
    experiment.factorised = kind;
    return multiplicationsOf(experiment, channels);
}

} // namespace

class TestMultiplications : public QObject {
    Q_OBJECT
private slots:
    void countsOneChannel_data();
    void countsOneChannel();
    void countsAllChannels();
    void countsTheSameWithAShortcut();
    void tilesShareWhatIsInside();
    void tellsWhatIsKnown();
};

void TestMultiplications::countsOneChannel_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("withoutReuse");
    QTest::addColumn<int>("withReuse");
    QTest::newRow("decomposed") << int(BranchKind::Decomposed) << 90 << 18;
    QTest::newRow("asymmetric") << int(BranchKind::Asymmetric) << 30 << 10;
    QTest::newRow("separable") << int(BranchKind::Separable) << 100 << 20;
}

void TestMultiplications::countsOneChannel()
{
    QFETCH(int, kind);
    QFETCH(int, withoutReuse);
    QFETCH(int, withReuse);
    const Multiplications counts = countsOf(BranchKind(kind));
    QCOMPARE(counts.direct, 25);
    QCOMPARE(counts.withoutReuse(), withoutReuse);
    QCOMPARE(counts.withReuse(), withReuse);
}

/// The article's 64 → 64 → 64.
void TestMultiplications::countsAllChannels()
{
    const Multiplications counts = countsOf(BranchKind::Decomposed, Channels::All);
    QCOMPARE(counts.direct, 102'400);
    QCOMPARE(counts.withReuse(), 73'728);
    QCOMPARE(counts.withoutReuse(), 10 * 36'864);
    const Multiplications separable = countsOf(BranchKind::Separable, Channels::All);
    QCOMPARE(separable.withReuse(), 2 * (9 * 64 + 64 * 64));
}

void TestMultiplications::countsTheSameWithAShortcut()
{
    Experiment experiment;
    experiment.residual = ResidualKind::Conv1x1;
    experiment.batchNorm = true;
    QCOMPARE(multiplicationsOf(experiment, Channels::One), countsOf(BranchKind::Decomposed));
}

void TestMultiplications::tilesShareWhatIsInside()
{
    const Multiplications counts = countsOf(BranchKind::Decomposed);
    QCOMPARE(counts.inTile(1), 90.0);
    QCOMPARE(counts.inTile(2), 45.0);
    QCOMPARE(counts.inTile(6), 25.0);
    QVERIFY(counts.inTile(1000) < 18.1 && counts.inTile(1000) > 18.0);
    QCOMPARE(tileAtPar(counts, 100), 6);
    QCOMPARE(tileAtPar(counts, 5), 0);
}

/// Row by row: the first output makes all nine mid values, the one beside it three, one in the
/// middle a single one.
void TestMultiplications::tellsWhatIsKnown()
{
    const Multiplications counts = countsOf(BranchKind::Decomposed);
    QCOMPARE(knownMids(counts, {0, 0}, 4), 0);
    QCOMPARE(knownMids(counts, {0, 1}, 4), 6);
    QCOMPARE(knownMids(counts, {1, 0}, 4), 6);
    QCOMPARE(knownMids(counts, {1, 1}, 4), 8);
    QCOMPARE(counts.withKnown(6), 36);
    QCOMPARE(counts.withKnown(8), counts.withReuse());
    QVERIFY(!isKnownMid(counts, {3, 3}, {1, 1}, 4));
    QVERIFY(isKnownMid(counts, {2, 5}, {1, 0}, 4));
    std::int64_t whole = 0; // all outputs of a tile make what the tile takes
    for (std::int64_t i = 0; i < 16; ++i)
        whole += counts.withKnown(knownMids(counts, {i / 4, i % 4}, 4));
    QCOMPARE(double(whole) / 16.0, counts.inTile(4));
}

QTEST_MAIN(TestMultiplications)
#include "test_multiplications.moc"
