#include "core/weights/kernel_text.h"

#include "core/file/output_files.h"
#include "core/weights/npy.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>
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
    void tellsNumbersFromNamesOfFiles();
    void readsFiles();
    void namesTheFileThatHoldsNoKernel_data();
    void namesTheFileThatHoldsNoKernel();
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
    const Result<double> read = typedNumber(text.toStdString());
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
    const Result<double> read = typedNumber(text.toStdString());
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
    const Result<Kernel5x5> kernel = typedKernel(text.toStdString());
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
    const Result<Kernel5x5> kernel = typedKernel(text.toStdString());
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
    const std::string text = kernelText(kernel, 5);
    QCOMPARE(std::ranges::count(text, '\n'), std::ptrdiff_t(5));
    const Result<Kernel5x5> read = typedKernel(text);
    QVERIFY(read);
    QCOMPARE(*read, kernel);
}

void TestKernelText::aHugeClipboardIsOnlyCounted()
{
    const Result<Kernel5x5> kernel = typedKernel(QByteArray("7 ").repeated(100'000).toStdString());
    QVERIFY(!kernel);
    QVERIFY(kernel.error().message().find("100000") != std::string::npos);
}

void TestKernelText::tellsNumbersFromNamesOfFiles()
{
    for (const char* text : {"1", "-0,5", "1 2", "a b", "1;2", "", "[1,2]"})
        QVERIFY2(isTypedKernel(text), text);
    for (const char* text : {"kernel.txt", "folder/k.npy", "1.2.3", "k"})
        QVERIFY2(!isTypedKernel(text), text);
}

void TestKernelText::readsFiles()
{
    const QTemporaryDir folder;
    const Kernel5x5 kernel = counted();
    const std::string text = folder.filePath("k.txt").toStdString();
    std::ofstream(text) << kernelText(kernel, 5);
    const std::string npy = folder.filePath("k.npy").toStdString();
    Tensor tensor = Tensor::zeros({1, 1, 5, 5});
    std::ranges::transform(kernel, tensor.data(), [](double tap) { return float(tap); });
    OutputFiles files;
    QVERIFY(addNpy(files, npy, tensor) && files.commit());
    for (const std::string& path : {text, npy}) {
        const Result<Kernel5x5> read = readKernel(path);
        QVERIFY2(read, read ? "" : read.error().message().c_str());
        QCOMPARE(*read, kernel);
    }
}

void TestKernelText::namesTheFileThatHoldsNoKernel_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("named");
    QTest::newRow("a word") << QByteArray("1 2 oops") << "“oops” is no number";
    QTest::newRow("24 numbers") << QByteArray("1 ").repeated(24) << "here are 24";
    QTest::newRow("nothing") << QByteArray() << "here are 0";
    QTest::newRow("too large") << QByteArray("1 ").repeated(100'000) << "200000 bytes";
}

void TestKernelText::namesTheFileThatHoldsNoKernel()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, named);
    const QTemporaryDir folder;
    const std::string path = folder.filePath("k.txt").toStdString();
    std::ofstream(path) << content.toStdString();
    const Result<Kernel5x5> read = readKernel(path);
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::Format);
    const QString sentence = QString::fromStdString(read.error().message());
    QVERIFY2(sentence.contains(named), qPrintable(sentence));
    QVERIFY2(sentence.contains(QStringLiteral("k.txt'")), qPrintable(sentence));
}

QTEST_APPLESS_MAIN(TestKernelText)
#include "test_kernel_text.moc"
