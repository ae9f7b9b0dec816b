#include "core/file/output_files.h"

#include "tests/core/file/as_nobody.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace factorscope;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

Result<void> addWithStop(OutputFiles& files, const fs::path& path, std::string_view text,
                         const std::stop_token& stop)
{
    const std::array pieces{std::as_bytes(std::span(text))};
    return files.add(path, pieces, stop);
}

class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_old);
        rlimit limit = m_old;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_old);
        std::signal(SIGXFSZ, SIG_DFL);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit m_old{};
};

} // namespace

class TestOutputFiles : public QObject {
    Q_OBJECT
private slots:
    void init();
    void writesAllPiecesInOrder();
    void keepsTheOldFileUntilCommit();
    void leavesNothingWithoutCommit();
    void keepsTheOldFileWhenTheDiskIsFull();
    void keepsPermissionBits();
    void replacesTheTargetOfALink();
    void makesTheTargetOfADanglingLink();
    void refusesALinkToItself();
    void refusesAReadOnlyFile();
    void refusesAReadOnlyDirectory();
    void refusesWhatCannotBeAFile_data();
    void refusesWhatCannotBeAFile();
    void refusesOneFileForTwoOutputs();
    void writesNamesOfFullLength();
    void writesToDevicesAtOnce();
    void tellsAFullDevice();
    void writesToAPipe();
    void doesNotWaitForAPipeWhenAskedToStop_data();
    void doesNotWaitForAPipeWhenAskedToStop();
    void stopsOnRequest();
    void isAbandonedByAnotherThread();
    void goesOnAfterAFileThatFailed();
    void putsAllFilesBackWhenOneCannotBePlaced();
    void letsTwoTransactionsWriteIntoOneDirectory();
    void makesDirectoriesForGoodAtCommit();
    void removesDirectoriesWithoutCommit();
    void keepsDirectoriesThatSomebodyElseUses();
    void refusesDirectoriesThatCannotBe_data();
    void refusesDirectoriesThatCannotBe();

private:
    fs::path path(const std::string& name = {}) const
    {
        return fs::path(m_directory->path().toStdString()) / name;
    }
    std::vector<std::string> names() const
    {
        std::vector<std::string> list;
        for (const auto& entry : fs::directory_iterator(m_directory->path().toStdString()))
            list.push_back(entry.path().filename());
        std::ranges::sort(list);
        return list;
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

using Names = std::vector<std::string>;

void TestOutputFiles::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    std::ofstream(path("old")) << "old content";
}

void TestOutputFiles::writesAllPiecesInOrder()
{
    const std::string large(9'000'000, 'x'); // more than one portion
    const std::array pieces{std::as_bytes(std::span("ab", 2)), std::span<const std::byte>(),
                            std::as_bytes(std::span(large)), std::as_bytes(std::span("c", 1))};
    OutputFiles files;
    QVERIFY(files.add(path("new"), pieces));
    QVERIFY(files.commit());
    QVERIFY(content(path("new")) == "ab" + large + "c");
    QCOMPARE(names(), (Names{"new", "old"}));
}

void TestOutputFiles::keepsTheOldFileUntilCommit()
{
    OutputFiles files;
    QVERIFY(files.add(path("old"), "new content"));
    QVERIFY(files.add(path("empty"), ""));
    QCOMPARE(content(path("old")), std::string("old content"));
    QVERIFY(!fs::exists(path("empty")));
    QVERIFY(files.commit());
    QCOMPARE(content(path("old")), std::string("new content"));
    QCOMPARE(names(), (Names{"empty", "old"}));
}

void TestOutputFiles::leavesNothingWithoutCommit()
{
    {
        OutputFiles files;
        QVERIFY(files.add(path("old"), "new content"));
        QVERIFY(files.add(path("new"), "new content"));
    }
    QCOMPARE(content(path("old")), std::string("old content"));
    QCOMPARE(names(), Names{"old"});
}

void TestOutputFiles::keepsTheOldFileWhenTheDiskIsFull()
{
    const FileSizeLimit limit(100'000);
    OutputFiles files;
    const auto added = files.add(path("old"), std::string(100'001, 'x'));
    QVERIFY(!added);
    QCOMPARE(added.error().code, ErrorCode::File);
    QCOMPARE(added.error().message(),
             "cannot write '" + path("old").string() + "': File too large");
    QVERIFY(files.commit());
    QCOMPARE(content(path("old")), std::string("old content"));
    QCOMPARE(names(), Names{"old"});
}

void TestOutputFiles::keepsPermissionBits()
{
    const auto mode = [&](const std::string& name) {
        struct stat status {};
        return ::stat(path(name).c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
    };
    ::chmod(path("old").c_str(), 0604);
    const mode_t mask = ::umask(027);
    OutputFiles files;
    QVERIFY(files.add(path("old"), "x"));
    QVERIFY(files.add(path("new"), "x"));
    QVERIFY(files.commit());
    ::umask(mask);
    QCOMPARE(mode("old"), mode_t{0604});
    QCOMPARE(mode("new"), mode_t{0640});
}

void TestOutputFiles::replacesTheTargetOfALink()
{
    fs::create_directory(path("sub"));
    fs::create_symlink("../old", path("sub/near"));
    fs::create_symlink("sub/near", path("far"));
    OutputFiles files;
    QVERIFY(files.add(path("far"), "new content"));
    QVERIFY(files.commit());
    QVERIFY(fs::is_symlink(path("far")));
    QVERIFY(fs::is_symlink(path("sub/near")));
    QVERIFY(!fs::is_symlink(path("old")));
    QCOMPARE(content(path("old")), std::string("new content"));
}

void TestOutputFiles::makesTheTargetOfADanglingLink()
{
    fs::create_directory(path("sub"));
    fs::create_symlink("sub/near", path("far"));
    fs::create_symlink("made", path("sub/near"));
    OutputFiles files;
    QVERIFY(files.add(path("far"), "new content"));
    QVERIFY(files.commit());
    QVERIFY(fs::is_symlink(path("far")));
    QVERIFY(fs::is_symlink(path("sub/near")));
    QCOMPARE(content(path("sub/made")), std::string("new content"));
}

void TestOutputFiles::refusesALinkToItself()
{
    fs::create_symlink("loop", path("loop"));
    OutputFiles files;
    const auto added = files.add(path("loop"), "x");
    QVERIFY(!added);
    QVERIFY(fs::is_symlink(path("loop")));
}

void TestOutputFiles::refusesAReadOnlyFile()
{
    ::chmod(path().c_str(), 0777);
    ::chmod(path("old").c_str(), 0444);
    {
        const AsNobody asNobody;
        OutputFiles files;
        const auto added = files.add(path("old"), "x");
        QVERIFY(!added);
        QCOMPARE(added.error().message(),
                 "cannot write '" + path("old").string() + "': Permission denied");
    }
    QCOMPARE(content(path("old")), std::string("old content"));
    QCOMPARE(names(), Names{"old"});
}

void TestOutputFiles::refusesAReadOnlyDirectory()
{
    ::chmod(path().c_str(), 0555);
    {
        const AsNobody asNobody;
        OutputFiles files;
        const auto added = files.add(path("new"), "x");
        QVERIFY(!added);
        QCOMPARE(added.error().message(),
                 "cannot write '" + path("new").string() + "': Permission denied");
        QVERIFY(!files.addDirectory(path("sub")));
    }
    ::chmod(path().c_str(), 0755);
    QCOMPARE(names(), Names{"old"});
}

void TestOutputFiles::refusesWhatCannotBeAFile_data()
{
    QTest::addColumn<std::string>("name"); // below the directory of the test
    QTest::addColumn<std::string>("reason");
    QTest::addRow("directory") << std::string("/sub") << std::string("Is a directory");
    QTest::addRow("named like a directory")
        << std::string("/sub/") << std::string("Is a directory");
    QTest::addRow("missing directory")
        << std::string("/none/x") << std::string("No such file or directory");
    QTest::addRow("missing directory itself")
        << std::string("/none/") << std::string("Is a directory");
    QTest::addRow("in a file") << std::string("/old/x") << std::string("Not a directory");
    QTest::addRow("long name") << "/" + std::string(256, 'x') << std::string("File name too long");
}

void TestOutputFiles::refusesWhatCannotBeAFile()
{
    QFETCH(std::string, name);
    QFETCH(std::string, reason);
    fs::create_directory(path("sub"));
    const std::string whole = m_directory->path().toStdString() + name;
    OutputFiles files;
    const auto added = files.add(whole, "x");
    QVERIFY(!added);
    QCOMPARE(added.error().code, ErrorCode::File);
    QCOMPARE(added.error().message(), "cannot write '" + whole + "': " + reason);
    QVERIFY(!files.add("", "x"));
    QCOMPARE(names(), (Names{"old", "sub"}));
}

void TestOutputFiles::refusesOneFileForTwoOutputs()
{
    fs::create_symlink("old", path("link"));
    OutputFiles files;
    QVERIFY(files.add(path("old"), "one"));
    const auto added = files.add(path("link"), "two");
    QVERIFY(!added);
    QCOMPARE(added.error().code, ErrorCode::File);
    QCOMPARE(added.error().message(),
             "cannot write '" + path("link").string() + "': it is named for two outputs");
    QVERIFY(files.add(path("new"), "one"));
    QVERIFY(!files.add(fs::relative(path("new")), "two"));
    QVERIFY(files.commit());
    QCOMPARE(content(path("old")), std::string("one"));
    QCOMPARE(content(path("new")), std::string("one"));
}

void TestOutputFiles::writesNamesOfFullLength()
{
    const std::string name(255, 'n');
    OutputFiles files;
    QVERIFY(files.add(path(name), "x"));
    QVERIFY(files.commit());
    QCOMPARE(content(path(name)), std::string("x"));
}

void TestOutputFiles::writesToDevicesAtOnce()
{
    OutputFiles files;
    QVERIFY(files.add("/dev/null", "x"));
    QVERIFY(files.commit());
    QVERIFY(fs::is_character_file("/dev/null"));
}

void TestOutputFiles::tellsAFullDevice()
{
    OutputFiles files;
    const auto added = files.add("/dev/full", "x");
    QVERIFY(!added);
    QCOMPARE(added.error().message(),
             std::string("cannot write '/dev/full': No space left on device"));
}

void TestOutputFiles::writesToAPipe()
{
    ::mkfifo(path("pipe").c_str(), 0600);
    const std::string text(1'000'000, 'x'); // more than a pipe holds
    std::string received;
    std::jthread reader([&] { received = content(path("pipe")); });
    OutputFiles files;
    QVERIFY(files.add(path("pipe"), text));
    QVERIFY(files.commit());
    reader.join();
    QVERIFY(received == text);
    QVERIFY(fs::is_fifo(path("pipe")));
}

void TestOutputFiles::doesNotWaitForAPipeWhenAskedToStop_data()
{
    QTest::addColumn<bool>("hasReader");
    QTest::addRow("nobody opened it") << false;
    QTest::addRow("nobody reads from it") << true;
}

void TestOutputFiles::doesNotWaitForAPipeWhenAskedToStop()
{
    QFETCH(bool, hasReader);
    ::mkfifo(path("pipe").c_str(), 0600);
    const int reader = hasReader ? ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK) : -1;
    std::stop_source source;
    bool isCancelled = false;
    {
        std::jthread writer([&] {
            OutputFiles files;
            const auto added
                = addWithStop(files, path("pipe"), std::string(1'000'000, 'x'), source.get_token());
            isCancelled = !added && added.error().code == ErrorCode::Cancelled;
        });
        if (hasReader) {
            pollfd wanted{reader, POLLIN, 0};
            ::poll(&wanted, 1, -1); // until the writer is at it
        }
        source.request_stop();
    }
    ::close(reader);
    QVERIFY(isCancelled);
}

void TestOutputFiles::stopsOnRequest()
{
    std::stop_source source;
    source.request_stop();
    OutputFiles files;
    const auto added = addWithStop(files, path("old"), "x", source.get_token());
    QVERIFY(!added);
    QCOMPARE(added.error().code, ErrorCode::Cancelled);
    QCOMPARE(content(path("old")), std::string("old content"));
    QCOMPARE(names(), Names{"old"});
}

void TestOutputFiles::isAbandonedByAnotherThread()
{
    OutputFiles files;
    QVERIFY(files.addDirectory(path("made")));
    QVERIFY(files.add(path("made/new"), "new"));
    QVERIFY(files.add(path("old"), "newer"));
    std::jthread([&] { files.abandon(); }).join();
    QCOMPARE(names(), Names{"old"});
    QVERIFY(!files.addDirectory(path("made")));
    QVERIFY(!files.add(path("late"), "late"));
    const auto committed = files.commit();
    QVERIFY(!committed);
    QCOMPARE(committed.error().code, ErrorCode::Cancelled);
    QCOMPARE(names(), Names{"old"});
    QCOMPARE(content(path("old")), std::string("old content"));
}

void TestOutputFiles::goesOnAfterAFileThatFailed()
{
    OutputFiles files;
    QVERIFY(files.add(path("first"), "1"));
    QVERIFY(!files.add(path("none/second"), "2"));
    QVERIFY(files.add(path("third"), "3"));
    QVERIFY(files.commit());
    QCOMPARE(names(), (Names{"first", "old", "third"}));
}

void TestOutputFiles::putsAllFilesBackWhenOneCannotBePlaced()
{
    {
        OutputFiles files;
        QVERIFY(files.addDirectory(path("made")));
        QVERIFY(files.add(path("made/file"), "new content"));
        QVERIFY(files.add(path("old"), "new content"));
        QVERIFY(files.add(path("new"), "new content"));
        QVERIFY(files.add(path("barred"), "new content"));
        QVERIFY(files.add(path("last"), "new content"));
        fs::create_directories(path("barred/by a directory"));
        const auto committed = files.commit();
        QVERIFY(!committed);
        QCOMPARE(committed.error().code, ErrorCode::File);
        QCOMPARE(committed.error().message(),
                 "cannot write '" + path("barred").string() + "': Is a directory");
    }
    QCOMPARE(content(path("old")), std::string("old content"));
    QCOMPARE(names(), (Names{"barred", "old"}));
}

void TestOutputFiles::letsTwoTransactionsWriteIntoOneDirectory()
{
    OutputFiles one;
    OutputFiles other;
    QVERIFY(one.add(path("old"), "one"));
    QVERIFY(other.add(path("old"), "other"));
    QVERIFY(one.commit());
    QCOMPARE(content(path("old")), std::string("one"));
    QVERIFY(other.commit());
    QCOMPARE(content(path("old")), std::string("other"));
    QCOMPARE(names(), Names{"old"});
}

void TestOutputFiles::makesDirectoriesForGoodAtCommit()
{
    {
        OutputFiles files;
        QVERIFY(files.addDirectory(path("a/b/../c/")));
        QVERIFY(files.addDirectory(path("a/c")));
        QVERIFY(files.addDirectory(path()));
        QVERIFY(files.add(path("a/c/file"), "x"));
        QVERIFY(files.commit());
    }
    QCOMPARE(content(path("a/c/file")), std::string("x"));
}

void TestOutputFiles::removesDirectoriesWithoutCommit()
{
    fs::create_directory(path("mine"));
    {
        OutputFiles files;
        QVERIFY(files.addDirectory(path("a/b/c")));
        QVERIFY(files.addDirectory(path("a/d")));
        QVERIFY(files.addDirectory(path("mine")));
        QVERIFY(files.add(path("a/b/c/file"), "x"));
        QVERIFY(fs::is_directory(path("a/d")));
    }
    QCOMPARE(names(), (Names{"mine", "old"}));
}

void TestOutputFiles::keepsDirectoriesThatSomebodyElseUses()
{
    {
        OutputFiles files;
        QVERIFY(files.addDirectory(path("a/b")));
        std::ofstream(path("a/theirs")) << "x";
    }
    QVERIFY(fs::exists(path("a/theirs")));
    QVERIFY(!fs::exists(path("a/b")));
}

void TestOutputFiles::refusesDirectoriesThatCannotBe_data()
{
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("reason");
    QTest::addRow("a file") << std::string("old") << std::string("Not a directory");
    QTest::addRow("in a file") << std::string("old/x") << std::string("Not a directory");
    QTest::addRow("link to nothing") << std::string("dangling") << std::string("Not a directory");
    QTest::addRow("long name") << "a/" + std::string(256, 'x') << std::string("File name too long");
}

void TestOutputFiles::refusesDirectoriesThatCannotBe()
{
    QFETCH(std::string, name);
    QFETCH(std::string, reason);
    fs::create_symlink("nowhere", path("dangling"));
    {
        OutputFiles files;
        const auto added = files.addDirectory(path(name));
        QVERIFY(!added);
        QCOMPARE(added.error().message(), "cannot write '" + path(name).string() + "': " + reason);
        QVERIFY(!files.addDirectory(""));
    }
    QCOMPARE(names(), (Names{"dangling", "old"}));
}

QTEST_APPLESS_MAIN(TestOutputFiles)
#include "test_output_files.moc"
