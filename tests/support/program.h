#pragma once

#include "core/json/json.h"

#include <QStringList>
#include <QTemporaryDir>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

class QProcess;

namespace factorscope {

/// What one run of the built program left behind.
struct ProgramRun {
    int exitCode = -1; ///< negative: it crashed or did not end in time
    std::string out;
    std::string err;
};

/// A folder for one test, in which the program runs.
class Workplace {
public:
    Workplace();

    std::filesystem::path path(std::string_view name = {}) const;
    void write(std::string_view name, std::string_view content) const;
    std::string read(std::string_view name) const;
    void copy(const std::filesystem::path& file, std::string_view name) const;

    /// Every file below with its content, and every folder, by their names from here.
    std::map<std::string, std::string> everything() const;
    /// The names of what came, went or changed since then.
    QStringList changes(const std::map<std::string, std::string>& before) const;

private:
    QTemporaryDir m_directory;
};

/// Sets the program up without starting it: no display, and nothing to read from stdin.
void prepareProgram(QProcess& process, const Workplace& place, const QStringList& arguments);

/// Runs the program to its end.
ProgramRun runProgram(const Workplace& place, const QStringList& arguments);

/// Runs it with stdout to a file, such as /dev/full.
ProgramRun runProgramInto(const std::string& file, const Workplace& place,
                          const QStringList& arguments);

/// Runs it with --json; the test ends at once when that fails or prints anything else.
Json programJson(const Workplace& place, const QStringList& arguments);

/// For comparisons that show what differs.
QString jsonText(const Json& json);

/// Runs the program and says in a sentence what is wrong with how it failed; empty when it did as
/// it must: the exit code, nothing on stdout, one line on stderr with `named` in it, all files as
/// before.
QString wrongWithFailure(const Workplace& place, const QStringList& arguments, int exitCode,
                         std::string_view named);

/// "forward --size 8x8" as arguments.
QStringList words(const char* line);

/// Whether the program is built with sanitizers, which slow it down several times.
constexpr bool isSanitized()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    return false;
#endif
}

} // namespace factorscope
