#include <QProcess>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

const fs::path kSource = FACTORSCOPE_SOURCE_DIR;

std::vector<fs::path> filesBelow(const char* folder, const std::string& extension)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(kSource / folder)) {
        if (entry.path().extension() == extension)
            files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

std::vector<fs::path> codeBelow(const char* folder)
{
    std::vector<fs::path> files = filesBelow(folder, ".cpp");
    std::ranges::copy(filesBelow(folder, ".h"), std::back_inserter(files));
    return files;
}

std::vector<std::string> linesOf(const fs::path& file)
{
    std::ifstream stream(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

/// The lines in the code below a folder that include what matches, each with its file.
std::string inclusions(const char* folder, const char* pattern)
{
    const std::regex regex(std::string("^\\s*#\\s*include\\s*[<\"]") + pattern);
    std::string found;
    for (const fs::path& file : codeBelow(folder)) {
        for (const std::string& line : linesOf(file)) {
            if (std::regex_search(line, regex))
                found += fs::relative(file, kSource).string() + ": " + line + "\n";
        }
    }
    return found;
}

/// The output of nm for one object: lines "address type name".
QStringList symbols(const QString& object)
{
    QProcess nm;
    nm.start(QStringLiteral("nm"),
             {QStringLiteral("-C"), QStringLiteral("--defined-only"), object});
    if (!nm.waitForFinished() || nm.exitCode() != 0)
        qFatal("nm failed on %s", qPrintable(object));
    return QString::fromUtf8(nm.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts);
}

} // namespace

class TestArchitecture : public QObject {
    Q_OBJECT
private slots:
    void coreKnowsNoQt();
    void layersLookDownOnly_data();
    void layersLookDownOnly();
    void everyHeaderIsReadOnce();
    void everyTypeIsDefinedOnce();
    void kernelsShareNoCode_data();
    void kernelsShareNoCode();
};

void TestArchitecture::coreKnowsNoQt()
{
    QVERIFY(codeBelow("core").size() > 20);
    const std::string found = inclusions("core", "(Q[A-Z]|Qt)");
    QVERIFY2(found.empty(), found.c_str());
}

void TestArchitecture::layersLookDownOnly_data()
{
    QTest::addColumn<QByteArray>("layer");
    QTest::addColumn<QByteArray>("forbidden");
    QTest::newRow("core") << QByteArray("core") << QByteArray("(ui|app|tests)/");
    QTest::newRow("ui") << QByteArray("ui") << QByteArray("(app|tests)/");
    QTest::newRow("app") << QByteArray("app") << QByteArray("tests/");
}

void TestArchitecture::layersLookDownOnly()
{
    QFETCH(QByteArray, layer);
    QFETCH(QByteArray, forbidden);
    const std::string found = inclusions(layer.constData(), forbidden.constData());
    QVERIFY2(found.empty(), found.c_str());
}

void TestArchitecture::everyHeaderIsReadOnce()
{
    std::string missing;
    for (const char* layer : {"core", "ui", "app", "tests"}) {
        for (const fs::path& header : filesBelow(layer, ".h")) {
            const std::vector<std::string> lines = linesOf(header);
            if (lines.empty() || lines.front() != "#pragma once")
                missing += fs::relative(header, kSource).string() + "\n";
        }
    }
    QVERIFY2(missing.empty(), ("not begun with #pragma once:\n" + missing).c_str());
}

/// Two headers that are never read together can hide a second one from the compiler, and mix up
/// what the linker takes of both.
void TestArchitecture::everyTypeIsDefinedOnce()
{
    const std::regex definition("^(struct|class|enum class) (\\w+)( [^;]*)?$");
    std::map<std::string, std::string> places; // by name
    std::string twice;
    for (const char* layer : {"core", "ui", "app"}) {
        for (const fs::path& header : filesBelow(layer, ".h")) {
            const std::string place = fs::relative(header, kSource).string();
            const std::vector<std::string> lines = linesOf(header);
            if (std::ranges::find(lines, "namespace {") != lines.end())
                continue; // for the sources of kernels, each by itself
            for (const std::string& line : lines) {
                std::smatch match;
                if (!std::regex_match(line, match, definition))
                    continue;
                const auto [other, isNew] = places.emplace(match[2], place);
                if (!isNew)
                    twice += match[2].str() + ": " + other->second + ", " + place + "\n";
            }
        }
    }
    QVERIFY(places.size() > 100);
    QVERIFY2(twice.empty(), twice.c_str());
}

void TestArchitecture::kernelsShareNoCode_data()
{
    QTest::addColumn<QString>("object");
    // One list for all instruction sets above the baseline, by the build; '|' between.
    const auto objects = QStringLiteral(FACTORSCOPE_KERNEL_OBJECTS).split(u'|', Qt::SkipEmptyParts);
    for (const QString& object : objects)
        QTest::addRow("%s",
                      qPrintable(object.section(QStringLiteral(".dir/"), 0, 0).section(u'/', -1)))
            << object;
    if (objects.isEmpty())
        QTest::newRow("none") << QString();
}

/// What the linker would take from any object that has it must not have been compiled for
/// instructions that the processor may lack.
void TestArchitecture::kernelsShareNoCode()
{
    QFETCH(QString, object);
    if (object.isEmpty())
        QSKIP("kernels are built for the baseline only");
    int kernels = 0;
    const QStringList lines = symbols(object);
    for (const QString& line : lines) {
        const QString type = line.section(u' ', 1, 1);
        const QString name = line.section(u' ', 2);
        const bool isShared
            = type == type.toUpper() || type == u"u" || type == u"w" || type == u"v";
        const bool isKernel = type == u"T" && name.startsWith(u"factorscope::");
        kernels += isKernel ? 1 : 0;
        const bool isRenamed
            = name.contains(QStringLiteral("Eigen_")) || name.contains(QStringLiteral("hwy::N_"));
        if (isShared && !isKernel && !isRenamed && name != u"DW.ref.__gxx_personality_v0")
            QFAIL(qPrintable(QStringLiteral("%1 has the symbol %2").arg(object, name)));
    }
    QCOMPARE(kernels, 1);
}

QTEST_GUILESS_MAIN(TestArchitecture)
#include "test_architecture.moc"
