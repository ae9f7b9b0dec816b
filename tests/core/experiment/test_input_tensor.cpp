#include "core/experiment/input_tensor.h"

#include "core/weights/npy.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace factorscope;

namespace {

constexpr std::int64_t kLimit = std::int64_t{1} << 20;

} // namespace

class TestInputTensor : public QObject {
    Q_OBJECT
private slots:
    void knowsAnNpyByEndingOrContent();
    void readsThreeAndFourAxes();
    void refusesOtherShapes_data();
    void refusesOtherShapes();
    void stopsOnRequest();

private:
    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    std::string written(const char* name, const Shape& shape) const
    {
        OutputFiles files;
        if (!addNpy(files, path(name), Tensor::filled(shape, 0.25F)) || !files.commit())
            qFatal("cannot write %s", name);
        return path(name);
    }
    std::string bytes(const char* name, const QByteArray& content) const
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", name);
        return path(name);
    }

    QTemporaryDir m_folder;
};

void TestInputTensor::knowsAnNpyByEndingOrContent()
{
    QVERIFY(*isNpyFile(written("a.npy", {1, 2, 3})));
    QVERIFY(*isNpyFile(written("a.dat", {1, 2, 3})));
    QVERIFY(*isNpyFile(bytes("text.npy", "text")));
    QVERIFY(!*isNpyFile(bytes("text.dat", "This is text.")));
    QVERIFY(!*isNpyFile(bytes("short.dat", "T")));
    const auto missing = isNpyFile(path("missing.npy"));
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, ErrorCode::File);
}

void TestInputTensor::readsThreeAndFourAxes()
{
    const auto three = readInputTensor(written("three.npy", {3, 4, 5}), kLimit);
    QVERIFY(three);
    QCOMPARE((*three)->shape(), (Shape{1, 3, 4, 5}));
    QCOMPARE((*three)->values()[59], 0.25F);
    const auto four = readInputTensor(written("four.npy", {2, 3, 4, 5}), kLimit);
    QVERIFY(four);
    QCOMPARE((*four)->shape(), (Shape{2, 3, 4, 5}));
}

void TestInputTensor::refusesOtherShapes_data()
{
    QTest::addColumn<std::string>("file");
    QTest::addColumn<std::string>("says");
    QTest::newRow("two axes") << written("two.npy", {4, 5}) << std::string("4x5");
    QTest::newRow("five axes") << written("five.npy", {1, 1, 1, 4, 5}) << std::string("1x1x1x4x5");
    QTest::newRow("nothing in it") << written("none.npy", {3, 0, 5}) << std::string("3x0x5");
}

void TestInputTensor::refusesOtherShapes()
{
    QFETCH(std::string, file);
    QFETCH(std::string, says);
    const auto tensor = readInputTensor(file, kLimit);
    QVERIFY(!tensor);
    QCOMPARE(tensor.error().code, ErrorCode::Shape);
    QCOMPARE(tensor.error().message(),
             "'" + file + "' is " + says + ", neither (C,H,W) nor (N,C,H,W)");
}

void TestInputTensor::stopsOnRequest()
{
    std::stop_source stop;
    stop.request_stop();
    const auto tensor = readInputTensor(written("stop.npy", {3, 4, 5}), kLimit, stop.get_token());
    QVERIFY(!tensor);
    QCOMPARE(tensor.error().code, ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestInputTensor)
#include "test_input_tensor.moc"
