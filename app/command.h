#pragma once

#include "app/interrupt.h"
#include "app/standard_streams.h"
#include "core/conv/conv_engine.h"
#include "core/result/result.h"

#include <CLI/App.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace factorscope {

class OutputFiles;

/// What all subcommands share: the common options, and what is made from them when it is needed.
class CommandContext {
public:
    explicit CommandContext(Interrupt& interrupt) : m_interrupt(interrupt) {}

    /// --json, --threads, --memory-limit
    void addCommonOptions(CLI::App& command);

    bool json() const { return m_json; }
    Interrupt& interrupt() { return m_interrupt; }
    std::int64_t memoryLimitBytes() const;
    ComputeContext compute(); ///< starts the threads at its first call

    /// Errors after this come from more than the command line, which decides the exit code.
    void noteFileOpened() { m_fileOpened = true; }
    bool fileOpened() const { return m_fileOpened; }

    /// For stderr, once the command has succeeded: a failure is one line.
    void warn(const std::string& sentence) { m_warnings.push_back(sentence); }
    const std::vector<std::string>& warnings() const { return m_warnings; }

    /// The end of a command: what it printed gets through, then its files are put in their places,
    /// then an interrupt is too late.
    Result<void> commit(OutputFiles& files);

    /// Starts Qt without a window, for what decodes and draws pictures; charts are widgets to Qt.
    void startQt();

    /// What the subcommand on the command line does, set when it is parsed.
    std::function<Result<void>()> action;

private:
    Interrupt& m_interrupt;
    bool m_json = false;
    bool m_fileOpened = false;
    int m_threads = 0;
    std::int64_t m_memoryLimitMegabytes = 0;
    std::vector<std::string> m_warnings;
    std::unique_ptr<ThreadTeam> m_team;
    std::shared_ptr<TensorPool> m_pool;
    std::shared_ptr<void> m_qt;
};

// The subcommands, each in the file of its name below commands/.
void addForward(CLI::App& app, CommandContext& context);
void addBackward(CLI::App& app, CommandContext& context);
void addInit(CLI::App& app, CommandContext& context);
void addCost(CLI::App& app, CommandContext& context);
void addReceptiveField(CLI::App& app, CommandContext& context);
void addCollapse(CLI::App& app, CommandContext& context);
void addFit(CLI::App& app, CommandContext& context);
void addExport(CLI::App& app, CommandContext& context);
void addScreenshot(CLI::App& app, CommandContext& context);
void addBench(CLI::App& app, CommandContext& context);
void addInfo(CLI::App& app, CommandContext& context);

} // namespace factorscope
