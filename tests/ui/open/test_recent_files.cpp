#include "ui/open/recent_files.h"

#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace factorscope;

class TestRecentFiles : public QObject {
    Q_OBJECT
private slots:
    void init() { m_file = m_folder.filePath(QString::number(++m_number) + ".ini"); }
    void theNewestComesFirst();
    void keepsAFewOnly();
    void comesBackFromTheSettings();
    void tellsOfEachChange();
    void forgives_data();
    void forgives();

private:
    QTemporaryDir m_folder;
    int m_number = 0;
    QString m_file;
};

void TestRecentFiles::theNewestComesFirst()
{
    QSettings settings(m_file, QSettings::IniFormat);
    RecentFiles recent(settings);
    QVERIFY(recent.paths().isEmpty());
    recent.add("/a");
    recent.add("/b");
    recent.add("/a");
    QCOMPARE(recent.paths(), (QStringList{"/a", "/b"}));
    recent.remove("/a");
    QCOMPARE(recent.paths(), QStringList{"/b"});
    recent.clear();
    QVERIFY(recent.paths().isEmpty());
}

void TestRecentFiles::keepsAFewOnly()
{
    QSettings settings(m_file, QSettings::IniFormat);
    RecentFiles recent(settings);
    for (int i = 0; i < 20; ++i)
        recent.add(QString::number(i));
    QCOMPARE(recent.paths(), (QStringList{"19", "18", "17", "16", "15", "14", "13", "12"}));
}

void TestRecentFiles::comesBackFromTheSettings()
{
    const QString difficult = "/tmp/a, b; 图像 \"x\" & = %1.png";
    {
        QSettings settings(m_file, QSettings::IniFormat);
        RecentFiles recent(settings);
        recent.add("/a.png");
        recent.add(difficult);
    }
    QSettings settings(m_file, QSettings::IniFormat);
    QCOMPARE(RecentFiles(settings).paths(), (QStringList{difficult, "/a.png"}));
}

void TestRecentFiles::tellsOfEachChange()
{
    QSettings settings(m_file, QSettings::IniFormat);
    RecentFiles recent(settings);
    QSignalSpy changes(&recent, &RecentFiles::changed);
    recent.add("/a");
    recent.remove("/a");
    recent.clear();
    QCOMPARE(changes.size(), 3);
}

void TestRecentFiles::forgives_data()
{
    QTest::addColumn<QVariant>("stored");
    QTest::addColumn<QStringList>("paths");
    QStringList many;
    for (int i = 0; i < 30; ++i)
        many << QString::number(i);
    QTest::newRow("one text") << QVariant("/a") << QStringList{"/a"};
    QTest::newRow("nothing") << QVariant() << QStringList{};
    QTest::newRow("gaps and doubles")
        << QVariant(QStringList{"", "/a", "/b", "/a", ""}) << QStringList{"/a", "/b"};
    QTest::newRow("too many") << QVariant(many) << many.mid(0, 8);
}

void TestRecentFiles::forgives()
{
    QFETCH(QVariant, stored);
    QFETCH(QStringList, paths);
    QSettings settings(m_file, QSettings::IniFormat);
    settings.setValue("recentFiles", stored);
    QCOMPARE(RecentFiles(settings).paths(), paths);
}

QTEST_GUILESS_MAIN(TestRecentFiles)
#include "test_recent_files.moc"
