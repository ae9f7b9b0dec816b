#include "tests/support/program.h"

#include "core/result/expects.h"

#include <QProcess>
#include <QProcessEnvironment>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace factorscope {
namespace {

namespace fs = std::filesystem;

constexpr int kPatienceMs = 120'000; // far more than any run takes, under sanitizers too

ProgramRun ended(QProcess& process)
{
    ProgramRun run;
    const bool inTime = process.waitForStarted() && process.waitForFinished(kPatienceMs);
    if (inTime && process.exitStatus() == QProcess::NormalExit)
        run.exitCode = process.exitCode();
    if (!inTime)
        process.kill();
    run.out = process.readAllStandardOutput().toStdString();
    run.err = process.readAllStandardError().toStdString();
    return run;
}

std::string content(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

Workplace::Workplace()
{
    EXPECTS(m_directory.isValid());
}

fs::path Workplace::path(std::string_view name) const
{
    const fs::path directory = m_directory.path().toStdString();
    return name.empty() ? directory : directory / name;
}

void Workplace::write(std::string_view name, std::string_view text) const
{
    fs::create_directories(path(name).parent_path());
    std::ofstream stream(path(name), std::ios::binary);
    stream << text;
    EXPECTS(stream.good());
}

std::string Workplace::read(std::string_view name) const
{
    return content(path(name));
}

void Workplace::copy(const fs::path& file, std::string_view name) const
{
    fs::copy_file(file, path(name));
}

std::map<std::string, std::string> Workplace::everything() const
{
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(path())) {
        const std::string name = fs::relative(entry.path(), path());
        all[name] = entry.is_regular_file() ? content(entry.path()) : "not a file";
    }
    return all;
}

QStringList Workplace::changes(const std::map<std::string, std::string>& before) const
{
    const auto after = everything();
    QStringList names;
    const auto collect = [&](const auto& these, const auto& others) {
        for (const auto& [name, text] : these) {
            const auto other = others.find(name);
            if (other == others.end() || other->second != text)
                names.append(QString::fromStdString(name));
        }
    };
    collect(before, after);
    collect(after, before);
    names.removeDuplicates();
    return names;
}

void prepareProgram(QProcess& process, const Workplace& place, const QStringList& arguments)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment.remove(QString::fromLatin1(name));
    process.setProcessEnvironment(environment);
    process.setStandardInputFile(QProcess::nullDevice());
    process.setWorkingDirectory(QString::fromStdString(place.path()));
    process.setProgram(QStringLiteral(FACTORSCOPE_PROGRAM));
    process.setArguments(arguments);
}

ProgramRun runProgram(const Workplace& place, const QStringList& arguments)
{
    QProcess process;
    prepareProgram(process, place, arguments);
    process.start();
    return ended(process);
}

ProgramRun runProgramInto(const std::string& file, const Workplace& place,
                          const QStringList& arguments)
{
    QProcess process;
    prepareProgram(process, place, arguments);
    process.setStandardOutputFile(QString::fromStdString(file));
    process.start();
    return ended(process);
}

Json programJson(const Workplace& place, const QStringList& arguments)
{
    const ProgramRun run = runProgram(place, arguments + QStringList{QStringLiteral("--json")});
    if (run.exitCode != 0)
        qFatal("exit code %d: %s", run.exitCode, run.err.c_str());
    auto json = parseJson(run.out, "stdout");
    if (!json)
        qFatal("%s", json.error().message().c_str());
    return *std::move(json);
}

QString jsonText(const Json& json)
{
    return QString::fromStdString(json.dump());
}

QString wrongWithFailure(const Workplace& place, const QStringList& arguments, int exitCode,
                         std::string_view named)
{
    const auto before = place.everything();
    const ProgramRun run = runProgram(place, arguments);
    const bool isOneLine = run.err.starts_with("factorscope: error: ")
        && std::ranges::count(run.err, '\n') == 1 && run.err.ends_with('\n');
    std::string wrong;
    if (run.exitCode != exitCode)
        wrong = "the exit code is not " + std::to_string(exitCode);
    else if (!run.out.empty())
        wrong = "there is data on stdout: " + run.out;
    else if (!isOneLine)
        wrong = "this is not one line of an error";
    else if (run.err.find(named) == std::string::npos)
        wrong = "'" + std::string(named) + "' is not named";
    else if (const QStringList changes = place.changes(before); !changes.empty())
        wrong = "files changed: " + changes.join(QLatin1Char(' ')).toStdString();
    else
        return {};
    return QString::fromStdString(wrong + "; exit code " + std::to_string(run.exitCode)
                                  + ", stderr: " + run.err);
}

QStringList words(const char* line)
{
    return QString::fromUtf8(line).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

} // namespace factorscope
