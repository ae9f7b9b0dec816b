#include "core/file/input_file.h"

#include "tests/core/file/as_nobody.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

using namespace factorscope;
namespace fs = std::filesystem;

class TestInputFile : public QObject {
    Q_OBJECT
private slots:
    void init();
    void readsFromTheFront();
    void failsBeyondTheEnd();
    void failsWhenTheFileShrinksMeanwhile();
    void stopsOnRequest();
    void movesWithItsPlace();
    void refusesWhatIsNoRegularFile_data();
    void refusesWhatIsNoRegularFile();
    void refusesAFileWithoutPermission();
    void readsTextUpToItsLimit();

private:
    fs::path path(const std::string& name) const
    {
        return fs::path(m_directory.path().toStdString()) / name;
    }
    static Result<std::string> read(InputFile& file, std::size_t bytes,
                                    const std::stop_token& stop = {})
    {
        std::string text(bytes, '\0');
        RETURN_IF_ERROR(file.read(std::as_writable_bytes(std::span(text)), stop));
        return text;
    }

    QTemporaryDir m_directory;
};

void TestInputFile::init()
{
    fs::remove(path("ten"));
    std::ofstream(path("ten")) << "0123456789";
}

void TestInputFile::readsFromTheFront()
{
    auto file = InputFile::open(path("ten"));
    QVERIFY(file);
    QCOMPARE(file->path(), path("ten"));
    QCOMPARE(file->size(), std::int64_t{10});
    QCOMPARE(*read(*file, 4), std::string("0123"));
    QCOMPARE(file->remaining(), std::int64_t{6});
    QCOMPARE(*read(*file, 0), std::string());
    QCOMPARE(*read(*file, 6), std::string("456789"));
    QCOMPARE(file->remaining(), std::int64_t{0});
}

void TestInputFile::failsBeyondTheEnd()
{
    auto file = InputFile::open(path("ten"));
    QVERIFY(file);
    const auto text = read(*file, 13);
    QVERIFY(!text);
    QCOMPARE(text.error().code, ErrorCode::File);
    QCOMPARE(text.error().message(),
             "'" + path("ten").string() + "' ends too early: 3 more bytes expected");
}

void TestInputFile::failsWhenTheFileShrinksMeanwhile()
{
    auto file = InputFile::open(path("ten"));
    QVERIFY(file);
    fs::resize_file(path("ten"), 5);
    QVERIFY(!read(*file, 10));
}

void TestInputFile::stopsOnRequest()
{
    auto file = InputFile::open(path("ten"));
    QVERIFY(file);
    std::stop_source source;
    source.request_stop();
    const auto text = read(*file, 1, source.get_token());
    QVERIFY(!text);
    QCOMPARE(text.error().code, ErrorCode::Cancelled);
}

void TestInputFile::movesWithItsPlace()
{
    auto first = InputFile::open(path("ten"));
    auto second = InputFile::open(path("ten"));
    QVERIFY(first && second);
    QCOMPARE(*read(*first, 3), std::string("012"));
    InputFile moved = *std::move(first);
    QCOMPARE(*read(moved, 3), std::string("345"));
    *second = std::move(moved);
    QCOMPARE(*read(*second, 3), std::string("678"));
    QCOMPARE(second->remaining(), std::int64_t{1});
}

void TestInputFile::refusesWhatIsNoRegularFile_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("reason");
    QTest::addRow("missing") << std::string("none") << std::string("No such file or directory");
    QTest::addRow("in a file") << std::string("ten/x") << std::string("Not a directory");
    QTest::addRow("directory") << std::string(".") << std::string("Is a directory");
    QTest::addRow("device") << std::string("/dev/zero") << std::string("it is not a regular file");
    QTest::addRow("pipe without a writer")
        << std::string("pipe") << std::string("it is not a regular file");
    QTest::addRow("link to nothing")
        << std::string("dangling") << std::string("No such file or directory");
    QTest::addRow("no name") << std::string() << std::string("Is a directory");
}

void TestInputFile::refusesWhatIsNoRegularFile()
{
    QFETCH(std::string, name);
    QFETCH(std::string, reason);
    ::mkfifo(path("pipe").c_str(), 0600);
    (void)!::symlink("nowhere", path("dangling").c_str());
    const auto file = InputFile::open(path(name));
    QVERIFY(!file);
    QCOMPARE(file.error().code, ErrorCode::File);
    QCOMPARE(file.error().message(), "cannot read '" + path(name).string() + "': " + reason);
}

void TestInputFile::refusesAFileWithoutPermission()
{
    fs::permissions(path(""), fs::perms(0755)); // so that it is the file which is forbidden
    fs::permissions(path("ten"), fs::perms::none);
    const AsNobody asNobody;
    const auto file = InputFile::open(path("ten"));
    QVERIFY(!file);
    QCOMPARE(file.error().message(),
             "cannot read '" + path("ten").string() + "': Permission denied");
}

void TestInputFile::readsTextUpToItsLimit()
{
    QCOMPARE(*readText(path("ten"), 10), std::string("0123456789"));
    const auto text = readText(path("ten"), 9);
    QVERIFY(!text);
    QCOMPARE(text.error().code, ErrorCode::Format);
    QCOMPARE(text.error().message(),
             "'" + path("ten").string() + "' is too large: 10 bytes, at most 9 are read");
    std::ofstream(path("empty"));
    QCOMPARE(*readText(path("empty"), 0), std::string());
}

QTEST_APPLESS_MAIN(TestInputFile)
#include "test_input_file.moc"
