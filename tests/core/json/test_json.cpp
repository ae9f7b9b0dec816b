#include "core/json/json.h"

#include <QTest>

#include <limits>

using namespace factorscope;

class TestJson : public QObject {
    Q_OBJECT
private slots:
    void readsEveryKindOfValue();
    void tellsWholeNumbersFromFractions();
    void keepsTheOrderOfKeys();
    void readsSixtyFourLevels();
    void refusesWhatIsNoJson_data();
    void refusesWhatIsNoJson();
    void refusesDuplicateKeys_data();
    void refusesDuplicateKeys();
    void takesTheSameKeyInDifferentObjects();
    void readsManyKeysInTimeOfTheirNumber();
    void stopsOnRequest();
};

void TestJson::readsEveryKindOfValue()
{
    const auto value = parseJson(
        R"( {"a": [null, true, false, -1, 2, 2.5, "x\u00e9\n", {}, []], "b": {"c": [[1]]}} )", "s");
    QVERIFY(value);
    const Json expected{{"a",
                         Json::array({nullptr, true, false, -1, 2, 2.5, "x\u00e9\n", Json::object(),
                                      Json::array()})},
                        {"b", {{"c", Json::array({Json::array({1})})}}}};
    QCOMPARE(value->dump(), expected.dump());
    QVERIFY((*value)["b"].contains("c"));
    QCOMPARE(parseJson("7", "s")->get<int>(), 7);
}

void TestJson::tellsWholeNumbersFromFractions()
{
    const auto value = parseJson("[18446744073709551615, -1, 1.0, 1e2]", "s");
    QVERIFY(value);
    QVERIFY((*value)[0].is_number_unsigned());
    QVERIFY((*value)[0].get<std::uint64_t>() == std::numeric_limits<std::uint64_t>::max());
    QVERIFY((*value)[1].is_number_integer() && !(*value)[1].is_number_unsigned());
    QVERIFY((*value)[2].is_number_float());
    QVERIFY((*value)[3].is_number_float());
}

void TestJson::keepsTheOrderOfKeys()
{
    QCOMPARE(parseJson(R"({"z":1,"a":2,"m":3})", "s")->dump(),
             std::string(R"({"z":1,"a":2,"m":3})"));
}

void TestJson::readsSixtyFourLevels()
{
    const auto nested = [](int levels) {
        return std::string(std::size_t(levels), '[') + std::string(std::size_t(levels), ']');
    };
    QVERIFY(parseJson(nested(64), "s"));
    const auto deeper = parseJson(nested(65), "s");
    QVERIFY(!deeper);
    QCOMPARE(deeper.error().message(), std::string("'s' is nested deeper than 64 levels"));
    QVERIFY(!parseJson(std::string(10'000'000, '['), "s"));
}

void TestJson::refusesWhatIsNoJson_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<int>("byte");
    const auto row = [](const char* name, const std::string& text, int byte) {
        QTest::addRow("%s", name) << text << byte;
    };
    row("nothing", "", 1);
    row("cut", "{\"a\":", 6);
    row("something behind", "{} x", 4);
    row("zero behind", std::string("{}\0", 3), 3);
    row("comment", "{/**/}", 2);
    row("trailing comma", "[1,]", 4);
    row("single quotes", "{'a':1}", 2);
    row("no number", "[NaN]", 2);
    row("leading zero", "[01]", 3);
    row("number out of range", "[1e999]", 6);
    row("broken UTF-8", "\"\xff\"", 2);
    row("control character in a string", "\"a\nb\"", 3);
    row("half a surrogate pair", R"("\ud800")", 8);
}

void TestJson::refusesWhatIsNoJson()
{
    QFETCH(std::string, text);
    QFETCH(int, byte);
    const auto value = parseJson(text, "my file");
    QVERIFY(!value);
    QCOMPARE(value.error().code, ErrorCode::Format);
    QCOMPARE(value.error().message(),
             "'my file' is not valid JSON: error at byte " + std::to_string(byte));
}

void TestJson::refusesDuplicateKeys_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addRow("outermost") << std::string(R"({"a":1,"b":2,"a":1})");
    QTest::addRow("inside") << std::string(R"({"b":[{"a":1,"a":{}}]})");
    QTest::addRow("around an inner object") << std::string(R"({"a":{"b":1},"a":2})");
    QTest::addRow("by escape") << std::string(R"({"a":1,"\u0061":2})");
}

void TestJson::refusesDuplicateKeys()
{
    QFETCH(std::string, text);
    const auto value = parseJson(text, "s");
    QVERIFY(!value);
    QCOMPARE(value.error().code, ErrorCode::Format);
    QCOMPARE(value.error().message(), std::string("'s' has the key \"a\" twice"));
}

void TestJson::takesTheSameKeyInDifferentObjects()
{
    QVERIFY(parseJson(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})", "s"));
}

void TestJson::readsManyKeysInTimeOfTheirNumber()
{
    // Were each key compared with all before it, this would run into the limit of the test.
    constexpr int kCount = 500'000;
    std::string text = "{";
    for (int i = 0; i < kCount; ++i)
        text += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":0";
    const auto value = parseJson(text + "}", "s");
    QVERIFY(value);
    QCOMPARE(value->size(), std::size_t(kCount));
}

void TestJson::stopsOnRequest()
{
    std::stop_source source;
    source.request_stop();
    const auto value = parseJson("[1, 2]", "s", source.get_token());
    QVERIFY(!value);
    QCOMPARE(value.error().code, ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestJson)
#include "test_json.moc"
