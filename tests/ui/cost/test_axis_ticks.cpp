#include "ui/cost/axis_ticks.h"

#include <QTest>

#include <cmath>

using namespace factorscope;

class TestAxisTicks : public QObject {
    Q_OBJECT
private slots:
    void stepsAreNiceAndCover_data();
    void stepsAreNiceAndCover();
    void ticksWithinStayWithin();
    void countsAreNotSplit();
    void labelsHaveOneUnit_data();
    void labelsHaveOneUnit();
};

void TestAxisTicks::stepsAreNiceAndCover_data()
{
    QTest::addColumn<double>("most");
    for (const double most : {1.0, 2.0, 9.99, 10.0, 128.0, 147'456.0, 102'400.0, 5.138e9, 0.37})
        QTest::addRow("%g", most) << most;
}

void TestAxisTicks::stepsAreNiceAndCover()
{
    QFETCH(double, most);
    for (int wanted = 2; wanted <= 12; ++wanted) {
        const AxisTicks ticks = ticksCovering(most, wanted, AxisUnit::Count);
        const double power = std::pow(10.0, std::floor(std::log10(ticks.step) + 1e-9));
        const double factor = std::round(ticks.step / power);
        QVERIFY(factor == 1.0 || factor == 2.0 || factor == 5.0);
        QVERIFY(std::abs(ticks.step - factor * power) < 1e-9 * ticks.step);
        QCOMPARE(ticks.values.front(), 0.0);
        QVERIFY(ticks.top() >= most * (1.0 - 1e-9));
        QVERIFY(ticks.top() < most + ticks.step);
        QVERIFY(ticks.values.size() <= std::size_t(wanted) + 1);
        QVERIFY(2.5 * static_cast<double>(ticks.values.size()) >= wanted); // not far fewer
        QCOMPARE(ticks.labels.size(), qsizetype(ticks.values.size()));
        QStringList labels = ticks.labels;
        QCOMPARE(labels.removeDuplicates(), 0);
    }
}

void TestAxisTicks::ticksWithinStayWithin()
{
    const AxisTicks ticks = ticksWithin(128.0, 8, AxisUnit::WholeCount);
    QCOMPARE(ticks.step, 20.0);
    QCOMPARE(ticks.top(), 120.0);
    QCOMPARE(ticksWithin(120.0, 6, AxisUnit::WholeCount).top(), 120.0);
}

void TestAxisTicks::countsAreNotSplit()
{
    const AxisTicks ticks = ticksWithin(3.0, 10, AxisUnit::WholeCount);
    QCOMPARE(ticks.labels, QStringList({"0", "1", "2", "3"}));
}

void TestAxisTicks::labelsHaveOneUnit_data()
{
    QTest::addColumn<double>("most");
    QTest::addColumn<AxisUnit>("unit");
    QTest::addColumn<QString>("second");
    QTest::addColumn<QString>("last");
    QTest::newRow("few") << 40.0 << AxisUnit::Count << "10"
                         << "40";
    QTest::newRow("thousands") << 102'400.0 << AxisUnit::Count << "50 k"
                               << "150 k";
    QTest::newRow("parts of thousands") << 2'000.0 << AxisUnit::Count << "0.5 k"
                                        << "2.0 k";
    QTest::newRow("billions") << 5.1e9 << AxisUnit::Count << "2 G"
                              << "6 G";
    QTest::newRow("bytes") << 25'690'112.0 << AxisUnit::Bytes << "10 MB"
                           << "30 MB";
    QTest::newRow("few bytes") << 100.0 << AxisUnit::Bytes << "50 B"
                               << "100 B";
    QTest::newRow("channels") << 4'000.0 << AxisUnit::WholeCount << "1,000"
                              << "4,000";
}

void TestAxisTicks::labelsHaveOneUnit()
{
    QFETCH(double, most);
    QFETCH(AxisUnit, unit);
    QFETCH(QString, second);
    QFETCH(QString, last);
    const QStringList labels = ticksCovering(most, 4, unit).labels;
    QCOMPARE(labels.at(0), QStringLiteral("0"));
    QCOMPARE(labels.at(1), second);
    QCOMPARE(labels.back(), last);
}

QTEST_GUILESS_MAIN(TestAxisTicks)
#include "test_axis_ticks.moc"
