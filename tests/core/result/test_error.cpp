#include "core/result/result.h"

#include <QTest>

#include <memory>

using namespace factorscope;

class TestError : public QObject {
    Q_OBJECT
private slots:
    void putsArgumentsIntoTheirPlaces_data();
    void putsArgumentsIntoTheirPlaces();
    void staysOnOneLine_data();
    void staysOnOneLine();
    void handsErrorsOnToTheCaller();
    void handsValuesOnThatOnlyMove();
};

void TestError::putsArgumentsIntoTheirPlaces_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* text, const QStringList& arguments, const char* sentence) {
        QTest::addRow("%s", text) << QString(text) << arguments << QString(sentence);
    };
    row("no place", {}, "no place");
    row("%1 exceeds %2", {"7", "4"}, "7 exceeds 4");
    row("%2 is below %1, yes %2", {"7", "4"}, "4 is below 7, yes 4");
    row("%1%2", {"a", "b"}, "ab");
    row("an argument is not filled in: %1 %2", {"%2", "x"}, "an argument is not filled in: %2 x");
    row("without argument %2", {"a"}, "without argument %2");
    row("100% of %1 %", {"a"}, "100% of a %");
    row("%0 and %x", {"a"}, "%0 and %x");
    row("empty '%1'", {""}, "empty ''");
    row("%9", {"1", "2", "3", "4", "5", "6", "7", "8", "9"}, "9");
}

void TestError::putsArgumentsIntoTheirPlaces()
{
    QFETCH(QString, text);
    QFETCH(QStringList, arguments);
    QFETCH(QString, sentence);
    std::vector<std::string> list;
    for (const QString& argument : arguments)
        list.push_back(argument.toStdString());
    QCOMPARE(filledIn(text.toStdString(), list), sentence.toStdString());
}

void TestError::staysOnOneLine_data()
{
    QTest::addColumn<std::string>("argument");
    QTest::addColumn<std::string>("shown");
    const auto row = [](const char* name, const char* argument, const char* shown) {
        QTest::addRow("%s", name) << std::string(argument) << std::string(shown);
    };
    row("line feed", "a\nb\r\n", "a?b??");
    row("escape sequence", "\x1b[31mred\x7f", "?[31mred?");
    row("C1 line break and escape", "a\u0085b\u009bc", "a?b?c");
    row("line and paragraph separators", "a\u2028b\u2029c", "a?b?c");
    row("letters of any language", "\u00e4 \u00a0 \u5377\u79ef \u2027 \u202a",
        "\u00e4 \u00a0 \u5377\u79ef \u2027 \u202a");
    row("cut sequences", "a\xc2", "a\xc2");
    row("another cut sequence", "a\xe2\x80", "a\xe2\x80");
}

void TestError::staysOnOneLine()
{
    QFETCH(std::string, argument);
    QFETCH(std::string, shown);
    const Error error{ErrorCode::File, "<%1>", {argument}};
    QCOMPARE(error.message(), "<" + shown + ">");
}

namespace {

Result<std::unique_ptr<int>> half(int number)
{
    if (number % 2 != 0)
        return Error{ErrorCode::InvalidArgument, "%1 is odd", {std::to_string(number)}};
    return std::make_unique<int>(number / 2);
}

Result<int> quarter(int number)
{
    ASSIGN_OR_RETURN(const std::unique_ptr<int> once, half(number));
    ASSIGN_OR_RETURN(const std::unique_ptr<int> twice, half(*once));
    return *twice;
}

Result<void> requireQuarter(int number)
{
    RETURN_IF_ERROR(quarter(number));
    return {};
}

} // namespace

void TestError::handsErrorsOnToTheCaller()
{
    const Result<void> result = requireQuarter(6);
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(result.error().message(), std::string("3 is odd"));
    QCOMPARE(cancelled().code, ErrorCode::Cancelled);
}

void TestError::handsValuesOnThatOnlyMove()
{
    const Result<int> result = quarter(12);
    QVERIFY(result);
    QCOMPARE(*result, 3);
    QVERIFY(requireQuarter(8));
}

QTEST_APPLESS_MAIN(TestError)
#include "test_error.moc"
