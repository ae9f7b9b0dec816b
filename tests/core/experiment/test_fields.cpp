#include "core/experiment/fields.h"

#include <QTest>

using namespace factorscope;

Q_DECLARE_METATYPE(BranchKind)

class TestFields : public QObject {
    Q_OBJECT
private slots:
    void bothBranchesSeeTheSame_data();
    void bothBranchesSeeTheSame();
    void theSecondHalfBeginsAfterTheActivation();
};

void TestFields::bothBranchesSeeTheSame_data()
{
    QTest::addColumn<BranchKind>("kind");
    QTest::addColumn<int>("midHeight");
    QTest::addColumn<int>("midWidth");
    QTest::newRow("decomposed") << BranchKind::Decomposed << 3 << 3;
    QTest::newRow("separable") << BranchKind::Separable << 3 << 3;
    QTest::newRow("asymmetric") << BranchKind::Asymmetric << 5 << 1;
}

void TestFields::bothBranchesSeeTheSame()
{
    QFETCH(BranchKind, kind);
    QFETCH(int, midHeight);
    QFETCH(int, midWidth);
    Experiment experiment;
    experiment.factorised = kind;
    for (const bool more : {false, true}) {
        experiment.batchNorm = more;
        experiment.residual = more ? ResidualKind::Identity : ResidualKind::None;
        const ExperimentFields fields = fieldsOf(experiment);
        QCOMPARE(fields.original, (TheoreticalField{{5, 5}, {1, 1}, {2, 2}}));
        QCOMPARE(fields.factorised, fields.original);
        QCOMPARE(fields.mid.size, (Extent{midHeight, midWidth}));
        QCOMPARE(fields.mid.padding, (Extent{midHeight / 2, midWidth / 2}));
    }
}

void TestFields::theSecondHalfBeginsAfterTheActivation()
{
    Experiment experiment;
    experiment.midChannels = 7;
    for (const Between between : {Between::None, Between::Relu}) {
        experiment.between = between;
        const BranchSpec half = secondHalf(experiment);
        QCOMPARE(half.inChannels, 7);
        QCOMPARE(half.layers.size(), std::size_t(2));
        QVERIFY(std::holds_alternative<Conv2d>(half.layers[0].type));
        QVERIFY(std::holds_alternative<Relu>(half.layers[1].type));
    }
}

QTEST_GUILESS_MAIN(TestFields)
#include "test_fields.moc"
