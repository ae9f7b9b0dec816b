#include "core/tensor/memory.h"

#include <QTest>

#include <limits>

#include <sys/resource.h>

using namespace factorscope;

class TestMemory : public QObject {
    Q_OBJECT
private slots:
    void writesBytesForPeople_data();
    void writesBytesForPeople();
    void refusesMoreThanTheLimit();
    void knowsWhatIsAvailable();
    void respectsALimitOfTheAddressSpace();
};

void TestMemory::writesBytesForPeople_data()
{
    QTest::addColumn<std::int64_t>("bytes");
    QTest::addColumn<std::string>("text");
    const auto row = [](std::int64_t bytes, const char* text) {
        QTest::addRow("%s", text) << bytes << std::string(text);
    };
    row(0, "0 bytes");
    row(999, "999 bytes");
    row(1000, "1.0 kB");
    row(12845056, "12.8 MB");
    row(3500000000, "3.5 GB");
    row(std::numeric_limits<std::int64_t>::max(), "9.2 EB");
}

void TestMemory::writesBytesForPeople()
{
    QFETCH(std::int64_t, bytes);
    QFETCH(std::string, text);
    QCOMPARE(bytesText(bytes), text);
}

void TestMemory::refusesMoreThanTheLimit()
{
    QVERIFY(requireMemory(1000, 1000, "the size"));
    const auto refused = requireMemory(2500000, 1000, "the size");
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Memory);
    QCOMPARE(refused.error().message(),
             std::string("this needs 2.5 MB of memory and 1.0 kB may be used: lower the size"));
}

void TestMemory::knowsWhatIsAvailable()
{
    const std::int64_t available = availableMemoryBytes();
    QVERIFY(available > 0);
    QVERIFY(available < std::numeric_limits<std::int64_t>::max() / 2);
}

void TestMemory::respectsALimitOfTheAddressSpace()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("the sanitizer itself has taken terabytes of addresses");
#endif
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_AS, &before), 0);
    rlimit tight = before;
    tight.rlim_cur = rlim_t{2} << 30;
    if (before.rlim_cur < tight.rlim_cur)
        QSKIP("the address space is limited already");
    QCOMPARE(::setrlimit(RLIMIT_AS, &tight), 0);
    const std::int64_t available = availableMemoryBytes();
    QCOMPARE(::setrlimit(RLIMIT_AS, &before), 0);
    QVERIFY(available < (std::int64_t{2} << 30) / 5 * 4);
}

QTEST_APPLESS_MAIN(TestMemory)
#include "test_memory.moc"
