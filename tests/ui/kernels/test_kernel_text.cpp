#include "ui/kernels/kernel_text.h"

#include <QTest>

#include <limits>

using namespace factorscope;

namespace {

/// 1, 2 … 25.
Kernel5x5 counted()
{
    Kernel5x5 kernel;
    for (std::size_t i = 0; i < kernel.size(); ++i)
        kernel[i] = static_cast<double>(i + 1);
    return kernel;
}

/// 25 words made of one and a separator.
QString repeated(const QString& word, const QString& separator)
{
    return QStringList(25, word).join(separator);
}

} // namespace

class TestKernelText : public QObject {
    Q_OBJECT
private slots:
    void readsNumbersAsPeopleTypeThem_data();
    void readsNumbersAsPeopleTypeThem();
    void refusesWhatIsNoNumber_data();
    void refusesWhatIsNoNumber();
    void readsKernels_data();
    void readsKernels();
    void namesWhatIsWrongWithAKernel_data();
    void namesWhatIsWrongWithAKernel();
    void comesBackAsItWas();
    void aHugeClipboardIsOnlyCounted();
};

void TestKernelText::readsNumbersAsPeopleTypeThem_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("value");
    QTest::newRow("point") << "0.25" << 0.25;
    QTest::newRow("comma") << "0,25" << 0.25;
    QTest::newRow("no whole part") << ".5" << 0.5;
    QTest::newRow("minus sign") << QString::fromUtf8("−2") << -2.0;
    QTest::newRow("exponent") << " 1e-3 " << 1e-3;
    QTest::newRow("the most") << "-1000000" << -kMostTap;
}

void TestKernelText::readsNumbersAsPeopleTypeThem()
{
    QFETCH(QString, text);
    QFETCH(double, value);
    const Result<double> read = typedNumber(text);
    QVERIFY(read);
    QCOMPARE(*read, value);
}

void TestKernelText::refusesWhatIsNoNumber_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "-", "abc", "1.2.3", "nan", "1e400", "inf", "-inf", "1000001",
                             "0x10", "1 2", "<b>1</b>"})
        QTest::newRow(text) << text;
}

void TestKernelText::refusesWhatIsNoNumber()
{
    QFETCH(QString, text);
    const Result<double> read = typedNumber(text);
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::InvalidArgument);
}

void TestKernelText::readsKernels_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("each");
    QTest::newRow("spaces") << repeated("1.5", " ") << 1.5;
    QTest::newRow("lines and tabs") << repeated("1.5", "\t\n") << 1.5;
    QTest::newRow("commas") << repeated("1.5", ",") << 1.5;
    QTest::newRow("commas and spaces") << repeated("1.5", ", ") << 1.5;
    QTest::newRow("commas before words") << repeated("2", " ,") << 2.0;
    QTest::newRow("commas apart") << repeated("2", " , ") << 2.0;
    QTest::newRow("decimal commas") << repeated("1,5", " ") << 1.5;
    QTest::newRow("decimal commas, semicolons") << repeated("1,5", ";") << 1.5;
    QTest::newRow("brackets") << "[[" + repeated("-1", "], [") + "]]" << -1.0;
}

void TestKernelText::readsKernels()
{
    QFETCH(QString, text);
    QFETCH(double, each);
    const Result<Kernel5x5> kernel = typedKernel(text);
    QVERIFY(kernel);
    Kernel5x5 wanted;
    wanted.fill(each);
    QCOMPARE(*kernel, wanted);
}

void TestKernelText::namesWhatIsWrongWithAKernel_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("named");
    QTest::newRow("nothing") << ""
                             << "0";
    QTest::newRow("24 numbers") << repeated("1", " ").chopped(2) << "24";
    QTest::newRow("a word") << "0,5 oops " + repeated("1", " ").chopped(4) << "oops";
    QTest::newRow("not a number") << repeated("nan", " ") << "nan";
    QTest::newRow("too large") << repeated("1e9", " ") << "1e9";
}

void TestKernelText::namesWhatIsWrongWithAKernel()
{
    QFETCH(QString, text);
    QFETCH(QString, named);
    const Result<Kernel5x5> kernel = typedKernel(text);
    QVERIFY(!kernel);
    QCOMPARE(kernel.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(kernel.error().message().find(named.toStdString()) != std::string::npos,
             kernel.error().message().c_str());
}

void TestKernelText::comesBackAsItWas()
{
    Kernel5x5 kernel = counted();
    kernel[3] = -1.0 / 3.0;
    kernel[7] = std::numeric_limits<double>::denorm_min();
    const QString text = kernelText(kernel, 5);
    QCOMPARE(text.count(u'\n'), 5);
    const Result<Kernel5x5> read = typedKernel(text);
    QVERIFY(read);
    QCOMPARE(*read, kernel);
}

void TestKernelText::aHugeClipboardIsOnlyCounted()
{
    const Result<Kernel5x5> kernel = typedKernel(QStringLiteral("7 ").repeated(100'000));
    QVERIFY(!kernel);
    QVERIFY(kernel.error().message().find("100000") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestKernelText)
#include "test_kernel_text.moc"
