#include "core/table/number_table.h"

#include <QTest>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>

using namespace factorscope;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

NumberTable sample()
{
    return {.name = "pixels",
            .columns = {"y", "name", "value"},
            .rows = {{std::int64_t{-3}, "plain", 0.1}, {std::uint64_t{4}, nullptr, true}}};
}

} // namespace

class TestNumberTable : public QObject {
    Q_OBJECT
private slots:
    void writesRowsUnderTheirNames();
    void quotesWhatWouldBeReadOtherwise();
    void whatIsNoNumberIsEmpty();
    void numbersReadBackAsTheyWere_data();
    void numbersReadBackAsTheyWere();
    void aTableWithoutRowsHasItsNames();
    void jsonHasAnObjectForEachRow();
    void jsonHasAllTablesInOrder();
};

void TestNumberTable::writesRowsUnderTheirNames()
{
    QCOMPARE(csvText(sample()), std::string("y,name,value\n-3,plain,0.1\n4,,true\n"));
}

void TestNumberTable::quotesWhatWouldBeReadOtherwise()
{
    const NumberTable table{"t", {"a,b", "c"}, {{"say \"no\"", "two\nlines"}, {"cr\r", "a;b 'c'"}}};
    QCOMPARE(csvText(table),
             std::string("\"a,b\",c\n\"say \"\"no\"\"\",\"two\nlines\"\n\"cr\r\",a;b 'c'\n"));
}

void TestNumberTable::whatIsNoNumberIsEmpty()
{
    const NumberTable table{"t", {"a", "b", "c", "d"}, {{kNaN, kInfinity, -kInfinity, nullptr}}};
    QCOMPARE(csvText(table), std::string("a,b,c,d\n,,,\n"));
    QCOMPARE(jsonOf(std::span(&table, 1)).dump(),
             std::string(R"({"t":[{"a":null,"b":null,"c":null,"d":null}]})"));
}

void TestNumberTable::numbersReadBackAsTheyWere_data()
{
    QTest::addColumn<double>("number");
    QTest::addColumn<QString>("text"); // empty: any
    QTest::newRow("third") << 1.0 / 3.0 << "0.3333333333333333";
    QTest::newRow("whole") << 2.0 << "2";
    QTest::newRow("negative zero") << -0.0 << "-0";
    QTest::newRow("least") << std::numeric_limits<double>::denorm_min() << "5e-324";
    QTest::newRow("most") << std::numeric_limits<double>::max() << "1.7976931348623157e+308";
    QTest::newRow("float") << double(0.1F) << "0.10000000149011612";
    QTest::newRow("past 2^53") << 9007199254740994.0 << QString();
}

void TestNumberTable::numbersReadBackAsTheyWere()
{
    QFETCH(double, number);
    QFETCH(QString, text);
    const NumberTable table{"t", {"a"}, {{number}}};
    const std::string csv = csvText(table);
    const std::string cell = csv.substr(2, csv.size() - 3);
    double back = 0.0;
    QCOMPARE(std::from_chars(cell.data(), cell.data() + cell.size(), back).ptr,
             cell.data() + cell.size());
    QVERIFY(std::memcmp(&back, &number, sizeof number) == 0);
    if (!text.isEmpty())
        QCOMPARE(cell, text.toStdString());
    QVERIFY(jsonOf(std::span(&table, 1))["t"][0]["a"] == number);
}

void TestNumberTable::aTableWithoutRowsHasItsNames()
{
    const NumberTable table{"t", {"a", "b"}, {}};
    QCOMPARE(csvText(table), std::string("a,b\n"));
    QCOMPARE(jsonOf(std::span(&table, 1)).dump(), std::string(R"({"t":[]})"));
}

void TestNumberTable::jsonHasAnObjectForEachRow()
{
    const NumberTable table = sample();
    QCOMPARE(jsonOf(std::span(&table, 1)).dump(),
             std::string(R"({"pixels":[{"y":-3,"name":"plain","value":0.1},)"
                         R"({"y":4,"name":null,"value":true}]})"));
}

void TestNumberTable::jsonHasAllTablesInOrder()
{
    const std::vector<NumberTable> tables{{"z", {"a"}, {{1}}}, {"a", {"b"}, {{2}}}};
    QCOMPARE(jsonOf(tables).dump(), std::string(R"({"z":[{"a":1}],"a":[{"b":2}]})"));
    QCOMPARE(jsonOf({}).dump(), std::string("{}"));
}

QTEST_APPLESS_MAIN(TestNumberTable)
#include "test_number_table.moc"
