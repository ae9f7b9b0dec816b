#include "ui/receptive/receptive_numbers.h"

#include "tests/support/evaluated.h"

#include <QTest>

#include <map>
#include <utility>

using namespace factorscope;

namespace {

using Pixels = std::map<std::pair<std::int64_t, std::int64_t>, double>;

Pixels pixelsOf(const NumberTable& table)
{
    Pixels pixels;
    for (const std::vector<Json>& row : table.rows)
        pixels[{row[0].get<std::int64_t>(), row[1].get<std::int64_t>()}] = row[2].get<double>();
    return pixels;
}

ViewSettings lookingAt(std::int64_t y, std::int64_t x)
{
    ViewSettings settings;
    settings.cursor = Position{y, x};
    return settings;
}

} // namespace

class TestReceptiveNumbers : public QObject {
    Q_OBJECT
private slots:
    void countsThePathsInTheMiddle();
    void theBorderCutsWhatIsSeen();
    void beginsInTheMiddle();

private:
    const std::shared_ptr<const BothEvaluated> m_both = evaluated(smallExperiment()); // 40 by 48
};

void TestReceptiveNumbers::countsThePathsInTheMiddle()
{
    const auto tables = receptiveNumbers(*m_both, lookingAt(10, 20));
    QCOMPARE(tables.size(), std::size_t{4});
    const Pixels direct = pixelsOf(tables[1]);
    const Pixels stacked = pixelsOf(tables[2]);
    const Pixels half = pixelsOf(tables[3]);
    QCOMPARE(direct.size(), std::size_t{25});
    QCOMPARE(stacked.size(), std::size_t{25});
    QCOMPARE(half.size(), std::size_t{9});
    for (const auto& [at, paths] : direct)
        QCOMPARE(paths, 1.0);
    // Ways from a pixel through a 3x3 window and another one: (1, 2, 3, 2, 1) on each axis.
    const auto ways = [](std::int64_t offset) { return 3.0 - std::abs(double(offset)); };
    for (const auto& [at, paths] : stacked)
        QCOMPARE(paths, ways(at.first - 10) * ways(at.second - 20));
    QVERIFY(tables[0].rows[0].back() == 25.0);
    QVERIFY(tables[0].rows[1].back() == 81.0);
    QVERIFY(tables[0].rows[2].back() == 9.0);
}

void TestReceptiveNumbers::theBorderCutsWhatIsSeen()
{
    const auto tables = receptiveNumbers(*m_both, lookingAt(0, 47));
    const std::vector<Json> original = tables[0].rows[0];
    const std::vector<Json> expected{"original", "input", 0, 47, 5, 5,  -2, 45,
                                     2,          49,      0, 45, 2, 47, 9.0};
    QVERIFY(original == expected);
    QCOMPARE(tables[1].rows.size(), std::size_t{9});
    QCOMPARE(tables[3].rows.size(), std::size_t{4});
    const std::vector<std::string> names{"fields", "paths-original", "paths-decomposed",
                                         "paths-mid"};
    for (std::size_t i = 0; i < tables.size(); ++i)
        QCOMPARE(tables[i].name, names[i]);
}

void TestReceptiveNumbers::beginsInTheMiddle()
{
    const auto tables = receptiveNumbers(*m_both, {});
    QVERIFY(tables[0].rows[0][2] == 20);
    QVERIFY(tables[0].rows[0][3] == 24);
}

QTEST_MAIN(TestReceptiveNumbers)
#include "test_receptive_numbers.moc"
